/// `ndarray.view(dtype)`: the same bytes read as another element type.
import LegateCore

extension NDArray {
    /// The same bytes as elements of another type.
    ///
    /// - Shape: The last axis grows or shrinks by the ratio of the two sizes.
    /// - Throws: ``NumPyError/Kind/value`` with NumPy's words where the last axis does not allow
    ///   it.
    public func reinterpreted(as target: ElementType) throws -> NDArray {
        let source = try detached()
        let (old, new) = (type.byteCount, target.byteCount)
        if old == new { return source.viewed(source.lattice, as: target) }
        guard axisCount > 0 else {
            throw NumPyError(
                .value,
                "Changing the dtype of a 0d array is only supported if the itemsize is unchanged")
        }
        let last = axisCount - 1
        guard strides[last] == 1 || shape[last] == 1 || count == 0 else {
            throw NumPyError(
                .value, "To change to a dtype of a different size, the last axis must be contiguous"
            )
        }
        return try new < old
            ? source.split(into: target, old / new) : source.joined(to: target, new / old, new)
    }

    private func split(into target: ElementType, _ ratio: Int) throws -> NDArray {
        var result = Lattice(
            offset: lattice.offset * ratio, shape: shape,
            strides: AxisList(strides.map { $0 * ratio }))
        result.shape[axisCount - 1] *= ratio
        result.strides[axisCount - 1] = 1
        return viewed(result, as: target)
    }

    private func joined(to target: ElementType, _ ratio: Int, _ size: Int) throws -> NDArray {
        let last = axisCount - 1
        guard shape[last] % ratio == 0 else {
            throw NumPyError(
                .value,
                "When changing to a larger dtype, its size must be a divisor of the total size in bytes of the "
                    + "last axis of the array.")
        }
        let isAligned =
            lattice.offset % ratio == 0
            && (0..<last).allSatisfy { strides[$0] % ratio == 0 || shape[$0] == 1 }
        guard isAligned else { throw NumPyError(.unsupported, "unaligned elements") }
        var result = Lattice(
            offset: lattice.offset / ratio, shape: shape,
            strides: AxisList(strides.map { $0 / ratio }))
        result.shape[last] /= ratio
        result.strides[last] = 1
        return viewed(result, as: target)
    }
}
