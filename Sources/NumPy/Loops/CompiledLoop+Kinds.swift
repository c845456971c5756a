/// What the values of a loop's names are, as far as its tapes depend on it; looked at at every entry.
import LegateCore

extension CompiledLoop {
    /// Whether values are of these kinds.
    static func areOf(_ kinds: [LoopInputKind], _ values: [LoopValue]) -> Bool {
        for place in kinds.indices where kind(of: place, values) != kinds[place] { return false }
        return kinds.count == values.count
    }

    /// The kind of the value at a place.
    @inline(__always)
    static func kind(of place: Int, _ values: [LoopValue]) -> LoopInputKind {
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
