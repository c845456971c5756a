/// How an operand walks a store's bytes: the operand's lattice in units in which both it and the
/// owners' borders can be told, so that an element seen through another type may lie on two ranks.
import Kernels
import Launches
import Partitions
import Shapes

struct Walk {
    /// The store, by its ordinal in the window; what it is; whether all its bytes are on every
    /// rank.
    let store: Int
    let ownership: Ownership
    /// Bytes of one unit.
    let unit: Int
    let offset: Int
    /// One axis more than the points have, over the units of one element.
    private(set) var strides: [Int]
    let unitsPerElement: Int
    private let unitsPerOwned: Int

    init(
        _ store: Store, _ ordinal: Int, offset: Int, strides: [Int], type: ElementType,
        rankCount: Int
    ) {
        self.store = ordinal
        ownership = Ownership(store, rankCount: rankCount)
        unit = min(type.byteCount, store.type.byteCount)
        unitsPerElement = type.byteCount / unit
        unitsPerOwned = store.type.byteCount / unit
        let scale = unitsPerElement
        self.offset = offset * scale
        self.strides = []
        self.strides.reserveCapacity(strides.count + 1)
        for stride in strides { self.strides.append(stride * scale) }
        self.strides.append(1)
    }

    /// The walk over the axes behind the first ones, at their first point.
    func dropping(first count: Int) -> Walk {
        var result = self
        result.strides.removeFirst(count)
        return result
    }

    /// The units that a rank owns.
    func owned(by rank: Int) -> Range<Int> {
        let own = ownership.elements(ownedBy: rank)
        return own.lowerBound * unitsPerOwned..<own.upperBound * unitsPerOwned
    }

    /// The units that some consecutive ranks own.
    func owned(by ranks: Range<Int>) -> Range<Int> {
        ownership.start(of: ranks.lowerBound) * unitsPerOwned..<ownership.start(
            of: ranks.upperBound) * unitsPerOwned
    }

    /// The first unit that a rank owns.
    func firstUnit(ownedBy rank: Int) -> Int { ownership.start(of: rank) * unitsPerOwned }

    /// The owner of a unit.
    func owner(of unit: Int) -> Int { ownership.owner(of: unit / unitsPerOwned) }

    /// The owner of what the operand touches first at a position.
    func owner(atPosition position: Int, of extents: [Int]) -> Int {
        var (rest, unit) = (position, offset)
        for axis in extents.indices.reversed() where extents[axis] > 1 {
            unit += rest % extents[axis] * strides[axis]
            rest /= extents[axis]
        }
        return owner(of: unit)
    }

    /// Whether both operands touch, at every point, rows that go together: then they lie on the
    /// same rank.
    func staysInRows(of other: Walk, over extents: [Int]) -> Bool {
        let (mine, its) = (ownership, other.ownership)
        let (a, b) = (mine.rowCount * unitsPerOwned, its.rowCount * other.unitsPerOwned)
        guard mine.allRows == its.allRows, offset >= 0, other.offset >= 0,
            offset / a + mine.shift == other.offset / b + its.shift
        else { return false }
        // Where within its row each ends at most.
        var (x, y) = (
            offset % a + unitsPerElement - 1, other.offset % b + other.unitsPerElement - 1
        )
        for axis in extents.indices where extents[axis] > 1 {
            let (s, t) = (strides[axis], other.strides[axis])
            let (isRowX, isRowY) = (s % a == 0, t % b == 0)
            guard (isRowX ? s / a : 0) == (isRowY ? t / b : 0) else { return false }
            if !isRowX { x += s * (extents[axis] - 1) }
            if !isRowY { y += t * (extents[axis] - 1) }
            guard isRowX || s > 0, isRowY || t > 0 else { return false }
        }
        return x < a && y < b
    }

    /// Whether two operands of one store touch the same units at every point.
    func isLike(_ other: Walk) -> Bool {
        store == other.store && unit == other.unit && offset == other.offset
            && strides == other.strides
            && unitsPerElement == other.unitsPerElement
    }

    /// Whether the operand touches each unit of the store.
    func coversAll(of store: Store, over extents: [Int]) -> Bool {
        if extents.contains(0) { return false }
        var count = unitsPerElement
        for axis in extents.indices where strides[axis] != 0 { count *= extents[axis] }
        return count == store.elementCount * unitsPerOwned
            && isMonotone(over: zip(extents, strides).map { $1 == 0 ? 1 : $0 })
    }

    /// The pieces of some boxes, as parts of a message.
    func pieces(_ boxes: [PointBox], store: Int) -> [Message.Part] {
        boxes.map { Piece(units($0), offset: offset, strides: strides, size: unit) }.filter {
            $0.elementCount > 0
        }
        .map { Message.Part(store: store, piece: $0) }
    }

    /// What the operand touches over some positions, as parts of a message.
    func pieces(_ positions: Range<Int>, of extents: [Int], store: Int) -> [Message.Part] {
        if positions.isEmpty { return [] }
        guard isOneRun(over: extents) else {
            return pieces(PointBox.boxes(positions, of: extents), store: store)
        }
        let units = positions.lowerBound * unitsPerElement..<positions.upperBound * unitsPerElement
        return [
            Message.Part(
                store: store, piece: run(units.lowerBound + offset..<units.upperBound + offset))
        ]
    }

    /// Whether all points lie side by side, in order; points that are the same may count once.
    private func isOneRun(over extents: [Int], repeating: Bool = false) -> Bool {
        var size = unitsPerElement
        for axis in extents.indices.reversed() where extents[axis] > 1 {
            if repeating, strides[axis] == 0 { continue }
            if strides[axis] != size { return false }
            size *= extents[axis]
        }
        return true
    }

    private func run(_ units: Range<Int>) -> Piece {
        Piece(offset: units.lowerBound, extents: [units.count], strides: [1], size: unit)
    }

    /// What the operand touches, over all points, of what some consecutive ranks own.
    func pieces(of extents: [Int], ownedBy ranks: Range<Int>) -> [Piece] {
        let own = owned(by: ranks)
        if own.isEmpty { return [] }
        if isOneRun(over: extents, repeating: true), !extents.contains(0) {
            var count = unitsPerElement
            for axis in extents.indices where strides[axis] != 0 { count *= extents[axis] }
            let part = own.clamped(to: offset..<offset + count)
            return part.isEmpty ? [] : [run(part)]
        }
        let squeezed = PointBox(
            extents: extents.indices.map { strides[$0] == 0 ? min(1, extents[$0]) : extents[$0] })
        return units(squeezed).cut(offset: offset, strides: strides, to: own).map {
            Piece($0, offset: offset, strides: strides, size: unit)
        }
    }

    /// A box of points with the units of an element as last axis.
    private func units(_ box: PointBox) -> PointBox {
        PointBox(lower: box.lower + [0], extents: box.extents + [unitsPerElement])
    }

    /// What the operand touches, over some boxes of points, of what a rank owns.
    func pieces(_ boxes: [PointBox], ownedBy rank: Int) -> [Piece] {
        let own = owned(by: rank)
        return boxes.flatMap { box in
            units(box).cut(offset: offset, strides: strides, to: own).map {
                Piece($0, offset: offset, strides: strides, size: unit)
            }
        }
    }

    /// The ranks that own what the operand touches over a box, or lie between such.
    func owners(_ box: PointBox) -> ClosedRange<Int>? {
        guard box.count > 0 else { return nil }
        var (low, high) = (offset, offset + unitsPerElement - 1)
        for axis in box.lower.indices {
            let (a, b) = (
                box.lower[axis] * strides[axis],
                (box.lower[axis] + box.extents[axis] - 1) * strides[axis]
            )
            low += min(a, b)
            high += max(a, b)
        }
        return owner(of: low)...owner(of: high)
    }

    /// The points of a domain at which the operand touches what a rank owns, as the positions
    /// between which they lie.
    func positions(touching rank: Int, of extents: [Int]) -> Range<Int>? {
        var hull: Range<Int>?
        for box in units(PointBox(extents: extents)).cut(
            offset: offset, strides: strides, to: owned(by: rank))
        {
            var (first, last) = (0, 0)
            for axis in extents.indices {
                first = first * extents[axis] + box.lower[axis]
                last = last * extents[axis] + box.lower[axis] + box.extents[axis] - 1
            }
            hull = min(hull?.lowerBound ?? first, first)..<max(hull?.upperBound ?? 0, last + 1)
        }
        return hull
    }

    /// Whether positions ascend with the store's units.
    func isMonotone(over extents: [Int]) -> Bool {
        var reach = unitsPerElement - 1
        for axis in extents.indices.reversed() where extents[axis] > 1 {
            let stride = strides[axis]
            if stride == 0, reach < unitsPerElement { continue }
            guard stride > reach else { return false }
            reach += stride * (extents[axis] - 1)
        }
        return true
    }

    /// Of a monotone walk, the number of positions whose first unit lies before one of the store's.
    func positions(before unit: Int, of extents: [Int]) -> Int {
        var rest = unit - offset
        guard rest > 0 else { return 0 }
        var result = 0
        var inner = extents.reduce(1, *)
        var reach = 0
        for axis in extents.indices { reach += strides[axis] * (extents[axis] - 1) }
        for axis in extents.indices {
            guard extents[axis] > 0 else { return 0 }
            inner /= extents[axis]
            let stride = strides[axis]
            reach -= stride * (extents[axis] - 1)
            // Points of this axis before which everything lies.
            let whole: Int
            if stride == 0 || extents[axis] == 1 {
                whole = reach < rest ? extents[axis] : 0
            } else {
                whole = rest > reach ? min(extents[axis], (rest - 1 - reach) / stride + 1) : 0
            }
            result += whole * inner
            if whole == extents[axis] { return result }
            rest -= whole * stride
            if rest <= 0 { return result }
        }
        // A single point, over no axes.
        return extents.isEmpty ? 1 : result
    }
}
