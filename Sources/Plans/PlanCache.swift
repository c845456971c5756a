/// Plans of earlier windows, found again by signature: the second time round a loop costs a lookup.
///
/// A changed shape, a taken branch, or a store that the program holds now and did not hold then gives another signature
/// and another plan; nobody has to say which part of a program repeats.
import Launches

public struct PlanCache {
    private struct Entry {
        var words: [Int]
        var plan: Plan
        var lastUse: Int
    }
    private var entries: [Int: Entry] = [:]
    private var clock = 0
    /// Plans that are kept; past it the half that was not used for longest goes.
    private static let limit = 256

    public init() {}

    /// The plan of a window, made now if no earlier window was like it.
    public mutating func plan(
        for launches: [Launch], _ signature: Signature, workers: Int
    ) -> (plan: Plan, isReplayed: Bool) {
        clock += 1
        let hash = signature.hash
        if let entry = entries[hash], entry.words == signature.words {
            entries[hash]!.lastUse = clock
            return (entry.plan, true)
        }
        let plan = MakePlan.run(launches, signature, workers: workers)
        if entries.count >= PlanCache.limit {
            let oldest = entries.values.map(\.lastUse).sorted()[PlanCache.limit / 2]
            entries = entries.filter { $0.value.lastUse > oldest }
        }
        entries[hash] = Entry(words: signature.words, plan: plan, lastUse: clock)
        return (plan, false)
    }
}
