/// The live accesses of one store: who read or wrote which lattice, and which of them a new access
/// conflicts with.
///
/// In: accesses in program order. Out: for a new access, every earlier one that shares a point with
/// it and of which at least one writes. Exact: bounding boxes only choose the candidates,
/// `Lattice.overlaps` decides.
///
/// Boxes live in the coordinates of the store's own shape, so that rows, columns and rectangles of
/// a matrix separate; one-axis stores that are accessed with a common step get the residue as a
/// second coordinate.
import Launches
import Shapes
import Tracing

public struct DependenceIndex {
    public struct Access {
        public var lattice: Lattice
        public var type: ElementType
        public var privilege: Privilege
        /// Which views it moves with (`StoreView.slide`).
        var slide: UInt8 = 0
        /// What the owner of the index wants to know of this access.
        public var payload: Int

        public init(lattice: Lattice, type: ElementType, privilege: Privilege, payload: Int) {
            self.lattice = lattice
            self.type = type
            self.privilege = privilege
            self.payload = payload
        }

        /// An access through a view.
        init(_ view: StoreView, _ privilege: Privilege, payload: Int) {
            self.init(
                lattice: view.lattice.normalized, type: view.type, privilege: privilege,
                payload: payload)
            slide = view.slide
        }

        /// Whether both see the same points, one for one.
        func isSameView(as other: Access) -> Bool {
            type == other.type && slide == other.slide && lattice == other.lattice
        }
    }

    public private(set) var accesses: [Access] = []
    private var forest: BoxForest?
    private var radices: [Int] = []
    private let storeShape: AxisList
    private let storeType: ElementType

    /// Below this many accesses a plain scan is faster than the tree.
    private static let scanLimit = 24

    public init(storeShape: AxisList, storeType: ElementType) {
        self.storeShape = storeShape
        self.storeType = storeType
    }

    /// Adds an access behind all earlier ones.
    public mutating func insert(_ access: Access) {
        accesses.append(access)
        if forest != nil {
            forest!.insert(box(of: access), entry: accesses.count - 1)
        } else if accesses.count > DependenceIndex.scanLimit {
            radices = chosenRadices()
            var forest = BoxForest()
            for (k, access) in accesses.enumerated() { forest.insert(box(of: access), entry: k) }
            self.forest = forest
        }
    }

    /// Calls `body` with each earlier access that conflicts with the given one.
    /// - Complexity: O(log n + candidates) exact tests.
    public func forEachConflict(with access: Access, _ body: (Access) -> Void) {
        guard let forest else {
            for earlier in accesses where conflicts(earlier, access) { body(earlier) }
            return
        }
        forest.forEach(touching: box(of: access)) { k in
            if conflicts(accesses[k], access) { body(accesses[k]) }
        }
    }

    private func conflicts(_ a: Access, _ b: Access) -> Bool {
        guard a.privilege == .write || b.privilege == .write else { return false }
        if a.slide != b.slide { return true }
        Counters.shared.overlapTests &+= 1
        if a.type == b.type { return a.lattice.overlaps(b.lattice) }
        return a.lattice.inBytes(elementSize: a.type.byteCount)
            .overlaps(b.lattice.inBytes(elementSize: b.type.byteCount))
    }

    // MARK: - Boxes

    /// Strides of up to four coordinates into which a flat index is split, descending, the last one
    /// 1.
    private func chosenRadices() -> [Int] {
        if storeShape.count <= 1 {
            let step = accesses.lazy.map { abs($0.lattice.strides.last ?? 1) }.first { $0 > 1 }
            return step.map { [$0, 1] } ?? [1]
        }
        let strides = Lattice.rowMajorStrides(of: storeShape)
        return Array(Set(strides.filter { $0 > 0 }).sorted(by: >).suffix(4))
    }

    /// A box around all flat indices of the access, in radix coordinates.
    private func box(of access: Access) -> Box {
        let whole = Box(low: SIMD4(repeating: 0), high: SIMD4(repeating: .max / 4))
        guard access.type == storeType, access.slide == 0, let bounds = access.lattice.bounds
        else { return whole }
        var low = SIMD4<Int>(repeating: 0)
        var rest = bounds.lowerBound
        for (k, radix) in radices.enumerated() {
            low[k] = rest / radix
            rest %= radix
        }
        var high = low
        for axis in 0..<access.lattice.axisCount {
            let stride = abs(access.lattice.strides[axis])
            let reach = access.lattice.shape[axis] - 1
            guard stride != 0, reach != 0 else { continue }
            guard let k = radices.firstIndex(where: { stride % $0 == 0 }) else { return whole }
            high[k] += reach * (stride / radices[k])
        }
        // A coordinate that carries into the next larger one makes the split meaningless: keep the
        // leading interval.
        for k in 1..<max(1, radices.count) where high[k] >= radices[k - 1] / radices[k] {
            var box = whole
            box.low[0] = bounds.lowerBound / radices[0]
            box.high[0] = bounds.upperBound / radices[0]
            return box
        }
        return Box(low: low, high: high)
    }
}
