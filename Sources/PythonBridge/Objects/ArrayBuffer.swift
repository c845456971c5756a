/// The buffer protocol: other libraries read and write an array's memory in place.
///
/// While a buffer is exported the store counts as shared: nothing that touches it stays pending,
/// and on several ranks every rank holds and computes all of it, because foreign code may write it.
/// The last release ends that, so that printing an array or passing it through NumPy once leaves no
/// trace.
import CPlatform
import LegateCore
import NumPy

/// What one export keeps until it is released.
private struct Export {
    var loan: Loan
    var extents: UnsafeMutablePointer<Int>
}

/// A store whose memory foreign code may read and write until the loan ends.
struct Loan {
    fileprivate let store: Unmanaged<Store>
    fileprivate let endsSharing: Bool

    /// Lends an array's memory, once what is to be written there has been.
    ///
    /// - Returns: The loan, and where the array's first element lies.
    static func begin(_ array: NDArray) throws -> (loan: Loan, start: UnsafeMutableRawPointer) {
        let start = try array.hostMemory()
        let store = array.store
        let key = ObjectIdentifier(store)
        let known = exports[key]
        // Ranks that replay the run take their part of shared stores anew before every launch: they
        // have to go on.
        let endsSharing =
            (known != nil || !store.isShared) && Runtime.shared.configuration.replayRanks == 0
        let wasTiled = store.isTiled
        if known == nil { try array.share() }
        if endsSharing { exports[key, default: Exports(wasTiled: wasTiled)].count += 1 }
        return (Loan(store: .passRetained(store), endsSharing: endsSharing), start)
    }

    /// The last loan of a store ends its sharing.
    func end() {
        let store = store.takeRetainedValue()
        guard endsSharing else { return }
        let key = ObjectIdentifier(store)
        // Without an entry the store has become shared for ever in the meantime.
        guard let known = exports[key] else { return }
        if known.count > 1 {
            exports[key]?.count -= 1
        } else {
            exports[key] = nil
            store.isShared = false
            store.isTiled = known.wasTiled
        }
    }
}

/// Exports of a store that was not shared before, and what it was then.
private struct Exports {
    var count = 0
    var wasTiled: Bool
}
nonisolated(unsafe) private var exports: [ObjectIdentifier: Exports] = [:]

/// The format letters of the buffer protocol, by element type.
nonisolated(unsafe) private let formats: [UnsafeMutablePointer<CChar>] = ElementType.allCases.map {
    let text: String
    switch $0 {
    case .complex64: text = "Zf"
    case .complex128: text = "Zd"
    default: text = String($0.code)
    }
    return UnsafeMutablePointer(mutating: immortalCString(text))
}

private func export(_ object: Obj, _ buffer: UnsafeMutablePointer<Py_buffer>, _ flags: Int32) throws
{
    let array = node(object)
    func wants(_ flag: Int32) -> Bool { flags & flag == flag }
    let isRowMajor = array.lattice.isRowMajorContiguous
    if wants(PyBUF_WRITABLE), !array.isWritable {
        throw raised(lg_exc_buffer(), "buffer source array is read-only")
    }
    if !isRowMajor {
        if !wants(PyBUF_STRIDES) || wants(PyBUF_C_CONTIGUOUS) {
            throw raised(lg_exc_buffer(), "ndarray is not C-contiguous")
        }
        if wants(PyBUF_ANY_CONTIGUOUS), !array.lattice.isColumnMajorContiguous {
            throw raised(lg_exc_buffer(), "ndarray is not contiguous")
        }
    }
    if wants(PyBUF_F_CONTIGUOUS), !array.lattice.isColumnMajorContiguous {
        throw raised(lg_exc_buffer(), "ndarray is not Fortran contiguous")
    }
    let (loan, start) = try Loan.begin(array)
    buffer.pointee.buf = start
    describe(array, buffer, flags, loan)
    buffer.pointee.obj = lg_newref(object)
}

private func describe(
    _ array: NDArray, _ buffer: UnsafeMutablePointer<Py_buffer>, _ flags: Int32, _ loan: Loan
) {
    let axes = array.axisCount
    let extents = UnsafeMutablePointer<Int>.allocate(capacity: 2 * axes + 1)
    for axis in 0..<axes {
        extents[axis] = array.shape[axis]
        extents[axes + axis] = array.strides[axis] * array.type.byteCount
    }
    let keeper = UnsafeMutablePointer<Export>.allocate(capacity: 1)
    keeper.initialize(to: Export(loan: loan, extents: extents))
    buffer.pointee.internal = UnsafeMutableRawPointer(keeper)
    buffer.pointee.len = array.count * array.type.byteCount
    buffer.pointee.itemsize = array.type.byteCount
    buffer.pointee.readonly = array.isWritable ? 0 : 1
    buffer.pointee.ndim = Int32(axes)
    buffer.pointee.format = flags & PyBUF_FORMAT != 0 ? formats[array.type.index] : nil
    buffer.pointee.shape = flags & PyBUF_ND != 0 ? extents : nil
    buffer.pointee.strides = flags & PyBUF_STRIDES == PyBUF_STRIDES ? extents + axes : nil
    buffer.pointee.suboffsets = nil
}

private func release(_ buffer: UnsafeMutablePointer<Py_buffer>) {
    guard let internal_ = buffer.pointee.internal else { return }
    let keeper = internal_.assumingMemoryBound(to: Export.self)
    let export = keeper.move()
    keeper.deallocate()
    export.extents.deallocate()
    export.loan.end()
}

/// The exception of a buffer request that failed. NumPy forgets every such exception and asks for
/// the array in another way, which would show whatever is there after a task has failed: it finds
/// the exception again, where it asks next.
private struct UnseenFailure {
    private var array: Obj?
    private var exception: (type: Obj?, value: Obj?, traceback: Obj?) = (nil, nil, nil)

    /// Remembers the exception that is set, and leaves it set.
    mutating func note(_ object: Obj) {
        if PyErr_ExceptionMatches(lg_exc_buffer()) != 0 { return }
        PyErr_Fetch(&exception.type, &exception.value, &exception.traceback)
        array = object
        for part in [exception.type, exception.value, exception.traceback] {
            part.map { _ = lg_newref($0) }
        }
        PyErr_Restore(exception.type, exception.value, exception.traceback)
    }

    mutating func forget() {
        if array == nil { return }
        for part in [exception.type, exception.value, exception.traceback] { Py_DecRef(part) }
        (array, exception) = (nil, (nil, nil, nil))
    }

    /// Whether the exception is set again, because it was this array's.
    mutating func isRaised(for object: Obj) -> Bool {
        guard array == object else { return false }
        PyErr_Restore(exception.type, exception.value, exception.traceback)
        (array, exception) = (nil, (nil, nil, nil))
        return true
    }
}
nonisolated(unsafe) private var unseen = UnseenFailure()

/// Whether the last request for a buffer of the array failed, and its exception is set once more.
func raisesUnseenFailure(_ object: Obj) -> Bool { unseen.isRaised(for: object) }

/// Gives an array's address to someone who never says when they are done: shared for ever.
func shareForEver(_ array: NDArray) throws -> UnsafeMutableRawPointer {
    exports[ObjectIdentifier(array.store)] = nil
    try array.share()
    return try array.hostMemory()
}

func addBufferSlots(_ builder: inout TypeBuilder) {
    let get: @convention(c) (Obj?, UnsafeMutablePointer<Py_buffer>?, Int32) -> Int32 = {
        object, buffer, flags in
        buffer!.pointee.obj = nil
        unseen.forget()
        let status = reportingStatus { try export(object!, buffer!, flags) }
        if status != 0 { unseen.note(object!) }
        return status
    }
    builder.slot(Py_bf_getbuffer, get)
    let end: @convention(c) (Obj?, UnsafeMutablePointer<Py_buffer>?) -> Void = { _, buffer in
        release(buffer!)
    }
    builder.slot(Py_bf_releasebuffer, end)
}
