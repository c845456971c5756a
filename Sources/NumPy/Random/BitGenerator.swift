/// The state of one of NumPy's `PCG64` objects, where NumPy keeps it: read before numbers are drawn
/// and written behind them, so that our draws and NumPy's follow one another in any order.
///
///     state of the object  ┌ address of ┐─▶ state, low and high word │ increment, low and high word
///                          │ has half   │   a half of a draw is left over
///                          └ half       ┘   which one
///
/// Whoever uses it holds the generator's lock. NumPy does not promise this layout: the package
/// compares draws with NumPy's before it relies on it.
public struct BitGenerator {
    private let words: UnsafeMutablePointer<UInt64>
    private let halves: UnsafeMutablePointer<UInt32>

    /// - Parameter interface: What the generator's capsule holds; its first word is the state's
    ///   address.
    public init(interface: UnsafeMutableRawPointer) {
        let state = interface.load(as: UnsafeMutableRawPointer.self)
        words = state.load(as: UnsafeMutablePointer<UInt64>.self)
        halves = (state + MemoryLayout<UnsafeRawPointer>.size).assumingMemoryBound(to: UInt32.self)
    }

    var generator: PCG64 {
        get {
            PCG64(
                state: UInt128(words[1]) << 64 | UInt128(words[0]),
                increment: UInt128(words[3]) << 64 | UInt128(words[2]))
        }
        nonmutating set {
            words[0] = UInt64(truncatingIfNeeded: newValue.state)
            words[1] = UInt64(truncatingIfNeeded: newValue.state >> 64)
        }
    }

    /// Whether half a draw is left over.
    var hasHalf: Bool {
        get { halves[0] != 0 }
        nonmutating set { halves[0] = newValue ? 1 : 0 }
    }

    var half: UInt32 {
        get { halves[1] }
        nonmutating set { halves[1] = newValue }
    }
}
