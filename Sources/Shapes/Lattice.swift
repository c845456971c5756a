/// A lattice: the points `offset + Σ iₖ·strideₖ`, `0 ≤ iₖ < extentₖ`, of a store's flat index
/// space.
///
/// Every view is one lattice, and a view of a view is again one: slices with any step, transposes,
/// broadcasts (stride 0), diagonals, new axes, and those reshapes that need no copy. Units are
/// elements, never bytes.

/// Which elements of a flat index space a view shows, and in which order.
public struct Lattice: Hashable, Sendable {
    /// The element at index zero.
    public var offset: Int
    /// Extents.
    public var shape: AxisList
    /// Elements between neighbours along each axis; negative or 0 as well.
    public var strides: AxisList

    /// A lattice by its parts.
    @inlinable public init(offset: Int, shape: AxisList, strides: AxisList) {
        self.offset = offset
        self.shape = shape
        self.strides = strides
    }

    /// The row-major lattice that covers a store of the given shape.
    @inlinable public init(rowMajor shape: AxisList) {
        self.init(offset: 0, shape: shape, strides: Lattice.rowMajorStrides(of: shape))
    }

    /// Strides of elements that lie row by row.
    @inlinable public static func rowMajorStrides(of shape: AxisList) -> AxisList {
        if shape.count > 4 { return longRowMajorStrides(of: shape) }
        var strides = shape
        var stride = 1
        var axis = shape.count &- 1
        while axis >= 0 {
            strides[axis] = stride
            stride &*= shape[axis]
            axis &-= 1
        }
        return strides
    }

    @usableFromInline static func longRowMajorStrides(of shape: AxisList) -> AxisList {
        AxisList(count: shape.count) { strides in
            var stride = 1
            for axis in strides.indices.reversed() {
                strides[axis] = stride
                stride &*= shape[axis]
            }
        }
    }

    /// Axes.
    /// Points.
    @inlinable public var axisCount: Int { shape.count }
    @inlinable public var elementCount: Int { shape.product }

    /// Whether the points are visited in ascending order without gaps by a row-major walk.
    @inlinable public var isRowMajorContiguous: Bool {
        if shape.count == 1 { return strides[0] == 1 || shape[0] <= 1 }
        var expected = 1
        var axis = shape.count &- 1
        while axis >= 0 {
            let extent = shape[axis]
            if extent == 0 { return true }
            if extent != 1 {
                if strides[axis] != expected { return false }
                expected &*= extent
            }
            axis &-= 1
        }
        return true
    }

    /// The same walked column-major (Fortran order).
    public var isColumnMajorContiguous: Bool { transposed().isRowMajorContiguous }

    /// The smallest and the largest flat index, or `nil` for an empty lattice.
    public var bounds: ClosedRange<Int>? {
        var low = offset
        var high = offset
        for axis in 0..<shape.count {
            let extent = shape[axis]
            if extent == 0 { return nil }
            let reach = (extent &- 1) &* strides[axis]
            if reach < 0 { low &+= reach } else { high &+= reach }
        }
        return low...high
    }

    /// The flat index of a point, without bounds checks.
    @inlinable public func uncheckedOffset(of index: AxisList) -> Int {
        var result = offset
        for axis in 0..<index.count { result &+= index[axis] &* strides[axis] }
        return result
    }

    /// Strides with those of axes of extent one set to zero, so that equal maps compare equal.
    public var normalized: Lattice {
        var result = self
        for axis in 0..<shape.count where shape[axis] == 1 { result.strides[axis] = 0 }
        return result
    }
}

// MARK: - Views of views

extension Lattice {
    /// Reverses the order of all axes.
    @inlinable public func transposed() -> Lattice { transposed((0..<shape.count).reversed()) }

    /// Reorders axes: axis `k` of the result is axis `order[k]` of this lattice.
    @inlinable public func transposed(_ order: some Sequence<Int>) -> Lattice {
        var result = Lattice(offset: offset, shape: AxisList(), strides: AxisList())
        for axis in order {
            result.shape.append(shape[axis])
            result.strides.append(strides[axis])
        }
        return result
    }

    /// The stride of every `step`-th point. Where an axis has hardly a point left, steps of steps may
    /// leave what a number of bytes can be; no point is that far away, and the stride stays.
    @inlinable @inline(__always)
    public static func stepped(_ stride: Int, by step: Int) -> Int {
        let (result, isOver) = stride.multipliedReportingOverflow(by: step)
        return isOver || result.magnitude >> 56 != 0 ? stride : result
    }

    /// Takes `count` points of one axis from `start` on, `step` apart.
    @inlinable public func sliced(axis: Int, start: Int, step: Int, count: Int) -> Lattice {
        var result = self
        result.offset &+= start &* strides[axis]
        result.shape[axis] = count
        result.strides[axis] = Lattice.stepped(strides[axis], by: step)
        return result
    }

    /// Fixes the index along one axis and removes that axis.
    public func projected(axis: Int, at index: Int) -> Lattice {
        var result = self
        result.offset &+= index &* strides[axis]
        result.shape.remove(at: axis)
        result.strides.remove(at: axis)
        return result
    }

    /// Inserts an axis of extent one.
    public func insertingAxis(at position: Int) -> Lattice {
        var result = self
        result.shape.insert(1, at: position)
        result.strides.insert(0, at: position)
        return result
    }

    /// Stretches axes of extent one and adds leading axes, as NumPy broadcasts; `nil` where that is
    /// impossible.
    @inlinable public func broadcast(to target: AxisList) -> Lattice? {
        if target == shape { return self }
        let missing = target.count &- shape.count
        guard missing >= 0 else { return nil }
        var newStrides = AxisList()
        for axis in 0..<target.count {
            let own = axis &- missing
            if own < 0 {
                newStrides.append(0)
            } else if shape[own] == target[axis] {
                newStrides.append(strides[own])
            } else if shape[own] == 1 {
                newStrides.append(0)
            } else {
                return nil
            }
        }
        return Lattice(offset: offset, shape: target, strides: newStrides)
    }

    /// The same points under another shape, or `nil` where NumPy would have to copy.
    ///
    /// Groups of axes of the old and the new shape with equal products are matched from the left; a
    /// group can be re-cut only if its old axes are evenly nested (each stride is the next one's
    /// stride times its extent).
    public func reshaped(to target: AxisList) -> Lattice? {
        guard target.product == elementCount else { return nil }
        if elementCount == 0 || isRowMajorContiguous {
            return Lattice(
                offset: offset, shape: target, strides: Lattice.rowMajorStrides(of: target))
        }
        var old: [(extent: Int, stride: Int)] = []
        for axis in 0..<shape.count where shape[axis] != 1 {
            old.append((shape[axis], strides[axis]))
        }
        var newStrides = AxisList(repeating: 0, count: target.count)
        var i = 0
        var j = 0
        while i < old.count {
            var oldProduct = old[i].extent
            var newProduct = 1
            let firstOld = i
            let firstNew = j
            i += 1
            while j < target.count, newProduct < oldProduct || target[j] == 1 {
                newProduct *= target[j]
                j += 1
                while newProduct > oldProduct, i < old.count {
                    oldProduct *= old[i].extent
                    i += 1
                }
            }
            while newProduct != oldProduct {
                if newProduct < oldProduct {
                    guard j < target.count else { return nil }
                    newProduct *= target[j]
                    j += 1
                } else {
                    guard i < old.count else { return nil }
                    oldProduct *= old[i].extent
                    i += 1
                }
            }
            for k in firstOld..<(i - 1) where old[k].stride != old[k + 1].stride * old[k + 1].extent
            {
                return nil
            }
            var stride = old[i - 1].stride
            for k in stride_(from: j - 1, through: firstNew) {
                newStrides[k] = stride
                stride *= target[k]
            }
        }
        return Lattice(offset: offset, shape: target, strides: newStrides)
    }

    private func stride_(from high: Int, through low: Int) -> StrideThrough<Int> {
        stride(from: high, through: low, by: -1)
    }

    /// Axes from the longest stride to the shortest, whichever way they run; of equal ones the
    /// first comes first.
    public static func axes(by strides: some RandomAccessCollection<Int>) -> [Int] {
        let lengths = strides.map { abs($0) }
        return lengths.indices.sorted {
            lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1]
        }
    }

    /// The diagonal of two axes; the new axis comes last. Nonnegative `shift` moves right, negative
    /// down.
    public func diagonal(_ shift: Int, axis first: Int, _ second: Int) -> Lattice {
        let rows = shape[first]
        let columns = shape[second]
        let start = shift >= 0 ? shift * strides[second] : -shift * strides[first]
        let extent = max(
            0, shift >= 0 ? Swift.min(rows, columns - shift) : Swift.min(rows + shift, columns))
        var newShape = AxisList()
        var newStrides = AxisList()
        for axis in 0..<shape.count where axis != first && axis != second {
            newShape.append(shape[axis])
            newStrides.append(strides[axis])
        }
        newShape.append(extent)
        newStrides.append(strides[first] + strides[second])
        return Lattice(
            offset: extent == 0 ? offset : offset + start, shape: newShape, strides: newStrides)
    }
}
