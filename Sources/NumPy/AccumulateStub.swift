import LegateCore
extension Ufunc {
    public static func accumulate(
        _ op: Operation, _ a: NDArray, axis: Int, dtype: ElementType?, out: NDArray?
    ) throws -> NDArray { throw NumPyError(.unsupported, "accumulate") }
}
