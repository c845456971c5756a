/// Boxes of points, and the one question of all transfers: which points of a box lie, through an
/// operand, in an interval of a store's flat index space? The answer is a few boxes again.
///
///     operand 10·i + j over 0 ≤ i < 4, 0 ≤ j < 10, interval 7 ..< 25
///
///     . . . . . . . # # #      box  i = 0      j = 7 ..< 10
///     # # # # # # # # # #      box  i = 1      j = 0 ..< 10
///     # # # # # . . . . .      box  i = 2      j = 0 ..< 5
///     . . . . . . . . . .
import Shapes

/// The points `lower[k] ..< lower[k] + extents[k]` of every axis.
public struct PointBox: Hashable, Sendable {
    /// The first index along each axis.
    public var lower: [Int]
    /// Indices along each axis.
    public var extents: [Int]

    /// A box from `lower` on.
    public init(lower: [Int], extents: [Int]) {
        self.lower = lower
        self.extents = extents
    }

    /// A box that begins at zero.
    public init(extents: [Int]) {
        lower = [Int](repeating: 0, count: extents.count)
        self.extents = extents
    }

    /// Points.
    public var count: Int { extents.reduce(1, *) }

    /// The boxes that a range of positions, counted in row-major order over `extents`, consists of.
    ///
    /// - Complexity: At most two boxes per axis.
    public static func boxes(_ positions: Range<Int>, of extents: [Int]) -> [PointBox] {
        guard !positions.isEmpty else { return [] }
        var strides = [Int](repeating: 1, count: extents.count)
        for axis in strides.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return PointBox(extents: extents).cut(offset: 0, strides: strides, to: positions)
    }

    /// The points at which `offset + Σ strides[k] * point[k]` lies in the interval, in ascending
    /// order of points.
    ///
    /// - Complexity: At most two boxes per axis where the operand's rows do not overlap; else as
    ///   many as it takes.
    public func cut(offset: Int, strides: [Int], to interval: Range<Int>) -> [PointBox] {
        guard count > 0, !interval.isEmpty else { return [] }
        var start = offset
        for axis in strides.indices { start += lower[axis] * strides[axis] }
        // Axes that move the operand, the farthest-reaching first; what all behind each reach
        // together.
        let axes = strides.indices.filter { strides[$0] != 0 && extents[$0] > 1 }
            .sorted { abs(strides[$0]) > abs(strides[$1]) }
        var result: [PointBox] = []
        var box = self
        split(&box, axes[...], start, strides, interval, &result)
        return result
    }

    private func split(
        _ box: inout PointBox, _ axes: ArraySlice<Int>, _ start: Int, _ strides: [Int],
        _ interval: Range<Int>,
        _ result: inout [PointBox]
    ) {
        guard let axis = axes.first else {
            if interval.contains(start) { result.append(box) }
            return
        }
        let rest = axes.dropFirst()
        // What the other axes add lies between these two.
        var (least, most) = (start, start)
        for other in rest {
            let reach = strides[other] * (extents[other] - 1)
            if reach < 0 { least += reach } else { most += reach }
        }
        let stride = strides[axis]
        let extent = extents[axis]
        // Points of this axis for which everything lies inside, and those for which something does.
        let touched = PointBox.points(
            stride, extent, above: interval.lowerBound - most, below: interval.upperBound - least)
        let inside = PointBox.points(
            stride, extent, above: interval.lowerBound - least, below: interval.upperBound - most)
        let (savedLower, savedExtent) = (box.lower[axis], box.extents[axis])
        defer { (box.lower[axis], box.extents[axis]) = (savedLower, savedExtent) }
        func one(_ k: Int) {
            box.lower[axis] = savedLower + k
            box.extents[axis] = 1
            split(&box, rest, start + k * stride, strides, interval, &result)
        }
        guard !inside.isEmpty else {
            for k in touched { one(k) }
            return
        }
        for k in touched.lowerBound..<inside.lowerBound { one(k) }
        box.lower[axis] = savedLower + inside.lowerBound
        box.extents[axis] = inside.count
        result.append(box)
        for k in inside.upperBound..<touched.upperBound { one(k) }
    }

    /// The k in `0 ..< extent` with `low <= stride * k < high`.
    private static func points(_ stride: Int, _ extent: Int, above low: Int, below high: Int)
        -> Range<Int>
    {
        guard low < high else { return 0..<0 }
        var (first, end): (Int, Int)
        if stride > 0 {
            first = low.dividedRoundingUp(by: stride)
            end = high.dividedRoundingUp(by: stride)
        } else {
            first = (1 - high).dividedRoundingUp(by: -stride)
            end = (1 - low).dividedRoundingUp(by: -stride)
        }
        first = min(max(first, 0), extent)
        end = min(max(end, first), extent)
        return first..<end
    }
}

extension Int {
    /// The quotient, rounded up; the divisor is positive.
    fileprivate func dividedRoundingUp(by divisor: Int) -> Int {
        self >= 0 ? (self + divisor - 1) / divisor : -(-self / divisor)
    }
}

/// Bytes of a store, as a lattice over its elements: what one message carries of it.
public struct Piece: Hashable, Sendable {
    /// In elements of `size` bytes from the store's first byte.
    public var offset: Int
    /// Elements along each axis.
    public var extents: [Int]
    /// Positive, descending.
    public var strides: [Int]
    /// Bytes of an element.
    public var size: Int

    /// A piece by its place.
    public init(offset: Int, extents: [Int], strides: [Int], size: Int) {
        self.offset = offset
        self.extents = extents
        self.strides = strides
        self.size = size
    }

    /// What an operand touches over a box: each element once, in the order of memory, over as few
    /// axes as possible.
    public init(_ box: PointBox, offset: Int, strides: [Int], size: Int) {
        var start = offset
        var axes: [(stride: Int, extent: Int)] = []
        for axis in strides.indices {
            let (stride, extent) = (strides[axis], box.extents[axis])
            start += box.lower[axis] * stride
            if stride == 0 || extent == 1 { continue }
            if stride < 0 { start += (extent - 1) * stride }
            axes.append((abs(stride), extent))
        }
        axes.sort { $0.stride > $1.stride }
        var merged: [(stride: Int, extent: Int)] = []
        for axis in axes {
            if let last = merged.last, last.stride == axis.stride * axis.extent {
                merged[merged.count - 1] = (axis.stride, last.extent * axis.extent)
            } else {
                merged.append(axis)
            }
        }
        self.init(
            offset: start, extents: merged.map(\.extent), strides: merged.map(\.stride), size: size)
    }

    /// Elements.
    public var elementCount: Int { extents.reduce(1, *) }
    /// Bytes.
    public var byteCount: Int { elementCount * size }
    /// Runs of consecutive elements.
    public var runCount: Int { strides.last == 1 ? extents.dropLast().reduce(1, *) : elementCount }
    /// Bytes between which all lies.
    public var byteBounds: Range<Int> {
        var last = offset
        for axis in extents.indices { last += (extents[axis] - 1) * strides[axis] }
        return offset * size..<(last + 1) * size
    }
    /// The same as a lattice.
    public var lattice: Lattice {
        Lattice(offset: offset, shape: AxisList(extents), strides: AxisList(strides))
    }
}
