/// Pass 2: whoever reads a temporary that was only copied together reads what it was copied from.
///
/// In: launches in program order. Out: the same without the copies, and for each such temporary its
/// pieces. `roll` and `concatenate` make temporaries of this kind; their readers then fuse with all
/// that goes before and behind, and are cut into boxes in which every operand is one view
/// (``Lower``):
///
///     t[1:] = a[:-1]        t is read whole, a does not change meanwhile:
///     t[:1] = a[-1:]            box  0 ..< 1    c = a[-1:] + b[:1]
///     c = t + b                 box  1 ..< n    c = a[:-1] + b[1:]
///
/// The temporary must be new, dead at the end of the window, written by copies alone that fill it
/// once, before it is read; read point by point, whole; and its sources must lie in memory in its
/// own order.
import Launches
import Shapes

public struct PropagateCopies {
    /// Boxes that one reader is cut into at most: three along each of three axes.
    private static let mostBoxes = 27
    /// Points for each box at least: a smaller box costs more than the copy of its points.
    private static let leastPoints = 128

    /// What the window does with one store that may be such a temporary.
    private struct Draft {
        var store: Store
        var copies: [Int] = []
        var pieces: [CopiedStores.Piece] = []
        var readers: [Int] = []
        var isSpoiled = false
    }

    private var drafts: [Int: Draft] = [:]
    /// For each store, the launches that write it.
    private var writers: [Int: [Int]] = [:]
    /// Where readers over one domain are cut, axis by axis.
    private var cuts: [AxisList: [Set<Int>]] = [:]

    public static func run(_ launches: [Launch]) -> (kept: [Launch], copies: CopiedStores) {
        var copies = CopiedStores()
        guard launches.contains(where: { $0.copiesIntoTemporary }) else {
            return (launches, copies)
        }
        var pass = PropagateCopies()
        for (position, launch) in launches.enumerated() { pass.note(launch, position) }
        var dropped: Set<Int> = []
        for draft in pass.drafts.values.sorted(by: { $0.copies[0] < $1.copies[0] }) {
            guard pass.isFilled(draft), pass.isStable(draft, copies), pass.cut(draft) else {
                continue
            }
            copies.insert(draft.store, draft.pieces, copiedBy: draft.copies.map { launches[$0] })
            dropped.formUnion(draft.copies)
        }
        return (launches.indices.filter { !dropped.contains($0) }.map { launches[$0] }, copies)
    }

    // MARK: - What happens to each store

    private mutating func note(_ launch: Launch, _ position: Int) {
        for view in launch.inputs { noteRead(view, launch, position) }
        if launch.copiesIntoTemporary { return noteCopy(launch, position) }
        for view in launch.outputs {
            drafts[view.store.windowOrdinal]?.isSpoiled = true
            writers[view.store.windowOrdinal, default: []].append(position)
        }
    }

    private mutating func noteRead(_ view: StoreView, _ launch: Launch, _ position: Int) {
        let ordinal = view.store.windowOrdinal
        guard drafts[ordinal] != nil else { return }
        let isWhole =
            launch.isPointwise && view.slide == 0 && view.type == view.store.type
            && launch.domain == view.store.shape
            && view.lattice.normalized == Lattice(rowMajor: view.store.shape).normalized
        if isWhole {
            drafts[ordinal]!.readers.append(position)
        } else {
            drafts[ordinal]!.isSpoiled = true
        }
    }

    private mutating func noteCopy(_ launch: Launch, _ position: Int) {
        let target = launch.outputs[0]
        let ordinal = target.store.windowOrdinal
        let isFirst = writers[ordinal] == nil
        writers[ordinal, default: []].append(position)
        if isFirst { drafts[ordinal] = Draft(store: target.store) }
        guard drafts[ordinal] != nil else { return }
        drafts[ordinal]!.copies.append(position)
        if target.slide == 0, let lower = target.placeInStore, launch.inputs[0].isInOrder,
            drafts[ordinal]!.readers.isEmpty
        {
            drafts[ordinal]!.pieces.append(.init(lower: lower, source: launch.inputs[0]))
        } else {
            drafts[ordinal]!.isSpoiled = true
        }
    }

    // MARK: - Conditions

    /// Every element is copied once, and somebody reads them. A copy of one view fuses with its
    /// readers as it is.
    private func isFilled(_ draft: Draft) -> Bool {
        guard !draft.isSpoiled, !draft.readers.isEmpty, draft.pieces.count > 1 else { return false }
        let pieces = draft.pieces
        guard pieces.reduce(0, { $0 + $1.source.lattice.elementCount }) == draft.store.elementCount
        else { return false }
        return pieces.indices.allSatisfy { k in pieces[..<k].allSatisfy { !$0.overlaps(pieces[k]) }
        }
    }

    /// No source changes, or is such a temporary itself.
    private func isStable(_ draft: Draft, _ copies: CopiedStores) -> Bool {
        let time = draft.copies[0]...draft.readers.last!
        return draft.pieces.allSatisfy { piece in
            let source = piece.source.store
            return source !== draft.store && copies.pieces(of: source) == nil
                && !(writers[source.windowOrdinal] ?? []).contains(where: time.contains)
        }
    }

    /// Takes note of where readers are cut; `false` where boxes become too many or too small.
    private mutating func cut(_ draft: Draft) -> Bool {
        let shape = draft.store.shape
        var all = cuts[shape] ?? [Set<Int>](repeating: [], count: shape.count)
        for piece in draft.pieces {
            for axis in shape.indices where piece.lower[axis] > 0 {
                all[axis].insert(piece.lower[axis])
            }
        }
        let boxes = all.reduce(1) { $0 * ($1.count + 1) }
        guard boxes <= PropagateCopies.mostBoxes,
            boxes * PropagateCopies.leastPoints <= shape.product
        else { return false }
        cuts[shape] = all
        return true
    }
}

extension Launch {
    /// Copies elements of one view into a store that is new in this window and dead behind it.
    fileprivate var copiesIntoTemporary: Bool {
        guard case .pointwise(let expression) = body, expression.instructions.isEmpty,
            expression.constants.isEmpty,
            inputs.count == 1, outputs.count == 1
        else { return false }
        let store = outputs[0].store
        return inputs[0].type == outputs[0].type && outputs[0].type == store.type
            && store.handleCount == 0
            && !store.isShared && store.memory == nil
    }
}

extension StoreView {
    /// The first point of a view that is a box of its store; `nil` for any other view.
    fileprivate var placeInStore: [Int]? {
        let whole = Lattice(rowMajor: store.shape)
        guard lattice.axisCount == whole.axisCount, lattice.elementCount > 0 else { return nil }
        var rest = lattice.offset
        var lower: [Int] = []
        for axis in whole.shape.indices {
            guard lattice.shape[axis] == 1 || lattice.strides[axis] == whole.strides[axis] else {
                return nil
            }
            lower.append(rest / whole.strides[axis])
            rest %= whole.strides[axis]
            if lower[axis] + lattice.shape[axis] > whole.shape[axis] { return nil }
        }
        return lower
    }

    /// Axes lie as in a row-major array, elements of the last one side by side.
    fileprivate var isInOrder: Bool {
        let axes = lattice.shape.indices.filter { lattice.shape[$0] > 1 }
        if axes.last == lattice.axisCount - 1, lattice.strides[lattice.axisCount - 1] != 1 {
            return false
        }
        return zip(axes, axes.dropFirst()).allSatisfy { lattice.strides[$0] >= lattice.strides[$1] }
            && axes.allSatisfy { lattice.strides[$0] > 0 }
    }
}
