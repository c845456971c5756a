/// Scopes: which part of the machine launches use.
///
/// In: a machine. Out: what was recorded before has run on the workers there were, and what comes
/// runs on those of the scope. Each rank uses the workers of its own that are in the scope; where
/// none is, one, because it has tiles to compute.
import Plans

extension Runtime {
    /// All processors of the run.
    public var wholeMachine: Machine {
        let cores = backend.threadCount
        return Machine([ProcessorRange(.cpu, 0..<cores * rankCount, perRank: cores)])
    }

    /// The machine of the innermost scope.
    public var machine: Machine { machines.last ?? wholeMachine }

    /// Begins a scope inside the present one; ``leaveMachine()`` ends it.
    ///
    /// - Throws: ``CoreError/Kind/value`` when the two have no processor in common; what running
    ///   the recorded work throws.
    public func enterMachine(_ machine: Machine) throws {
        let inner = self.machine.intersection(machine)
        guard !inner.isEmpty else {
            throw CoreError(
                .value,
                "the machine of this scope (\(machine)) has nothing in common with the one around it "
                    + "(\(self.machine))")
        }
        try limitWorkers(to: workers(of: inner))
        machines.append(inner)
    }

    /// Ends the innermost scope.
    public func leaveMachine() throws {
        guard !machines.isEmpty else { return }
        let outer = machines.dropLast().last ?? wholeMachine
        try limitWorkers(to: workers(of: outer))
        machines.removeLast()
    }

    /// Workers of this rank that a machine has.
    private func workers(of machine: Machine) -> Int {
        let cpus = machine.processors(.cpu)
        let own = cpus.numbers.shared(with: rank * cpus.perRank..<(rank + 1) * cpus.perRank)
        return max(1, own.count)
    }

    private func limitWorkers(to count: Int) throws {
        guard count != backend.workerCount else { return }
        try flush()
        // Plans are cut for a number of workers.
        otherPlans[backend.workerCount] = plans
        backend.limitWorkers(to: count)
        plans =
            otherPlans.removeValue(forKey: count) ?? PlanCache(keepsPlans: configuration.keepsPlans)
    }
}

extension Runtime {
    /// Gives the launches of `body` a priority; those outside of any scope have 0. What is already
    /// recorded keeps its own.
    public func prioritized<Result>(_ priority: Int, _ body: () throws -> Result) rethrows -> Result
    {
        let outer = self.priority
        self.priority = priority
        defer { self.priority = outer }
        return try body()
    }
}

extension Machine {
    /// Runs launches of `body` on this part of the machine only. Scopes may be nested: the inner
    /// one is what both have.
    ///
    /// - Throws: ``CoreError/Kind/value`` when this and the scope around have nothing in common;
    ///   what `body` throws.
    public func scoped<Result>(_ body: () throws -> Result) throws -> Result {
        let runtime = Runtime.shared
        try runtime.enterMachine(self)
        let result: Result
        do { result = try body() } catch {
            try? runtime.leaveMachine()
            throw error
        }
        try runtime.leaveMachine()
        return result
    }
}
