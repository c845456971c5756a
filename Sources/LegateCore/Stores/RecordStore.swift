/// Stores of records: fixed-size arrays and structures as elements.
///
/// Underneath is a store of words, as wide as the record's alignment, with one axis more than the
/// records have. Fields are views of it, in place: a task may read one field as an ordinary store
/// while another task takes whole records.
///
///     records   [n]        of {x: float64, id: int32}
///     words     [n, 2]     of uint64
///     x         [n]        of float64, every 2nd from word 0
///     id        [n]        of int32, every 4th from half-word 2
import Launches
import Shapes

/// A logical array of records, or a view of one.
public struct RecordStore: StoreConvertible {
    /// What an element is.
    public let type: RecordType
    /// The store underneath; its last axis holds the words of one record.
    public let words: LogicalStore
    /// Bytes of the field before this view, where it is one.
    private let offset: Int
    /// Bytes of a whole record underneath.
    private let recordBytes: Int

    public var storeView: StoreView { words.storeView }
    /// Extents, in records.
    public var shape: AxisList { AxisList(words.shape.dropLast()) }
    /// Records.
    public var count: Int { shape.product }

    /// New records. Their contents are whatever the first task writes.
    ///
    /// - Throws: ``CoreError/Kind/value`` for a type without bytes, or a negative extent.
    public init(_ type: RecordType, shape: AxisList) throws {
        try type.validate()
        let word = RecordStore.word(type.alignment)
        self.type = type
        words = try LogicalStore(
            word, shape: AxisList(Array(shape) + [type.byteCount / word.byteCount]))
        offset = 0
        recordBytes = type.byteCount
    }

    /// New records with the bytes of Swift values.
    ///
    /// - Throws: ``CoreError/Kind/type`` when a value has another size than a record;
    ///   ``CoreError/Kind/value`` when the shape has another number of elements.
    public init<T: BitwiseCopyable>(_ values: [T], as type: RecordType, shape: AxisList? = nil)
        throws
    {
        let shape = shape ?? [values.count]
        guard shape.product == values.count else {
            throw CoreError(.value, "\(values.count) values do not fill records of shape \(shape)")
        }
        try self.init(type, shape: shape)
        try RecordStore.check(T.self, type)
        try values.withUnsafeBytes { bytes in
            switch words.type {
            case .uint64: try fill(Array(bytes.bindMemory(to: UInt64.self)))
            case .uint32: try fill(Array(bytes.bindMemory(to: UInt32.self)))
            case .uint16: try fill(Array(bytes.bindMemory(to: UInt16.self)))
            default: try fill(Array(bytes.bindMemory(to: UInt8.self)))
            }
        }
    }

    /// Records in words that are there: the last axis holds the words of one record.
    ///
    /// - Throws: ``CoreError/Kind/type`` for words of another width than the records' alignment, or
    ///   another number of
    ///   them; ``CoreError/Kind/value`` for a type without bytes.
    public init(_ type: RecordType, over words: LogicalStore) throws {
        try type.validate()
        let word = RecordStore.word(type.alignment)
        guard words.type == word, words.shape.last == type.byteCount / word.byteCount else {
            throw CoreError(
                .type,
                "records of \(type) are \(type.byteCount / word.byteCount) of \(word.name), not \(words.type.name) of "
                    + "shape \(words.shape)")
        }
        self.init(type, words, offset: 0, recordBytes: type.byteCount)
    }

    private init(_ type: RecordType, _ words: LogicalStore, offset: Int, recordBytes: Int) {
        self.type = type
        self.words = words
        self.offset = offset
        self.recordBytes = recordBytes
    }

    private func fill<T: ArrayElement>(_ elements: [T]) throws {
        try words.copy(from: try LogicalStore(elements, shape: words.shape))
    }

    static func word(_ alignment: Int) -> ElementType {
        switch alignment {
        case 8: .uint64
        case 4: .uint32
        case 2: .uint16
        default: .uint8
        }
    }

    fileprivate static func check<T>(_: T.Type, _ type: RecordType) throws {
        guard MemoryLayout<T>.stride == type.byteCount else {
            throw CoreError(
                .type,
                "\(T.self) has \(MemoryLayout<T>.stride) bytes, records of \(type) have \(type.byteCount)"
            )
        }
    }

    // MARK: - Parts

    /// The view of one field of a structure.
    ///
    /// - Throws: ``CoreError/Kind/type`` when records are no structures; ``CoreError/Kind/key`` for
    ///   a field that is none.
    public func field(_ name: String) throws -> RecordStore {
        guard case .structure(let fields) = type else {
            throw CoreError(.type, "records of \(type) have no fields")
        }
        guard let k = fields.firstIndex(where: { $0.name == name }) else {
            let names = fields.map(\.name).joined(separator: ", ")
            throw CoreError(.key, "records have no field '\(name)'; they have \(names)")
        }
        return RecordStore(
            fields[k].type, words, offset: offset + type.offsets[k], recordBytes: recordBytes)
    }

    /// The numbers of a field, as an ordinary store: of an array with an axis more for each size.
    ///
    /// - Throws: ``CoreError/Kind/type`` for structures: take a field of them first.
    public func numbers() throws -> LogicalStore {
        var extents: [Int] = []
        var element = type
        while case .fixedArray(let inner, let count) = element {
            extents.append(count)
            element = inner
        }
        guard case .number(let number) = element else {
            throw CoreError(.type, "records of \(type) are no numbers: take a field")
        }
        let size = number.byteCount
        guard offset % size == 0, recordBytes % size == 0 else {
            throw CoreError(
                .type,
                "elements of \(number.name) do not lie at multiples of their size in records of \(recordBytes) bytes"
            )
        }
        let base = words.storeView
        let units = base.lattice
        func scaled(_ words: Int) -> Int { words * base.type.byteCount / size }
        let strides =
            units.strides.dropLast().map(scaled) + Lattice.rowMajorStrides(of: AxisList(extents))
        let lattice = Lattice(
            offset: scaled(units.offset) + offset / size, shape: AxisList(Array(shape) + extents),
            strides: AxisList(strides))
        return LogicalStore(StoreView(store: base.store, lattice: lattice, type: number))
    }

    // MARK: - Values

    /// The records as Swift values, row by row. Waits for them.
    ///
    /// - Throws: ``CoreError/Kind/type`` when a value has another size than a record, or this is a
    ///   field of larger records.
    public func values<T: BitwiseCopyable>(as _: T.Type = T.self) throws -> [T] {
        try RecordStore.check(T.self, type)
        guard type.byteCount == recordBytes else {
            throw CoreError(.type, "a field's values are read through numbers()")
        }
        switch words.type {
        case .uint64: return bits(try words.values(as: UInt64.self))
        case .uint32: return bits(try words.values(as: UInt32.self))
        case .uint16: return bits(try words.values(as: UInt16.self))
        default: return bits(try words.values(as: UInt8.self))
        }
    }

    private func bits<Word: BitwiseCopyable, T: BitwiseCopyable>(_ elements: [Word]) -> [T] {
        [T](unsafeUninitializedCapacity: count) { buffer, filled in
            elements.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            filled = count
        }
    }
}

extension Tile {
    /// A tile's records as Swift values, by index. The operand is a ``RecordStore``; its words are
    /// not cut.
    ///
    /// - Throws: ``CoreError/Kind/type`` when a value has another size than a record;
    ///   ``CoreError/Kind/value`` when the tile holds parts of records: declare
    ///   `.broadcast(operand, axes: [last])`.
    public func records<T: BitwiseCopyable>(of _: T.Type = T.self) throws -> TileElements<T> {
        let bytes = (shape.last ?? 0) * type.byteCount
        guard bytes == MemoryLayout<T>.stride, strides.last == 1 else {
            throw CoreError(
                .type,
                "operand '\(name)' has \(bytes) bytes in a record of its tile, \(T.self) has \(MemoryLayout<T>.stride)"
            )
        }
        let perRecord = bytes / type.byteCount
        guard strides.dropLast().allSatisfy({ $0 % perRecord == 0 }) else {
            throw CoreError(.value, "operand '\(name)' shows records at places between records")
        }
        return TileElements(
            start.assumingMemoryBound(to: T.self), shape: AxisList(shape.dropLast()),
            strides: AxisList(strides.dropLast().map { $0 / perRecord }))
    }
}
