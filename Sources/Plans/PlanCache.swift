/// Plans of earlier windows, found again by signature: the second time round a loop costs a lookup.
///
/// A changed shape, a taken branch, or a store that the program holds now and did not hold then
/// gives another signature and another plan; nobody has to say which part of a program repeats. The
/// plan of a long window is kept when its signature comes for the second time, so that windows
/// which never come back leave nothing but a number behind.
import Launches
import Partitions

public struct PlanCache {
    private struct Entry {
        var words: [Int]
        var plan: Plan
        var lastUse: Int
    }
    private var entries: [UInt64: Entry] = [:]
    private var clock = 0
    /// Words of all kept signatures, the measure of what plans need: some 60 bytes to the word.
    private var wordCount = 0
    /// Hashes of signatures that came once.
    private var seen: Set<UInt64> = []
    /// Plans that are kept; past it the half that was not used for longest goes.
    private static let limit = 256
    private static let wordLimit = 1 << 18
    private static let seenLimit = 4096
    /// Signatures up to this length are kept at once.
    private static let shortWords = 1024

    private let keepsPlans: Bool

    /// - Parameter keepsPlans: `false` makes every plan anew, to see what that costs.
    public init(keepsPlans: Bool = true) { self.keepsPlans = keepsPlans }

    /// The plan of a window, made now if no earlier window was like it.
    public mutating func plan(
        for launches: [Launch], _ signature: Signature, workers: Int, place: RankPlace? = nil
    ) -> (plan: Plan, isReplayed: Bool) {
        clock += 1
        let hash = signature.hash
        if let place = entries.index(forKey: hash), signature.matches(entries.values[place].words) {
            entries.values[place].lastUse = clock
            return (entries.values[place].plan, true)
        }
        let plan = MakePlan.run(launches, signature, workers: workers, place: place)
        guard keepsPlans else { return (plan, false) }
        guard signature.wordCount <= PlanCache.shortWords || seen.remove(hash) != nil else {
            if seen.count >= PlanCache.seenLimit { seen.removeAll() }
            seen.insert(hash)
            return (plan, false)
        }
        if entries.count >= PlanCache.limit || wordCount > PlanCache.wordLimit {
            let oldest = entries.values.map(\.lastUse).sorted()[entries.count / 2]
            entries = entries.filter { $0.value.lastUse > oldest }
            wordCount = entries.values.reduce(0) { $0 + $1.words.count }
        }
        wordCount += signature.wordCount - (entries[hash]?.words.count ?? 0)
        entries[hash] = Entry(words: signature.words, plan: plan, lastUse: clock)
        return (plan, false)
    }
}
