/// The quick ways of functions of single numbers, and of `where` with arrays of one shape.
import LegateCore

extension Ufunc {
    /// A function of one float64, written to `result`.
    public static func quickNumber(
        _ operation: Operation, _ value: UnsafeRawPointer, into result: UnsafeMutableRawPointer
    ) -> ElementType? {
        guard Runtime.shared.isImmediate(1), let loop = OperationTable.loop(operation, .float64),
            loop.input0 == .float64,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        Counters.countImmediate()
        kernel(value, value, into: result, count: 1)
        return loop.output0
    }

    /// The same of two float64 at once.
    public static func quickNumber(_ operation: Operation, _ x: Double, _ y: Double) -> Double? {
        guard Runtime.shared.isImmediate(1), let loop = OperationTable.loop(operation, .float64),
            loop.input0 == .float64, loop.output0 == .float64,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        Counters.countImmediate()
        var (a, b, result) = (x, y, 0.0)
        kernel(&a, &b, into: &result, count: 1)
        return result
    }

    /// `mask ? a : b` for arrays of one shape and one type, of which one may be a number.
    public static func quickSelect(_ mask: NDArray, _ a: Operand, _ b: Operand) -> NDArray? {
        guard let array = a.plainArray ?? b.plainArray, mask.type == .bool, mask.axisCount > 0,
            mask.shape == array.shape, mask.isSmallAtRest, mask.lattice.isRowMajorContiguous,
            let x = elements(a, like: array), let y = elements(b, like: array),
            let kernel = KernelTable.block(.select, array.type),
            let result = NDArray.quickNew(array.shape, array.type)
        else { return nil }
        kernel(
            UnsafeRawPointer(mask.firstByte), x, y,
            into: result.store.memory.unsafelyUnwrapped, count: array.count)
        return result
    }

    /// An operand's elements side by side, if it is a row-major array at rest like `array`, or a
    /// number of its type.
    private static func elements(_ operand: Operand, like array: NDArray) -> UnsafeRawPointer? {
        guard let own = operand.plainArray else {
            return bits(of: operand, like: array.type).map {
                Immediate.repeated($0, size: array.type.byteCount, count: array.count)
            }
        }
        guard own.type == array.type, own.shape == array.shape, own.store.isReady,
            own.lattice.isRowMajorContiguous
        else { return nil }
        return UnsafeRawPointer(own.firstByte)
    }
}

extension Operand {
    @inline(__always)
    fileprivate var plainArray: NDArray? {
        if case .array(let array) = self { array } else { nil }
    }
}
