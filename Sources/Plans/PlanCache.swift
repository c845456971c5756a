/// Plans of earlier windows, found again by signature: the second time round a loop costs a lookup.
///
/// A changed shape, a taken branch, or a store that the program holds now and did not hold then
/// gives another form and another plan; nobody has to say which part of a program repeats. Where a
/// window comes again with operands that have moved, a plan is made that moves with them
/// (`Slides`), and serves the windows behind it. The plan of a long window is kept when its form
/// comes for the second time, so that windows which never come back leave nothing but a number
/// behind.
import Launches
import Partitions

public struct PlanCache {
    /// What is known of windows of one form.
    private struct Form {
        var words: [Int]
        /// Plans for operands at these offsets.
        var fixed: [(offsets: [Int], plan: Plan)]
        /// The plan that moves with its operands.
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

        /// What windows of this form so far, and a new one, have taught of how operands move.
        func slides(of launches: [Launch], _ signature: Signature) -> Slides? {
            let known =
                moving?.slides ?? fixed.last.map { Slides(launches, offsets: $0.offsets) }
            return known?.learned(from: signature.offsets)
        }

        mutating func keep(_ plan: Plan, _ offsets: [Int]) {
            if fixed.count >= PlanCache.fixedLimit { fixed.removeFirst() }
            fixed.append((offsets, plan))
        }
    }
    private var forms: [UInt64: Form] = [:]
    private var clock = 0
    private var wordCount = 0
    /// Hashes of forms that came once.
    private var seen: Set<UInt64> = []
    /// Forms that are kept; past it the half that was not used for longest goes.
    private static let limit = 256
    private static let wordLimit = 1 << 18
    private static let seenLimit = 4096
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
        func made(_ slides: Slides? = nil) -> Plan {
            MakePlan.run(launches, signature, workers: workers, place: place, slides: slides)
        }
        let hash = signature.form
        guard let index = forms.index(forKey: hash), signature.hasForm(forms.values[index].words)
        else {
            let plan = made()
            if keepsPlans { keep(plan, signature) }
            return Found(plan: plan, isReplayed: false)
        }
        forms.values[index].lastUse = clock
        if let found = forms.values[index].found(signature) { return found }
        let before = forms.values[index].wordCount
        defer { wordCount += forms.values[index].wordCount - before }
        // Where operands lie decides which rank has their bytes.
        if place == nil, let slides = forms.values[index].slides(of: launches, signature) {
            let plan = made(slides)
            forms.values[index].moving = plan
            return Found(plan: plan, isReplayed: false, shifts: slides.unmoved)
        }
        let plan = made()
        forms.values[index].keep(plan, signature.offsets)
        return Found(plan: plan, isReplayed: false)
    }

    private mutating func keep(_ plan: Plan, _ signature: Signature) {
        let hash = signature.form
        guard signature.wordCount <= PlanCache.shortWords || seen.remove(hash) != nil else {
            if seen.count >= PlanCache.seenLimit { seen.removeAll() }
            seen.insert(hash)
            return
        }
        if forms.count >= PlanCache.limit || wordCount > PlanCache.wordLimit {
            let oldest = forms.values.map(\.lastUse).sorted()[forms.count / 2]
            forms = forms.filter { $0.value.lastUse > oldest }
            wordCount = forms.values.reduce(0) { $0 + $1.wordCount }
        }
        let form = Form(
            words: signature.words, fixed: [(signature.offsets, plan)], lastUse: clock)
        wordCount += form.wordCount - (forms[hash]?.wordCount ?? 0)
        forms[hash] = form
    }
}
