/// Pass 4: turns a fused group into a loop nest; into several, one a box, where it reads copies
/// that have no memory.
///
/// In: a group, and which stores outlive it. Out: a nest whose outputs are only the views that
/// somebody still needs (a temporary that dies inside the group stays in registers), over as few
/// axes as possible: axes of extent one vanish, neighbours that every operand walks evenly are
/// merged, and points are walked in the order of memory.
import Kernels
import Launches
import Partitions
import Shapes

public struct LoweredNest {
    public var nest: LoopNest
    /// The stores behind the nest's slots.
    public var stores: [Store]
    /// For each slot, which of its store's views stand there (`StoreView.slide`).
    var slides: [UInt8]
    /// Where the nest's constants come from: a replay takes the same places of its own launches.
    var constantOrigins: [ConstantOrigin] = []
    /// The points of its box; `nil` where it computes all of its group's.
    var domain: AxisList?

    init(
        nest: LoopNest, stores: [Store], slides: [UInt8], constantOrigins: [ConstantOrigin] = [],
        domain: AxisList? = nil
    ) {
        self.nest = nest
        self.stores = stores
        self.slides = slides
        self.constantOrigins = constantOrigins
        self.domain = domain
    }
}

/// A constant's place in a window.
struct ConstantOrigin {
    var launch: Int
    var constant: Int
}

public enum Lower {
    /// - Returns: Nests that together compute the group; none where nothing of it is needed.
    public static func run(
        _ group: FusedGroup, _ copies: CopiedStores = CopiedStores(), isNeeded: (Store) -> Bool
    ) -> [LoweredNest] {
        let outputs = group.outputs.filter { isNeeded($0.view.store) }
        let folds = group.folds.filter { isNeeded($0.target.store) }
        if outputs.isEmpty && folds.isEmpty { return [] }
        if !group.readsCopies { return [Builder(group, outputs, folds).built()] }
        return copies.boxes(of: group.domain, reading: group.loads).map { box in
            Builder(group, outputs, folds, box, copies).built()
        }
    }

    private struct Builder {
        let group: FusedGroup
        let outputs: [FusedGroup.Binding]
        let folds: [FusedGroup.FoldBinding]
        /// Of the group's points, those of this nest; `nil` for all.
        let box: PointBox?
        let copies: CopiedStores
        var stores: [Store] = []
        var slides: [UInt8] = []

        init(
            _ group: FusedGroup, _ outputs: [FusedGroup.Binding], _ folds: [FusedGroup.FoldBinding],
            _ box: PointBox? = nil, _ copies: CopiedStores = CopiedStores()
        ) {
            self.group = group
            self.outputs = outputs
            self.folds = folds
            self.box = box
            self.copies = copies
        }

        func built() -> LoweredNest {
            var builder = self
            return builder.build()
        }

        private mutating func build() -> LoweredNest {
            let live = LiveValues(group, outputs, folds)
            let usedLoads = group.loads.indices.filter(live.hasLoad)
            let usedConstants = group.constants.indices.filter(live.hasConstant)
            var steps: [LoopNest.Step] = []
            var result = 0
            for step in group.steps {
                if live.hasStep(result) {
                    steps.append(step)
                    steps[steps.count - 1].inputs = step.inputs.map { live[$0] }
                }
                result += step.outputTypes.count
            }
            let loads = usedLoads.map { operand(group.loads[$0]) }
            let nestOutputs = outputs.map { binding -> LoopNest.Output in
                let target = operand(binding.view)
                return .init(
                    value: live[binding.value], target: target,
                    isExclusive: loads.allSatisfy { stores[$0.slot] !== stores[target.slot] })
            }
            let nestFolds = folds.map {
                LoopNest.Fold(
                    operation: $0.reduction.operation, type: $0.reduction.type,
                    value: live[$0.value],
                    target: operand($0.target))
            }
            var nest = LoopNest(
                form: folds.isEmpty ? .points : .rows, extents: box?.extents ?? Array(group.domain),
                keptAxes: group.domain.count,
                reducedAxes: 0, slotCount: stores.count, loads: loads,
                constants: usedConstants.map { group.constants[$0] }, steps: steps,
                outputs: nestOutputs,
                folds: nestFolds)
            orderAxes(&nest)
            return LoweredNest(
                nest: nest, stores: stores, slides: slides,
                constantOrigins: usedConstants.map { group.constantOrigins[$0] },
                domain: box.map { AxisList($0.extents) })
        }

        private mutating func operand(_ view: StoreView) -> LoopNest.Operand {
            let seen = box.map { copies.view(view, in: $0) } ?? view
            let known = stores.indices.first {
                stores[$0] === seen.store && slides[$0] == seen.slide
            }
            if known == nil {
                stores.append(seen.store)
                slides.append(seen.slide)
            }
            return .init(
                slot: known ?? stores.count - 1, type: view.type, offset: seen.lattice.offset,
                strides: Array(seen.lattice.strides))
        }

        // MARK: Axes

        private func orderAxes(_ nest: inout LoopNest) {
            let reduced =
                folds.first?.reduction.reduced
                ?? [Bool](repeating: false, count: nest.extents.count)
            // A reduced axis of extent one changes nothing, like any other.
            var order = (group.reductionOrder ?? pointOrder(nest)).filter { nest.extents[$0] != 1 }
            if folds.isEmpty {
                flipNegative(&nest, order)
                rearrange(&nest, order)
                merge(&nest, segments: [nest.extents.count])
                nest.keptAxes = nest.extents.count
                return
            }
            let inner: [Int]
            if let last = order.last, !reduced[last] {
                let firstInner = (order.lastIndex { reduced[$0] } ?? -1) + 1
                inner = Array(order[firstInner...])
                order = Array(order[..<firstInner])
            } else {
                inner = []
            }
            let kept = order.filter { !reduced[$0] }
            let folded = order.filter { reduced[$0] }
            if folded.isEmpty {
                // Nothing is really reduced: every point is its own row of one element.
                rearrange(&nest, kept + inner)
                merge(&nest, segments: [nest.extents.count])
                nest.keptAxes = nest.extents.count
                nest.reducedAxes = 0
                nest.form = .rows
                return
            }
            rearrange(&nest, kept + folded + inner)
            let counts = merge(&nest, segments: [kept.count, folded.count, inner.count])
            nest.keptAxes = counts[0]
            nest.reducedAxes = counts[1]
            nest.form = inner.isEmpty ? .rows : .columns
        }

        /// Points in the order of the first output's memory.
        private func pointOrder(_ nest: LoopNest) -> [Int] {
            let axes = Array(nest.extents.indices)
            guard let strides = nest.outputs.first?.target.strides, axes.count > 1 else {
                return axes
            }
            let isDescending = zip(strides, strides.dropFirst()).allSatisfy { abs($0) >= abs($1) }
            return isDescending ? axes : Lattice.axes(by: strides)
        }

        /// Walks axes that the first output runs backwards in the other direction.
        private func flipNegative(_ nest: inout LoopNest, _ axes: [Int]) {
            guard let first = nest.outputs.first?.target.strides else { return }
            for axis in axes where first[axis] < 0 {
                let reach = nest.extents[axis] - 1
                nest.forEachOperand {
                    $0.offset += reach * $0.strides[axis]
                    $0.strides[axis] = -$0.strides[axis]
                }
            }
        }

        private func rearrange(_ nest: inout LoopNest, _ order: [Int]) {
            if order.elementsEqual(nest.extents.indices) { return }
            nest.forEachOperand { operand in operand.strides = order.map { operand.strides[$0] } }
            nest.extents = order.map { nest.extents[$0] }
        }

        /// Merges neighbours inside each segment of axes; returns the new segment lengths.
        @discardableResult
        private func merge(_ nest: inout LoopNest, segments: [Int]) -> [Int] {
            var counts: [Int] = []
            var begin = 0
            for length in segments {
                var end = begin + length
                var axis = begin
                while axis + 1 < end {
                    let extent = nest.extents[axis + 1]
                    var isEven = true
                    nest.forEachOperand {
                        if $0.strides[axis] != $0.strides[axis + 1] * extent { isEven = false }
                    }
                    if isEven {
                        nest.extents[axis] *= extent
                        nest.extents.remove(at: axis + 1)
                        nest.forEachOperand {
                            $0.strides[axis] = $0.strides[axis + 1]
                            $0.strides.remove(at: axis + 1)
                        }
                        end -= 1
                    } else {
                        axis += 1
                    }
                }
                counts.append(end - begin)
                begin = end
            }
            return counts
        }
    }
}

extension LoopNest {
    mutating func forEachOperand(_ body: (inout Operand) -> Void) {
        for k in loads.indices { body(&loads[k]) }
        for k in outputs.indices { body(&outputs[k].target) }
        for k in folds.indices { body(&folds[k].target) }
    }
}
