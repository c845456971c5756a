/// The two Python types of this library, `ndarray` and `scalar`, as shells around one Swift object.
///
/// A shell holds one retained `NDArray`. Dead shells are kept in a list for reuse: making one then
/// costs no call of Python's allocator. `scalar` is what full reductions and single elements give:
/// it prints, hashes and formats like NumPy's scalars, but is computed only when its value is
/// needed. A scalar whose value is known at once holds it itself.
import CPlatform
import LegateCore
import NumPy

/// Shells of one type, and those waiting for reuse, linked through their `node` fields.
struct Shells {
    var type: OpaquePointer?
    private var free: UnsafeMutablePointer<LGArrayObject>?
    private var freeCount = 0
    private static var capacity: Int { 1024 }

    @inline(__always) mutating func make(_ array: __owned NDArray) -> Obj? {
        let shell: UnsafeMutablePointer<LGArrayObject>
        if let head = free {
            free = head.pointee.node?.assumingMemoryBound(to: LGArrayObject.self)
            freeCount &-= 1
            shell = head
            lg_revive(UnsafeMutableRawPointer(shell).assumingMemoryBound(to: PyObject.self))
        } else {
            guard let fresh = _PyObject_New(type) else { return nil }
            shell = UnsafeMutableRawPointer(fresh).assumingMemoryBound(to: LGArrayObject.self)
            shell.pointee.weakrefs = nil
        }
        array.shell = UnsafeMutableRawPointer(shell)
        shell.pointee.node = Unmanaged.passRetained(array).toOpaque()
        return UnsafeMutableRawPointer(shell).assumingMemoryBound(to: PyObject.self)
    }

    /// A shell around an array that was retained for it.
    @inline(__always) mutating func make(retained array: UnsafeMutableRawPointer) -> Obj? {
        guard let object = makeBare() else {
            Unmanaged<NDArray>.fromOpaque(array).release()
            return nil
        }
        PythonBridge.shell(object).pointee.node = array
        Unmanaged<NDArray>.fromOpaque(array)._withUnsafeGuaranteedRef {
            $0.shell = UnsafeMutableRawPointer(object)
        }
        return object
    }

    /// A shell without an array yet.
    @inline(__always) mutating func makeBare() -> Obj? {
        LoopHook.count()
        let object: Obj
        if let head = free {
            free = head.pointee.node?.assumingMemoryBound(to: LGArrayObject.self)
            freeCount &-= 1
            object = UnsafeMutableRawPointer(head).assumingMemoryBound(to: PyObject.self)
            lg_revive(object)
        } else {
            guard let fresh = _PyObject_New(type) else { return nil }
            PythonBridge.shell(fresh).pointee.weakrefs = nil
            object = fresh
        }
        PythonBridge.shell(object).pointee.node = nil
        return object
    }

    @inline(__always) mutating func recycle(_ object: Obj) {
        let shell = UnsafeMutableRawPointer(object).assumingMemoryBound(to: LGArrayObject.self)
        if shell.pointee.weakrefs != nil { PyObject_ClearWeakRefs(object) }
        let node = shell.pointee.node
        if let node {
            Unmanaged<NDArray>.fromOpaque(node)._withUnsafeGuaranteedRef { $0.shell = nil }
        }
        guard freeCount < Shells.capacity else {
            PyObject_Free(object)
            Py_DecRef(Obj(type))
            if let node { Unmanaged<NDArray>.fromOpaque(node).release() }
            return
        }
        shell.pointee.node = UnsafeMutableRawPointer(free)
        free = shell
        freeCount &+= 1
        if let node { SpareArrays.giveUp(node) }
    }
}

nonisolated(unsafe) var arrayShells = Shells()
nonisolated(unsafe) var scalarShells = Shells()

@inline(__always) func isArray(_ object: Obj) -> Bool { lg_type(object) == arrayShells.type }
@inline(__always) func isScalar(_ object: Obj) -> Bool { lg_type(object) == scalarShells.type }
@inline(__always) func isOurs(_ object: Obj) -> Bool {
    let type = lg_type(object)
    return type == arrayShells.type || type == scalarShells.type
}

@inline(__always) func shell(_ object: Obj) -> UnsafeMutablePointer<LGArrayObject> {
    UnsafeMutableRawPointer(object).assumingMemoryBound(to: LGArrayObject.self)
}

@inline(__always) private func nodePointer(_ object: Obj) -> UnsafeMutableRawPointer {
    shell(object).pointee.node ?? makeNode(ofScalar: object)
}

/// The array inside one of our objects.
@inline(__always) func node(_ object: Obj) -> NDArray {
    Unmanaged<NDArray>.fromOpaque(nodePointer(object)).takeUnretainedValue()
}

/// The same without counting a reference, for hot paths.
@inline(__always) func withNode<R>(_ object: Obj, _ body: (NDArray) throws -> R) rethrows -> R {
    try Unmanaged<NDArray>.fromOpaque(nodePointer(object))
        ._withUnsafeGuaranteedRef { try body($0) }
}

/// The same for an object that is known to be an `ndarray`, which always has its array.
@inline(__always) func withArray<R>(_ object: Obj, _ body: (NDArray) throws -> R) rethrows -> R {
    try Unmanaged<NDArray>.fromOpaque(shell(object).pointee.node.unsafelyUnwrapped)
        ._withUnsafeGuaranteedRef { try body($0) }
}

/// A Python object around an array: an `ndarray`, or a `scalar` where NumPy would give one.
@inline(__always) func wrap(_ array: __owned NDArray) -> Obj? {
    array.isScalar ? scalarShells.make(array) : arrayShells.make(array)
}

/// Lets an object show another array; for attributes like `shape` that can be set.
func replaceNode(_ object: Obj, _ array: NDArray) {
    let old = shell(object).pointee.node.unsafelyUnwrapped
    array.shell = UnsafeMutableRawPointer(object)
    shell(object).pointee.node = Unmanaged.passRetained(array).toOpaque()
    Unmanaged<NDArray>.fromOpaque(old)._withUnsafeGuaranteedRef { $0.shell = nil }
    Unmanaged<NDArray>.fromOpaque(old).release()
}

extension NDArray {
    /// The same array, as an array even where NumPy would give a scalar.
    var unscalared: NDArray {
        isScalar ? NDArray(view, isScalar: false, isWritable: isWritable, base: base) : self
    }
    var scalared: NDArray {
        isScalar ? self : NDArray(view, isScalar: true, isWritable: false, base: base)
    }
}

/// Makes both types and puts methods of the table into them.
func makeArrayTypes() throws {
    arrayShells.type = try makeArrayType(isScalar: false)
    scalarShells.type = try makeArrayType(isScalar: true)
}

private func makeArrayType(isScalar: Bool) throws -> OpaquePointer {
    var builder = TypeBuilder()
    addNumberSlots(&builder, isScalar: isScalar)
    addSubscriptSlots(&builder, isScalar: isScalar)
    addConversionSlots(&builder, isScalar: isScalar)
    addBufferSlots(&builder)
    addAttributes(&builder, isScalar: isScalar)
    addMethods(&builder, isScalar: isScalar)
    builder.member(
        "__weaklistoffset__", offset: MemoryLayout<LGArrayObject>.offset(of: \.weakrefs)!)
    let size = MemoryLayout<LGArrayObject>.size
    if isScalar {
        let dealloc: @convention(c) (Obj?) -> Void = { scalarShells.recycle($0.unsafelyUnwrapped) }
        builder.slot(Py_tp_dealloc, dealloc)
        builder.documentation(
            "An array element or a full reduction, computed when its value is needed.")
        return try builder.build("_legate.scalar", size: MemoryLayout<LGScalarObject>.size)
    }
    let dealloc: @convention(c) (Obj?) -> Void = { arrayShells.recycle($0.unsafelyUnwrapped) }
    builder.slot(Py_tp_dealloc, dealloc)
    let new: @convention(c) (OpaquePointer?, Obj?, Obj?) -> Obj? = { _, arguments, keywords in
        reporting { try constructArray(arguments, keywords) }
    }
    builder.slot(Py_tp_new, new)
    builder.documentation(
        "ndarray(shape, dtype=float)\n--\n\nAn array of a fixed shape and element type.")
    return try builder.build("cunumeric.ndarray", size: size, flags: LG_TPFLAGS_SEQUENCE)
}
