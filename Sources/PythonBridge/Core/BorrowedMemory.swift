/// Stores over memory that others own: Arrow's buffers, NumPy's arrays, mapped files.
///
/// In: an object with a buffer. Out: an array over the same bytes. The object lives as long as the
/// store does. Memory that may only be read is never written: the array refuses it, and the planner
/// puts no other result there. Memory that may be written is shared: its owner may read and write
/// it at any time.
import CPlatform
import LegateCore
import NumPy

/// `core_borrow(object)`: an array over the object's memory; `None` where its elements do not lie
/// as a store's do.
func borrowMemory(_ arguments: ArgumentPointer) throws -> Obj? {
    let buffer = UnsafeMutablePointer<Py_buffer>.allocate(capacity: 1)
    buffer.initialize(to: Py_buffer())
    func giveUp() {
        PyBuffer_Release(buffer)
        buffer.deallocate()
    }
    guard PyObject_GetBuffer(arguments[0]!, buffer, PyBUF_FULL_RO) == 0 else {
        buffer.deallocate()
        throw Raised()
    }
    guard let (shape, type) = storeForm(of: buffer.pointee), let memory = buffer.pointee.buf else {
        giveUp()
        return lg_none()
    }
    let isReadOnly = buffer.pointee.readonly != 0
    let array = NDArray.adopting(
        memory, shape: shape, type: type, isShared: !isReadOnly, release: giveUp)
    array.isWritable = !isReadOnly
    array.store.isReadOnly = isReadOnly
    // The lender sees the bytes, too: whoever holds no handle on the store must not take them over.
    array.store.handleCount += 1
    return wrap(array)
}

/// The shape and type of a store over a buffer; `nil` for other types, strides or alignments, and
/// without elements.
private func storeForm(of buffer: Py_buffer) -> (shape: AxisList, type: ElementType)? {
    guard let type = elementType(format: buffer.format, itemSize: buffer.itemsize),
        type.byteCount == buffer.itemsize
    else { return nil }
    let axes = 0..<Int(buffer.ndim)
    let shape = AxisList(axes.map { buffer.shape[$0] })
    let isAligned =
        UInt(bitPattern: buffer.buf) % UInt(type.isComplex ? type.byteCount / 2 : type.byteCount)
        == 0
    guard shape.product > 0, isAligned,
        isContiguous(shape, AxisList(axes.map { buffer.strides[$0] }), type)
    else {
        return nil
    }
    return (shape, type)
}
