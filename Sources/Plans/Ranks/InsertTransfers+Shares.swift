/// Who computes which points of a nest, and which units of a task.
///
/// Each rank computes where the step's *anchor* is its own: the first output that is tiled, else
/// the largest input. Where a plain output is replicated, every rank computes all of it.
import Kernels
import Launches
import Partitions

extension InsertTransfers {
    /// Who computes which points of a nest.
    func share(_ lowered: LoweredNest) -> Share {
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
        } else if nest.form == .rows,
            tree.reduced <= tree.limit || nest.folds.allSatisfy({ isTiled($0.target) })
        {
            // Whole rows: a tiled result is finished where it is owned.
            border = .multiple(max(1, tree.reduced))
        } else {
            border = .leaf(tree)
        }
        func anchored(_ candidates: [LoopNest.Operand]) -> Share? {
            for candidate in candidates {
                let walk = walk(candidate, lowered)
                if walk.isMonotone(over: nest.extents) { return share(.anchored(walk), border) }
            }
            return nil
        }
        var results = outputs
        if nest.form == .rows { results += nest.folds.map(\.target).filter(isTiled) }
        if let share = anchored(results) { return share }
        let loads = nest.loads.filter(isTiled)
            .sorted { lowered.stores[$0.slot].elementCount > lowered.stores[$1.slot].elementCount }
        if let share = anchored(loads) { return share }
        // Replicated operands alone: worth sharing only where a few make many points.
        if results.isEmpty, loads.isEmpty, nest.pointCount / 4 <= Store.replicationLimit {
            return share(.everywhere, .anywhere)
        }
        return share(.even, border)
    }
}

extension Share {
    /// Whether every rank reads all that an operand touches: it stands still while the first axes
    /// are walked, and each rank walks all of the others. Told by the first and the last rank.
    func isNeededByAll(_ walk: Walk, over extents: [Int]) -> Bool {
        if isEverywhere { return true }
        var (still, rest) = (1, count)
        for axis in extents.indices where rest > 0 {
            guard walk.strides[axis] == 0 || extents[axis] == 1 else { break }
            still *= extents[axis]
            rest /= extents[axis]
        }
        return still >= rankCount && positions(of: 0).count >= rest
            && positions(of: rankCount - 1).count >= rest
    }
}

/// Who computes which units of a task: positions of a share are units times the elements of one.
struct UnitShare {
    let share: Share
    private let perUnit: Int
    private let unitCount: Int

    init(
        _ inputs: [(StoreView, OpaqueTask.Partition)],
        _ outputs: [(StoreView, OpaqueTask.Partition)], _ task: OpaqueTask,
        rankCount: Int
    ) {
        unitCount = task.units
        let isTiled = (inputs + outputs).contains { $0.0.store.isTiled }
        guard isTiled, task.grain < task.units, !outputs.contains(where: { $0.1 == .whole }) else {
            (share, perUnit) = (Share(.everywhere, extents: [task.units], rankCount: rankCount), 1)
            return
        }
        for (view, partition) in outputs + inputs where view.store.isTiled {
            guard let axis = partition.axis, let perBlock = partition.plainBlock else { continue }
            let (walk, shape) = UnitShare.cutAxisFirst(view, axis, rankCount)
            let size = shape.dropFirst().reduce(1, *) * perBlock
            // With blocks behind the end there are more units than positions tell.
            guard size > 0, (shape[0] + perBlock - 1) / perBlock == task.units,
                walk.isMonotone(over: shape)
            else {
                continue
            }
            perUnit = size
            share = Share(
                .anchored(walk), extents: shape, rankCount: rankCount,
                border: .multiple(size * task.grain))
            return
        }
        share = Share(
            .even, extents: [task.units], rankCount: rankCount, border: .multiple(task.grain))
        perUnit = 1
    }

    private static func cutAxisFirst(_ view: StoreView, _ axis: Int, _ rankCount: Int) -> (
        Walk, [Int]
    ) {
        var shape = Array(view.lattice.shape)
        var strides = Array(view.lattice.strides)
        shape.insert(shape.remove(at: axis), at: 0)
        strides.insert(strides.remove(at: axis), at: 0)
        let walk = Walk(
            view.store, view.store.windowOrdinal, offset: view.lattice.offset, strides: strides,
            type: view.type,
            rankCount: rankCount)
        return (walk, shape)
    }

    func units(of rank: Int) -> Range<Int> {
        let positions = share.positions(of: rank)
        return (positions.lowerBound + perUnit - 1) / perUnit..<(positions.upperBound + perUnit - 1)
            / perUnit
    }

    /// The part of a view that some consecutive ranks see.
    func boxes(_ view: StoreView, _ partition: OpaqueTask.Partition, of ranks: Range<Int>)
        -> [PointBox]
    {
        let part =
            units(of: ranks.lowerBound).lowerBound..<units(of: ranks.upperBound - 1).upperBound
        var box = PointBox(extents: Array(view.lattice.shape))
        if part.isEmpty { return [] }
        if case .tiles = partition {
            var boxes: [PointBox] = []
            for unit in part {
                let (lattice, origin) = partition.part(of: view.lattice, unit: unit)
                let box = PointBox(lower: Array(origin), extents: Array(lattice.shape))
                // Several units may read one tile.
                if box.count > 0, !boxes.contains(box) { boxes.append(box) }
            }
            return boxes
        }
        if let axis = partition.axis {
            let indices = partition.indices(part, extent: box.extents[axis])
            (box.lower[axis], box.extents[axis]) = (indices.lowerBound, indices.count)
        }
        return [box]
    }

    func operand(_ view: StoreView, _ partition: OpaqueTask.Partition, _ walk: Walk)
        -> Transfers.Operand
    {
        let all = 0...share.rankCount - 1
        guard let axis = partition.axis else {
            return .init(
                walk: walk, boxes: { boxes(view, partition, of: $0..<$0 + 1) }, ranks: { _ in all })
        }
        let (first, shape) = UnitShare.cutAxisFirst(view, axis, share.rankCount)
        let size = max(1, shape.dropFirst().reduce(1, *))
        return .init(walk: walk, boxes: { boxes(view, partition, of: $0..<$0 + 1) }) { owner in
            guard let touched = first.positions(touching: owner, of: shape) else { return nil }
            let indices = touched.lowerBound / size..<(touched.upperBound + size - 1) / size
            let units = partition.units(seeing: indices, of: unitCount)
            return share.ranks(
                computing: units.lowerBound * perUnit..<min(units.upperBound * perUnit, share.count)
            )
        }
    }
}

extension OpaqueTask.Partition {
    /// Indices of one unit where units see no more than their own; `nil` where they also see
    /// others'.
    fileprivate var plainBlock: Int? {
        switch self {
        case .whole, .spans, .tiles: return nil
        case .along: return 1
        case .blocks(_, let count, let low, let high): return low == 0 && high == 0 ? count : nil
        }
    }

    /// The units that see some indices of the cut axis.
    fileprivate func units(seeing indices: Range<Int>, of count: Int) -> Range<Int> {
        if case .spans(_, let spans) = self {
            let seeing = spans.indices.filter { !spans[$0].isEmpty && spans[$0].overlaps(indices) }
            return (seeing.first ?? 0)..<((seeing.last ?? -1) + 1)
        }
        guard case .blocks(_, let block, let low, let high) = self else { return indices }
        let first = min(max(indices.lowerBound - high, 0) / block, count)
        return first..<max(first, min((indices.upperBound + low + block - 1) / block, count))
    }
}
