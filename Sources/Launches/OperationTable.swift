/// The table of operations: one row each, with NumPy's name, arity, loops, identity and laws of
/// regrouping.
///
/// The rows themselves stand in `OperationTable+Rows.swift`; how a row's loops follow from NumPy's
/// list of type letters stands in `OperationTable+Loops.swift`. Lookups by operation are one load
/// each: they are on the path of every call.

import Shapes

/// What is known of each operation.
public enum OperationTable {
    /// All rows, in the order of `Operation`.
    public static let rows: [OperationRow] = {
        let unordered =
            arithmeticRows + relationRows + bitRows + unaryRows + mathRows + pointwiseRows
        let byOperation = Dictionary(uniqueKeysWithValues: unordered.map { ($0.operation, $0) })
        return Operation.allCases.map { operation in
            guard let row = byOperation[operation] else {
                preconditionFailure("no row for \(operation)")
            }
            return row
        }
    }()

    /// The row of an operation.
    ///
    /// - Complexity: O(1).
    @inlinable public static func row(_ operation: Operation) -> OperationRow {
        rows[operation.index]
    }

    /// The loop NumPy takes when the operands' common type is `type`, or `nil` where it has none.
    ///
    /// For `ldexp`, `type` is that of the first operand alone; its second operand is always
    /// `int64`.
    ///
    /// - Complexity: O(1), one load.
    @inlinable public static func loop(_ operation: Operation, _ type: ElementType) -> Loop? {
        loopEntries[operation.index &* ElementType.count &+ type.index]
    }

    /// How many results an operation has.
    ///
    /// - Complexity: O(1), one load.
    @inlinable public static func resultCount(_ operation: Operation) -> Int {
        Int(resultCounts[operation.index])
    }

    /// The operation with a NumPy name or one of its aliases (`abs`, `true_divide`, `acos`, …), or
    /// `nil`.
    public static func operation(named name: String) -> Operation? { operationsByName[name] }

    // MARK: - Storage

    /// All loops of all operations, row after row.
    @usableFromInline static let loopEntries: UnsafePointer<Loop?> = {
        let table = UnsafeMutablePointer<Loop?>.allocate(
            capacity: Operation.count * ElementType.count)
        for row in rows {
            for type in ElementType.allCases {
                let entry = table + row.operation.index * ElementType.count + type.index
                entry.initialize(to: row.loops[type.index])
            }
        }
        return UnsafePointer(table)
    }()

    @usableFromInline static let resultCounts: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: Operation.count)
        for row in rows {
            (table + row.operation.index).initialize(to: UInt8(row.outputCount))
        }
        return UnsafePointer(table)
    }()

    private static let operationsByName: [String: Operation] = {
        var result: [String: Operation] = [:]
        for row in rows where !row.name.isEmpty {
            for name in [row.name] + row.aliases { result[name] = row.operation }
        }
        return result
    }()
}
