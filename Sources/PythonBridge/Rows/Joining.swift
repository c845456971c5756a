/// Arrays put together, cut apart, and repeated.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var joiningFamily: [Row] { joiningRows + splittingRows + repetitionRows + paddingRows }

    private static var joiningRows: [Row] {
        [
            Row(
                "concatenate", "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
                object: {
                    try concatenate($0)
                }),
            Row(
                "concat", "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
                object: {
                    try concatenate($0)
                }),
            Row(
                "stack", "arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
                object: {
                    let result = try NDArray.stacked(
                        $0.parts(0), axis: $0.int(1, default: 0), dtype: $0.dtype(3),
                        casting: $0.casting(4),
                        out: $0.out(2))
                    return try $0.returning(result, out: 2)
                }),
            Row("vstack", "tup, *, dtype=None, casting='same_kind'") {
                try stack($0, atLeast: 2, axis: 0)
            },
            Row("row_stack", "tup, *, dtype=None, casting='same_kind'") {
                try stack($0, atLeast: 2, axis: 0)
            },
            Row("hstack", "tup, *, dtype=None, casting='same_kind'") {
                let parts = try $0.parts(0).map { try $0.atLeast(axes: 1) }
                return try NDArray.concatenated(
                    parts, axis: parts.first?.axisCount == 1 ? 0 : 1, dtype: $0.dtype(1),
                    casting: $0.casting(2))
            },
            Row("dstack", "tup") { try stack($0, atLeast: 3, axis: 2) },
            Row("column_stack", "tup") { try NDArray.columnStacked($0.parts(0)) },
            Row("block", "arrays") { try block($0.slots[0]!) },
            Row("append", "arr, values, axis=None") {
                try $0.array(0).appended($0.array(1), axis: $0.optionalInt(2))
            },
        ]
    }

    /// Nested lists of arrays: the innermost are joined along the last axis, those around along the
    /// one before.
    private static func block(_ object: Obj) throws -> NDArray {
        func depth(_ object: Obj) throws -> Int {
            guard lg_kind(object) == .list else {
                if lg_kind(object) == .tuple { throw NumPyError(.unsupported, "tuples in blocks") }
                return 0
            }
            let depths = Set(try borrowedItems(object).map(depth))
            guard depths.count == 1, let inner = depths.first else {
                throw NumPyError(.unsupported, "uneven blocks")
            }
            return inner + 1
        }
        func leaves(_ object: Obj) throws -> [NDArray] {
            if lg_kind(object) == .list { return try borrowedItems(object).flatMap(leaves) }
            return [try arrayLike(object)]
        }
        let levels = try depth(object)
        let axes = max(levels, try leaves(object).map(\.axisCount).max() ?? 0)
        func joined(_ object: Obj, _ level: Int) throws -> NDArray {
            guard lg_kind(object) == .list else {
                let array = try arrayLike(object)
                let padding = [Int](repeating: 1, count: axes - array.axisCount)
                return try array.reshaped(to: AxisList(padding + Array(array.shape)))
            }
            let parts = try borrowedItems(object).map { try joined($0, level + 1) }
            return try NDArray.concatenated(parts, axis: axes - levels + level)
        }
        return levels == 0 ? try arrayLike(object).copied() : try joined(object, 0)
    }

    private static func concatenate(_ args: Arguments) throws -> Obj? {
        let isFlat = args.slots[1].map { lg_is_none($0) == 1 } ?? false
        let result = try NDArray.concatenated(
            args.parts(0), axis: isFlat ? nil : args.int(1, default: 0), dtype: args.dtype(3),
            casting: args.casting(4), out: args.out(2))
        return try args.returning(result, out: 2)
    }

    private static func stack(_ args: Arguments, atLeast axes: Int, axis: Int) throws -> NDArray {
        let parts = try args.parts(0).map { try $0.atLeast(axes: axes) }
        if axes == 3 { return try NDArray.concatenated(parts, axis: axis) }
        return try NDArray.concatenated(
            parts, axis: axis, dtype: args.dtype(1), casting: args.casting(2))
    }

    private static var splittingRows: [Row] {
        [
            splitRow("split", isExact: true), splitRow("array_split", isExact: false),
            fixedSplitRow("hsplit", minimum: 1) { $0 > 1 ? 1 : 0 },
            fixedSplitRow("vsplit", minimum: 2) { _ in 0 },
            fixedSplitRow("dsplit", minimum: 3) { _ in 2 },
            Row(
                "unstack", "x, /, *, axis=0",
                object: {
                    try PythonTuple(arrays: $0.array(0).unstacked(axis: $0.int(1, default: 0)))
                        .pythonObject()
                }),
        ]
    }

    private static func splitRow(_ name: String, isExact: Bool) -> Row {
        Row(name, "ary, indices_or_sections, axis=0") {
            try $0.array(0).split($0.cuts(1), axis: $0.int(2, default: 0), isExact: isExact)
        }
    }

    private static func fixedSplitRow(
        _ name: String, minimum: Int, axis: @escaping (Int) -> Int
    ) -> Row {
        Row(name, "ary, indices_or_sections") {
            let array = try $0.array(0)
            guard array.axisCount >= minimum else {
                throw valueError("\(name) only works on arrays of \(minimum) or more dimensions")
            }
            return try array.split($0.cuts(1), axis: axis(array.axisCount), isExact: true)
        }
    }

    private static var repetitionRows: [Row] {
        [
            Row("tile", "A, reps") { try $0.array(0).tiled($0.integers(1)) },
            Row("repeat", "a, repeats, axis=None", .both) {
                let array = try $0.array(0)
                if lg_kind($0.slots[1]!) == .int {
                    return try array.repeated($0.int(1), axis: $0.optionalInt(2))
                }
                let counts = try $0.array(1)
                if !isOurs($0.slots[1]!), !counts.type.isInteger {
                    throw NumPyError(.unsupported, "counts")
                }
                return try array.repeated(counts, axis: $0.optionalInt(2))
            },
            Row("resize", "a, new_shape") { try $0.array(0).resized(to: $0.integerList(1)) },
            Row("delete", "arr, obj, axis=None") {
                let object = $0.slots[1]!
                let kind = lg_kind(object)
                guard kind == .int || kind == .list else {
                    throw NumPyError(.unsupported, "delete")
                }
                if kind == .list, borrowedItems(object).contains(where: { lg_kind($0) != .int }) {
                    throw NumPyError(.unsupported, "delete")
                }
                return try $0.array(0).deleting(
                    $0.integers(1), isSingle: kind == .int, axis: $0.optionalInt(2))
            },
            Row("insert", "arr, obj, values, axis=None") {
                guard lg_kind($0.slots[1]!) == .int else {
                    throw NumPyError(.unsupported, "insert")
                }
                let array = try $0.array(0)
                let values = try storable($0.slots[2]!, as: array.type, .arrays).asArray
                return try array.inserting(values, at: $0.int(1), axis: $0.optionalInt(3))
            },
        ]
    }
}

extension Arguments {
    /// A sequence of arrays to be joined.
    func parts(_ i: Int) throws -> [NDArray] { try arrays(i) }

    /// Where to split: a number of sections, or indices.
    func cuts(_ i: Int) throws -> NDArray.Cuts {
        lg_kind(slots[i]!) == .int ? .sections(try int(i)) : .indices(try integers(i))
    }
}

// MARK: - Padding

extension Row {
    private static var paddingRows: [Row] {
        [
            Row(
                "pad",
                "array, pad_width, mode='constant', *, constant_values=0, reflect_type='even'"
            ) {
                let array = try $0.array(0)
                if $0.object(4) != nil || $0.object(2).map({ lg_is_none($0) == 1 }) == true {
                    throw NumPyError(.unsupported, "arguments of the mode")
                }
                let widths = try pairs($0.slots[1]!, array.axisCount) { width in
                    guard PyIndex_Check(width) == 1 else {
                        throw NumPyError(.unsupported, "pad widths")
                    }
                    return try integer(width)
                }
                let modes: [String: NDArray.PadMode] = [
                    "constant": .constant, "edge": .edge, "wrap": .wrap, "reflect": .reflect,
                    "symmetric": .symmetric,
                ]
                guard let mode = modes[try $0.string(2, default: "constant")] else {
                    throw NumPyError(.unsupported, "pad mode")
                }
                if $0.has(3), mode != .constant {
                    throw NumPyError(.unsupported, "arguments of the mode")
                }
                var values: [(before: Operand, after: Operand)] = []
                if mode == .constant {
                    values =
                        try $0.value(3).map {
                            try pairs($0, array.axisCount) {
                                try storable($0, as: array.type, .elements)
                            }
                        }
                        ?? Array(repeating: (.integer(0), .integer(0)), count: array.axisCount)
                }
                return try array.padded(widths.map { ($0.0, $0.1) }, mode, values: values)
            }
        ]
    }

    /// NumPy's pairs for each axis: a number, `(n,)`, `(before, after)`, or a pair for each axis.
    private static func pairs<T>(_ object: Obj, _ axes: Int, _ read: (Obj) throws -> T) throws -> [(
        T, T
    )] {
        func isNested(_ item: Obj) -> Bool { lg_kind(item) == .tuple || lg_kind(item) == .list }
        guard isNested(object) else {
            guard lg_kind(object) == .int || lg_kind(object) == .float else {
                throw NumPyError(.unsupported, "pad widths")
            }
            let value = try read(object)
            return Array(repeating: (value, value), count: axes)
        }
        let items = borrowedItems(object)
        if !items.contains(where: isNested) {
            guard items.count == 1 || items.count == 2 else {
                throw NumPyError(.unsupported, "pad widths")
            }
            let (before, after) = (try read(items[0]), try read(items[items.count - 1]))
            return Array(repeating: (before, after), count: axes)
        }
        let rows = try items.map { item -> (T, T) in
            let pair = isNested(item) ? borrowedItems(item) : []
            guard pair.count == 1 || pair.count == 2 else {
                throw NumPyError(.unsupported, "pad widths")
            }
            return (try read(pair[0]), try read(pair[pair.count - 1]))
        }
        if rows.count == 1 { return Array(repeating: rows[0], count: axes) }
        guard rows.count == axes else { throw NumPyError(.unsupported, "pad widths") }
        return rows
    }
}
