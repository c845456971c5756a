/// Functions put together from elementwise operations: rounding, bounds, closeness, differences.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var compositionFamily: [Row] { boundRows + closenessRows + differenceRows + partRows }

    private static var boundRows: [Row] {
        [
            Row(
                "clip",
                "a, a_min=<no value>, a_max=<no value>, out=None, *, min=<no value>, max=<no value>, where=True, "
                    + "dtype=None, casting='same_kind'",
                object: { try clip($0) }),
            Row(
                "clip",
                "a, min=None, max=None, out=None, *, where=True, dtype=None, casting='same_kind'",
                .method,
                object: {
                    let result = try NDArray.clip(
                        $0.operand(0), $0.optionalOperand(1), $0.optionalOperand(2), out: $0.out(3),
                        where: $0.mask(4), dtype: $0.dtype(5), casting: $0.casting(6))
                    return try $0.returning(result, out: 3)
                }),
            Row(
                "fix", "x, out=None",
                object: {
                    let result = try Ufunc.call(
                        .trunc, Operands($0.operand(0)), out: Outputs($0.out(1))
                    ).first
                    return try $0.returning(result, out: 1)
                }),
            Row("sinc", "x") { try $0.array(0).sinc() },
            Row("select", "condlist, choicelist, default=0") {
                let (conditions, choices) = (
                    try $0.arrays(0), try borrowedSequence($0.slots[1]!).map(operand)
                )
                let standard = try $0.optionalOperand(2) ?? .integer(0)
                let result: NDArray = try leavingOverflow {
                    try NDArray.select(conditions, choices, default: standard)
                }
                return result
            },
            roundRow("round", .both), roundRow("around", .function),
            Row(
                "nan_to_num", "x, copy=True, nan=0.0, posinf=None, neginf=None",
                object: {
                    let copies = try $0.bool(1, default: true)
                    let isComplex = try $0.array(0).type.isComplex
                    for i in 2...4 {
                        guard let value = try $0.optionalOperand(i), value.ownType.isComplex,
                            !isComplex
                        else { continue }
                        throw NumPyError(.unsupported, "a complex number among real ones")
                    }
                    let result = try $0.array(0).replacingNonFinite(
                        copies: copies || !isArray($0.slots[0]!),
                        nan: $0.optionalOperand(2) ?? .float(0),
                        positive: $0.optionalOperand(3), negative: $0.optionalOperand(4))
                    return result.isScalar || copies || !isArray($0.slots[0]!)
                        ? wrap(result) : lg_newref($0.slots[0]!)
                }),
        ]
    }

    private static func clip(_ args: Arguments) throws -> Obj? {
        let hasOld = (args.object(1) != nil, args.object(2) != nil)
        let hasNew = args.object(4) != nil || args.object(5) != nil
        if hasOld == (true, false) {
            throw typeError("clip() missing 1 required positional argument: 'a_max'")
        }
        if hasOld == (false, true) {
            throw typeError("clip() missing 1 required positional argument: 'a_min'")
        }
        if hasOld.0, hasNew {
            throw valueError(
                "Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden."
            )
        }
        let (low, high) = hasOld.0 ? (1, 2) : (4, 5)
        let a = Operand.array(try args.array(0))
        let result = try NDArray.clip(
            a, args.optionalOperand(low), args.optionalOperand(high), out: args.out(3),
            where: args.mask(6),
            dtype: args.dtype(7), casting: args.casting(8))
        return try args.returning(result, out: 3)
    }

    private static func roundRow(_ name: String, _ kinds: RowKinds) -> Row {
        Row(
            name, "a, decimals=0, out=None", kinds,
            object: {
                let result = try $0.array(0).rounded(
                    decimals: $0.int(1, default: 0), out: $0.out(2))
                return try $0.returning(result, out: 2)
            })
    }

    private static var closenessRows: [Row] {
        [
            Row("isclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False") { try close($0) },
            Row("allclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False") {
                try close($0).isAllTrue()
            },
            Row("array_equal", "a1, a2, equal_nan=False") {
                try $0.array(0).isEqual(to: $0.array(1), equalNaN: $0.bool(2, default: false))
            },
            Row("array_equiv", "a1, a2") { try $0.array(0).isEquivalent(to: $0.array(1)) },
        ]
    }

    private static func close(_ args: Arguments) throws -> NDArray {
        try NDArray.isClose(
            args.operand(0), args.operand(1), relative: args.optionalOperand(2) ?? .float(1e-5),
            absolute: args.optionalOperand(3) ?? .float(1e-8),
            equalNaN: args.bool(4, default: false))
    }

    private static var differenceRows: [Row] {
        [
            Row("diff", "a, n=1, axis=-1, prepend=<no value>, append=<no value>") {
                try $0.array(0).differences(
                    order: $0.int(1, default: 1), axis: $0.int(2, default: -1),
                    prepend: $0.optionalArray(3),
                    append: $0.optionalArray(4))
            },
            Row("ediff1d", "ary, to_end=None, to_begin=None") {
                if $0.has(1) || $0.has(2) { throw NumPyError(.unsupported, "ends") }
                return try $0.array(0).raveled().differences()
            },
            Row("gradient", "f, *varargs, axis=None, edge_order=1", object: { try gradient($0) }),
            Row("trapezoid", "y, x=None, dx=1.0, axis=-1") {
                try $0.array(0).trapezoid(
                    x: $0.optionalArray(1), spacing: $0.optionalOperand(2) ?? .float(1),
                    axis: $0.int(3, default: -1))
            },
            Row("cross", "a, b, axisa=-1, axisb=-1, axisc=-1, axis=None") {
                let axis = try $0.optionalInt(5)
                return try $0.array(0).cross(
                    $0.array(1), axisA: axis ?? $0.int(2, default: -1),
                    axisB: axis ?? $0.int(3, default: -1),
                    axisC: axis ?? $0.int(4, default: -1))
            },
            Row("linalg.cross", "x1, x2, /, *, axis=-1") {
                let axis = try $0.int(2, default: -1)
                return try $0.array(0).cross($0.array(1), axisA: axis, axisB: axis, axisC: axis)
            },
            Row("interp", "x, xp, fp, left=None, right=None, period=None") {
                if $0.has(5) { throw NumPyError(.unsupported, "period") }
                for end in [$0.value(3), $0.value(4)].compactMap({ $0 })
                where lg_kind(end) != .float && lg_kind(end) != .int {
                    throw NumPyError(.unsupported, "ends")
                }
                return try $0.array(2).interpolated(
                    at: $0.array(0), $0.array(1), left: $0.has(3) ? $0.double(3) : nil,
                    right: $0.has(4) ? $0.double(4) : nil)
            },
        ]
    }

    private static var partRows: [Row] {
        [
            Row(
                "real", "val",
                object: { args in
                    if isNumber(args.slots[0]!) {
                        return PyObject_GetAttrString(args.slots[0]!, "real")
                    }
                    let array = try args.array(0)
                    if !array.type.isComplex {
                        return isOurs(args.slots[0]!) ? lg_newref(args.slots[0]!) : wrap(array)
                    }
                    return wrap(
                        array.isScalar ? try array.realPart().copied().scalared : array.realPart())
                }),
            Row(
                "imag", "val",
                object: { args in
                    if isNumber(args.slots[0]!) {
                        return PyObject_GetAttrString(args.slots[0]!, "imag")
                    }
                    let array = try args.array(0)
                    if array.isScalar { return wrap(try array.imaginaryPart().copied().scalared) }
                    return wrap(try array.imaginaryPart())
                }),
            conjugateRow("conj"), conjugateRow("conjugate"),
            Row("angle", "z, deg=False") {
                try $0.array(0).angle(degrees: $0.bool(1, default: false))
            },
            Row("isreal", "x") { try $0.array(0).hasImaginaryPart(false) },
            Row("iscomplex", "x") { try $0.array(0).hasImaginaryPart(true) },
            Row("iscomplexobj", "x") { try $0.array(0).type.isComplex },
            Row("isrealobj", "x") { try !$0.array(0).type.isComplex },
            infinityRow("isposinf", negative: false), infinityRow("isneginf", negative: true),
            Row(
                "copyto", "dst, src, casting='same_kind', where=True",
                nothing: {
                    guard isArray($0.slots[0]!) else {
                        throw NumPyError(.unsupported, "host arrays")
                    }
                    try node($0.slots[0]!).copy(
                        from: $0.operand(1), casting: $0.casting(2), where: $0.mask(3))
                }),
        ]
    }

    private static func gradient(_ args: Arguments) throws -> Obj? {
        let array = try args.array(0)
        let axes =
            try args.axes(2).map { try Axes.tuple($0, array.axisCount) }
            ?? Array(0..<array.axisCount)
        var spacings = try borrowedItems(args.slots[1]!).map(operand)
        if spacings.isEmpty { spacings = [.float(1)] }
        if spacings.count == 1, case .array(let array) = spacings[0], array.axisCount > 0 {
        } else if spacings.count == 1 {
            spacings = axes.map { _ in spacings[0] }
        }
        guard spacings.count == axes.count else { throw typeError("invalid number of arguments") }
        let order = try args.int(3, default: 1)
        let results = try zip(axes, spacings).map {
            try array.gradient(spacing: $1, axis: $0, edgeOrder: order)
        }
        return results.count == 1
            ? wrap(results[0]) : try PythonTuple(arrays: results).pythonObject()
    }

    private static func borrowedSequence(_ object: Obj) throws -> [Obj] {
        guard lg_kind(object) == .list || lg_kind(object) == .tuple else {
            throw NumPyError(.unsupported, "choices")
        }
        return borrowedItems(object)
    }

    private static func isNumber(_ object: Obj) -> Bool {
        let kind = lg_kind(object)
        return kind == .complex || kind == .float || kind == .int || kind == .bool
    }

    private static func conjugateRow(_ name: String) -> Row {
        Row(
            name, "a, out=None", .method,
            object: { args in
                if args.has(1) { throw NumPyError(.unsupported, "out") }
                let array = try args.array(0)
                return array.type.isComplex
                    ? wrap(try Ufunc.unary(.conjugate, array)) : lg_newref(args.slots[0]!)
            })
    }

    private static func infinityRow(_ name: String, negative: Bool) -> Row {
        Row(
            name, "x, out=None",
            object: {
                let result = try $0.array(0).isInfinite(negative: negative, out: $0.out(1))
                return try $0.returning(result, out: 1)
            })
    }
}
