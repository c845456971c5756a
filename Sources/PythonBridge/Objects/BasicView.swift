/// A view under construction: integers, slices and new axes of a key take an array's axes one after
/// another.
///
/// In: places that are known to lie inside. Out: a lattice, or one element. Who reads keys checks
/// them: `QuickSubscripts` gives up where something is out of place, `ArraySubscript` says what.
import LegateCore
import NumPy

struct BasicView {
    /// The next axis of the array.
    private(set) var axis = 0
    private(set) var offset: Int
    private var shape = AxisList()
    private var strides = AxisList()
    /// Whether only integers were seen: the result is then an element, not a view.
    private(set) var isElement = true

    @inline(__always) init(_ array: NDArray) { offset = array.view.lattice.offset }

    /// One point of the next axis.
    @inline(__always) mutating func take(index: Int, _ array: NDArray) {
        offset &+= index &* array.view.lattice.strides[axis]
        axis &+= 1
    }

    /// Some points of the next axis.
    @inline(__always)
    mutating func take(from start: Int, count: Int, step: Int, _ array: NDArray) {
        let stride = array.view.lattice.strides[axis]
        if count > 0 { offset &+= start &* stride }
        shape.append(count)
        strides.append(Lattice.stepped(stride, by: step))
        axis &+= 1
        isElement = false
    }

    /// All points of the next axes.
    @inline(__always) mutating func takeWhole(_ count: Int, _ array: NDArray) {
        let end = axis &+ count
        while axis < end {
            shape.append(array.view.lattice.shape[axis])
            strides.append(array.view.lattice.strides[axis])
            axis &+= 1
        }
        isElement = false
    }

    /// All axes that are left, if there are any.
    @inline(__always) mutating func takeRest(_ array: NDArray) {
        let rest = array.view.lattice.shape.count &- axis
        if rest > 0 { takeWhole(rest, array) }
    }

    @inline(__always) mutating func insertAxis() {
        shape.append(1)
        strides.append(0)
        isElement = false
    }

    @inline(__always) var lattice: Lattice {
        Lattice(offset: offset, shape: shape, strides: strides)
    }
}
