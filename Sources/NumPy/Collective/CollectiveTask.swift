/// Launches that the ranks compute together: one body, written for any number of ranks.
///
/// Taken where an operand is tiled over the ranks and its elements cannot be cut along with the
/// results. On one rank the same body runs over whole operands and sends nothing.
import LegateCore

extension NDArray {
    /// Whether some of the operands are tiled over the ranks.
    static func isSpread(_ operands: NDArray?...) -> Bool {
        operands.contains { $0?.isSpread == true }
    }

    /// Whether ranks hold parts of it only.
    @inline(__always)
    var isSpread: Bool { store.isTiled || NDArray.treatsAllAsSpread }

    /// For tests: takes the way over several ranks whatever the stores are.
    nonisolated(unsafe) static var treatsAllAsSpread = false

    /// Runs a body where there is one rank. Tests put the other ranks in here.
    nonisolated(unsafe) static var runAlone:
        (CollectiveTile, (CollectiveTile) throws -> Void) throws -> Void = {
            tile, body in try body(tile)
        }

    /// Records a launch whose body every rank runs once over its own positions.
    ///
    /// - Parameter outputs: Views whose elements the body sets, all of them: one that keeps some of
    ///   its elements is an input, too.
    static func collectively(
        _ name: String, inputs: [NDArray], outputs: [NDArray],
        body: @escaping (CollectiveTile, Exchange) throws -> Void
    ) throws {
        let run: (CollectiveTile) throws -> Void = { try body($0, Exchange($0)) }
        let task = OpaqueTask(
            units: 1, grain: 1, inputs: inputs.map { _ in .whole },
            outputs: outputs.map { _ in .whole },
            collective: run
        ) { tile in
            do { try runAlone(CollectiveTile(alone: tile), run) } catch {
                preconditionFailure("one rank alone: \(error)")
            }
        }
        let launch = Launch(
            name: name, domain: AxisList(1), inputs: inputs.map(\.view),
            outputs: outputs.map(\.view),
            body: .opaque(task), source: NDArray.source)
        try rethrowing { try Runtime.shared.record(launch) }
    }
}

extension CollectiveTile {
    /// A tile that sees all of its operands, as the only rank's.
    init(alone tile: TaskTile) {
        func operand(_ operand: TaskTile.Operand) -> Operand {
            let count = operand.lattice.elementCount
            return Operand(
                memory: operand.memory, lattice: operand.lattice, type: operand.type,
                positions: 0..<count,
                bounds: [0, count], isLocal: true)
        }
        self.init(
            rank: 0, rankCount: 1, inputs: tile.inputs.map(operand),
            outputs: tile.outputs.map(operand),
            messenger: nil)
    }
}
