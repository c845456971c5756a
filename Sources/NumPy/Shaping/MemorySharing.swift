/// Where arrays lie: whether two share elements, column-major copies, complex arrays that are real.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.shares_memory`: exactly, for views of one store.
    public func sharesElements(with other: NDArray) -> Bool {
        guard store === other.store, count > 0, other.count > 0 else { return false }
        if type == other.type { return lattice.overlaps(other.lattice, stepLimit: .max) }
        return lattice.inBytes(elementSize: type.byteCount).overlaps(
            other.lattice.inBytes(elementSize: other.type.byteCount), stepLimit: .max)
    }

    /// NumPy: `numpy.may_share_memory`: whether the first to last bytes of both overlap.
    public func boundsOverlap(_ other: NDArray) -> Bool {
        guard store === other.store, let mine = lattice.inBytes(elementSize: type.byteCount).bounds,
            let theirs = other.lattice.inBytes(elementSize: other.type.byteCount).bounds
        else { return false }
        return mine.overlaps(theirs)
    }

    /// NumPy: `numpy.asfortranarray`: a copy whose first axis runs fastest.
    public func columnMajor(as type: ElementType) throws -> NDArray {
        let result = try MemoryOrder.empty(shape, type, (0..<axisCount).reversed())
        try result.assign(self)
        return result
    }

    /// NumPy: `numpy.real_if_close` of a complex array: its real part, if all imaginary parts are
    /// small.
    ///
    /// - Parameter tolerance: Above 1 in units of the type's precision. The imaginary parts are
    ///   waited for.
    public func realIfClose(tolerance: Double) throws -> NDArray {
        let precision = type == .complex64 ? Double(Float.ulpOfOne) : Double.ulpOfOne
        let limit = tolerance > 1 ? precision * tolerance : tolerance
        let size = try Ufunc.unary(.absolute, imaginaryPart())
        return try Ufunc.binary(.less, .array(size), .float(limit)).isAllTrue() ? realPart() : self
    }
}
