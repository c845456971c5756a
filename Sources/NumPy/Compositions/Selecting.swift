/// `copyto`, and the predicates on real and complex numbers.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.copyto`.
    public func copy(from source: Operand, casting: Casting, where mask: NDArray?) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        switch source {
        case .array(let array):
            guard array.type.canCast(to: type, casting) else {
                throw NumPyError(
                    .type,
                    "Cannot cast \(array.axisCount == 0 ? "scalar" : "array data") from "
                        + "dtype('\(array.type.name)') to dtype('\(type.name)') according to the rule "
                        + "'\(casting.name)'")
            }
        default:
            guard let kind = source.weakKind, casting != .unsafe,
                type.promoted(withWeak: kind) != type
            else { break }
            guard casting == .sameKind else {
                throw NumPyError(.unsupported, "strict casting of numbers")
            }
            throw NumPyError(
                .type,
                "Cannot cast scalar from dtype('\(kind.defaultType.name)') to dtype('\(type.name)') according "
                    + "to the rule 'same_kind'")
        }
        guard let mask else { return try assign(source) }
        guard mask.type == .bool else { throw NumPyError(.unsupported, "masks of other types") }
        if case .array(let array) = source, array.lattice.broadcast(to: shape) == nil {
            return try assign(source)
        }
        guard mask.lattice.broadcast(to: shape) != nil else {
            throw NumPyError(
                .value,
                "could not broadcast where mask from shape \(mask.shape.tight) into shape \(shape.tight)"
            )
        }
        guard count > 0 else { return }
        try NDArray.select(mask, source, .array(self), into: self)
    }

    /// NumPy: `numpy.isreal` (`isComplex` false) and `numpy.iscomplex`: by the imaginary part.
    public func hasImaginaryPart(_ wanted: Bool) throws -> NDArray {
        guard type.isComplex else {
            return try NDArray.full(shape, .bool, .bool(!wanted)).flagged(isScalar: axisCount == 0)
        }
        return try Ufunc.binary(wanted ? .notEqual : .equal, .array(imaginaryPart()), .integer(0))
    }

    /// NumPy: `numpy.isposinf` and `numpy.isneginf`.
    public func isInfinite(negative: Bool, out: NDArray?) throws -> NDArray {
        guard type.isFloating else { throw NumPyError(.unsupported, "infinities of \(type.name)") }
        let limit = Operand.float(negative ? -.infinity : .infinity)
        return try Ufunc.call(.equal, Operands(.array(self), limit), out: Outputs(out)).first
    }

    /// NumPy: `numpy.angle`.
    public func angle(degrees: Bool) throws -> NDArray {
        let imaginary: Operand = type.isComplex ? .array(try imaginaryPart()) : .integer(0)
        let result = try Ufunc.binary(.arctan2, imaginary, .array(realPart()))
        guard degrees else { return result }
        return try Ufunc.binary(.multiply, .array(result), .float(180 / Double.pi))
    }
}
