/// Arrays compared as wholes or within tolerances: `isclose`, `allclose`, `array_equal`,
/// `array_equiv`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.isclose`: `|a - b| <= atol + rtol·|b|`, with infinities equal to themselves only.
    public static func isClose(
        _ a: Operand, _ b: Operand, relative: Operand, absolute: Operand, equalNaN: Bool
    ) throws -> NDArray {
        let y: NDArray
        switch b {
        case .array(let array):
            let type = array.type.promoted(withWeak: .float)
            y = type == array.type ? array : try array.cast(to: type)
        case .complex: y = scalar(b, .complex128)
        default: y = scalar(b, .float64)
        }
        var x = a
        // A Python number beside an array is weak, but beside a number it has its own type.
        if case .array = b {} else if a.weakKind != nil { x = .array(scalar(a, y.type)) }
        let difference = try Ufunc.unary(.absolute, Ufunc.binary(.subtract, x, weak(y, b)))
        let scaled = try Ufunc.binary(.multiply, relative, .array(Ufunc.unary(.absolute, y)))
        let bound = try Ufunc.binary(.add, absolute, .array(scaled))
        let near = try Ufunc.binary(.lessEqual, .array(difference), .array(bound))
        let finite = try Ufunc.binary(.bitwiseAnd, .array(near), .array(Ufunc.unary(.isfinite, y)))
        let same = try Ufunc.binary(.equal, x, weak(y, b))
        let result = try Ufunc.binary(.bitwiseOr, .array(finite), .array(same))
        guard equalNaN else { return result }
        let first: NDArray
        if case .array(let array) = x { first = array } else { first = scalar(x, .float64) }
        let bothNaN = try Ufunc.binary(
            .bitwiseAnd, .array(Ufunc.unary(.isnan, first)), .array(Ufunc.unary(.isnan, y)))
        return try Ufunc.binary(.bitwiseOr, .array(result), .array(bothNaN))
    }

    /// `y` as the operand it came from: Python floats stay weak.
    private static func weak(_ y: NDArray, _ original: Operand) -> Operand {
        switch original {
        case .array: return .array(y)
        case .integer(let value): return .float(Double(value))
        case .bool(let value): return .float(value ? 1 : 0)
        default: return original
        }
    }

    /// Whether all elements are true. Waits for the value.
    public func isAllTrue() throws -> Bool {
        if case .bool(let value) = try Ufunc.reduce(.logicalAnd, self, axes: nil).item() {
            return value
        }
        return false
    }

    /// NumPy: `numpy.array_equal`.
    public func isEqual(to other: NDArray, equalNaN: Bool) throws -> Bool {
        guard shape == other.shape else { return false }
        var same = try Ufunc.binary(.equal, .array(self), .array(other))
        if equalNaN, type.isInexact, other.type.isInexact {
            let bothNaN = try Ufunc.binary(
                .bitwiseAnd, Ufunc.unary(.isnan, self), Ufunc.unary(.isnan, other))
            same = try Ufunc.binary(.bitwiseOr, same, bothNaN)
        }
        return try same.isAllTrue()
    }

    /// NumPy: `numpy.array_equiv`: equal once broadcast.
    public func isEquivalent(to other: NDArray) throws -> Bool {
        guard (try? Ufunc.broadcast(shape, other.shape)) != nil else { return false }
        return try Ufunc.binary(.equal, .array(self), .array(other)).isAllTrue()
    }
}
