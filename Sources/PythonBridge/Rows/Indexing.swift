/// Functions that choose elements: `where`, `take`, `nonzero` and their kin.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var indexingFamily: [Row] {
        takeRows + conditionRows + [
            Row(
                "where", "condition, x=None, y=None, /",
                object: { args in
                    guard args.object(1) != nil || args.object(2) != nil else {
                        return try PythonTuple(
                            args.array(0).nonzero().map { $0 as any PythonValue }
                        ).pythonObject()
                    }
                    guard args.object(1) != nil, args.object(2) != nil else {
                        throw valueError("either both or neither of x and y should be given")
                    }
                    return wrap(
                        try NDArray.select(args.operand(0), args.operand(1), args.operand(2)))
                }),
            Row("nonzero", "a", .both) {
                PythonTuple(try $0.array(0).nonzero().map { $0 as any PythonValue })
            },
            Row("flatnonzero", "a") { try $0.array(0).flatNonzero() },
            Row("argwhere", "a") { try $0.array(0).argWhere() },
        ]
    }

    private static var takeRows: [Row] {
        [
            Row(
                "take", "a, indices, axis=None, out=None, mode='raise'", .both,
                object: {
                    let result = try $0.array(0).taken(
                        indexArray($0, 1), axis: $0.optionalInt(2), out: $0.out(3),
                        mode: mode($0, 4))
                    return try $0.returning(result, out: 3)
                }),
            Row("put", "a, ind, v, mode='raise'", nothing: { try put($0) }),
            Row("put", "a, indices, values, mode='raise'", .method, nothing: { try put($0) }),
            Row(
                "take_along_axis", "arr, indices, axis=-1",
                object: {
                    let axis = $0.slots[2] == nil ? -1 : try $0.optionalInt(2)
                    return wrap(try $0.array(0).taken(along: $0.array(1), axis: axis))
                }),
            Row(
                "put_along_axis", "arr, indices, values, axis",
                nothing: {
                    let array = try own($0, 0)
                    let values = try storable($0.slots[2]!, as: array.type, .arrays)
                    try array.put(along: $0.array(1), values, axis: $0.optionalInt(3))
                }),
            Row(
                "choose", "a, choices, out=None, mode='raise'", .both,
                object: {
                    let index = try $0.array(0)
                    guard index.type.isInteger || index.type == .bool, !$0.has(2) else {
                        throw NumPyError(.unsupported, "choose")
                    }
                    let object = $0.slots[1]!
                    let isList = lg_kind(object) == .list || lg_kind(object) == .tuple
                    let choices =
                        isList
                        ? try borrowedItems(object).map { try operand($0) }
                        : try $0.arrays(1).map { Operand.array($0) }
                    let way = try mode($0, 3)
                    return wrap(try leavingOverflow { try index.chosen(among: choices, mode: way) })
                }),
        ]
    }

    private static var conditionRows: [Row] {
        [
            Row(
                "compress", "condition, a, axis=None, out=None",
                object: {
                    if $0.has(3) { throw NumPyError(.unsupported, "out") }
                    return wrap(try $0.array(1).compressed($0.array(0), axis: $0.optionalInt(2)))
                }),
            Row(
                "compress", "a, condition, axis=None, out=None", .method,
                object: {
                    if $0.has(3) { throw NumPyError(.unsupported, "out") }
                    return wrap(try $0.array(0).compressed($0.array(1), axis: $0.optionalInt(2)))
                }),
            Row("extract", "condition, arr") { try $0.array(1).extracted($0.array(0)) },
            Row(
                "place", "arr, mask, vals",
                nothing: {
                    let array = try own($0, 0)
                    try array.place(
                        $0.array(1), storable($0.slots[2]!, as: array.type, .arrays).asArray)
                }),
            Row(
                "putmask", "a, mask, values",
                nothing: {
                    let array = try own($0, 0)
                    let values = try storable($0.slots[2]!, as: array.type, .arrays)
                    if case .array(let given) = values, !given.isScalar, isArrayLike($0.slots[2]!),
                        !given.type.canCast(to: array.type, .safe)
                    {
                        throw NumPyError(.unsupported, "unsafe conversion")
                    }
                    try array.putMask($0.array(1), values)
                }),
        ]
    }

    private static func put(_ args: Arguments) throws {
        let array = try own(args, 0)
        let values = try storable(args.slots[2]!, as: array.type, .arrays).asArray
        try array.put(indexArray(args, 1), values, mode: mode(args, 3))
    }

    private static func isArrayLike(_ object: Obj) -> Bool {
        lg_kind(object) != .list && lg_kind(object) != .tuple
    }

    /// An array that is going to be changed: one of ours, never a copy of something else.
    static func own(_ args: Arguments, _ i: Int) throws -> NDArray {
        guard let object = args.value(i), isArray(object) else {
            throw NumPyError(.unsupported, "foreign array")
        }
        return node(object)
    }

    /// Indices; an empty list is one of integers.
    private static func indexArray(_ args: Arguments, _ i: Int) throws -> NDArray {
        let array = try args.array(i)
        if array.count == 0, !array.type.isInteger, let object = args.value(i), !isOurs(object) {
            throw NumPyError(.unsupported, "empty list")
        }
        if array.type == .uint64 {
            throw NumPyError(.unsupported, "indices that are not safely converted")
        }
        return array
    }

    private static func mode(_ args: Arguments, _ i: Int) throws -> IndexMode {
        switch try args.string(i, default: "raise") {
        case "raise": return .raising
        case "wrap": return .wrapping
        case "clip": return .clipping
        default: throw NumPyError(.unsupported, "mode")
        }
    }
}
