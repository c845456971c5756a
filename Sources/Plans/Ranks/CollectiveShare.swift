/// The parts of one operand of a collective task, and the tile that a rank's body sees.
import Execution
import Launches

public final class CollectiveShare {
    private let share: Share
    /// All elements are on every rank.
    let isLocal: Bool

    /// Where each rank's positions begin; one more entry holds the end. Bodies speak with all ranks
    /// and need all of it; a plan does not, so the first run makes it, for those that replay the
    /// plan.
    private(set) lazy var bounds = (0...share.rankCount).map(share.start(of:))

    init(_ share: Share, isLocal: Bool) {
        self.share = share
        self.isLocal = isLocal
    }
}

extension CollectiveTile {
    /// Messages of one step, without operands.
    init(_ channel: ExchangeChannel, tag: Int) {
        self.init(
            rank: channel.transport.rank, rankCount: channel.transport.rankCount, inputs: [],
            outputs: [],
            messenger: Communicator(channel.transport, tag: channel.firstTag + tag))
    }

    init(
        _ launch: Launch, _ shares: [CollectiveShare], _ channel: ExchangeChannel, tag: Int,
        _ workers: TaskWorkers
    ) {
        let rank = channel.transport.rank
        func operands(_ views: [StoreView], _ shares: ArraySlice<CollectiveShare>) -> [Operand] {
            zip(views, shares).map { view, share in
                let bounds = share.bounds
                return Operand(
                    memory: view.store.memory!, lattice: view.lattice, type: view.type,
                    positions: bounds[rank]..<bounds[rank + 1], bounds: bounds,
                    isLocal: share.isLocal)
            }
        }
        self.init(
            rank: rank, rankCount: channel.transport.rankCount,
            inputs: operands(launch.inputs, shares.prefix(launch.inputs.count)),
            outputs: operands(launch.outputs, shares.dropFirst(launch.inputs.count)),
            messenger: Communicator(channel.transport, tag: channel.firstTag + tag),
            workers: workers)
    }
}
