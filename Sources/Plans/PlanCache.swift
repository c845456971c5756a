/// Plans of earlier windows, found again by signature: the second time round a loop costs a lookup.
///
/// A changed shape, a taken branch, or a store that the program holds now and did not hold then
/// gives another form and another plan; nobody has to say which part of a program repeats. Where a
/// window comes again with operands that have moved, a plan is made that moves with them
/// (`Slides`), and serves the windows behind it. The plan of a long window is kept when its form
/// comes for the second time, so that windows which never come back leave nothing but their
/// offsets behind.
import Launches
import Partitions

public struct PlanCache {
    /// What is known of windows of one form.
    private struct Form {
        var words: [Int]
        /// Plans for operands at these offsets.
        var fixed: [(offsets: [Int], plan: Plan)] = []
        /// The plan whose operands move.
        var moving: Plan?
        var lastUse: Int

        /// A measure of what it needs: some 60 bytes to the word.
        var wordCount: Int { words.count * (fixed.count + (moving == nil ? 0 : 1)) }

        func found(_ signature: Signature) -> Found? {
            for k in fixed.indices where signature.hasOffsets(fixed[k].offsets) {
                return .init(plan: fixed[k].plan, isReplayed: true)
            }
            guard let moving, let shifts = moving.slides?.shifts(to: signature.offsetsInPlace)
            else {
                return nil
            }
            return .init(plan: moving, isReplayed: true, shifts: shifts)
        }

        mutating func keep(_ plan: Plan, _ offsets: [Int]) {
            if plan.slides != nil {
                moving = plan
            } else {
                if fixed.count >= PlanCache.fixedLimit { fixed.removeFirst() }
                fixed.append((offsets, plan))
            }
        }
    }
    private typealias Place = Dictionary<UInt64, Form>.Index
    private var forms: [UInt64: Form] = [:]
    private var clock = 0
    private var wordCount = 0
    /// The offsets of windows whose form came once, by its hash.
    private var seen: [UInt64: [Int]] = [:]
    /// Forms that are kept; past it the half that was not used for longest goes.
    private static let limit = 256
    private static let wordLimit = 1 << 18
    private static let seenLimit = 256
    /// Signatures up to this length are kept at once.
    private static let shortWords = 1024
    /// Plans of one form, where operands do not move together.
    private static let fixedLimit = 16

    private let keepsPlans: Bool

    /// - Parameter keepsPlans: `false` makes every plan anew, to see what that costs.
    public init(keepsPlans: Bool = true) { self.keepsPlans = keepsPlans }

    /// A window's plan.
    public struct Found {
        public var plan: Plan
        public var isReplayed: Bool
        /// By how many bytes each slide's operands have moved since the plan was made.
        public var shifts = Plan.unmoved
    }

    /// The plan of a window, made now if no earlier window was like it.
    public mutating func plan(
        for launches: [Launch], _ signature: Signature, workers: Int, place: RankPlace? = nil
    ) -> Found {
        clock += 1
        let known = index(of: signature)
        if let known {
            forms.values[known].lastUse = clock
            if let found = forms.values[known].found(signature) { return found }
        }
        // On several ranks, where operands lie decides who has their bytes.
        let slides = place == nil ? self.slides(of: launches, signature, known) : nil
        let plan = MakePlan.run(
            launches, signature, workers: workers, place: place, slides: slides)
        if keepsPlans { keep(plan, signature, known) }
        return Found(plan: plan, isReplayed: false, shifts: slides?.unmoved ?? Plan.unmoved)
    }

    private func index(of signature: Signature) -> Place? {
        guard let index = forms.index(forKey: signature.form),
            signature.hasForm(forms.values[index].words)
        else { return nil }
        return index
    }

    /// What this window and those of its form before it teach of how operands move; `nil` before
    /// the second one, and where they move in too many ways.
    private func slides(
        of launches: [Launch], _ signature: Signature, _ known: Place?
    ) -> Slides? {
        let offsets = signature.offsets
        if let moving = known.flatMap({ forms.values[$0].moving?.slides }) {
            return moving.learned(from: offsets)
        }
        let earlier = known.map { forms.values[$0].fixed.last?.offsets } ?? seen[signature.form]
        guard let earlier, earlier.count == offsets.count, earlier != offsets else { return nil }
        return Slides(launches, offsets: earlier).learned(from: offsets)
    }

    private mutating func keep(
        _ plan: Plan, _ signature: Signature, _ known: Place?
    ) {
        if let known {
            wordCount -= forms.values[known].wordCount
            forms.values[known].keep(plan, signature.offsets)
            wordCount += forms.values[known].wordCount
            return
        }
        let hash = signature.form
        let isLong = signature.wordCount > PlanCache.shortWords
        guard seen.removeValue(forKey: hash) != nil || !isLong else {
            if seen.count >= PlanCache.seenLimit { seen.removeAll() }
            seen[hash] = signature.offsets
            return
        }
        if forms.count >= PlanCache.limit || wordCount > PlanCache.wordLimit {
            let oldest = forms.values.map(\.lastUse).sorted()[forms.count / 2]
            forms = forms.filter { $0.value.lastUse > oldest }
            wordCount = forms.values.reduce(0) { $0 + $1.wordCount }
        }
        var form = Form(words: signature.words, lastUse: clock)
        form.keep(plan, signature.offsets)
        wordCount += form.wordCount - (forms[hash]?.wordCount ?? 0)
        forms[hash] = form
    }
}
