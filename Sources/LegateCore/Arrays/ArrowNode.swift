/// An array as Arrow's structures show it, before they are filled: a spelling, buffers, children.
///
/// In: an array. Out: a tree of nodes, each of which holds the stores whose memory its buffers are.
/// Elements stay where they are; copied are truth values and masks, which are bits there, and views
/// whose elements do not lie side by side.
internal import CPlatform
import Kernels
import Launches
import Shapes

struct ArrowNode {
    var format: String
    var name: String
    var flags: Int64 = 0
    var count = 0
    var nullCount = 0
    /// Where each buffer begins, and what keeps it.
    var buffers: [(start: UnsafeRawPointer?, keeper: AnyObject?)] = []
    var children: [ArrowNode] = []
    /// None or one.
    var dictionary: [ArrowNode] = []

    /// The type alone.
    init(schemaOf array: LegateArray, name: String = "", isNullable: Bool? = nil) throws {
        format = try ArrowFormat.text(of: array)
        self.name = name
        if isNullable ?? array.isNullable { flags |= Int64(ARROW_FLAG_NULLABLE) }
        switch (array.type, array.contents) {
        case (.structure(let fields), .fields(let arrays)),
            (.union(let fields, _, _), .union(_, _, let arrays)):
            children = try zip(fields, arrays).map {
                try ArrowNode(schemaOf: $1, name: $0.name, isNullable: $0.isNullable)
            }
        case (.map(_, _, let isSorted), .lists(_, let pairs)):
            if isSorted { flags |= Int64(ARROW_FLAG_MAP_KEYS_SORTED) }
            children = [try ArrowNode(schemaOf: pairs, name: "entries", isNullable: false)]
        case (.dictionary(_, _, let isOrdered), .dictionary(_, let values)):
            if isOrdered { flags |= Int64(ARROW_FLAG_DICTIONARY_ORDERED) }
            dictionary = [try ArrowNode(schemaOf: values)]
        default:
            children = try array.children.map {
                try ArrowNode(schemaOf: $0, name: "item", isNullable: true)
            }
        }
    }

    /// The structures of a table's rows.
    init(schemaOf table: Table) throws {
        (format, name) = ("+s", "")
        children = try zip(table.fields, table.columns).map {
            try ArrowNode(schemaOf: $1, name: $0.name, isNullable: $0.isNullable)
        }
    }

    /// The elements. Waits for them.
    init(of array: LegateArray) throws {
        (format, name) = ("", "")
        count = array.count
        nullCount = try array.nullCount
        if let mask = try ArrowNode.maskBuffer(of: array) { buffers.append(mask) }
        switch array.contents {
        case .nothing: break
        case .elements(let store):
            buffers.append(
                store.type == .bool
                    ? try ArrowNode.bits(of: store) : try ArrowNode.memory(of: store))
        case .records(let store): buffers.append(try ArrowNode.memory(of: store.words))
        case .bytes(let offsets, let bytes):
            buffers += [try ArrowNode.memory(of: offsets), try ArrowNode.memory(of: bytes)]
        case .lists(let offsets, _): buffers.append(try ArrowNode.memory(of: offsets))
        case .fixedLists, .fields: break
        case .union(let tags, let places, _):
            buffers.append(try ArrowNode.memory(of: tags))
            if let places { buffers.append(try ArrowNode.memory(of: places)) }
        case .dictionary(let indices, let values):
            buffers.append(try ArrowNode.memory(of: indices))
            dictionary = [try ArrowNode(of: values)]
            return
        }
        children = try array.children.map { try ArrowNode(of: $0) }
    }

    /// The rows of a table.
    init(of table: Table) throws {
        (format, name) = ("", "")
        count = table.rowCount
        buffers = [(nil, nil)]
        children = try table.columns.map { try ArrowNode(of: $0) }
    }

    // MARK: - Buffers

    /// Unions and arrays of nothing have no mask, not even an absent one.
    private static func maskBuffer(of array: LegateArray) throws -> (UnsafeRawPointer?, AnyObject?)?
    {
        switch array.contents {
        case .nothing, .union: nil
        default: try array.validity.map { try bits(of: $0) } ?? (nil, nil)
        }
    }

    /// The elements where they lie, or row by row in a store of their own.
    private static func memory(of store: LogicalStore) throws -> (UnsafeRawPointer?, AnyObject?) {
        var kept = LogicalStore(try Runtime.shared.localView(store.storeView))
        if !kept.storeView.lattice.isRowMajorContiguous { kept = try copy(of: kept) }
        let memory = try Runtime.shared.wait(for: kept.storeView.store)
        return (
            UnsafeRawPointer(memory + kept.storeView.lattice.offset * kept.type.byteCount), kept
        )
    }

    private static func copy(of store: LogicalStore) throws -> LogicalStore {
        let result = LogicalStore(
            StoreView(Store(type: store.type, shape: store.shape, mayTile: false)))
        try result.copy(from: store)
        return result
    }

    /// Truth values as bits, the first in the lowest.
    private static func bits(of store: LogicalStore) throws -> (UnsafeRawPointer?, AnyObject?) {
        let truths = try store.values(as: Bool.self)
        let bytes = OwnBytes((truths.count + 7) / 8)
        for (k, truth) in truths.enumerated() where truth { bytes.start[k / 8] |= 1 << (k % 8) }
        return (UnsafeRawPointer(bytes.start), bytes)
    }
}

/// Bytes that begin as zeros and live as long as this object.
final class OwnBytes: @unchecked Sendable {
    let start: UnsafeMutablePointer<UInt8>

    init(_ count: Int) {
        start = .allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { start.deallocate() }
}
