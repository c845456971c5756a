/// Sums, products, extremes and logic along axes.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var reductionFamily: [Row] {
        [
            typedReduction("sum", .add), typedReduction("prod", .multiply),
            reduction("max", .maximum), reduction("min", .minimum),
            reduction("amax", .maximum, .function), reduction("amin", .minimum, .function),
            logicalReduction("any", .logicalOr), logicalReduction("all", .logicalAnd),
        ]
    }

    private static func typedReduction(_ name: String, _ op: Operation) -> Row {
        let signature =
            "a, axis=None, dtype=None, out=None, keepdims=False, initial=<no value>, where=True"
        return Row(
            name, signature, .both,
            object: {
                let result = try Ufunc.reduce(
                    op, $0.array(0), axes: $0.axes(1), dtype: $0.dtype(2), out: $0.out(3),
                    keepDims: $0.bool(4, default: false), initial: $0.optionalOperand(5),
                    where: $0.mask(6))
                return try $0.returning(result, out: 3)
            })
    }

    private static func reduction(_ name: String, _ op: Operation, _ kinds: RowKinds = .both) -> Row
    {
        let signature = "a, axis=None, out=None, keepdims=False, initial=<no value>, where=True"
        return Row(
            name, signature, kinds,
            object: {
                let result = try Ufunc.reduce(
                    op, $0.array(0), axes: $0.axes(1), dtype: nil, out: $0.out(2),
                    keepDims: $0.bool(3, default: false), initial: $0.optionalOperand(4),
                    where: $0.mask(5))
                return try $0.returning(result, out: 2)
            })
    }

    private static func logicalReduction(_ name: String, _ op: Operation) -> Row {
        Row(
            name, "a, axis=None, out=None, keepdims=False, *, where=True", .both,
            object: {
                let result = try Ufunc.reduce(
                    op, $0.array(0), axes: $0.axes(1), dtype: nil, out: $0.out(2),
                    keepDims: $0.bool(3, default: false), initial: nil, where: $0.mask(4))
                return try $0.returning(result, out: 2)
            })
    }
}
