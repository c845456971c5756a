/// Arrays as Arrow has them, over stores: elements of one type, each of which may be missing.
///
///     elements    mask, elements                   3 1 _ 7
///     text        mask, offsets, characters        "ab" "" "c"          offsets 0 2 2 3, characters a b c
///     lists       mask, offsets, an array          [3 1] [] [7]         offsets 0 2 2 3, values 3 1 7
///     structures  mask, an array for each field    {x: 3, y: "ab"}
///
/// Masks are stores of truth values, true where an element is there. An array is a value: a few
/// handles on stores, which tasks of any library take as they are. Arrays have one axis.
import Launches
import Shapes

/// A logical array with a validity mask.
public struct LegateArray {
    /// What an element is.
    public let type: ArrayType
    /// Elements.
    public let count: Int
    /// Truth values, true where an element is there; `nil` where all are.
    public let validity: LogicalStore?
    /// What the elements are made of.
    public let contents: Contents

    /// What elements of an array are made of, by the family of their type.
    public indirect enum Contents {
        /// Nothing: all elements are missing.
        case nothing
        /// Elements of one width, as plain numbers.
        case elements(LogicalStore)
        /// Elements of one width that are more than a number: decimals, bytes, intervals.
        case records(RecordStore)
        /// Element *i* is the bytes `offsets[i] ..< offsets[i + 1]`.
        case bytes(offsets: LogicalStore, LogicalStore)
        /// Element *i* is the elements `offsets[i] ..< offsets[i + 1]` of another array.
        case lists(offsets: LogicalStore, LegateArray)
        /// Element *i* is the next few elements of another array, of every element as many.
        case fixedLists(LegateArray)
        /// An array for each field.
        case fields([LegateArray])
        /// Element *i* is one of the array with tag `tags[i]`: at `places[i]`, or at *i* where
        /// there are no places.
        case union(tags: LogicalStore, places: LogicalStore?, [LegateArray])
        /// Element *i* is that of another array at an index.
        case dictionary(indices: LogicalStore, LegateArray)
    }

    /// An array of its parts.
    ///
    /// - Throws: ``CoreError/Kind/type`` when the contents are not of the type;
    ///   ``CoreError/Kind/value`` when lengths
    ///   do not fit.
    public init(_ type: ArrayType, count: Int, validity: LogicalStore? = nil, _ contents: Contents)
        throws
    {
        self.init(unchecked: type, count, validity, contents)
        try checkValidity()
        try checkContents()
    }

    init(unchecked type: ArrayType, _ count: Int, _ validity: LogicalStore?, _ contents: Contents) {
        (self.type, self.count, self.validity, self.contents) = (type, count, validity, contents)
    }

    /// Whether elements may be missing.
    public var isNullable: Bool { validity != nil || type == .null }

    /// The arrays that this one is made of: values of lists and dictionaries, fields, members of a
    /// union.
    public var children: [LegateArray] {
        switch contents {
        case .nothing, .elements, .records, .bytes: []
        case .lists(_, let values), .fixedLists(let values), .dictionary(_, let values): [values]
        case .fields(let arrays), .union(_, _, let arrays): arrays
        }
    }

    /// Elements that are missing. Waits for the mask.
    public var nullCount: Int {
        get throws {
            if type == .null { return count }
            return try validity?.values(as: Bool.self).count { !$0 } ?? 0
        }
    }

    // MARK: - What fits

    private func checkValidity() throws {
        guard count >= 0 else { throw CoreError(.value, "an array has no \(count) elements") }
        guard let validity else { return }
        guard validity.type == .bool else {
            throw CoreError(.type, "a mask holds truth values, not \(validity.type.name)")
        }
        guard validity.shape == [count] else {
            throw CoreError(.value, "a mask of shape \(validity.shape) for \(count) elements")
        }
    }

    private func checkContents() throws {
        switch (type, contents) {
        case (.null, .nothing): return
        case (_, .elements(let store)):
            guard type.storage == .number(store.type) else {
                throw misfit("elements of \(store.type.name)")
            }
            try checkLength(store.shape)
        case (_, .records(let store)):
            guard type.storage == store.type else { throw misfit("records of \(store.type)") }
            try checkLength(store.shape)
        case (.text, .bytes(let offsets, let bytes)), (.binary, .bytes(let offsets, let bytes)):
            guard bytes.type == .uint8, bytes.axisCount == 1 else {
                throw misfit("bytes of \(bytes.type.name) and shape \(bytes.shape)")
            }
            try checkOffsets(offsets)
        default: try checkNested()
        }
    }

    private func checkNested() throws {
        switch (type, contents) {
        case (.list(let element), .lists(let offsets, let values)) where values.type == element:
            try checkOffsets(offsets)
        case (.map(let key, let value, _), .lists(let offsets, let pairs)):
            guard case .structure(let fields) = pairs.type, fields.map(\.type) == [key, value]
            else {
                throw misfit("lists of \(pairs.type)")
            }
            try checkOffsets(offsets)
        case (.fixedList(let element, let extent), .fixedLists(let values))
        where values.type == element:
            guard values.count == count * extent else {
                throw CoreError(.value, "\(values.count) values are no \(count) lists of \(extent)")
            }
        case (.structure(let fields), .fields(let arrays))
        where fields.map(\.type) == arrays.map(\.type):
            if let other = arrays.first(where: { $0.count != count }) {
                throw CoreError(
                    .value, "a field has \(other.count) elements, the structures are \(count)")
            }
        case (.union(let fields, _, let isDense), .union(let tags, let places, let arrays))
        where fields.map(\.type) == arrays.map(\.type) && isDense == (places != nil):
            try checkUnion(tags, places, arrays)
        case (.dictionary(let element, let kind, _), .dictionary(let indices, let values))
        where values.type == element && kind.isInteger:
            guard indices.type == kind else { throw misfit("indices of \(indices.type.name)") }
            try checkLength(indices.shape)
        default: throw misfit("its contents")
        }
    }

    private func checkUnion(_ tags: LogicalStore, _ places: LogicalStore?, _ arrays: [LegateArray])
        throws
    {
        guard tags.type == .int8, places.map({ $0.type == .int32 }) ?? true else {
            throw misfit("tags of \(tags.type.name)")
        }
        guard validity == nil else {
            throw CoreError(.value, "a union has no mask: its members have")
        }
        try checkLength(tags.shape)
        if let places { try checkLength(places.shape) }
        if places == nil, let other = arrays.first(where: { $0.count != count }) {
            throw CoreError(.value, "a member has \(other.count) elements, the union has \(count)")
        }
    }

    private func checkLength(_ shape: AxisList) throws {
        guard shape == [count] else {
            throw CoreError(.value, "\(count) elements of \(type) over a store of shape \(shape)")
        }
    }

    private func checkOffsets(_ offsets: LogicalStore) throws {
        guard offsets.type == .int32 || offsets.type == .int64 else {
            throw CoreError(.type, "offsets are int32 or int64, not \(offsets.type.name)")
        }
        guard offsets.shape == [count + 1] else {
            throw CoreError(
                .value, "there is one offset more than elements, not \(offsets.shape) for \(count)")
        }
    }

    private func misfit(_ words: String) -> CoreError {
        CoreError(.type, "an array of \(type) is not made of \(words)")
    }
}

extension LegateArray: CustomStringConvertible {
    /// `LegateArray(3 of list<text>?)`
    public var description: String { "LegateArray(\(count) of \(type)\(isNullable ? "?" : ""))" }
}
