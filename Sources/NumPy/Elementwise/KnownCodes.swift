/// The codes of single operations, made once each: what an operation computes with arrays and numbers
/// of its loop's own types.
///
///     a + b    (0, 1) → 2       a - 2.0    (0, 1) → 2       2.0 - a    (1, 0) → 2
///              arrays count first, then numbers: their places tell the last two apart
import LegateCore

enum KnownCodes {
    /// One operation.
    struct Known {
        let name: String
        let code: ScalarExpression.Code
        fileprivate let loop: Loop
    }

    /// Sets of places, of three, where numbers stand.
    private static let sets = 8

    nonisolated(unsafe) private static let table: UnsafeMutablePointer<Known?> = {
        let count = Operation.count * ElementType.count * sets
        let table = UnsafeMutablePointer<Known?>.allocate(capacity: count)
        table.initialize(repeating: nil, count: count)
        return table
    }()

    /// - Parameters:
    ///   - numbers: Bit `k` says whether operand `k` is a number.
    ///   - count: Operands.
    @inline(__always)
    static func known(_ operation: Operation, _ loop: Loop, numbers: Int, of count: Int)
        -> UnsafePointer<Known>
    {
        let place =
            table
            + ((operation.index &* ElementType.count &+ loop.compute.index) &* sets &+ numbers)
        // A loop is more than the type that selects its kernel: the last one asked for stays.
        if place.pointee?.loop != loop {
            place.pointee = make(operation, loop, numbers: numbers, of: count)
        }
        return UnsafeRawPointer(place).assumingMemoryBound(to: Known.self)
    }

    @inline(never)
    private static func make(_ operation: Operation, _ loop: Loop, numbers: Int, of count: Int)
        -> Known
    {
        let types = [loop.input0, loop.input1, loop.input2]
        let (arrays, constants) = (0..<count).reduce(into: ([Int](), [Int]())) {
            if numbers >> $1 & 1 == 0 { $0.0.append($1) } else { $0.1.append($1) }
        }
        // Operands that are missing are the first one again.
        let order = arrays + constants
        let values = (0..<3).map { order.firstIndex(of: $0 < count ? $0 : 0) ?? 0 }
        let expression = ScalarExpression(
            inputTypes: arrays.map { types[$0] },
            constants: constants.map { .init(type: types[$0], bits: (0, 0)) },
            instructions: [.apply(operation, loop, values[0], values[1], values[2])],
            results: [count])
        return Known(
            name: OperationTable.row(operation).name, code: expression.code, loop: loop)
    }
}
