// Which of several ranks this process is, as the launcher that started it says.
//
// In: the environment. Out: the size of the world, this rank's place in it and on its node; nothing
// for a process that runs alone.

/// One process among several that run the same program.
struct Rank {
    let index: Int
    let count: Int
    /// The place among the ranks on the same node.
    let localIndex: Int
    let localCount: Int
    /// The variable that told the number of ranks.
    let source: String
    /// Whether the launcher has already given this rank its own cores.
    let isBound: Bool

    /// This process's place; nothing if it runs alone.
    ///
    /// - Throws: ``DriverError/environment(variable:value:allowed:)`` for values that are no
    ///   numbers or do not fit together; ``DriverError/unconnectedRanks(count:)`` if MPI cannot
    ///   work.
    static func current(environment: [String: String]) throws -> Rank? {
        for names in launchers where environment[names.count] != nil {
            return try started(by: names, environment: environment)
        }
        return try slurmTask(environment: environment)
    }

    /// Whether this process speaks for all, also where its place cannot be told in full.
    static func isFirst(environment: [String: String]) -> Bool {
        if let rank = try? current(environment: environment) { return rank.index == 0 }
        return ["0", nil].contains(environment["SLURM_PROCID"])
    }

    private static func started(
        by names: Names, environment: [String: String]
    ) throws -> Rank? {
        let count = try number(names.count, from: 1, in: environment)
        if count == 1 { return nil }
        let index = try number(names.index, below: count, in: environment)
        // Without word about the node, all ranks are taken to be on it.
        var (localIndex, localCount) = (index, count)
        if environment[names.localCount] != nil {
            localCount = try number(names.localCount, from: 1, in: environment)
            localIndex = try number(names.localIndex, below: localCount, in: environment)
        }
        return Rank(
            index: index, count: count, localIndex: localIndex, localCount: localCount,
            source: names.count, isBound: environment["OMPI_MCA_orte_bound_at_launch"] == "1")
    }

    /// A task of `srun`. Its MPI must be PMIx: without it every task would be a world of its own.
    private static func slurmTask(environment: [String: String]) throws -> Rank? {
        let variable = "SLURM_STEP_NUM_TASKS"
        guard environment[variable] != nil else { return nil }
        let count = try number(variable, from: 1, in: environment)
        if count == 1 { return nil }
        guard environment["PMIX_RANK"] != nil else {
            throw DriverError.unconnectedRanks(count: count)
        }
        let node = try number("SLURM_NODEID", below: count, in: environment)
        let tasks = try Allocation.tasksPerNode("SLURM_STEP_TASKS_PER_NODE", in: environment) ?? []
        let localCount = node < tasks.count ? tasks[node] : count
        return Rank(
            index: try number("SLURM_PROCID", below: count, in: environment), count: count,
            localIndex: try number("SLURM_LOCALID", below: localCount, in: environment),
            localCount: localCount, source: variable,
            isBound: !["", "none"].contains(environment["SLURM_CPU_BIND_TYPE"] ?? ""))
    }

    private typealias Names = (
        count: String, index: String, localCount: String, localIndex: String
    )

    private static let launchers: [Names] = ["OMPI_COMM_WORLD", "MV2_COMM_WORLD", "PMI"].map {
        ("\($0)_SIZE", "\($0)_RANK", "\($0)_LOCAL_SIZE", "\($0)_LOCAL_RANK")
    }

    /// Worker threads for this rank: its share of the cores that it may use.
    var workers: Int { isBound ? usableCores() : max(1, usableCores() / localCount) }
}

/// Reads a number that a launcher or a scheduler must have set.
func number(
    _ variable: String, from low: Int = 0, below high: Int = Int.max,
    in environment: [String: String]
) throws -> Int {
    guard let text = environment[variable], let value = Int(text), low <= value, value < high else {
        let rule = high == Int.max ? "\(low) up" : "\(low) to \(high - 1)"
        throw DriverError.environment(
            variable: variable, value: environment[variable] ?? "",
            allowed: "a whole number from \(rule)")
    }
    return value
}
