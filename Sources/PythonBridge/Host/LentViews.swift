/// Arrays of NumPy's over our arrays' memory, for the time of one call.
///
/// Nearly every such array is gone when the call is over, so it is made without anything that would
/// keep the memory: the call keeps the original. One that is still held then, by a result or by
/// whoever stored it, gets a buffer of the original as its base, as any other view of NumPy's.
import CPlatform
import LegateCore
import NumPy

struct LentView {
    let view: Obj
    private let original: Obj
    private let loan: Loan

    private static let mostAxes = 8

    /// A view of an array of ours; `nil` where NumPy has to ask for one itself.
    init?(_ object: Obj) {
        let array = node(object)
        let (shape, strides) = (array.shape, array.strides)
        guard shape.count <= LentView.mostAxes, Runtime.shared.rankCount == 1,
            let (loan, start) = try? Loan.begin(array)
        else { return nil }
        let size = array.type.byteCount
        let made = withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * LentView.mostAxes) {
            extents -> Obj? in
            for axis in 0..<shape.count {
                extents[axis] = shape[axis]
                extents[LentView.mostAxes + axis] = strides[axis] * size
            }
            let first = extents.baseAddress.unsafelyUnwrapped
            return lg_array_over(
                Host.functions, Host.arrayType, Host.dtype(array.type), Int32(shape.count), first,
                first + LentView.mostAxes, start, array.isWritable ? 1 : 0)
        }
        guard let made else {
            PyErr_Clear()
            loan.end()
            return nil
        }
        view = made
        original = lg_newref(object)
        self.loan = loan
    }

    /// Takes the memory back, or leaves it to who holds the view.
    func end() {
        if lg_refcount(view) != 1 { keepOriginal() }
        Py_DecRef(view)
        loan.end()
        Py_DecRef(original)
    }

    private func keepOriginal() {
        var exception: (type: Obj?, value: Obj?, traceback: Obj?) = (nil, nil, nil)
        PyErr_Fetch(&exception.type, &exception.value, &exception.traceback)
        if let buffer = PyMemoryView_FromObject(original) {
            _ = lg_set_base(Host.functions, view, buffer)
        }
        PyErr_Restore(exception.type, exception.value, exception.traceback)
    }
}
