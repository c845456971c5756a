/// Texts and bytes that Arrow keeps as views, as ranges of one row of bytes: the only form of ours.
/// A copy.
///
///     view of up to 12 bytes     | length 4 | the bytes themselves          |
///     longer ones                | length 4 | first 4 | buffer 4 | offset 4 |
import Shapes

struct ArrowViews {
    private let node: ArrowImport.Node

    init(_ node: ArrowImport.Node) { self.node = node }

    func contents() throws -> LegateArray.Contents {
        guard node.count > 0 else {
            return .bytes(offsets: try LogicalStore([0]), try LogicalStore(.uint8, shape: [0]))
        }
        guard let views = try node.buffer(1) else { throw node.broken("it has no views") }
        let isThere = try presence()
        var (ends, bytes) = ([0], [UInt8]())
        for k in 0..<node.count {
            if isThere(k) { bytes += try piece(views + (node.first + k) * 16) }
            ends.append(bytes.count)
        }
        return .bytes(offsets: try LogicalStore(ends), try LogicalStore(bytes))
    }

    /// What is under the view of a missing element is nobody's business.
    private func presence() throws -> (Int) -> Bool {
        guard node.array.null_count != 0, let bits = try node.buffer(0) else {
            return { _ in true }
        }
        return { k in
            let place = node.first + k
            return bits.load(fromByteOffset: place / 8, as: UInt8.self) >> UInt8(place % 8) & 1 == 1
        }
    }

    private func piece(_ view: UnsafeRawPointer) throws -> UnsafeRawBufferPointer {
        func word(_ k: Int) -> Int {
            Int(view.loadUnaligned(fromByteOffset: 4 * k, as: Int32.self))
        }
        let length = word(0)
        if length <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: length) }
        guard let buffer = try node.buffer(2 + word(2)) else {
            throw node.broken("a view of no buffer")
        }
        return UnsafeRawBufferPointer(start: buffer + word(3), count: length)
    }
}
