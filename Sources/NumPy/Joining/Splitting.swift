/// `split` and its kin: lists of views.
import LegateCore

extension NDArray {
    /// Where an array is cut.
    public enum Cuts {
        case sections(Int)
        case indices([Int])
    }

    /// NumPy: `numpy.split` (`isExact`) and `numpy.array_split`.
    public func split(_ cuts: Cuts, axis: Int, isExact: Bool) throws -> [NDArray] {
        let k: Int
        do { k = try Axes.normalized(axis, axisCount) } catch {
            throw NumPyError(.index, "tuple index out of range")
        }
        let extent = shape[k]
        var bounds: [Int]
        switch cuts {
        case .sections(let count):
            guard count > 0 else {
                throw NumPyError(.value, "number sections must be larger than 0.")
            }
            if isExact, extent % count != 0 {
                throw NumPyError(.value, "array split does not result in an equal division")
            }
            let (each, extra) = (extent / count, extent % count)
            bounds = [0]
            for i in 0..<count { bounds.append(bounds[i] + each + (i < extra ? 1 : 0)) }
        case .indices(let indices): bounds = [0] + indices + [extent]
        }
        return try (0..<bounds.count - 1).map { i in
            let (first, _, count) = try Slice.resolve(bounds[i], bounds[i + 1], 1, extent)
            return viewed(
                lattice.sliced(axis: k, start: count == 0 ? 0 : first, step: 1, count: count))
        }
    }

    /// NumPy: `numpy.unstack`.
    public func unstacked(axis: Int) throws -> [NDArray] {
        guard axisCount > 0 else {
            throw NumPyError(.value, "Input array must be at least 1-d.")
        }
        let k = try Axes.normalized(axis, axisCount)
        return (0..<shape[k]).map { viewed(lattice.projected(axis: k, at: $0)) }
    }
}
