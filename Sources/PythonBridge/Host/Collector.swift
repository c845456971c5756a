/// When Python looks for garbage in cycles, on several ranks: at places that follow from the
/// launches.
///
/// Left to itself Python counts its own objects, which are not the same on all ranks. An array in a
/// cycle would die a little earlier here than there, and the plans, which leave out what is dead,
/// would differ.
import CPlatform
import LegateCore

enum Collector {
    /// Python's `gc.collect`, where it is to be called from here.
    nonisolated(unsafe) static var collect: Obj?
    nonisolated(unsafe) private static var last = 0
    /// Windows from one collection to the next.
    private static let distance = 64

    /// Asks for a collection every so many windows. It runs when Python's interpreter goes on,
    /// outside of any flush.
    static func step() {
        guard collect != nil, Counters.shared.windows / distance != last else { return }
        last = Counters.shared.windows / distance
        _ = Py_AddPendingCall(
            { _ in
                if let result = PyObject_CallNoArgs(Collector.collect) { Py_DecRef(result) }
                return PyErr_Occurred() == nil ? 0 : -1
            }, nil)
    }
}
