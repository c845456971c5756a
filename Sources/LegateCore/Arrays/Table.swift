/// Tables: columns of one length, by name.
///
/// A table is a value: its columns are arrays, and those are handles on stores. Nothing is copied.

/// Columns of one length, by name.
public struct Table {
    /// Names and types of the columns.
    public let fields: [Field]
    /// The columns, in the order of the fields.
    public let columns: [LegateArray]

    /// A table of columns with fields that are there.
    ///
    /// - Throws: ``CoreError/Kind/value`` when there are not as many, or lengths differ;
    ///   ``CoreError/Kind/type`` when a
    ///   column is not of its field's type.
    public init(_ fields: [Field], _ columns: [LegateArray]) throws {
        guard fields.count == columns.count else {
            throw CoreError(.value, "\(fields.count) fields for \(columns.count) columns")
        }
        for (field, column) in zip(fields, columns) {
            guard field.type == column.type else {
                throw CoreError(
                    .type, "column '\(field.name)' holds \(column.type), not \(field.type)")
            }
            guard column.count == columns[0].count else {
                throw CoreError(
                    .value,
                    "column '\(field.name)' has \(column.count) rows, '\(fields[0].name)' \(columns[0].count)"
                )
            }
        }
        (self.fields, self.columns) = (fields, columns)
    }

    /// A table of named arrays.
    ///
    /// - Throws: ``CoreError/Kind/value`` when lengths differ.
    public init(_ columns: [(name: String, array: LegateArray)]) throws {
        try self.init(columns.map { Field($0.name, of: $0.array) }, columns.map(\.array))
    }

    /// Rows.
    public var rowCount: Int { columns.first?.count ?? 0 }
    /// The columns' names.
    public var names: [String] { fields.map(\.name) }

    /// The first column of a name.
    ///
    /// - Throws: ``CoreError/Kind/key`` when there is none.
    public func column(_ name: String) throws -> LegateArray {
        if let k = names.firstIndex(of: name) { return columns[k] }
        let known = names.isEmpty ? "none" : names.joined(separator: ", ")
        throw CoreError(.key, "no column '\(name)'; there are: \(known)")
    }

    /// The rows of a range, over the same stores.
    ///
    /// - Throws: ``CoreError/Kind/index`` for a range outside of the table.
    public func sliced(_ rows: Range<Int>) throws -> Table {
        try Table(fields, try columns.map { try $0.sliced(rows) })
    }
}

extension Table: CustomStringConvertible {
    /// `Table(3 rows: x: float64, y: text?)`
    public var description: String {
        "Table(\(rowCount) rows: \(fields.map(\.description).joined(separator: ", ")))"
    }
}
