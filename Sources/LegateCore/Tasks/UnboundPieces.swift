/// The elements that the tiles of a task make for an output without a shape, until the launch puts
/// them together.
import Shapes
import Synchronization

final class UnboundPieces: Sendable {
    struct Piece: Sendable {
        var bytes: [UInt8]
        var shape: AxisList
    }
    private let pieces = Mutex<[Int: Piece]>([:])

    /// A tile that is run again, on another rank of a replay, gives the same piece.
    func bind(_ bytes: [UInt8], shape: AxisList, tile: Int, name: String) throws {
        guard shape.count > 0 else {
            throw CoreError(.value, "elements of output '\(name)' need at least one axis")
        }
        pieces.withLock { $0[tile] = Piece(bytes: bytes, shape: shape) }
    }

    var all: [Int: Piece] { pieces.withLock { $0 } }
}

extension UnboundPieces {
    /// The pieces of all ranks.
    static func gathered(_ own: [Int: Piece]) throws -> [Int: Piece] {
        guard Runtime.shared.rankCount > 1 else { return own }
        var message: [UInt8] = []
        func append(_ number: Int) { withUnsafeBytes(of: number) { message += $0 } }
        for (tile, piece) in own {
            append(tile)
            append(piece.shape.count)
            for extent in piece.shape { append(extent) }
            append(piece.bytes.count)
            message += piece.bytes
        }
        var result: [Int: Piece] = [:]
        for message in try Runtime.shared.allGather(message) {
            var position = 0
            func number() -> Int {
                defer { position += 8 }
                return message.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: position, as: Int.self)
                }
            }
            while position < message.count {
                let tile = number()
                let shape = AxisList((0..<number()).map { _ in number() })
                let count = number()
                result[tile] = Piece(
                    bytes: Array(message[position..<position + count]), shape: shape)
                position += count
            }
        }
        return result
    }
}
