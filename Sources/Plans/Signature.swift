/// What a window looks like, apart from which stores and constants stand in it: two windows of
/// equal signatures have the same plan.
///
/// In: launches in program order, each noted while it is recorded. Out, once sealed: the stores in
/// order of first appearance, all constants, and two lists of words that tell everything the passes
/// look at: lattices, types, expressions, and for each store whether the program still sees it and
/// whether its bytes exist. Constants count by type alone, so `x * alpha` is one plan for every
/// alpha.
///
///     words    launch 0          launch 1          ...     what became of the stores
///              kind | stores     kind | stores             known when the window is sealed
///     offsets  of its operands   of its operands   ...
///
/// Windows of equal words have one *form*: where only offsets differ, as in a loop over the rows of
/// a matrix, one plan may serve them all (`Slides`).
///
/// A launch's *kind* is all but where its operands lie: equal in every round of a loop. Its hash is
/// taken once and serves the signature, the places where loops begin again, and the comparison of
/// ranks.
///
/// - Complexity: linear in the launches' operands and instructions; noting a launch allocates
///   nothing once warm.
import Launches
import Shapes

public final class Signature {
    private var list = WordList(capacity: 4096)
    /// At which element of its store each operand begins, in the order of the launches' operands.
    private var begins = WordList(capacity: 256)
    /// Where what is known of the stores begins.
    private(set) var sealWord = 0
    /// Where each launch begins, and what was known before it.
    private(set) var places: [Place] = []
    /// Stores in order of first appearance.
    private var seen: [Store?] = []
    /// The constants of all launches, one behind the other.
    private var values: [ScalarExpression.Constant] = []
    private var mark = 0
    /// A hash of the words.
    public private(set) var form: UInt64 = 0
    private var offsetHash: UInt64 = 0
    nonisolated(unsafe) private static var lastMark = 0

    struct Place {
        /// First word of the kind, and behind it the first that says which stores operands see.
        var word: Int
        var placeWord = 0
        /// Offsets, stores and constants seen before, and the hashes of what came before.
        var offset: Int
        var store: Int
        var constant: Int
        var form: UInt64
        var offsetHash: UInt64
    }

    public init() { removeAll() }

    /// The signature of a whole window.
    public convenience init(_ launches: [Launch]) {
        self.init()
        for launch in launches { append(launch) }
        seal()
    }

    deinit {
        list.deallocate()
        begins.deallocate()
    }

    /// Empties it for another window.
    public func removeAll() {
        list.count = 0
        begins.count = 0
        (form, offsetHash) = (0, 0)
        places.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        Signature.lastMark += 1
        mark = Signature.lastMark
    }

    // MARK: - What it tells

    public var words: [Int] { Array(list.words) }
    public var offsets: [Int] { Array(begins.words) }
    /// The same where they lie: for the time of a call on the signature, until it changes.
    var wordsInPlace: UnsafeBufferPointer<Int> { list.words }
    var offsetsInPlace: UnsafeBufferPointer<Int> { begins.words }
    var wordCount: Int { list.count }
    /// A hash of words and offsets.
    public var hash: UInt64 { Signature.mixed(form, offsetHash) }
    public var stores: [Store] { seen.map { $0.unsafelyUnwrapped } }
    public var constants: [ScalarExpression.Constant] { values }

    /// The stores and constants, handed over to the run of a plan.
    public func takeOperands() -> (stores: [Store?], constants: [ScalarExpression.Constant]) {
        var stores: [Store?] = []
        var constants: [ScalarExpression.Constant] = []
        swap(&stores, &seen)
        swap(&constants, &values)
        // The next window is probably like this one.
        seen.reserveCapacity(stores.count)
        values.reserveCapacity(constants.count)
        return (stores, constants)
    }

    /// Position in ``constants`` of a launch's first one.
    func firstConstant(of launch: Int) -> Int { places[launch].constant }

    /// Whether another window had these words.
    func hasForm(_ words: [Int]) -> Bool { list.matches(words) }

    /// Whether another window's operands had these offsets.
    func hasOffsets(_ offsets: [Int]) -> Bool { begins.matches(offsets) }

    // MARK: - Noting launches

    /// Notes the next launch of the window.
    ///
    /// - Returns: The hash of the launch's kind.
    @discardableResult
    public func append(_ launch: Launch) -> UInt64 {
        launch.windowPosition = places.count
        places.append(
            Place(
                word: list.count, offset: begins.count, store: seen.count,
                constant: values.count, form: form, offsetHash: offsetHash))
        let kind = launch.inputs.withUnsafeBufferPointer { inputs in
            launch.outputs.withUnsafeBufferPointer { outputs in put(launch, inputs, outputs) }
        }
        guard let code = launch.code, !code.constantTypes.isEmpty else { return kind }
        switch launch.body {
        case .pointwise(let expression), .reduction(let expression, _):
            values += expression.constants
        case .opaque: break
        }
        return kind
    }

    @inline(__always)
    private func put(
        _ launch: Launch, _ inputs: UnsafeBufferPointer<StoreView>,
        _ outputs: UnsafeBufferPointer<StoreView>
    ) -> UInt64 {
        list.reserve(launch.mostWords(inputs, outputs))
        begins.reserve(inputs.count &+ outputs.count)
        let (start, firstOffset) = (list.end, begins.end)
        var (p, q) = (start, firstOffset)
        Signature.put(kindOf: launch, inputs, outputs, &p)
        let kind = Signature.hash(start, p - start)
        let placed = p
        places[places.count &- 1].placeWord = placed - list.start
        for k in 0..<inputs.count {
            put(place: inputs.baseAddress.unsafelyUnwrapped + k, &p, &q)
        }
        for k in 0..<outputs.count {
            put(place: outputs.baseAddress.unsafelyUnwrapped + k, &p, &q)
        }
        list.count &+= p - start
        begins.count &+= q - firstOffset
        form = Signature.mixed(Signature.mixed(form, kind), Signature.hash(placed, p - placed))
        offsetHash = Signature.mixed(offsetHash, Signature.hash(firstOffset, q - firstOffset))
        return kind
    }

    /// Forgets all launches from number `count` on.
    public func cut(to count: Int) {
        guard count < places.count else { return }
        let place = places[count]
        // Stores that came later are new again.
        for k in place.store..<seen.count { seen[k]?.windowMark = 0 }
        list.count = place.word
        begins.count = place.offset
        (form, offsetHash) = (place.form, place.offsetHash)
        seen.removeSubrange(place.store...)
        values.removeSubrange(place.constant...)
        places.removeSubrange(count...)
    }

    /// Adds what is known of the stores only when the window ends.
    public func seal() {
        list.reserve(seen.count &* 3)
        sealWord = list.count
        let start = list.end
        var p = start
        for k in seen.indices {
            let store = seen[k].unsafelyUnwrapped
            let isVisible = store.handleCount > 0 || store.isShared
            let spread = (store.isTiled ? 4 : 0) | (store.isLocal ? 8 : 0)
            Signature.put((isVisible ? 1 : 0) | (store.memory != nil ? 2 : 0) | spread, &p)
            if store.isTiled {
                Signature.put(store.alignment.rows, &p)
                Signature.put(store.alignment.shift, &p)
            }
        }
        list.count &+= p - start
        form = Signature.mixed(form, Signature.hash(start, p - start))
    }

    /// Which store an operand sees, and where it begins there. A store that is new here is
    /// described.
    @inline(__always)
    private func put(
        place view: UnsafePointer<StoreView>, _ p: inout UnsafeMutablePointer<Int>,
        _ offset: inout UnsafeMutablePointer<Int>
    ) {
        let known = view.pointee.withStore { $0.windowMark == mark ? $0.windowOrdinal : -1 }
        if known >= 0 {
            Signature.put(known, &p)
        } else {
            let store = view.pointee.store
            store.windowMark = mark
            store.windowOrdinal = seen.count
            seen.append(store)
            Signature.put(~store.type.index, &p)
            Signature.put(store.shape, &p)
        }
        Signature.put(view.pointee.lattice.offset, &offset)
    }
}
