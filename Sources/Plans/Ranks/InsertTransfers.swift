/// Pass 5, on several ranks only: what one rank does of a step, and what it sends and receives for
/// it.
///
/// In: a lowered nest or an opaque task, over all points. Out: the rank's steps in their place:
///
///     send        what others read and this rank owns
///     receive     what this rank reads and others own
///     nest        this rank's points; chunks whose operands are all here come first
///     send        what this rank wrote and others own; then the same received
///
/// A temporary that one nest hands over to the next (`HandedOver`) has no owner: both are computed
/// by the same ranks. What a later step reads and was there before joins the messages of an earlier
/// one (`Drafts`); what all ranks need of all is handed on in rounds (`Rounds`). Every rank runs
/// this pass on the same launches and knows by itself what the others send: whatever decides about
/// an exchange is the same on all of them.
import Kernels
import Launches
import Partitions
import Shapes

struct InsertTransfers {
    let place: RankPlace
    let workers: Int
    private let stores: [Store]
    /// Whether all bytes of a store are valid on every rank, at this place of the plan.
    private var isLocal: [Bool]
    /// Whether there is something in a store yet.
    private(set) var hasContents: [Bool]
    /// The group that wrote a store last; -1 for none of this plan.
    private var lastWrite: [Int]
    /// What all ranks got of a store since it was written, short of all of it.
    private var common: [[Common]]
    private var exchanged = Exchanged()
    /// Stores that the next group takes where they are.
    private var handedOver: Set<Int> = []
    /// The newest exchange of what steps read, and the number of groups so far.
    private var newest: Draft?
    private var groupCount = 0
    /// Exchanges so far, counted alike on every rank.
    private(set) var tagCount = 0

    /// Positions up to which a nest is not cut into an inner part and a border.
    private static let leastInner = 4096

    init(_ place: RankPlace, _ stores: [Store], workers: Int) {
        self.place = place
        self.workers = workers
        self.stores = stores
        isLocal = stores.map(\.isLocal)
        hasContents = stores.map { $0.memory != nil }
        lastWrite = [Int](repeating: -1, count: stores.count)
        common = [[Common]](repeating: [], count: stores.count)
    }

    /// A step's part before it has its place in the plan.
    enum Part {
        case send(Draft)
        case receive(Draft)
        /// Sends and receives in turn: one step, since nothing can come between them.
        case rounds([Draft])
        case nest(NestProgram, fold: FoldExchange?)
        /// With a tag, the units of all ranks speak with each other.
        case task(units: Range<Int>, tag: Int?)
        case collective([CollectiveShare], tag: Int)
    }

    /// Tiled stores whose bytes are all valid on every rank behind the plan, and were not before
    /// it.
    var madeLocal: [Int] {
        stores.indices.filter { stores[$0].isTiled && isLocal[$0] && !stores[$0].isLocal }
    }

    /// Notes that the next group writes a store for the first time, in memory that it takes over:
    /// the nest names the giver.
    mutating func noteTaker(_ store: Int) {
        hasContents[store] = true
        lastWrite[store] = groupCount
    }

    mutating func takeTag() -> Int {
        tagCount += 1
        return tagCount - 1
    }

    func walk(_ operand: LoopNest.Operand, _ lowered: LoweredNest) -> Walk {
        let store = lowered.stores[operand.slot]
        return Walk(
            store, store.windowOrdinal, offset: operand.offset, strides: operand.strides,
            type: operand.type,
            rankCount: place.rankCount)
    }

    func walk(_ view: StoreView) -> Walk {
        Walk(
            view.store, view.store.windowOrdinal, offset: view.lattice.offset,
            strides: Array(view.lattice.strides),
            type: view.type, rankCount: place.rankCount)
    }

    // MARK: - What steps read

    func isAbsent(_ store: Store) -> Bool { store.isTiled && !isLocal[store.windowOrdinal] }

    /// What an operand touches over some points, read by all ranks.
    struct Common {
        var walk: Walk
        var extents: [Int]
    }

    /// What one step needs of other ranks.
    struct Needs {
        /// Read by some of the others, each in parts of its own.
        var own: [Transfers.Operand] = []
        /// Read by all, over the same points.
        var common: [Common] = []
    }

    /// Plans the messages of a step's needs. The step's own exchange, if it has one, is received as
    /// late as possible.
    private mutating func exchange(_ needs: Needs, before group: Int) -> (
        rounds: [Part], own: Draft?
    ) {
        var own: Draft?
        for need in needs.own {
            if newest == nil || lastWrite[need.walk.store] >= newest!.group {
                newest = Draft(place, group: group, tag: takeTag())
                own = newest
            }
            newest!.transfers.read(need, &exchanged)
        }
        let fresh = needs.common.filter { need in
            !common[need.walk.store].contains {
                $0.extents == need.extents && $0.walk.isLike(need.walk)
            }
        }
        guard !fresh.isEmpty else { return ([], own) }
        for need in fresh {
            let store = need.walk.store
            if need.walk.coversAll(of: stores[store], over: need.extents) {
                isLocal[store] = true
            } else {
                common[store].append(need)
            }
        }
        let owners = fresh.map { $0.walk.owners(PointBox(extents: $0.extents)) }.reduce(0..<0) {
            all, some in
            guard let some else { return all }
            return all.isEmpty
                ? Range(some)
                : min(all.lowerBound, some.lowerBound)..<max(all.upperBound, some.upperBound + 1)
        }
        let rounds = self.rounds(group, owners) { ranks in
            fresh.flatMap { need in
                need.walk.pieces(of: need.extents, ownedBy: ranks).map {
                    Message.Part(store: need.walk.store, piece: $0)
                }
            }
        }
        return (rounds, own)
    }

    /// What all ranks need of all, handed on.
    ///
    /// - Parameter owners: The ranks that own something of it; `nil` for all.
    private mutating func rounds(
        _ group: Int, _ owners: Range<Int>? = nil, _ pieces: (Range<Int>) -> [Message.Part]
    ) -> [Part] {
        var tags = tagCount
        let drafts = Rounds(place: place, owners: owners ?? 0..<place.rankCount).drafts(
            group: group, pieces
        ) {
            tags += 1
            return tags - 1
        }
        tagCount = tags
        return drafts.isEmpty ? [] : [.rounds(drafts)]
    }

    private mutating func noteWrite(_ store: Store, _ group: Int, isEverywhere: Bool) {
        let ordinal = store.windowOrdinal
        hasContents[ordinal] = true
        guard store.isTiled else { return }
        lastWrite[ordinal] = group
        exchanged.forget(ordinal)
        common[ordinal] = []
        if !isEverywhere { isLocal[ordinal] = false }
    }

    private mutating func nextGroup() -> Int {
        groupCount += 1
        return groupCount - 1
    }

    private mutating func writes(_ group: Int, _ operands: [Transfers.Operand]) -> [Part] {
        if operands.isEmpty { return [] }
        let draft = Draft(place, group: group, tag: takeTag())
        for operand in operands { draft.transfers.write(operand) }
        return [.send(draft), .receive(draft)]
    }

    // MARK: - Nests

    /// - Parameter handOver: A store that the nest hands over to the next one.
    mutating func run(_ lowered: LoweredNest, handing handOver: HandedOver.Pair? = nil) -> [Part] {
        let nest = lowered.nest
        let place = place
        let group = nextGroup()
        let share = self.share(handOver?.taker ?? lowered)
        if let handOver { handedOver.insert(handOver.store) }
        let anchor = share.extents == nest.extents ? share.plainAnchor : nil
        let boxes = { (rank: Int) in PointBox.boxes(share.positions(of: rank), of: nest.extents) }
        func operand(_ walk: Walk) -> Transfers.Operand {
            .init(walk: walk, boxes: boxes) { owner in
                if share.isEverywhere { return 0...place.rankCount - 1 }
                return walk.positions(touching: owner, of: nest.extents).flatMap(
                    share.ranks(computing:))
            }
        }
        func isAtHome(_ walk: Walk) -> Bool {
            anchor.map { walk.staysInRows(of: $0, over: nest.extents) } ?? false
        }
        // Before: what is read and not here.
        var needs = Needs()
        for load in nest.loads where isAbsent(lowered.stores[load.slot]) {
            let walk = walk(load, lowered)
            if handedOver.contains(walk.store) || isAtHome(walk) { continue }
            if share.isNeededByAll(walk, over: nest.extents) {
                needs.common.append(Common(walk: walk, extents: nest.extents))
            } else {
                needs.own.append(operand(walk))
            }
        }
        let (rounds, own) = exchange(needs, before: group)
        // After: what was written and is owned elsewhere.
        var written: [Transfers.Operand] = []
        func addWritten(_ target: LoopNest.Operand) {
            guard !share.isEverywhere, lowered.stores[target.slot].isTiled else { return }
            let walk = walk(target, lowered)
            if !handedOver.contains(walk.store), !isAtHome(walk) { written.append(operand(walk)) }
        }
        for output in nest.outputs { addWritten(output.target) }
        let fold = foldExchange(lowered, share)
        if fold == nil { for fold in nest.folds { addWritten(fold.target) } }
        let after = writes(group, written)
        for target in nest.outputs.map(\.target) + nest.folds.map(\.target) {
            noteWrite(lowered.stores[target.slot], group, isEverywhere: share.isEverywhere)
        }

        let exchanges: [Part] = own.map { [.send($0), .receive($0)] } ?? []
        // With no points of its own a rank still has every store, so that all see the same stores
        // with contents.
        let mine = share.positions(of: place.rank)
        let positions =
            nest.form == .points && needs.common.isEmpty
            ? cut(mine, needs.own.map(\.walk), nest) : [mine]
        let program = NestProgram(
            nest, workers: workers, positions: mine.isEmpty && fold == nil ? [0..<0] : positions)
        return rounds + exchanges + [.nest(program, fold: fold)] + after
    }

    /// Cuts this rank's positions where on one side everything read is here and on the other it is
    /// not.
    private func cut(_ mine: Range<Int>, _ absent: [Walk], _ nest: LoopNest) -> [Range<Int>] {
        var inner = mine
        for walk in absent {
            guard walk.isMonotone(over: nest.extents) else { return [mine] }
            let own = walk.owned(by: place.rank)
            // The last unit of an element may lie behind the border.
            let first = walk.positions(before: own.lowerBound, of: nest.extents)
            let end = walk.positions(
                before: own.upperBound - walk.unitsPerElement + 1, of: nest.extents)
            inner = inner.clamped(to: first..<max(first, end))
        }
        guard inner.count >= InsertTransfers.leastInner else { return [mine] }
        let parts = [mine.lowerBound..<inner.lowerBound, inner, inner.upperBound..<mine.upperBound]
        return parts.filter { !$0.isEmpty }
    }

    /// How the folds' results come to those who need them; `nil` where each rank stores its own.
    private mutating func foldExchange(_ lowered: LoweredNest, _ share: Share) -> FoldExchange? {
        let nest = lowered.nest
        guard !nest.folds.isEmpty, !share.isEverywhere else { return nil }
        let targets = nest.folds.map { lowered.stores[$0.target.slot] }
        var slices: Share?
        if targets.allSatisfy(\.isTiled) {
            if nest.form == .rows { return nil }
            if targets.count == 1, nest.keptAxes == 0 {
                let inner = Array(nest.extents[(nest.keptAxes + nest.reducedAxes)...])
                let slice = walk(nest.folds[0].target, lowered).dropping(
                    first: nest.keptAxes + nest.reducedAxes)
                if slice.isMonotone(over: inner) {
                    slices = Share(.anchored(slice), extents: inner, rankCount: place.rankCount)
                }
            }
        }
        return FoldExchange(place, share, tag: takeTag(), slices: slices)
    }

    // MARK: - Tasks

    mutating func run(_ launch: Launch, _ task: OpaqueTask) -> [Part] {
        if task.collective != nil,
            (launch.inputs + launch.outputs).contains(where: { $0.store.isTiled })
        {
            return collective(launch)
        }
        let group = nextGroup()
        let inputs = Array(zip(launch.inputs, task.inputPartitions))
        let outputs = Array(zip(launch.outputs, task.outputPartitions))
        let share = UnitShare(inputs, outputs, task, rankCount: place.rankCount)
        var needs = Needs()
        // A body may leave parts of its output as they were.
        for (view, partition) in inputs + outputs.filter({ hasContents[$0.0.store.windowOrdinal] })
        where isAbsent(view.store) {
            if partition == .whole || share.share.isEverywhere {
                needs.common.append(Common(walk: walk(view), extents: Array(view.lattice.shape)))
            } else {
                needs.own.append(share.operand(view, partition, walk(view)))
            }
        }
        let (rounds, own) = exchange(needs, before: group)
        var after: [Part] = []
        if !share.share.isEverywhere {
            after = writes(
                group, outputs.filter(\.0.store.isTiled).map { share.operand($0, $1, walk($0)) })
            let shared = outputs.filter { !$0.0.store.isTiled }.map { ($0, $1, walk($0)) }
            if !shared.isEmpty {
                after += self.rounds(group) { ranks in
                    shared.flatMap { view, partition, walk in
                        walk.pieces(share.boxes(view, partition, of: ranks), store: walk.store)
                    }
                }
            }
        }
        for (view, _) in outputs {
            noteWrite(view.store, group, isEverywhere: share.share.isEverywhere)
        }
        let exchanges: [Part] = own.map { [.send($0), .receive($0)] } ?? []
        let tag = task.together == nil || share.share.isEverywhere ? nil : takeTag()
        return rounds + exchanges + [.task(units: share.units(of: place.rank), tag: tag)] + after
    }

    // MARK: - Collective tasks

    private mutating func collective(_ launch: Launch) -> [Part] {
        let group = nextGroup()
        let rankCount = place.rankCount
        var needs = Needs()
        var written: [Transfers.Operand] = []
        var shared: [(walk: Walk, extents: [Int], share: Share)] = []
        var shares: [CollectiveShare] = []
        for (k, view) in (launch.inputs + launch.outputs).enumerated() {
            let isOutput = k >= launch.inputs.count
            let extents = Array(view.lattice.shape)
            let walk = walk(view)
            let isPlain = view.store.isTiled && walk.isMonotone(over: extents)
            let share = Share(
                isPlain ? .anchored(walk) : .even, extents: extents, rankCount: rankCount)
            shares.append(
                CollectiveShare(
                    share, isLocal: !view.store.isTiled || isLocal[view.store.windowOrdinal]))
            let operand = Transfers.Operand(
                walk: walk, boxes: { PointBox.boxes(share.positions(of: $0), of: extents) },
                ranks: {
                    walk.positions(touching: $0, of: extents).flatMap(share.ranks(computing:))
                })
            if isPlain, walk.unitsPerElement == 1 { continue }
            if !isOutput || hasContents[view.store.windowOrdinal], isAbsent(view.store) {
                needs.own.append(operand)
            }
            guard isOutput else { continue }
            if view.store.isTiled {
                written.append(operand)
            } else {
                shared.append((walk, extents, share))
            }
        }
        let (rounds, own) = exchange(needs, before: group)
        let tag = takeTag()
        var after = writes(group, written)
        if !shared.isEmpty {
            after += self.rounds(group) { ranks in
                shared.flatMap { walk, extents, share in
                    let positions =
                        share.start(of: ranks.lowerBound)..<share.start(of: ranks.upperBound)
                    return walk.pieces(positions, of: extents, store: walk.store)
                }
            }
        }
        for view in launch.outputs { noteWrite(view.store, group, isEverywhere: false) }
        let exchanges: [Part] = own.map { [.send($0), .receive($0)] } ?? []
        return rounds + exchanges + [.collective(shares, tag: tag)] + after
    }
}
