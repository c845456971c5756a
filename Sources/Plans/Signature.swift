/// What a window looks like, apart from which stores and constants stand in it: two windows of
/// equal signatures have the same plan.
///
/// In: launches in program order, each noted while it is recorded. Out, once sealed: the stores in
/// order of first appearance, all constants, and a list of words that tells everything the passes
/// look at: lattices, types, expressions, and for each store whether the program still sees it and
/// whether its bytes exist. Constants count by type alone, so `x * alpha` is one plan for every
/// alpha.
///
///     words    launch 0          launch 1          ...     what became of the stores
///              kind | places     kind | places             known when the window is sealed
///
/// A launch's *kind* is all but where its operands lie: equal in every round of a loop. Its hash is
/// taken once and serves the signature, the places where loops begin again, and the comparison of
/// ranks.
///
/// - Complexity: linear in the launches' operands and instructions; noting a launch allocates
///   nothing once warm.
import Glibc
import Launches
import Shapes

public final class Signature {
    private var memory: UnsafeMutablePointer<Int>
    private var capacity = 4096
    private(set) var wordCount = 0
    /// Where what is known of the stores begins.
    private(set) var sealWord = 0
    /// Where each launch begins, and what was known before it.
    private(set) var places: [Place] = []
    /// Stores in order of first appearance.
    private var seen: [Store?] = []
    /// The constants of all launches, one behind the other.
    private var values: [ScalarExpression.Constant] = []
    private var mark = 0
    public private(set) var hash: UInt64 = 0
    nonisolated(unsafe) private static var lastMark = 0

    struct Place {
        /// First word of the kind, and behind it the first that says where operands lie.
        var word: Int
        var placeWord = 0
        /// Stores and constants seen before, and the hash of what came before.
        var store: Int
        var constant: Int
        var hash: UInt64
    }

    public init() {
        memory = .allocate(capacity: capacity)
        removeAll()
    }

    /// The signature of a whole window.
    public convenience init(_ launches: [Launch]) {
        self.init()
        for launch in launches { append(launch) }
        seal()
    }

    deinit { memory.deallocate() }

    /// Empties it for another window.
    public func removeAll() {
        wordCount = 0
        hash = 0
        places.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        Signature.lastMark += 1
        mark = Signature.lastMark
    }

    // MARK: - What it tells

    public var words: [Int] { Array(buffer) }
    /// The words where they lie: for the time of a call on the signature, until it changes.
    var buffer: UnsafeBufferPointer<Int> { UnsafeBufferPointer(start: memory, count: wordCount) }
    public var stores: [Store] { seen.map { $0.unsafelyUnwrapped } }
    public var constants: [ScalarExpression.Constant] { values }

    /// The stores and constants, handed over to the run of a plan.
    public func takeOperands() -> (stores: [Store?], constants: [ScalarExpression.Constant]) {
        var stores: [Store?] = []
        var constants: [ScalarExpression.Constant] = []
        swap(&stores, &seen)
        swap(&constants, &values)
        return (stores, constants)
    }

    /// Position in ``constants`` of a launch's first one.
    func firstConstant(of launch: Int) -> Int { places[launch].constant }

    /// Whether another window had these words.
    func matches(_ other: [Int]) -> Bool {
        other.count == wordCount
            && other.withUnsafeBytes {
                wordCount == 0 || memcmp($0.baseAddress!, memory, $0.count) == 0
            }
    }

    // MARK: - Noting launches

    /// Notes the next launch of the window.
    ///
    /// - Returns: The hash of the launch's kind.
    @discardableResult
    public func append(_ launch: Launch) -> UInt64 {
        launch.windowPosition = places.count
        places.append(Place(word: wordCount, store: seen.count, constant: values.count, hash: hash))
        reserve(words: launch.mostWords)
        let start = memory + wordCount
        var p = start
        Signature.put(kindOf: launch, &p)
        let kind = Signature.hash(start, p - start)
        let placed = p
        places[places.count &- 1].placeWord = placed - memory
        launch.inputs.withUnsafeBufferPointer { for k in $0.indices { put(place: $0[k], &p) } }
        launch.outputs.withUnsafeBufferPointer { for k in $0.indices { put(place: $0[k], &p) } }
        wordCount &+= p - start
        hash = Signature.mixed(Signature.mixed(hash, kind), Signature.hash(placed, p - placed))
        switch launch.body {
        case .pointwise(let expression), .reduction(let expression, _):
            values += expression.constants
        case .opaque: break
        }
        return kind
    }

    /// Forgets all launches from number `count` on.
    public func cut(to count: Int) {
        guard count < places.count else { return }
        let place = places[count]
        // Stores that came later are new again.
        for k in place.store..<seen.count { seen[k]?.windowMark = 0 }
        wordCount = place.word
        hash = place.hash
        seen.removeSubrange(place.store...)
        values.removeSubrange(place.constant...)
        places.removeSubrange(count...)
    }

    /// Adds what is known of the stores only when the window ends.
    public func seal() {
        reserve(words: seen.count &* 3)
        sealWord = wordCount
        let start = memory + wordCount
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
        wordCount &+= p - start
        hash = Signature.mixed(hash, Signature.hash(start, p - start))
    }

    private func reserve(words count: Int) {
        guard wordCount &+ count > capacity else { return }
        capacity = max(2 &* capacity, wordCount &+ count)
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
        larger.update(from: memory, count: wordCount)
        memory.deallocate()
        memory = larger
    }

    /// Where an operand lies: in which store, and at which element. A store that is new here is
    /// described.
    @inline(__always)
    private func put(place view: StoreView, _ p: inout UnsafeMutablePointer<Int>) {
        let store = view.store
        if store.windowMark == mark {
            Signature.put(store.windowOrdinal, &p)
        } else {
            store.windowMark = mark
            store.windowOrdinal = seen.count
            seen.append(store)
            Signature.put(~store.type.index, &p)
            Signature.put(store.shape, &p)
        }
        Signature.put(view.lattice.offset, &p)
    }
}
