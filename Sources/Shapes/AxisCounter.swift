/// A place in a shape that loops move on, one number per axis, all zero at first.
///
/// An ``AxisList`` of more than four axes is kept once for good, so it must not serve as the
/// counter of a loop: each step would look it up and most would be kept. This one owns its numbers.
public struct AxisCounter: ~Copyable {
    @usableFromInline var short: AxisList
    @usableFromInline let long: UnsafeMutablePointer<Int>?

    /// A place at the beginning of a shape with so many axes.
    @inlinable public init(axes: Int) {
        if axes <= 4 {
            short = AxisList(repeating: 0, count: axes)
            long = nil
        } else {
            short = AxisList()
            let memory = UnsafeMutablePointer<Int>.allocate(capacity: axes)
            memory.initialize(repeating: 0, count: axes)
            long = memory
        }
    }

    @inlinable deinit { long?.deallocate() }

    /// The index along one axis.
    @inlinable public subscript(axis: Int) -> Int {
        @inline(__always) get {
            if let long { return long[axis] }
            return short[axis]
        }
        @inline(__always) set {
            if let long { long[axis] = newValue } else { short[axis] = newValue }
        }
    }
}
