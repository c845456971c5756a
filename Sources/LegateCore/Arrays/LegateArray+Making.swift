/// Arrays from stores that are there, and from Swift's values.
///
/// In: stores, or values of which some are `nil`. Out: an array over those stores, or over new
/// ones.
import Launches
import Shapes

extension LegateArray {
    /// The elements of a store, with an optional mask.
    ///
    /// - Parameter type: What they mean, where they are more than numbers:
    ///   `.timestamp(.microseconds, zone: "")`
    ///   over a store of `int64`.
    /// - Throws: ``CoreError/Kind/type`` when the store's elements are not how that type is stored;
    ///   ``CoreError/Kind/value`` for a store with several axes, or a mask of another length.
    public init(
        _ store: any StoreConvertible, validity: LogicalStore? = nil, as type: ArrayType? = nil
    ) throws {
        let elements = LogicalStore(store.storeView)
        guard elements.axisCount == 1 else {
            throw CoreError(.value, "an array has one axis, not \(elements.axisCount)")
        }
        try self.init(
            type ?? .number(elements.type), count: elements.count, validity: validity,
            .elements(elements))
    }

    /// The records of a store, with an optional mask.
    ///
    /// - Throws: What ``init(_:validity:as:)`` throws.
    public init(_ records: RecordStore, validity: LogicalStore? = nil, as type: ArrayType) throws {
        try self.init(type, count: records.count, validity: validity, .records(records))
    }

    /// Texts, with an optional mask.
    public init(_ texts: StringStore, validity: LogicalStore? = nil) throws {
        try self.init(
            .text, count: texts.count, validity: validity,
            .bytes(offsets: texts.offsets, texts.characters))
    }

    /// New elements with these values, some of which may be missing.
    public init<T: ArrayElement>(_ values: [T?]) throws {
        let zero = UnsafeMutablePointer<T>.zero
        defer { zero.deallocate() }
        try self.init(
            try LogicalStore(values.map { $0 ?? zero.pointee }),
            validity: try LegateArray.mask(of: values))
    }

    /// New texts, some of which may be missing.
    public init(_ texts: [String?]) throws {
        try self.init(
            try StringStore(texts.map { $0 ?? "" }), validity: try LegateArray.mask(of: texts))
    }

    /// Lists of the elements of another array: list *i* is `offsets[i] ..< offsets[i + 1]` of it.
    ///
    /// - Throws: ``CoreError/Kind/type`` for offsets that are no `int32` or `int64`;
    ///   ``CoreError/Kind/value`` for
    ///   none, or a mask of another length.
    public init(
        offsets: any StoreConvertible, of values: LegateArray, validity: LogicalStore? = nil
    ) throws {
        let offsets = LogicalStore(offsets.storeView)
        try self.init(
            .list(values.type), count: offsets.count - 1, validity: validity,
            .lists(offsets: offsets, values))
    }

    /// New lists, some of which may be missing, from the arrays that are their elements.
    ///
    /// - Parameter lengths: Of each list how many of the values are its own; `nil` where it is
    ///   missing.
    /// - Throws: ``CoreError/Kind/value`` when the lengths are not those of all values together.
    public init(lengths: [Int?], of values: LegateArray) throws {
        var ends = [0]
        for length in lengths { ends.append(ends.last.unsafelyUnwrapped + (length ?? 0)) }
        guard ends.last == values.count, lengths.allSatisfy({ $0 ?? 0 >= 0 }) else {
            throw CoreError(
                .value, "lists of \(ends.last ?? 0) elements in all, but there are \(values.count)")
        }
        try self.init(
            offsets: try LogicalStore(ends), of: values, validity: try LegateArray.mask(of: lengths)
        )
    }

    /// Structures of some arrays of one length, with an optional mask of their own.
    ///
    /// - Throws: ``CoreError/Kind/value`` for no field, two of one name, different lengths, or a
    ///   mask of another.
    public init(fields: [(name: String, array: LegateArray)], validity: LogicalStore? = nil) throws
    {
        guard let first = fields.first else {
            throw CoreError(.value, "a structure has at least one field")
        }
        for (k, field) in fields.enumerated()
        where fields[..<k].contains(where: { $0.name == field.name }) {
            throw CoreError(.value, "a structure has field '\(field.name)' twice")
        }
        try self.init(
            .structure(fields.map { Field($0.name, of: $0.array) }), count: first.array.count,
            validity: validity,
            .fields(fields.map(\.array)))
    }

    /// A mask where some value is missing.
    private static func mask<T>(of values: [T?]) throws -> LogicalStore? {
        values.contains { $0 == nil } ? try LogicalStore(values.map { $0 != nil }) : nil
    }
}

extension UnsafeMutablePointer {
    /// A place of one element, all of whose bits are zero.
    fileprivate static var zero: Self {
        let place = allocate(capacity: 1)
        UnsafeMutableRawPointer(place).initializeMemory(
            as: UInt8.self, repeating: 0, count: MemoryLayout<Pointee>.size)
        return place
    }
}
