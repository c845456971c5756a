// Environment variables that stand for flags: each that is set becomes words before all others.
//
// In: the environment. Out: for every variable that is set, the words it stands for. A switch
// must be 0 or 1; values are checked by the flag's own rule.

enum EnvironmentDefaults {
    private static let values = [
        ("LEGATE_CPUS", "--cpus"), ("LEGATE_SYSMEM", "--sysmem"), ("LEGATE_OMP_PROCS", "--omps"),
        ("LEGATE_OMP_THREADS", "--ompthreads"), ("LEGATE_UTILITY_CORES", "--utility"),
        ("LEGATE_NUMAMEM", "--numamem"), ("LEGATE_FBMEM", "--fbmem"),
        ("LEGATE_ZCMEM", "--zcmem"), ("LEGATE_REGMEM", "--regmem"),
        ("LEGATE_EAGER_ALLOC_PERCENTAGE", "--eager-alloc-percentage"),
        ("LEGATE_MAX_EXCEPTION_SIZE", "--max-exception-size"),
        ("LEGATE_MIN_CPU_CHUNK", "--min-cpu-chunk"), ("LEGATE_MIN_GPU_CHUNK", "--min-gpu-chunk"),
        ("LEGATE_MIN_OMP_CHUNK", "--min-omp-chunk"), ("LEGATE_WINDOW_SIZE", "--window-size"),
        ("LEGATE_FIELD_REUSE_FRAC", "--field-reuse-fraction"),
        ("LEGATE_FIELD_REUSE_FREQ", "--field-reuse-frequency"),
        ("LEGATE_CUDA_DRIVER", "--cuda-driver-path"),
    ]

    private static let switches = [
        ("LEGATE_SHOW_CONFIG", "--show-config"), ("LEGATE_SHOW_USAGE", "--show-memory-usage"),
        ("LEGATE_SHOW_PROGRESS", "--show-progress"), ("LEGATE_CONSENSUS", "--consensus"),
        ("LEGATE_WARMUP_NCCL", "--warmup-nccl"), ("LEGATE_DISABLE_MPI", "--disable-mpi"),
        ("LEGATE_INLINE_TASK_LAUNCH", "--inline-task-launch"),
        ("LEGATE_EMPTY_TASK", "--use-empty-task"),
    ]

    private static let switchesThatDefaultToOn = [
        ("LEGATE_AUTO_CONFIG", "auto-config"), ("LEGATE_IO_USE_VFD_GDS", "io-use-vfd-gds"),
    ]

    static func words(
        in environment: [String: String]
    ) throws -> [(variable: String, words: [String])] {
        var found: [(variable: String, words: [String])] = []
        for (variable, flag) in values {
            if let value = environment[variable], !value.isEmpty {
                found.append((variable, ["\(flag)=\(value)"]))
            }
        }
        for (variable, flag) in switches where try isOn(variable, in: environment) == true {
            found.append((variable, [flag]))
        }
        for (variable, flag) in switchesThatDefaultToOn {
            if let on = try isOn(variable, in: environment) {
                found.append((variable, [on ? "--\(flag)" : "--no-\(flag)"]))
            }
        }
        return found
    }

    private static func isOn(
        _ variable: String, in environment: [String: String]
    ) throws -> Bool? {
        switch environment[variable] {
        case nil, "": return nil
        case "0": return false
        case "1": return true
        case .some(let value):
            throw DriverError.environment(variable: variable, value: value, allowed: "0 or 1")
        }
    }
}
