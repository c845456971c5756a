/// Tables as streams of batches: one batch out of ours, any number into ours.
internal import CPlatform
import Glibc

/// What an exported stream keeps until it is released.
final class ArrowStream {
    private let schema: ArrowNode
    /// Given once; then the stream is at its end.
    private var batch: ArrowNode?

    init(_ table: Table) throws {
        schema = try ArrowNode(schemaOf: table)
        batch = try ArrowNode(of: table)
    }

    private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ArrowStream? {
        stream?.pointee.private_data.map {
            Unmanaged<ArrowStream>.fromOpaque($0).takeUnretainedValue()
        }
    }

    func fill(_ stream: UnsafeMutablePointer<ArrowArrayStream>) {
        stream.initialize(
            to: ArrowArrayStream(
                get_schema: { stream, schema in
                    guard let own = ArrowStream.of(stream), let schema else { return EINVAL }
                    own.schema.fill(schema)
                    return 0
                },
                get_next: { stream, array in
                    guard let own = ArrowStream.of(stream), let array else { return EINVAL }
                    own.next(array)
                    return 0
                },
                get_last_error: { _ in nil },
                release: { stream in
                    guard let stream, let data = stream.pointee.private_data else { return }
                    Unmanaged<ArrowStream>.fromOpaque(data).takeRetainedValue().end()
                    stream.pointee.release = nil
                    stream.pointee.private_data = nil
                }, private_data: Unmanaged.passRetained(self).toOpaque()))
    }

    private func next(_ array: UnsafeMutablePointer<ArrowArray>) {
        guard let batch = batch.take() else {
            array.initialize(to: ArrowArray())
            return
        }
        batch.fill(array)
    }

    /// A batch that nobody asked for goes back.
    private func end() {
        guard let batch = batch.take() else { return }
        var array = ArrowArray()
        batch.fill(&array)
        array.release?(&array)
    }

    // MARK: - Into ours

    /// Reads a stream to its end, and releases it.
    static func read(_ stream: UnsafeMutablePointer<ArrowArrayStream>) throws -> Table {
        guard let release = stream.pointee.release else {
            throw CoreError(.value, "the structure of Arrow's stream has been released")
        }
        defer { if stream.pointee.release != nil { release(stream) } }
        var schema = ArrowSchema()
        try check(stream.pointee.get_schema(stream, &schema), stream)
        let type = try ArrowOwner<ArrowSchema>(taking: &schema)
        guard type.structure.format.map({ String(cString: $0) }) == "+s" else {
            throw CoreError(.type, "a table is read from a stream of structures")
        }
        var batches: [LegateArray] = []
        while true {
            var array = ArrowArray()
            try check(stream.pointee.get_next(stream, &array), stream)
            if array.release == nil { break }
            batches.append(
                try ArrowImport(ArrowOwner<ArrowArray>(taking: &array)).array(type.structure))
        }
        if batches.isEmpty {
            var nothing = ArrowArray.empty(of: type.structure)
            batches.append(
                try ArrowImport(ArrowOwner<ArrowArray>(taking: &nothing)).array(type.structure))
        }
        return try Table(rows: try LegateArray(joining: batches))
    }

    private static func check(_ code: Int32, _ stream: UnsafeMutablePointer<ArrowArrayStream>)
        throws
    {
        if code == 0 { return }
        let words =
            stream.pointee.get_last_error(stream).map { String(cString: $0) } ?? "error \(code)"
        throw CoreError(.runtime, "a stream of Arrow's failed: \(words)")
    }
}

extension ArrowArray {
    /// The structure of an array of a type without elements: buffers that are not there, and
    /// children like it.
    fileprivate static func empty(of schema: ArrowSchema) -> ArrowArray {
        let buffers = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: 3)
        buffers.initialize(repeating: nil, count: 3)
        let count = Int(schema.n_children)
        let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(
            capacity: max(count, 1))
        for k in 0..<count { children[k] = schema.children?[k].map { place(of: $0.pointee) } }
        return ArrowArray(
            length: 0, null_count: 0, offset: 0, n_buffers: 3, n_children: schema.n_children,
            buffers: buffers,
            children: children, dictionary: schema.dictionary.map { place(of: $0.pointee) },
            release: { ArrowArray.end($0) }, private_data: nil)
    }

    private static func place(of schema: ArrowSchema) -> UnsafeMutablePointer<ArrowArray> {
        let place = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
        place.initialize(to: empty(of: schema))
        return place
    }

    private static func end(_ array: UnsafeMutablePointer<ArrowArray>?) {
        guard let array else { return }
        let inner = (0..<Int(array.pointee.n_children)).compactMap { array.pointee.children[$0] }
        for child in inner + (array.pointee.dictionary.map { [$0] } ?? []) {
            end(child)
            child.deallocate()
        }
        array.pointee.buffers.deallocate()
        array.pointee.children.deallocate()
        array.pointee.release = nil
    }
}
