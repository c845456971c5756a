/// Random numbers as the package's Python code asks for them: by the capsule of one of NumPy's
/// `PCG64` objects, whose lock it holds.
///
///     draw_uniform(capsule, size[, low, width])      float64 in [low, low + width), of itself in [0, 1)
///     draw_normal(capsule, size[, mean, deviation])  float64
///     draw_integers(capsule, size, low, high)        int64 from low to high, both included
import CPlatform
import LegateCore
import NumPy

/// Methods of the module.
let drawMethods: [(String, FastCall)] = [
    (
        "draw_uniform",
        { _, a, count, _ in
            reporting {
                let (bits, shape) = (try bitGenerator(a![0]!), try readShape(a![1]!))
                guard count == 4 else { return wrap(try NDArray.uniformNumbers(shape, from: bits)) }
                return wrap(
                    try NDArray.uniformNumbers(
                        shape, from: bits, low: number(a![2]!), width: number(a![3]!)))
            }
        }
    ),
    (
        "draw_normal",
        { _, a, count, _ in
            reporting {
                let (bits, shape) = (try bitGenerator(a![0]!), try readShape(a![1]!))
                guard count == 4 else { return wrap(try NDArray.normalNumbers(shape, from: bits)) }
                let scale = (mean: try number(a![2]!), deviation: try number(a![3]!))
                return wrap(try NDArray.normalNumbers(shape, from: bits, scale: scale))
            }
        }
    ),
    (
        "draw_integers",
        { _, a, _, _ in
            reporting {
                let (bits, shape) = (try bitGenerator(a![0]!), try readShape(a![1]!))
                let (low, high) = (try integer(a![2]!), try integer(a![3]!))
                return wrap(
                    try NDArray.randomIntegers(
                        shape, from: bits, first: Int64(low),
                        last: UInt64(bitPattern: Int64(high &- low))))
            }
        }
    ),
]

private func bitGenerator(_ capsule: Obj) throws -> BitGenerator {
    guard let interface = PyCapsule_GetPointer(capsule, "BitGenerator") else { throw Raised() }
    return BitGenerator(interface: interface)
}

private func number(_ object: Obj) throws -> Double {
    let value = PyFloat_AsDouble(object)
    if value == -1, PyErr_Occurred() != nil { throw Raised() }
    return value
}
