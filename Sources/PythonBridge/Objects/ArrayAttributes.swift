/// Attributes of arrays and scalars: `shape`, `dtype`, `T`, `real`, `strides` and the others.
import CPlatform
import LegateCore
import NumPy

func addAttributes(_ builder: inout TypeBuilder, isScalar: Bool) {
    addForm(&builder, isScalar: isScalar)
    addViews(&builder, isScalar: isScalar)
    addAccess(&builder)
    if isScalar {
        // Like NumPy's scalars for `isinstance`: a float64 is a `float`, an int64 a
        // `numpy.integer`.
        builder.attribute(
            "__class__",
            get: { object, _ in
                lg_newref(Host.scalarTypes[withNode(object!) { $0.type.index }])
            })
    }
}

private func addForm(_ builder: inout TypeBuilder, isScalar: Bool) {
    builder.attribute(
        "shape",
        set: isScalar
            ? nil
            : { object, value, _ in
                reportingStatus { try setShape(object!, value) }
            }, get: { object, _ in withNode(object.unsafelyUnwrapped) { tuple($0.shape) } })
    builder.attribute(
        "dtype",
        set: isScalar
            ? nil
            : { object, value, _ in
                reportingStatus { try setType(object!, value) }
            }, get: { object, _ in Host.dtype(withNode(object.unsafelyUnwrapped) { $0.type }) })
    builder.attribute(
        "ndim",
        get: { object, _ in withNode(object.unsafelyUnwrapped) { $0.axisCount.pythonObject() } })
    builder.attribute(
        "size", get: { object, _ in withNode(object.unsafelyUnwrapped) { $0.count.pythonObject() } }
    )
    builder.attribute(
        "itemsize", get: { object, _ in withNode(object!) { $0.type.byteCount.pythonObject() } })
    builder.attribute(
        "nbytes",
        get: { object, _ in
            withNode(object!) { ($0.count * $0.type.byteCount).pythonObject() }
        })
    builder.attribute(
        "strides",
        get: { object, _ in
            withNode(object!) { array in
                var strides = array.strides
                for axis in 0..<strides.count { strides[axis] *= array.type.byteCount }
                return tuple(strides)
            }
        })
}

private func setShape(_ object: Obj, _ value: Obj?) throws {
    guard let value else { throw raised(lg_exc_attribute(), "Cannot delete array shape") }
    let array = node(object)
    guard let changed = try array.reshapedView(to: readIntegers(value)) else {
        throw raised(
            lg_exc_attribute(),
            "Incompatible shape for in-place modification. Use `.reshape()` to make a copy with the desired shape."
        )
    }
    replaceNode(object, changed)
}

/// Sets the element type over the same bytes; only between types of one size.
private func setType(_ object: Obj, _ value: Obj?) throws {
    guard let value, let type = try Host.elementType(value) else {
        throw typeError("unsupported element type")
    }
    let array = node(object)
    guard type.byteCount == array.type.byteCount else {
        throw raised(lg_exc_not_implemented(), "setting a dtype of another size")
    }
    replaceNode(
        object,
        NDArray(
            StoreView(store: array.store, lattice: array.lattice, type: type),
            isWritable: array.isWritable,
            base: array.base))
}

private func addViews(_ builder: inout TypeBuilder, isScalar: Bool) {
    builder.attribute(
        "T",
        get: { object, _ in
            let quick = withNode(object.unsafelyUnwrapped) { array -> Obj? in
                guard !array.isScalar else { return nil }
                if array.axisCount == 1 {
                    return arrayShells.make(retained: array.retainedView(array.lattice))
                }
                guard array.axisCount == 2 else { return nil }
                let (shape, strides) = (array.shape, array.strides)
                return arrayShells.make(
                    retained: array.retainedView(
                        Lattice(
                            offset: array.lattice.offset, shape: AxisList(shape[1], shape[0]),
                            strides: AxisList(strides[1], strides[0]))))
            }
            if let quick { return quick }
            let array = node(object!)
            if array.axisCount < 2 {
                return array.isScalar ? lg_newref(object!) : wrap(array.viewed(array.lattice))
            }
            return wrap(array.viewed(array.lattice.transposed()))
        })
    builder.attribute(
        "mT",
        get: { object, _ in
            reporting {
                let array = node(object!)
                guard array.axisCount >= 2 else {
                    throw valueError("matrix transpose with ndim < 2 is undefined")
                }
                var order = Array(0..<array.axisCount)
                order.swapAt(order.count - 1, order.count - 2)
                return wrap(array.viewed(array.lattice.transposed(order)))
            }
        })
    builder.attribute(
        "real",
        set: isScalar
            ? nil
            : { object, value, _ in
                reportingStatus {
                    try part(node(object!), imaginary: false).assign(operand(value!), at: [])
                }
            },
        get: { object, _ in
            if withNode(object!, { !$0.type.isComplex }) { return lg_newref(object!) }
            return quickPart(object!, imaginary: false)
                ?? reporting { wrap(try part(node(object!), imaginary: false)) }
        })
    builder.attribute(
        "imag",
        set: isScalar
            ? nil
            : { object, value, _ in
                reportingStatus {
                    guard withNode(object!, { $0.type.isComplex }) else {
                        throw typeError("array does not have imaginary part to set")
                    }
                    try part(node(object!), imaginary: true).assign(operand(value!), at: [])
                }
            },
        get: { object, _ in
            quickPart(object!, imaginary: true)
                ?? reporting { wrap(try part(node(object!), imaginary: true)) }
        })
    builder.attribute(
        "base",
        get: { object, _ in
            guard let base = withNode(object.unsafelyUnwrapped, { $0.base }) else {
                return lg_none()
            }
            if let shell = base.shell {
                return lg_newref(shell.assumingMemoryBound(to: PyObject.self))
            }
            return wrap(base)
        })
}

/// The parts of a complex array; `nil` for scalars and reals.
@inline(__always) private func quickPart(_ object: Obj, imaginary: Bool) -> Obj? {
    guard isArray(object) else { return nil }
    return withNode(object) { array in
        guard array.type.isComplex else { return nil }
        return arrayShells.make(
            retained: array.retainedView(
                array.lattice.ofParts(imaginary: imaginary), as: array.type.realPart))
    }
}

extension Lattice {
    /// Where the real or imaginary parts of complex elements lie.
    @inline(__always) fileprivate func ofParts(imaginary: Bool) -> Lattice {
        var parts = self
        parts.offset = offset &* 2 &+ (imaginary ? 1 : 0)
        for axis in 0..<parts.strides.count { parts.strides[axis] &*= 2 }
        return parts
    }
}

/// The real or imaginary parts: a view where the array is complex.
private func part(_ array: NDArray, imaginary: Bool) throws -> NDArray {
    guard array.type.isComplex else {
        if !imaginary { return array }
        let zeros = try NDArray.full(array.shape, array.type, .integer(0))
        if array.isScalar { return zeros.scalared }
        zeros.isWritable = false
        return zeros
    }
    let view = array.viewed(
        array.lattice.ofParts(imaginary: imaginary), as: array.type.realPart)
    return array.isScalar ? try view.copied().scalared : view
}

private func addAccess(_ builder: inout TypeBuilder) {
    builder.attribute("flags", get: { object, _ in reporting { try makeFlags(object!) } })
    builder.attribute("data", get: { object, _ in PyMemoryView_FromObject(object) })
    builder.attribute("device", get: { _, _ in pythonString("cpu") })
    builder.attribute(
        "itemset",
        get: { object, _ in
            raised(lg_exc_attribute(), "`itemset` was removed from the ndarray class in NumPy 2.0.")
                .asNil
        })
    builder.attribute(
        "flat",
        set: { object, value, _ in
            reportingStatus {
                let view = try hostView(object!)
                defer { Py_DecRef(view) }
                try check(PyObject_SetAttrString(view, "flat", value))
            }
        },
        get: { object, _ in
            reporting { try throughHostView(object!) { PyObject_GetAttrString($0, "flat") } }
        })
    builder.attribute(
        "ctypes",
        get: { object, _ in
            reporting { try throughHostView(object!) { PyObject_GetAttrString($0, "ctypes") } }
        })
    builder.attribute(
        "__array_priority__",
        get: { object, _ in PyFloat_FromDouble(isScalar(object!) ? -1_000_000 : 0) })
    builder.attribute(
        "__array_interface__", get: { object, _ in sharedAttribute(object!, "__array_interface__") }
    )
    builder.attribute(
        "__array_struct__", get: { object, _ in sharedAttribute(object!, "__array_struct__") })
}

/// An attribute of NumPy's that tells where the elements are: they stay there from now on.
private func sharedAttribute(_ object: Obj, _ name: String) -> Obj? {
    if raisesUnseenFailure(object) { return nil }
    return reporting {
        _ = try shareForEver(node(object))
        return try throughHostView(object) { PyObject_GetAttrString($0, name) }
    }
}

extension Raised {
    /// For slots that report an exception by `nil`.
    var asNil: Obj? { nil }
}
