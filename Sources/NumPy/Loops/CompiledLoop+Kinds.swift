/// What the values of a loop's names are, as far as its tapes depend on it; looked at at every entry.
import LegateCore

extension CompiledLoop {
    /// Whether values are of these kinds.
    func areOf(_ kinds: [LoopInputKind], _ values: [LoopValue]) -> Bool {
        for place in kinds.indices where kind(of: place, values) != kinds[place] { return false }
        return kinds.count == values.count
    }

    /// Elements from which an array is large. Measured: `gray_scott` of 32 x 32 takes 1.2 times as
    /// long with rolled operands in pieces as with copies, of 160 x 160 a third.
    private static let largeCount = 2048

    /// The kind of the value at a place.
    @inline(__always)
    func kind(of place: Int, _ values: [LoopValue]) -> LoopInputKind {
        var kind = LoopInputKind(form: .other)
        kind.alias = place
        switch values[place] {
        case .integer: kind.form = .integer
        case .real: kind.form = .real
        case .truth: kind.form = .truth
        case .nothing: kind.form = .nothing
        case .integers: kind.form = .integers
        case .reals: kind.form = .reals
        case .other: break
        case .scalar(let type, _, _):
            kind.form = .scalar
            kind.type = type
        case .array(let array):
            kind.form = array.isWritable ? .array : .readOnlyArray
            kind.type = array.type
            kind.axes = array.axisCount
            kind.isLarge = looksAtSizes && array.count >= CompiledLoop.largeCount
            for earlier in 0..<place {
                if case .array(let other) = values[earlier], other.store === array.store {
                    kind.alias = earlier
                    break
                }
            }
        }
        return kind
    }
}
