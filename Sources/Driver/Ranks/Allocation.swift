// What a scheduler has set aside for this job: the default for `--nodes` and `--ranks-per-node`.
//
// In: the environment. Out: nodes and ranks per node, and the variable that told them, or nothing
// outside of an allocation. Asking for more than there is ends here instead of in a queue.

struct Allocation {
    let nodes: Int
    /// As the scheduler divides the tasks; nothing if nodes differ or it was not told.
    let ranksPerNode: Int?
    /// All tasks of the job; nothing if it was not told.
    let ranks: Int?
    /// The variable that told the number of tasks.
    let source: String

    init?(environment: [String: String]) throws {
        guard environment["SLURM_JOB_NUM_NODES"] != nil else { return nil }
        let nodes = try number("SLURM_JOB_NUM_NODES", from: 1, in: environment)
        self.nodes = nodes
        for variable in ["SLURM_NTASKS", "SLURM_NPROCS"] where environment[variable] != nil {
            let ranks = try number(variable, from: 1, in: environment)
            self.ranks = ranks
            source = variable
            ranksPerNode = ranks % nodes == 0 ? ranks / nodes : nil
            return
        }
        let tasks = try Allocation.tasksPerNode("SLURM_TASKS_PER_NODE", in: environment)
        source = "SLURM_TASKS_PER_NODE"
        ranks = nil
        ranksPerNode = tasks.flatMap { Set($0).count == 1 ? $0[0] : nil }
    }

    /// - Throws: ``DriverError/worldSize(asked:flags:found:source:)`` if there is less than is
    ///   asked.
    func refuse(nodes: Int, ranksPerNode: Int) throws {
        if nodes > self.nodes {
            throw DriverError.worldSize(
                asked: "\(nodes) nodes", found: self.nodes, source: "SLURM_JOB_NUM_NODES")
        }
        guard let ranks, nodes * ranksPerNode > ranks else { return }
        throw DriverError.worldSize(
            asked: "\(nodes * ranksPerNode) ranks", found: ranks, source: source)
    }

    /// Tasks of each node from Slurm's short form: `4`, `4(x2)`, `2(x3),1`.
    static func tasksPerNode(
        _ variable: String, in environment: [String: String]
    ) throws -> [Int]? {
        guard let text = environment[variable] else { return nil }
        var tasks: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "(", omittingEmptySubsequences: false)
            let times = words.count == 2 ? Int(words[1].dropFirst().dropLast()) : 1
            guard let count = Int(words[0]), count > 0, let times, times > 0, words.count <= 2
            else {
                throw DriverError.environment(
                    variable: variable, value: text, allowed: "tasks per node, such as 4(x2),1")
            }
            tasks += Array(repeating: count, count: times)
        }
        return tasks
    }
}
