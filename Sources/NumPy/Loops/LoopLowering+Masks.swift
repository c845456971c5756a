/// Masks in loops: one value written where a mask is true. Every element is written, those outside of
/// the mask as they were.
import LegateCore

extension LoopLowering {
    /// Writes a value where a mask is true, elsewhere what the view has.
    func write(_ value: LoopTerm, into view: LoopView, where mask: LoopTerm) throws {
        let blended = try pending(
            .apply(.select, compute: view.type),
            [mask, converted(value, to: view.type), .view(view)], view.type)
        try compute(blended, over: view.extents, as: view.type, into: view)
    }

    /// `target[mask] op= value`, of one value: what is computed where the mask is true stays.
    func update(
        _ place: (whole: LoopView, mask: LoopTerm), _ operation: String, _ change: LoopTerm
    ) throws {
        let result = try updated(place.whole, operation, change)
        guard place.whole.isWritable, try extents(of: change).isEmpty else {
            throw LoopRefusal("an update by more than one value behind a mask")
        }
        keep(place.whole, of: nil)
        try write(result, into: place.whole, where: place.mask)
    }

    /// What `a[mask]` writes to: the array, and the mask of its shape.
    func masked(_ base: LoopExpression, _ items: [LoopExpression.Item]) throws
        -> (whole: LoopView, mask: LoopTerm)?
    {
        guard items.count == 1, case .place(let place) = items[0], mayBeMask(place),
            case .view(let whole) = try evaluate(base)
        else { return nil }
        let mask = try evaluate(place)
        guard LoopLowering.isOfElements(mask), type(of: mask) == .bool else { return nil }
        let extents = try extents(of: mask)
        guard !extents.isEmpty, extents.count == whole.extents.count, !whole.isTransposed else {
            throw LoopRefusal("a mask of other axes")
        }
        for (extent, full) in zip(extents, whole.extents) where extent != full {
            emit(.same, extent, full, fails: true)
        }
        return (whole, mask)
    }

    /// Whether an index is worth a look at its type.
    private func mayBeMask(_ value: LoopExpression) -> Bool {
        switch value {
        case .name(let slot): return names[slot].map(LoopLowering.isOfElements) ?? false
        case .compare, .unary, .logic, .binary, .call: return !LoopWalk.holdsStatements(value)
        default: return false
        }
    }
}
