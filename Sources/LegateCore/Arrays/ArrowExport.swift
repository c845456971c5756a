/// Nodes as the C structures of Arrow's interface, and what happens when their taker releases them.
///
/// Each structure owns one object, which keeps the node's buffers, the texts, and the structures of
/// the children. Its release, which Arrow's contract wants exactly once, may come on any thread:
/// stores go back through ``ArrowReturns``.
internal import CPlatform
import Synchronization

/// What an exported structure keeps until it is released.
private final class Exported<Structure> {
    let node: ArrowNode
    let format: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
    let children: UnsafeMutablePointer<UnsafeMutablePointer<Structure>?>
    let dictionary: UnsafeMutablePointer<Structure>?

    init(_ node: ArrowNode, _ fill: (ArrowNode, UnsafeMutablePointer<Structure>) -> Void) {
        self.node = node
        (format, name) = (node.format.copied, node.name.copied)
        buffers = .allocate(capacity: max(node.buffers.count, 1))
        for (k, buffer) in node.buffers.enumerated() { (buffers + k).initialize(to: buffer.start) }
        func made(_ node: ArrowNode) -> UnsafeMutablePointer<Structure> {
            let structure = UnsafeMutablePointer<Structure>.allocate(capacity: 1)
            fill(node, structure)
            return structure
        }
        children = .allocate(capacity: max(node.children.count, 1))
        for (k, child) in node.children.enumerated() { (children + k).initialize(to: made(child)) }
        dictionary = node.dictionary.first.map(made)
    }

    /// The structures of children and dictionary, which the taker may have moved away.
    var inner: [UnsafeMutablePointer<Structure>] {
        (0..<node.children.count).compactMap { children[$0] } + (dictionary.map { [$0] } ?? [])
    }

    deinit {
        format.deallocate()
        name.deallocate()
        buffers.deallocate()
        for structure in inner { structure.deallocate() }
        children.deallocate()
        ArrowReturns.give(node.buffers.compactMap(\.keeper))
    }
}

extension ArrowNode {
    /// Fills the structure of a type.
    func fill(_ schema: UnsafeMutablePointer<ArrowSchema>) {
        let kept = Exported<ArrowSchema>(self) { $0.fill($1) }
        schema.initialize(
            to: ArrowSchema(
                format: kept.format, name: kept.name, metadata: nil, flags: flags,
                n_children: Int64(children.count), children: kept.children,
                dictionary: kept.dictionary,
                release: { schema in
                    guard let schema, let data = schema.pointee.private_data else { return }
                    let kept = Unmanaged<Exported<ArrowSchema>>.fromOpaque(data).takeRetainedValue()
                    for inner in kept.inner { inner.pointee.release?(inner) }
                    schema.pointee.release = nil
                    schema.pointee.private_data = nil
                }, private_data: Unmanaged.passRetained(kept).toOpaque()))
    }

    /// Fills the structure of an array.
    func fill(_ array: UnsafeMutablePointer<ArrowArray>) {
        let kept = Exported<ArrowArray>(self) { $0.fill($1) }
        array.initialize(
            to: ArrowArray(
                length: Int64(count), null_count: Int64(nullCount), offset: 0,
                n_buffers: Int64(buffers.count),
                n_children: Int64(children.count), buffers: kept.buffers, children: kept.children,
                dictionary: kept.dictionary,
                release: { array in
                    guard let array, let data = array.pointee.private_data else { return }
                    let kept = Unmanaged<Exported<ArrowArray>>.fromOpaque(data).takeRetainedValue()
                    for inner in kept.inner { inner.pointee.release?(inner) }
                    array.pointee.release = nil
                    array.pointee.private_data = nil
                }, private_data: Unmanaged.passRetained(kept).toOpaque()))
    }
}

extension String {
    /// The text with a zero byte behind it, in memory of its own.
    fileprivate var copied: UnsafeMutablePointer<CChar> {
        let bytes = utf8CString
        let result = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        bytes.withUnsafeBufferPointer {
            result.initialize(from: $0.baseAddress.unsafelyUnwrapped, count: $0.count)
        }
        return result
    }
}

/// Handles on stores that were lent and came back, on whatever thread: the program's own thread
/// lets go of them, because stores belong to it.
enum ArrowReturns {
    private static let returned = Mutex<[Lent]>([])
    private static let isWaiting = Atomic(false)

    private struct Lent: @unchecked Sendable { let handle: AnyObject }

    /// Any thread.
    static func give(_ handles: [AnyObject]) {
        if handles.isEmpty { return }
        returned.withLock { $0 += handles.map { Lent(handle: $0) } }
        isWaiting.store(true, ordering: .releasing)
    }

    /// The program's thread.
    @inline(__always) static func settle() {
        if isWaiting.load(ordering: .acquiring) { letGo() }
    }

    private static func letGo() {
        isWaiting.store(false, ordering: .relaxed)
        let handles = returned.withLock { lent in
            defer { lent = [] }
            return lent
        }
        _ = handles
    }
}
