/// Running sums and products.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var cumulativeFamily: [Row] {
        [
            running("cumsum", .add), running("cumprod", .multiply),
            runningWithoutNaN("nancumsum", .add), runningWithoutNaN("nancumprod", .multiply),
            cumulative("cumulative_sum", .add), cumulative("cumulative_prod", .multiply),
        ]
    }

    private static func running(_ name: String, _ operation: Operation) -> Row {
        Row(
            name, "a, axis=None, dtype=None, out=None", .both,
            object: {
                let result = try $0.array(0).accumulated(
                    operation, axis: $0.optionalInt(1), dtype: $0.dtype(2), out: $0.out(3))
                return try $0.returning(result, out: 3)
            })
    }

    private static func runningWithoutNaN(_ name: String, _ operation: Operation) -> Row {
        Row(
            name, "a, axis=None, dtype=None, out=None",
            object: {
                let result = try $0.array(0).replacingNaN(by: operation == .add ? 0 : 1)
                    .accumulated(
                        operation, axis: $0.optionalInt(1), dtype: $0.dtype(2), out: $0.out(3))
                return try $0.returning(result, out: 3)
            })
    }

    private static func cumulative(_ name: String, _ operation: Operation) -> Row {
        Row(
            name, "x, /, *, axis=None, dtype=None, out=None, include_initial=False",
            object: {
                let result = try $0.array(0).cumulative(
                    operation, axis: $0.optionalInt(1), dtype: $0.dtype(2), out: $0.out(3),
                    includesInitial: $0.bool(4, default: false))
                return try $0.returning(result, out: 3)
            })
    }
}
