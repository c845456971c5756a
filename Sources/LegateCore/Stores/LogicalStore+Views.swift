/// Views of stores: the same elements under other indices. Nothing is copied; a write through one
/// is seen through all.
import Launches
import Shapes

extension LogicalStore {
    private func viewed(_ lattice: Lattice) -> LogicalStore {
        LogicalStore(StoreView(store: storeView.store, lattice: lattice, type: type))
    }

    private func checkedAxis(_ axis: Int, upTo limit: Int) throws -> Int {
        guard axis >= -limit, axis < limit else {
            throw CoreError(
                .value, "axis \(axis) is out of range for a store with \(axisCount) axes")
        }
        return axis < 0 ? axis + limit : axis
    }

    /// Inserts an axis of `extent` equal slices in front of `axis`.
    public func promoted(axis: Int, extent: Int = 1) throws -> LogicalStore {
        let axis = try checkedAxis(axis, upTo: axisCount + 1)
        guard extent >= 0 else { throw CoreError(.value, "an axis has no extent of \(extent)") }
        var lattice = storeView.lattice.insertingAxis(at: axis)
        lattice.shape[axis] = extent
        return viewed(lattice)
    }

    /// Fixes the index along one axis and removes the axis.
    public func projected(axis: Int, index: Int) throws -> LogicalStore {
        let axis = try checkedAxis(axis, upTo: axisCount)
        guard index >= -shape[axis], index < shape[axis] else {
            throw CoreError(
                .index, "index \(index) is out of range for axis \(axis) with extent \(shape[axis])"
            )
        }
        return viewed(
            storeView.lattice.projected(axis: axis, at: index < 0 ? index + shape[axis] : index))
    }

    /// Takes part of one axis, `step` apart.
    public func sliced(axis: Int, _ range: Range<Int>, step: Int = 1) throws -> LogicalStore {
        let axis = try checkedAxis(axis, upTo: axisCount)
        guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
            throw CoreError(
                .value, "slice \(range) is out of range for axis \(axis) with extent \(shape[axis])"
            )
        }
        guard step > 0 else {
            throw CoreError(.value, "the step of a slice is at least 1, not \(step)")
        }
        let count = (range.count + step - 1) / step
        return viewed(
            storeView.lattice.sliced(axis: axis, start: range.lowerBound, step: step, count: count))
    }

    /// Reorders the axes: axis *k* of the result is axis `order[k]`.
    public func transposed(_ order: [Int]) throws -> LogicalStore {
        guard order.sorted() == Array(0..<axisCount) else {
            throw CoreError(.value, "\(order) is no order of \(axisCount) axes")
        }
        return viewed(storeView.lattice.transposed(order))
    }

    /// Splits one axis into several whose extents' product is its own.
    public func delinearized(axis: Int, into extents: AxisList) throws -> LogicalStore {
        let axis = try checkedAxis(axis, upTo: axisCount)
        guard extents.product == shape[axis] else {
            throw CoreError(
                .value, "extents \(extents) do not split an axis of extent \(shape[axis])")
        }
        var newShape = Array(shape)
        var newStrides = Array(storeView.lattice.strides)
        let stride = newStrides[axis]
        newShape.replaceSubrange(axis...axis, with: extents)
        newStrides.replaceSubrange(
            axis...axis, with: Lattice.rowMajorStrides(of: extents).map { $0 * stride })
        return viewed(
            Lattice(
                offset: storeView.lattice.offset, shape: AxisList(newShape),
                strides: AxisList(newStrides)))
    }

    /// Stretches axes of extent one, and adds axes in front, as NumPy broadcasts.
    public func broadcast(to target: AxisList) throws -> LogicalStore {
        guard let lattice = storeView.lattice.broadcast(to: target) else {
            throw CoreError(.value, "a store of shape \(shape) does not broadcast to \(target)")
        }
        return viewed(lattice)
    }

    /// Whether the two show some byte in common.
    public func overlaps(_ other: any StoreConvertible) -> Bool {
        let (a, b) = (storeView, other.storeView)
        guard a.store === b.store else { return false }
        return a.lattice.inBytes(elementSize: a.type.byteCount).overlaps(
            b.lattice.inBytes(elementSize: b.type.byteCount))
    }
}
