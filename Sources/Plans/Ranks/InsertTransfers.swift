/// Pass 5, on several ranks only: what one rank does of a step, and what it sends and receives for it.
///
/// In: a lowered nest or an opaque task, over all points. Out: the rank's steps in their place:
///
///     send        what others read and this rank owns
///     nest        points whose operands are all here: messages travel meanwhile
///     receive     what this rank reads and others own
///     nest        the other points
///     send        what this rank wrote and others own; then the same received
///
/// Each rank computes where the step's *anchor* is its own: the first output that is tiled, else the largest input. Where
/// a plain output is replicated, every rank computes all of it. Every rank runs this pass on the same launches and knows
/// by itself what the others send.
import Kernels
import Launches
import Partitions
import Shapes

struct InsertTransfers {
    let place: RankPlace
    private let workers: Int
    private let stores: [Store]
    /// Whether all bytes of a store are valid on every rank, at this place of the plan.
    private var isLocal: [Bool]
    /// Whether there is something in a store yet.
    private(set) var hasContents: [Bool]
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
    }

    /// A step's part before it has its place in the plan.
    enum Part {
        case exchange(Exchange, tag: Int)
        case nest(NestProgram, fold: FoldExchange?)
        case task(units: Range<Int>)
        case collective([CollectiveShare], tag: Int)
    }

    /// Notes that a store got contents by taking over another's memory.
    mutating func noteContents(of store: Int) { hasContents[store] = true }

    private mutating func takeTag() -> Int {
        tagCount += 1
        return tagCount - 1
    }

    private func walk(_ operand: LoopNest.Operand, _ lowered: LoweredNest) -> Walk {
        let store = lowered.stores[operand.slot]
        return Walk(
            store, store.windowOrdinal, offset: operand.offset, strides: operand.strides, type: operand.type,
            rankCount: place.rankCount)
    }

    // MARK: - Nests

    mutating func run(_ lowered: LoweredNest) -> [Part] {
        let nest = lowered.nest
        let place = place
        let isTiled = { (operand: LoopNest.Operand) in lowered.stores[operand.slot].isTiled }
        let share = self.share(lowered)
        let tags = (read: takeTag(), write: takeTag(), fold: takeTag())
        let boxes = { (rank: Int) in PointBox.boxes(share.positions(of: rank), of: nest.extents) }
        func operand(_ operand: LoopNest.Operand) -> Transfers.Operand {
            let walk = walk(operand, lowered)
            return .init(walk: walk, boxes: boxes) { owner in
                if share.isEverywhere { return 0...place.rankCount - 1 }
                return walk.positions(touching: owner, of: nest.extents).flatMap(share.ranks(computing:))
            }
        }
        // Before: what is read and not here.
        var reads = Transfers(place)
        var absent: [Walk] = []
        for load in nest.loads where isTiled(load) && !isLocal[lowered.stores[load.slot].windowOrdinal] {
            let read = operand(load)
            reads.read(read)
            absent.append(read.walk)
        }
        let before = reads.finish()
        // After: what was written and is owned elsewhere.
        var writes = Transfers(place)
        if !share.isEverywhere {
            for output in nest.outputs where isTiled(output.target) { writes.write(operand(output.target)) }
        }
        let fold = foldExchange(lowered, share, tag: tags.fold)
        if fold == nil, !share.isEverywhere {
            for fold in nest.folds where isTiled(fold.target) { writes.write(operand(fold.target)) }
        }
        let after = writes.finish()
        for target in nest.outputs.map(\.target) + nest.folds.map(\.target) {
            let ordinal = lowered.stores[target.slot].windowOrdinal
            hasContents[ordinal] = true
            if isTiled(target), !share.isEverywhere { isLocal[ordinal] = false }
        }

        var parts: [Part] = []
        if !before.sends.isEmpty { parts.append(.exchange(.send(before.sends), tag: tags.read)) }
        let mine = share.positions(of: place.rank)
        let (inner, border) = before.receives.isEmpty
            ? ([mine], []) : nest.form == .points ? self.inner(mine, absent, nest) : ([], [mine])
        if inner.contains(where: { !$0.isEmpty }) { parts.append(nestPart(nest, inner, border.isEmpty ? fold : nil)) }
        if !before.receives.isEmpty {
            parts.append(.exchange(.receive(before.receives), tag: tags.read))
            if !border.isEmpty { parts.append(nestPart(nest, border, fold)) }
        } else if mine.isEmpty, fold != nil {
            parts.append(nestPart(nest, [mine], fold))
        }
        // Every rank has every store, so that all see the same stores with contents.
        if mine.isEmpty, fold == nil { parts.append(nestPart(nest, [0..<0], nil)) }
        return parts + exchanges(after, tags.write)
    }

    private func nestPart(_ nest: LoopNest, _ positions: [Range<Int>], _ fold: FoldExchange?) -> Part {
        .nest(NestProgram(nest, workers: workers, positions: positions), fold: fold)
    }

    /// Positions at which everything read is here, and the rest.
    private func inner(
        _ mine: Range<Int>, _ absent: [Walk], _ nest: LoopNest
    ) -> (inner: [Range<Int>], border: [Range<Int>]) {
        var inner = mine
        for walk in absent {
            guard walk.isMonotone(over: nest.extents) else { return ([], [mine]) }
            let own = walk.owned(by: place.rank)
            // The last unit of an element may lie behind the border.
            let first = walk.positions(before: own.lowerBound, of: nest.extents)
            let end = walk.positions(before: own.upperBound - walk.unitsPerElement + 1, of: nest.extents)
            inner = inner.clamped(to: first..<max(first, end))
        }
        guard inner.count >= InsertTransfers.leastInner else { return ([], [mine]) }
        return ([inner], [mine.lowerBound..<inner.lowerBound, inner.upperBound..<mine.upperBound].filter { !$0.isEmpty })
    }

    /// Who computes which points of a nest.
    private func share(_ lowered: LoweredNest) -> Share {
        let nest = lowered.nest
        func share(_ rule: Share.Rule, _ border: Share.Border) -> Share {
            Share(rule, extents: nest.extents, rankCount: place.rankCount, border: border)
        }
        let isTiled = { (operand: LoopNest.Operand) in lowered.stores[operand.slot].isTiled }
        let outputs = nest.outputs.map(\.target)
        if outputs.contains(where: { !isTiled($0) }) { return share(.everywhere, .anywhere) }
        let tree = FoldTree(nest)
        let border: Share.Border
        if nest.folds.isEmpty {
            border = .anywhere
        } else if nest.form == .rows, tree.reduced <= tree.limit || nest.folds.allSatisfy({ isTiled($0.target) }) {
            // Whole rows: a tiled result is finished where it is owned.
            border = .multiple(max(1, tree.reduced))
        } else {
            border = .leaf(tree)
        }
        var candidates = outputs
        if nest.form == .rows { candidates += nest.folds.map(\.target).filter(isTiled) }
        candidates += nest.loads.filter(isTiled)
            .sorted { lowered.stores[$0.slot].elementCount > lowered.stores[$1.slot].elementCount }
        for candidate in candidates {
            let walk = walk(candidate, lowered)
            if walk.isMonotone(over: nest.extents) { return share(.anchored(walk), border) }
        }
        // Replicated operands alone: worth sharing only where a few make many points.
        if candidates.isEmpty, nest.pointCount / 4 <= Store.replicationLimit { return share(.everywhere, .anywhere) }
        return share(.even, border)
    }

    /// How the folds' results come to those who need them; `nil` where each rank stores its own.
    private func foldExchange(_ lowered: LoweredNest, _ share: Share, tag: Int) -> FoldExchange? {
        let nest = lowered.nest
        guard !nest.folds.isEmpty, !share.isEverywhere else { return nil }
        let targets = nest.folds.map { lowered.stores[$0.target.slot] }
        if targets.allSatisfy(\.isTiled) {
            if nest.form == .rows { return nil }
            if targets.count == 1, nest.keptAxes == 0 {
                let walk = walk(nest.folds[0].target, lowered)
                let inner = Array(nest.extents[(nest.keptAxes + nest.reducedAxes)...])
                var slice = walk
                slice = slice.dropping(first: nest.keptAxes + nest.reducedAxes)
                if slice.isMonotone(over: inner) {
                    return FoldExchange(place, share, tag: tag, slices: Share(
                        .anchored(slice), extents: inner, rankCount: place.rankCount))
                }
            }
        }
        return FoldExchange(place, share, tag: tag, slices: nil)
    }

    // MARK: - Tasks

    mutating func run(_ launch: Launch, _ task: OpaqueTask) -> [Part] {
        let tags = (read: takeTag(), write: takeTag(), collective: takeTag())
        let inputs = Array(zip(launch.inputs, task.inputPartitions))
        let outputs = Array(zip(launch.outputs, task.outputPartitions))
        if task.collective != nil, (launch.inputs + launch.outputs).contains(where: { $0.store.isTiled }) {
            return collective(launch, tags)
        }
        let place = place
        let share = self.share(inputs, outputs, task)
        let units = { (rank: Int) in
            share.positions(of: rank).lowerBound / share.perUnit..<share.positions(of: rank).upperBound / share.perUnit
        }
        func operand(_ view: StoreView, _ partition: OpaqueTask.Partition) -> Transfers.Operand {
            let extents = Array(view.lattice.shape)
            let walk = walk(view)
            let boxes = { (rank: Int) -> [PointBox] in
                let part = units(rank)
                var box = PointBox(extents: extents)
                if part.isEmpty { return [] }
                if case .along(let axis) = partition { (box.lower[axis], box.extents[axis]) = (part.lowerBound, part.count) }
                return [box]
            }
            return .init(
                walk: walk, boxes: boxes, ranks: { _ in 0...place.rankCount - 1 }, isForAll: !view.store.isTiled)
        }
        var reads = Transfers(place)
        for (view, partition) in inputs { if isAbsent(view) { reads.read(operand(view, partition)) } }
        // A body may leave parts of its output as they were.
        for (view, partition) in outputs where hasContents[view.store.windowOrdinal] {
            if isAbsent(view) { reads.read(operand(view, partition)) }
        }
        let before = reads.finish()
        var writes = Transfers(place)
        if !share.share.isEverywhere { for (view, partition) in outputs { writes.write(operand(view, partition)) } }
        let after = writes.finish()
        for (view, _) in outputs { noteWrite(view, isEverywhere: share.share.isEverywhere) }
        return exchanges(before, tags.read) + [.task(units: units(place.rank))] + exchanges(after, tags.write)
    }

    private func walk(_ view: StoreView) -> Walk {
        Walk(
            view.store, view.store.windowOrdinal, offset: view.lattice.offset, strides: Array(view.lattice.strides),
            type: view.type, rankCount: place.rankCount)
    }

    private func isAbsent(_ view: StoreView) -> Bool { view.store.isTiled && !isLocal[view.store.windowOrdinal] }

    private mutating func noteWrite(_ view: StoreView, isEverywhere: Bool) {
        hasContents[view.store.windowOrdinal] = true
        if view.store.isTiled, !isEverywhere { isLocal[view.store.windowOrdinal] = false }
    }

    private func exchanges(_ messages: (sends: [Message], receives: [Message]), _ tag: Int) -> [Part] {
        var parts: [Part] = []
        if !messages.sends.isEmpty { parts.append(.exchange(.send(messages.sends), tag: tag)) }
        if !messages.receives.isEmpty { parts.append(.exchange(.receive(messages.receives), tag: tag)) }
        return parts
    }

    /// Who computes which units: positions are units times the elements of one.
    private struct UnitShare {
        var share: Share
        var perUnit: Int
        func positions(of rank: Int) -> Range<Int> { share.positions(of: rank) }
    }

    private func share(
        _ inputs: [(StoreView, OpaqueTask.Partition)], _ outputs: [(StoreView, OpaqueTask.Partition)], _ task: OpaqueTask
    ) -> UnitShare {
        let everywhere = UnitShare(
            share: Share(.everywhere, extents: [task.units], rankCount: place.rankCount), perUnit: 1)
        let isTiled = (inputs + outputs).contains { $0.0.store.isTiled }
        guard isTiled, task.grain < task.units, !outputs.contains(where: { $0.1 == .whole }) else { return everywhere }
        for (view, partition) in outputs + inputs where view.store.isTiled {
            guard case .along(let axis) = partition else { continue }
            // The cut axis first.
            var shape = Array(view.lattice.shape)
            var strides = Array(view.lattice.strides)
            shape.insert(shape.remove(at: axis), at: 0)
            strides.insert(strides.remove(at: axis), at: 0)
            let walk = Walk(
                view.store, view.store.windowOrdinal, offset: view.lattice.offset, strides: strides, type: view.type,
                rankCount: place.rankCount)
            let perUnit = shape.dropFirst().reduce(1, *)
            guard perUnit > 0, walk.isMonotone(over: shape) else { continue }
            return UnitShare(
                share: Share(
                    .anchored(walk), extents: shape, rankCount: place.rankCount,
                    border: .multiple(perUnit * task.grain)), perUnit: perUnit)
        }
        return UnitShare(
            share: Share(.even, extents: [task.units], rankCount: place.rankCount, border: .multiple(task.grain)),
            perUnit: 1)
    }

    // MARK: - Collective tasks

    private mutating func collective(_ launch: Launch, _ tags: (read: Int, write: Int, collective: Int)) -> [Part] {
        var reads = Transfers(place)
        var writes = Transfers(place)
        var shares: [CollectiveShare] = []
        for (k, view) in (launch.inputs + launch.outputs).enumerated() {
            let isOutput = k >= launch.inputs.count
            let extents = Array(view.lattice.shape)
            let walk = walk(view)
            let rule: Share.Rule =
                view.store.isTiled && walk.isMonotone(over: extents) ? .anchored(walk) : .even
            let share = Share(rule, extents: extents, rankCount: place.rankCount)
            shares.append(
                CollectiveShare(
                    bounds: (0...place.rankCount).map(share.start(of:)),
                    isLocal: !view.store.isTiled || isLocal[view.store.windowOrdinal]))
            let operand = Transfers.Operand(
                walk: walk, boxes: { PointBox.boxes(share.positions(of: $0), of: extents) },
                ranks: { walk.positions(touching: $0, of: extents).flatMap(share.ranks(computing:)) },
                isForAll: !view.store.isTiled)
            if !isOutput || hasContents[view.store.windowOrdinal], isAbsent(view) { reads.read(operand) }
            if isOutput { writes.write(operand) }
        }
        for view in launch.outputs { noteWrite(view, isEverywhere: false) }
        return exchanges(reads.finish(), tags.read) + [.collective(shares, tag: tags.collective)]
            + exchanges(writes.finish(), tags.write)
    }
}
