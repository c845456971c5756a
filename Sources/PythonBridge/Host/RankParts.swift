/// What the package's Python code needs where several ranks run a program: who this rank is,
/// messages of bytes, and its own part of an array as NumPy's.
///
/// Files and random numbers are built on these in `python/cunumeric`. With one rank none of it is
/// called.
import CPlatform
import LegateCore
import NumPy

/// Methods of the module.
let rankMethods: [(String, FastCall)] = [
    ("rank", { _, _, _, _ in PyLong_FromSsize_t(Runtime.shared.rank) }),
    ("rank_count", { _, _, _, _ in PyLong_FromSsize_t(Runtime.shared.rankCount) }),
    (
        "end",
        { _, arguments, _, _ in
            reporting {
                let last = arguments![1]!
                Runtime.shared.end(status: Int32(truncatingIfNeeded: try integer(arguments![0]!))) {
                    codes in
                    let codes = codes.map { $0.map { PyLong_FromSsize_t(Int($0)) } ?? lg_none() }
                    if let result = try? call(last, tuple(codes)) {
                        Py_DecRef(result)
                    } else {
                        PyErr_Clear()
                    }
                }
                return lg_none()
            }
        }
    ),
    (
        "set_collector",
        { _, arguments, _, _ in
            Collector.collect = lg_newref(arguments![0]!)
            return lg_none()
        }
    ),
    (
        "all_gather",
        { _, arguments, _, _ in
            reporting { try bytesList(Runtime.shared.allGather(bytes(of: arguments![0]!))) }
        }
    ),
    (
        "all_to_all",
        { _, arguments, _, _ in
            reporting {
                let parts = try borrowedItems(arguments![0]!).map { try bytes(of: $0) }
                guard parts.count == Runtime.shared.rankCount else {
                    throw valueError("one part for each rank")
                }
                return try bytesList(Runtime.shared.allToAll(parts))
            }
        }
    ),
    ("is_spread", { _, arguments, _, _ in lg_bool(isSpread(arguments![0]!) ? 1 : 0) }),
    (
        "own_part",
        { _, arguments, _, _ in reporting { try ownPart(of: node(ours(arguments![0]!))) } }
    ),
    (
        "new_part",
        { _, arguments, _, _ in reporting { try newPart(arguments![0]!, arguments![1]!) } }
    ),
    (
        "printable",
        { _, arguments, _, _ in
            reporting {
                try printable(
                    ours(arguments![0]!), threshold: integer(arguments![1]!),
                    edge: integer(arguments![2]!))
            }
        }
    ),
    (
        "set_method_hook",
        { _, arguments, _, _ in
            reporting {
                HostCall.methodHooks[try string(arguments![0]!)] = lg_newref(arguments![1]!)
                return lg_none()
            }
        }
    ),
]

/// Whether an object is an array of ours of which each rank keeps a block.
private func isSpread(_ object: Obj) -> Bool { isOurs(object) && node(object).store.isTiled }

/// An object that must be an array of ours.
private func ours(_ object: Obj) throws -> Obj {
    guard isOurs(object) else { throw typeError("an array of cunumeric is needed") }
    return object
}

/// `(part, first)`: the elements that this rank is to take out of a row-major array, flat, and the
/// number of the first one. Of an array that all ranks hold, rank 0 takes all and the others
/// nothing.
private func ownPart(of array: NDArray) throws -> Obj? {
    let covers = array.count == array.store.elementCount && array.type == array.store.type
    let plain = covers && array.lattice.isRowMajorContiguous ? array : try array.copied()
    let start = try Runtime.shared.waitForOwn(plain.store)
    let own =
        plain.store.isTiled || Runtime.shared.rank == 0
        ? Runtime.shared.ownElements(of: plain.store) : 0..<0
    return try pair(start, own, plain)
}

/// `new_part(shape, dtype)`: `(array, part, first)` with a new array and the elements of it that
/// this rank must write before anything else happens.
private func newPart(_ shape: Obj, _ dtype: Obj) throws -> Obj? {
    guard let type = try Host.elementType(dtype) else {
        throw NumPyError(.unsupported, "element type")
    }
    var own = 0..<0
    let array = try NDArray.written(AxisList(borrowedItems(shape).map { try integer($0) }), type) {
        own = $1
    }
    let part = try pair(array.store.memory!, own, array)
    defer { Py_DecRef(part) }
    return tuple([
        wrap(array), lg_newref(PyTuple_GetItem(part, 0)), lg_newref(PyTuple_GetItem(part, 1)),
    ])
}

/// A NumPy array over some elements of an array's memory, which it keeps alive, and the number of
/// the first.
private func pair(_ memory: UnsafeMutableRawPointer, _ elements: Range<Int>, _ owner: NDArray)
    throws -> Obj
{
    let keeper = Unmanaged.passRetained(owner)
    let part = NDArray.adopting(
        memory + elements.lowerBound * owner.type.byteCount, shape: [elements.count],
        type: owner.type, isShared: true
    ) { keeper.release() }
    let shell = try check(wrap(part))
    defer { Py_DecRef(shell) }
    return try check(tuple([try hostView(shell), PyLong_FromSsize_t(elements.lowerBound)]))
}

private func bytes(of object: Obj) throws -> [UInt8] {
    var buffer = Py_buffer()
    try check(PyObject_GetBuffer(object, &buffer, PyBUF_C_CONTIGUOUS))
    defer { PyBuffer_Release(&buffer) }
    return Array(UnsafeRawBufferPointer(start: buffer.buf, count: buffer.len))
}

private func bytesList(_ parts: [[UInt8]]) throws -> Obj {
    let list = try check(PyList_New(parts.count))
    for (i, part) in parts.enumerated() {
        let bytes = try part.withUnsafeBytes {
            try check(
                PyBytes_FromStringAndSize(
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self), part.count))
        }
        PyList_SetItem(list, i, bytes)
    }
    return list
}
