/// An array of ours from Arrow's structures: one node after the other, children through the same
/// owner.
///
/// In: a type, and the array that was taken over. Out: an array whose stores lie over its buffers.
/// A node's `offset` is applied to its own buffers; children of structures, unions and lists of one
/// length begin at their parent's, too.
internal import CPlatform
import Shapes

struct ArrowImport {
    private let owner: ArrowOwner<ArrowArray>

    init(_ owner: ArrowOwner<ArrowArray>) { self.owner = owner }

    /// The array of a type.
    func array(_ schema: ArrowSchema) throws -> LegateArray {
        try array(schema, owner.structure, from: 0, count: nil)
    }

    /// - Parameters:
    ///   - first: Elements of the node that its parent does not show.
    ///   - count: Elements that it shows; all where it has no say.
    private func array(_ schema: ArrowSchema, _ array: ArrowArray, from first: Int, count: Int?)
        throws -> LegateArray
    {
        let format = schema.format.map { String(cString: $0) } ?? ""
        let node = Node(
            schema: schema, array: array, format: format, first: Int(array.offset) + first,
            count: count ?? Int(array.length) - first)
        guard array.n_children == schema.n_children, node.count >= 0, node.first >= 0,
            first + node.count <= array.length
        else { throw node.broken("children or lengths do not fit") }
        if let dictionary = schema.dictionary?.pointee {
            return try self.dictionary(node, dictionary)
        }
        if format.hasPrefix("+") { return try nested(node) }
        guard let type = ArrowFormat.type(of: format) else {
            throw CoreError(.notImplemented, "arrays of Arrow's format '\(format)'")
        }
        return try plain(type, node)
    }

    /// What is known of one node.
    struct Node {
        let schema: ArrowSchema
        let array: ArrowArray
        let format: String
        /// Elements of the buffers before the first one shown.
        let first: Int
        let count: Int

        func buffer(_ k: Int) throws -> UnsafeRawPointer? {
            guard k < array.n_buffers, let buffers = array.buffers else {
                throw broken("buffer \(k) is not there")
            }
            return buffers[k]
        }

        func broken(_ words: String) -> CoreError {
            CoreError(
                .value, "an array of Arrow's format '\(format)' is not as it should be: \(words)")
        }
    }

    // MARK: - Elements of one width, texts, bytes

    private func plain(_ type: ArrayType, _ node: Node) throws -> LegateArray {
        if type == .null { return LegateArray(unchecked: .null, node.count, nil, .nothing) }
        let mask = try self.mask(node)
        func made(_ contents: LegateArray.Contents) throws -> LegateArray {
            try LegateArray(type, count: node.count, validity: mask, contents)
        }
        switch type.storage {
        case .number(.bool)?:
            return try made(.elements(try truths(try node.buffer(1), node.first, node.count)))
        case .number(let element)?:
            return try made(
                .elements(
                    try owner.store(try node.buffer(1), element, [node.count], from: node.first)))
        case let record?: return try made(.records(try records(record, node)))
        case nil where node.format.hasPrefix("v"): return try made(try ArrowViews(node).contents())
        case nil: return try made(try ranges(node))
        }
    }

    private func records(_ type: RecordType, _ node: Node) throws -> RecordStore {
        let word = RecordStore.word(type.alignment)
        let perRecord = type.byteCount / word.byteCount
        guard perRecord > 0 else {
            throw CoreError(.notImplemented, "arrays of elements without bytes")
        }
        let words = try owner.store(
            try node.buffer(1), word, [node.count, perRecord], from: node.first * perRecord)
        return try RecordStore(type, over: words)
    }

    private func ranges(_ node: Node) throws -> LegateArray.Contents {
        let (places, end) = try offsets(node, isWide: node.format == "U" || node.format == "Z")
        return .bytes(offsets: places, try owner.store(try node.buffer(2), .uint8, [end]))
    }

    /// The offsets of a node's elements, and where the last one ends.
    private func offsets(_ node: Node, isWide: Bool) throws -> (LogicalStore, end: Int) {
        // An empty array need not have any.
        guard let memory = try node.buffer(1) else {
            guard node.count == 0 else { throw node.broken("it has no offsets") }
            return (isWide ? try LogicalStore([Int64(0)]) : try LogicalStore([Int32(0)]), 0)
        }
        let last = node.first + node.count
        let end =
            isWide
            ? Int(memory.loadUnaligned(fromByteOffset: last * 8, as: Int64.self))
            : Int(memory.loadUnaligned(fromByteOffset: last * 4, as: Int32.self))
        guard end >= 0 else { throw node.broken("its last offset is \(end)") }
        return (
            try owner.store(memory, isWide ? .int64 : .int32, [node.count + 1], from: node.first),
            end
        )
    }

    private func mask(_ node: Node) throws -> LogicalStore? {
        guard node.array.null_count != 0, let bits = try node.buffer(0) else { return nil }
        return try truths(bits, node.first, node.count)
    }

    /// Bits as truth values.
    private func truths(_ bits: UnsafeRawPointer?, _ first: Int, _ count: Int) throws
        -> LogicalStore
    {
        guard let bits else {
            guard count == 0 else {
                throw CoreError(.value, "an array of Arrow's has no memory for its elements")
            }
            return try LogicalStore(.bool, shape: [0])
        }
        return try LogicalStore(.bool, shape: [count]) { memory, own in
            for (k, place) in own.enumerated() {
                let byte = bits.load(fromByteOffset: (first + place) / 8, as: UInt8.self)
                memory.storeBytes(
                    of: byte >> UInt8((first + place) % 8) & 1, toByteOffset: k, as: UInt8.self)
            }
        }
    }

    // MARK: - What has children

    private func nested(_ node: Node) throws -> LegateArray {
        switch node.format {
        case "+l", "+L", "+m": return try lists(node)
        case "+s":
            let children = try (0..<node.childCount).map {
                try child($0, of: node, from: node.first, count: node.count)
            }
            return try LegateArray(
                .structure(node.fields(children)), count: node.count, validity: try mask(node),
                .fields(children))
        case let format where format.hasPrefix("+w:"):
            return try fixedLists(node, Int(format.dropFirst(3)))
        case let format where format.hasPrefix("+ud:"): return try union(node, isDense: true)
        case let format where format.hasPrefix("+us:"): return try union(node, isDense: false)
        default: throw CoreError(.notImplemented, "arrays of Arrow's format '\(node.format)'")
        }
    }

    private func child(_ k: Int, of node: Node, from first: Int = 0, count: Int? = nil) throws
        -> LegateArray
    {
        guard let schema = node.schema.children?[k], let array = node.array.children?[k] else {
            throw node.broken("child \(k) is not there")
        }
        return try self.array(schema.pointee, array.pointee, from: first, count: count)
    }

    private func lists(_ node: Node) throws -> LegateArray {
        guard node.childCount == 1 else { throw node.broken("it has \(node.childCount) children") }
        let values = try child(0, of: node)
        let (places, end) = try offsets(node, isWide: node.format == "+L")
        guard end <= values.count else {
            throw node.broken("its last offset is \(end), of \(values.count) values")
        }
        var type = ArrayType.list(values.type)
        if node.format == "+m" {
            guard case .structure(let pair) = values.type, pair.count == 2 else {
                throw node.broken("its entries are \(values.type)")
            }
            let isSorted = node.schema.flags & Int64(ARROW_FLAG_MAP_KEYS_SORTED) != 0
            type = .map(key: pair[0].type, value: pair[1].type, isSorted: isSorted)
        }
        return try LegateArray(
            type, count: node.count, validity: try mask(node), .lists(offsets: places, values))
    }

    private func fixedLists(_ node: Node, _ extent: Int?) throws -> LegateArray {
        guard let extent, extent >= 0, node.childCount == 1 else { throw node.broken("its length") }
        let values = try child(0, of: node, from: node.first * extent, count: node.count * extent)
        return try LegateArray(
            .fixedList(values.type, count: extent), count: node.count, validity: try mask(node),
            .fixedLists(values))
    }

    private func union(_ node: Node, isDense: Bool) throws -> LegateArray {
        let tags = node.format.dropFirst(4).split(separator: ",").compactMap { Int8($0) }
        guard tags.count == node.childCount else {
            throw node.broken("\(tags.count) tags, \(node.childCount) children")
        }
        let children = try (0..<node.childCount).map {
            try isDense
                ? child($0, of: node) : child($0, of: node, from: node.first, count: node.count)
        }
        // Unions of old had a buffer for a mask in front.
        let own = Int(node.array.n_buffers) - (isDense ? 2 : 1)
        guard own >= 0 else { throw node.broken("\(node.array.n_buffers) buffers") }
        let kinds = try owner.store(try node.buffer(own), .int8, [node.count], from: node.first)
        let places =
            isDense
            ? try owner.store(try node.buffer(own + 1), .int32, [node.count], from: node.first)
            : nil
        return try LegateArray(
            .union(node.fields(children), tags: tags, isDense: isDense), count: node.count,
            .union(tags: kinds, places: places, children))
    }

    private func dictionary(_ node: Node, _ schema: ArrowSchema) throws -> LegateArray {
        guard let values = node.array.dictionary?.pointee,
            case .number(let kind)? = ArrowFormat.type(of: node.format), kind.isInteger
        else { throw node.broken("its dictionary") }
        let distinct = try array(schema, values, from: 0, count: nil)
        let indices = try owner.store(try node.buffer(1), kind, [node.count], from: node.first)
        let isOrdered = node.schema.flags & Int64(ARROW_FLAG_DICTIONARY_ORDERED) != 0
        return try LegateArray(
            .dictionary(distinct.type, indices: kind, isOrdered: isOrdered), count: node.count,
            validity: try mask(node), .dictionary(indices: indices, distinct))
    }
}

extension ArrowImport.Node {
    var childCount: Int { Int(schema.n_children) }

    /// Names and types of the children.
    func fields(_ arrays: [LegateArray]) -> [Field] {
        arrays.enumerated().map { k, array in
            let child = schema.children?[k]?.pointee
            let isNullable = (child?.flags ?? 0) & Int64(ARROW_FLAG_NULLABLE) != 0
            return Field(
                child?.name.map { String(cString: $0) } ?? "", array.type, isNullable: isNullable)
        }
    }
}
