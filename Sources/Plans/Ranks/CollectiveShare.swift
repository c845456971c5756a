/// The parts of one operand of a collective task, and the tile that a rank's body sees.
import Execution
import Launches

public struct CollectiveShare {
    /// Where each rank's positions begin; one more entry holds the end.
    var bounds: [Int]
    /// All elements are on every rank.
    var isLocal: Bool
}

extension CollectiveTile {
    init(_ launch: Launch, _ shares: [CollectiveShare], _ channel: ExchangeChannel, tag: Int) {
        let rank = channel.transport.rank
        func operands(_ views: [StoreView], _ shares: ArraySlice<CollectiveShare>) -> [Operand] {
            zip(views, shares).map { view, share in
                Operand(
                    memory: view.store.memory!, lattice: view.lattice, type: view.type,
                    positions: share.bounds[rank]..<share.bounds[rank + 1], bounds: share.bounds, isLocal: share.isLocal)
            }
        }
        self.init(
            rank: rank, rankCount: channel.transport.rankCount, inputs: operands(launch.inputs, shares.prefix(launch.inputs.count)),
            outputs: operands(launch.outputs, shares.dropFirst(launch.inputs.count)),
            communicator: Communicator(channel.transport, tag: channel.firstTag + tag))
    }
}
