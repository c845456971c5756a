/// Views and copies with elements in another place along an axis: `flip`, `rot90`, `roll`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.flip`. A view; all axes where `axes` is `nil`.
    public func flipped(_ axes: [Int]? = nil) throws -> NDArray {
        let chosen = try axes.map { try Axes.tuple($0, axisCount) } ?? Array(0..<axisCount)
        // Without axes NumPy's flip is `self[()]`, which is a scalar of its own.
        if axisCount == 0 { return try copied().flagged(isScalar: true) }
        var lattice = lattice
        for axis in chosen {
            let extent = lattice.shape[axis]
            lattice = lattice.sliced(axis: axis, start: max(0, extent - 1), step: -1, count: extent)
        }
        return viewed(lattice)
    }

    /// NumPy: `numpy.rot90`. A view, turned in the plane of two axes.
    public func rotated(quarters: Int, axes: [Int]) throws -> NDArray {
        guard axes.count == 2 else { throw NumPyError(.value, "len(axes) must be 2.") }
        guard axes[0] != axes[1], abs(axes[0] - axes[1]) != axisCount else {
            throw NumPyError(.value, "Axes must be different.")
        }
        guard axes.allSatisfy({ $0 >= -axisCount && $0 < axisCount }) else {
            throw NumPyError(
                .value, "Axes=(\(axes[0]), \(axes[1])) out of range for array of ndim=\(axisCount)."
            )
        }
        let turns = ((quarters % 4) + 4) % 4
        switch turns {
        case 0: return viewed(lattice)
        case 2: return try flipped([axes[0]]).flipped([axes[1]])
        case 1: return try flipped([axes[1]]).swappingAxes(axes[0], axes[1])
        default: return try swappingAxes(axes[0], axes[1]).flipped([axes[1]])
        }
    }

    /// NumPy: `numpy.roll`. A copy, put together from 2ᵏ pieces for k shifted axes.
    public func rolled(_ shifts: [Int], axes: [Int]?) throws -> NDArray {
        guard let axes else {
            let flat = try raveled().rolled([shifts.reduce(0, +)], axes: [0])
            return NDArray(
                StoreView(store: flat.store, lattice: Lattice(rowMajor: shape), type: type))
        }
        var offsets = [Int](repeating: 0, count: axisCount)
        for (shift, axis) in try NDArray.paired(shifts, axes) {
            offsets[try Axes.normalized(axis, axisCount)] += shift
        }
        let result = try NDArray.new(shape, type)
        if count == 0 { return result }
        var pieces = [(from: lattice, to: result.lattice)]
        for axis in 0..<axisCount {
            let extent = shape[axis]
            let shift = ((offsets[axis] % extent) + extent) % extent
            if shift == 0 { continue }
            pieces = pieces.flatMap { piece in
                [
                    (
                        piece.from.sliced(axis: axis, start: 0, step: 1, count: extent - shift),
                        piece.to.sliced(axis: axis, start: shift, step: 1, count: extent - shift)
                    ),
                    (
                        piece.from.sliced(axis: axis, start: extent - shift, step: 1, count: shift),
                        piece.to.sliced(axis: axis, start: 0, step: 1, count: shift)
                    ),
                ]
            }
        }
        for piece in pieces { try result.viewed(piece.to).assign(viewed(piece.from)) }
        return result
    }

    /// Shifts and axes brought to one length, as NumPy broadcasts them.
    private static func paired(_ shifts: [Int], _ axes: [Int]) throws -> [(Int, Int)] {
        if shifts.count == axes.count { return Array(zip(shifts, axes)) }
        if shifts.count == 1 { return axes.map { (shifts[0], $0) } }
        if axes.count == 1 { return shifts.map { ($0, axes[0]) } }
        throw NumPyError(
            .value,
            "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape "
                + "(\(shifts.count),) and arg 1 with shape (\(axes.count),).")
    }
}
