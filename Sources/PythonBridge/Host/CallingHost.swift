/// Calls of NumPy's functions, methods and universal functions with our arrays; see `HostCall`.
import CPlatform
import LegateCore
import NumPy
import Tracing

/// Calls a NumPy function with converted arguments, laid out as Python's vector calls are.
func callHost(
    _ target: Obj, name: String, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?,
    isSilent: Bool = false
) throws -> Obj {
    try callHost(target, named: .text(name), arguments, count, names, isSilent: isSilent)
}

func callHost(
    _ target: Obj, named name: HostCall.Name, _ arguments: ArgumentPointer?, _ count: Int,
    _ names: Obj?, isSilent: Bool = false, hasLarge: Bool = false
) throws -> Obj {
    let total = count + (names.map { PyTuple_Size($0) } ?? 0)
    if !Trace.isOn, (0..<total).allSatisfy({ HostCall.passes(arguments![$0].unsafelyUnwrapped) }) {
        let result = try check(PyObject_Vectorcall(target, arguments, count, names))
        return try HostCall.plainResult(result)
            ?? HostCall(name: name, isSilent: isSilent).result(result)
    }
    let call = HostCall(name: name, isSilent: isSilent)
    defer { call.finish() }
    var converted: [Obj?] = []
    converted.reserveCapacity(total)
    if HostWarnings.isStrict {
        try call.weigh((0..<total).map { arguments![$0].unsafelyUnwrapped })
    }
    for i in 0..<total { converted.append(try call.argument(arguments![i].unsafelyUnwrapped)) }
    try call.warn()
    let target = hasLarge && call.mayBeLarge ? largeTarget(of: target) : target
    let result = try converted.withUnsafeBufferPointer {
        try check(PyObject_Vectorcall(target, $0.baseAddress, count, names))
    }
    return try call.result(result)
}

/// Calls a method of the NumPy array (or scalar) that shows `object`.
func callHostMethod(
    _ object: Obj, _ method: String, _ arguments: ArgumentPointer?, _ count: Int, _ names: Obj?
) throws -> Obj {
    let total = count + (names.map { PyTuple_Size($0) } ?? 0)
    if let hook = HostCall.methodHooks[method] {
        let all: [Obj?] = [object] + (0..<total).map { arguments![$0] }
        return try all.withUnsafeBufferPointer {
            try check(PyObject_Vectorcall(hook, $0.baseAddress, count + 1, names))
        }
    }
    let call = HostCall(name: "ndarray." + method)
    defer { call.finish() }
    if HostWarnings.isStrict {
        try call.weigh([object] + (0..<total).map { arguments![$0].unsafelyUnwrapped })
    }
    let view = try call.argument(object)
    let target = try attribute(view, method)
    defer { Py_DecRef(target) }
    var converted: [Obj?] = []
    for i in 0..<total { converted.append(try call.argument(arguments![i].unsafelyUnwrapped)) }
    try call.warn()
    let result = try converted.withUnsafeBufferPointer {
        try check(PyObject_Vectorcall(target, $0.baseAddress, count, names))
    }
    return try call.result(result)
}

/// An elementwise operation computed by NumPy.
func callHostUfunc(_ op: Operation, _ operands: [Obj], out: Obj? = nil) throws -> Obj {
    let ufunc = try Host.ufunc(op)
    let arguments: [Obj?] = operands + (out.map { [$0] } ?? [])
    return try arguments.withUnsafeBufferPointer {
        try callHost(ufunc, name: OperationTable.row(op).name, $0.baseAddress, $0.count, nil)
    }
}
