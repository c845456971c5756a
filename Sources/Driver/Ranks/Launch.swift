// A run on several ranks, decided: who starts them, how many, and the words of that command.
//
// In: the flags, the environment. Out: the words in front of the command that every rank runs. What
// the words are for stands beside them; `Documentation/Driver.md` has the table.
import Glibc

struct Launch {
    let launcher: Launcher
    let nodes: Int
    let ranksPerNode: Int
    /// Whether somebody says which machines there are; otherwise all ranks run on this one.
    private let hasHosts: Bool
    private let extra: [String]
    private let cpus: Int?
    /// Whether ranks bind themselves, so that the launcher need not.
    private let isBound: Bool

    var ranks: Int { nodes * ranksPerNode }

    /// Whether all ranks run on this machine.
    var isHere: Bool { launcher == .mpirun && !hasHosts }

    /// Ranks that share this machine, if it takes part.
    var ranksHere: Int { isHere ? ranks : ranksPerNode }

    init(_ launcher: Launcher, flags: LegateFlags, environment: [String: String]) throws {
        guard let package = launcher.package else {
            throw DriverError.unsupportedLauncher(launcher.rawValue)
        }
        guard isOnPath(launcher.rawValue, environment: environment) else {
            throw DriverError.missingLauncher(launcher.rawValue, package: package)
        }
        if launcher == .mpirun,
            pathOfProgram("mpirun", environment: environment)?
                .contains("hydra") == true
        {
            throw DriverError.foreignLauncher
        }
        let ranks = flags.ranks
        let allocation = try Allocation(environment: environment)
        self.launcher = launcher
        nodes = ranks.nodes ?? allocation?.nodes ?? 1
        ranksPerNode = ranks.ranksPerNode ?? allocation?.ranksPerNode ?? 1
        extra = ranks.launcherExtra.flatMap(\.self)
        cpus = flags.resources.cpus
        isBound = ranks.cpuBind != nil
        hasHosts =
            environment.keys.contains(where: Launch.hostVariables.contains)
            || extra.contains { word in
                Launch.hostWords.contains { word == $0 || word.hasPrefix($0 + "=") }
            }
        try allocation?.refuse(nodes: nodes, ranksPerNode: ranksPerNode)
    }

    /// The words in front of a rank's command.
    func words(environment: [String: String]) -> [String] {
        switch launcher {
        case .mpirun:
            return ["mpirun", "-n", String(ranks)] + placement + openMPI
                + exported(environment).flatMap { ["-x", $0] } + extra
        case .srun:
            return ["srun", "--nodes", String(nodes), "-n", String(ranks)]
                + ["--ntasks-per-node", String(ranksPerNode), "--mpi=pmix"]
                + (isBound ? ["--cpu-bind=none"] : [])
                + (cpus.map { ["--cpus-per-task", String($0)] } ?? [])
                + ["--kill-on-bad-exit=1", "--quit-on-interrupt"] + extra
        case .jsrun:
            return ["jsrun", "-n", String(nodes), "-r", "1", "-a", String(ranksPerNode)]
                + ["-c", "ALL_CPUS", "-g", "ALL_GPUS", "-b", "none"] + extra
        case .aprun, .dask, .none: return []
        }
    }

    /// The command of every rank: this driver again, with the same words but for the launcher.
    func rankCommand(_ arguments: [String], program: [String], place: Place) -> [String] {
        var flags = Array(arguments.dropLast(program.count))
        if flags.last == "--" { flags.removeLast() }
        return [place.driver, "--rank-start"] + flags
            + ["--launcher", "none", "--nodes", String(nodes)]
            + ["--ranks-per-node", String(ranksPerNode)] + program
    }

    /// Variables for the launcher itself.
    var variables: [(String, String)] {
        // Session folders in memory: with them go the segments that ranks share (see
        // `RankStart.swift`).
        guard launcher == .mpirun, access("/dev/shm", W_OK) == 0 else { return [] }
        return [("OMPI_MCA_orte_tmpdir_base", "/dev/shm")]
    }

    private var isCrowded: Bool { ranksHere > usableCores() }

    private var placement: [String] {
        // Open MPI counts cores, not hardware threads, and refuses more ranks than that.
        if !hasHosts {
            let perNode = nodes == 1 ? ["--npernode", String(ranksPerNode)] : []
            return perNode + ["--oversubscribe"] + (isCrowded ? Launch.yielding : [])
        }
        return ["--npernode", String(ranksPerNode)]
            + (isCrowded ? ["--oversubscribe"] + Launch.yielding : [])
    }

    /// More ranks than cores: one that waits must let another work.
    private static let yielding = ["--mca", "mpi_yield_when_idle", "1"]

    private var openMPI: [String] {
        // Open MPI would bind each rank to one core, and with it all its workers.
        ["--bind-to", "none", "--mca", "mpi_warn_on_fork", "0"]
            // A link that is cut shows within seconds.
            + ["--mca", "oob_tcp_keepalive_time", "2", "--mca", "oob_tcp_keepalive_intvl", "1"]
            + ["--mca", "oob_tcp_keepalive_probes", "2"]
            + (geteuid() == 0 ? ["--allow-run-as-root"] : [])
    }

    /// Names of the variables that ranks on other machines need.
    private func exported(_ environment: [String: String]) -> [String] {
        environment.keys.filter { name in
            name.hasSuffix("PATH") || Launch.exportedPrefixes.contains(where: name.hasPrefix)
        }.sorted()
    }

    private static let exportedPrefixes = [
        "CONDA_", "LEGATE_", "LEGION_", "LG_", "REALM_", "GASNET_", "PYTHON", "UCX_", "NCCL_",
        "CUNUMERIC_", "CUPYNUMERIC_", "NVIDIA_", "OMP_", "OPENBLAS_",
    ]

    private static let hostWords = [
        "-H", "-host", "--host", "-hostfile", "--hostfile", "-machinefile", "--machinefile",
        "-default-hostfile", "--default-hostfile",
    ]

    private static let hostVariables: Set = [
        "SLURM_JOB_NUM_NODES", "PBS_NODEFILE", "PE_HOSTFILE", "LSB_HOSTS", "LSB_DJOB_HOSTFILE",
        "LSB_AFFINITY_HOSTFILE", "OMPI_MCA_orte_default_hostfile",
    ]
}

extension Launcher {
    /// What to install for it; nothing for launchers that are not supported.
    fileprivate var package: String? {
        switch self {
        case .mpirun: return "sudo apt-get install openmpi-bin libopenmpi-dev"
        case .srun: return "sudo apt-get install slurm-wlm openmpi-bin libopenmpi-dev"
        case .jsrun: return "it is part of IBM Spectrum LSF"
        case .aprun, .dask, .none: return nil
        }
    }
}
