/// The pieces that tiles made for an output without a shape, put together as the tiles lie.
///
///     pieces    2x3  2x1        extents along axis 0   2 1        store   3x4
///               1x3  1x1        extents along axis 1   3 1
///
/// The first axes are those of the grid; what is left of a piece's axes has one extent in all of
/// them.
import Shapes

struct PieceGrid {
    private let grid: AxisList
    /// In the order of the tiles.
    private let pieces: [UnboundPieces.Piece]
    /// Where the pieces of each row of tiles begin, along each axis of the grid, and where the last
    /// one ends.
    private let starts: [[Int]]

    /// - Throws: ``CoreError``, without its subject, for a piece that is missing or does not fit
    ///   the others.
    init(_ pieces: [Int: UnboundPieces.Piece], _ grid: AxisList, axes: Int) throws {
        self.grid = grid
        let colors = Array(grid.points)
        self.pieces = try colors.indices.map { tile in
            guard let piece = pieces[tile] else {
                throw CoreError(
                    .runtime, "no elements in tile \(PieceGrid.name(tile, colors[tile]))")
            }
            return piece
        }
        var extents: [[Int?]] = grid.map { [Int?](repeating: nil, count: $0) }
        for (tile, piece) in self.pieces.enumerated() {
            func misfit(_ words: String) -> CoreError {
                CoreError(
                    .value,
                    "elements of shape \(piece.shape) in tile \(PieceGrid.name(tile, colors[tile])), \(words)"
                )
            }
            guard piece.shape.count == axes else { throw misfit("of a store with \(axes) axes") }
            for axis in 0..<axes {
                let known =
                    axis < grid.count
                    ? extents[axis][colors[tile][axis]] : self.pieces[0].shape[axis]
                if let known, known != piece.shape[axis] {
                    throw misfit("where axis \(axis) has extent \(known) in an earlier one")
                }
                if axis < grid.count { extents[axis][colors[tile][axis]] = piece.shape[axis] }
            }
        }
        starts = extents.map { $0.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 ?? 0)) } }
    }

    private static func name(_ tile: Int, _ color: AxisList) -> String {
        color.count == 1 ? "\(tile)" : "\(color)"
    }

    /// All pieces as one store, of each rank its own elements.
    func store(of type: ElementType) throws -> LogicalStore {
        let shape = AxisList(
            starts.map { $0[$0.count - 1] } + pieces[0].shape.dropFirst(grid.count))
        let size = type.byteCount
        return try LogicalStore(type, shape: shape) { memory, own in
            let wanted = own.lowerBound * size..<own.upperBound * size
            for (color, piece) in zip(grid.points, pieces) {
                piece.bytes.withUnsafeBytes { bytes in
                    forEachRun(of: piece, at: color, in: shape, size) { source, place in
                        let shared = place.shared(with: wanted)
                        if shared.isEmpty { return }
                        (memory + shared.lowerBound - wanted.lowerBound).copyMemory(
                            from: bytes.baseAddress.unsafelyUnwrapped + source + shared.lowerBound
                                - place.lowerBound,
                            byteCount: shared.count)
                    }
                }
            }
        }
    }

    /// The bytes of a piece that lie side by side in the store: where they begin in the piece, and
    /// where they belong.
    private func forEachRun(
        of piece: UnboundPieces.Piece, at color: AxisList, in shape: AxisList, _ size: Int,
        _ body: (Int, Range<Int>) -> Void
    ) {
        let strides = Lattice.rowMajorStrides(of: shape)
        let last = grid.count - 1
        let run = piece.shape[last] * strides[last] * size
        let first = grid.indices.reduce(0) { $0 + starts[$1][color[$1]] * strides[$1] }
        var source = 0
        for row in AxisList(piece.shape.prefix(last)).points {
            let place = (first + row.indices.reduce(0) { $0 + row[$1] * strides[$1] }) * size
            body(source, place..<place + run)
            source += run
        }
    }
}
