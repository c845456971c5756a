/// Shapes that operands share: `broadcast_shapes`, `broadcast_arrays`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.broadcast_shapes`.
    public static func broadcastShapes(_ shapes: [AxisList]) throws -> AxisList {
        var result = AxisList()
        var owner = 0
        for (k, shape) in shapes.enumerated() {
            guard let joint = try? Ufunc.broadcast(result, shape) else {
                throw NumPyError(
                    .value,
                    "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg "
                        + "\(owner) with shape \(shapes[owner]) and arg \(k) with shape \(shape).")
            }
            if joint != result { owner = k }
            result = joint
        }
        return result
    }

    /// NumPy: `numpy.broadcast_arrays`. Arrays that have the joint shape already come back as they
    /// are.
    public static func broadcastArrays(_ arrays: [NDArray]) throws -> [NDArray] {
        let shape = try broadcastShapes(arrays.map(\.shape))
        return try arrays.map {
            $0.shape == shape ? try $0.detached() : try $0.broadcast(to: shape)
        }
    }
}
