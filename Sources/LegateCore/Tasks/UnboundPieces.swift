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
