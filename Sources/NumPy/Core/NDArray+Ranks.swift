/// Arrays whose bytes are spread over several ranks: what brings elements near, and what each rank
/// writes of new arrays.
///
/// With one rank every array is near, and every rank's own part is the whole.
import LegateCore

extension NDArray {
    /// Whether some of the store's elements are on other ranks only: reading all of them moves
    /// them.
    @inlinable public var isAway: Bool { store.isTiled && !store.isLocal }

    /// The same elements where all of them are on this rank once they are waited for: this array,
    /// or a copy of the part of a tiled store that it shows. Every rank must call it.
    @inline(__always)
    public func local() throws -> NDArray { isAway ? try copiedHere() : self }

    @inline(never)
    private func copiedHere() throws -> NDArray {
        let near = try NDArray.rethrowing { try Runtime.shared.localView(view) }
        return near.store === store ? self : NDArray(near, isScalar: isScalar, isWritable: false)
    }

    /// Waits for the elements and shows them to `body`, on this rank, as they lie in memory.
    ///
    /// - Parameter body: Gets an array with the same elements and the address of its first one.
    public func withElements<R>(_ body: (_ array: NDArray, _ start: UnsafeRawPointer) throws -> R)
        throws -> R
    {
        let near = try local()
        let start = try near.hostMemory()
        return try withExtendedLifetime(near) { try body(near, UnsafeRawPointer(start)) }
    }

    /// A new row-major array that the caller writes: each rank its own elements.
    ///
    /// - Parameter body: Gets the address of element zero and the elements to write; it touches no
    ///   others.
    public static func written(
        _ shape: AxisList, _ type: ElementType,
        _ body: (_ memory: UnsafeMutableRawPointer, _ elements: Range<Int>) throws -> Void
    ) throws -> NDArray {
        let result = try empty(shape, type)
        let own = try rethrowing { try Runtime.shared.materializeOwn(result.store) }
        try body(result.store.memory.unsafelyUnwrapped, own)
        return result
    }
}
