/// Scalars that hold their value, and arithmetic on them without arrays: what loops over single
/// elements need.
///
/// Only what gives the same bits as the kernels is done here: `+ - * /` and comparisons of float64
/// and int64, integers as long as they do not overflow. Everything else takes the ordinary way.
import CPlatform
import LegateCore
import NumPy

@inline(__always) private func scalar(_ object: Obj) -> UnsafeMutablePointer<LGScalarObject> {
    UnsafeMutableRawPointer(object).assumingMemoryBound(to: LGScalarObject.self)
}

/// A scalar with the value at `address`.
@inline(__always) func makeScalar(_ address: UnsafeRawPointer, _ type: ElementType) -> Obj? {
    guard let object = scalarShells.makeBare() else { return nil }
    scalar(object).pointee.type = Int(type.rawValue)
    switch type.byteCount {
    case 8: scalar(object).pointee.bits.0 = address.load(as: UInt64.self)
    case 16:
        scalar(object).pointee.bits.0 = address.load(as: UInt64.self)
        scalar(object).pointee.bits.1 = (address + 8).load(as: UInt64.self)
    case 4: scalar(object).pointee.bits.0 = UInt64(address.load(as: UInt32.self))
    case 2: scalar(object).pointee.bits.0 = UInt64(address.load(as: UInt16.self))
    default: scalar(object).pointee.bits.0 = UInt64(address.load(as: UInt8.self))
    }
    return object
}

@inline(__always) private func makeScalar(bits: UInt64, _ type: ElementType) -> Obj? {
    guard let object = scalarShells.makeBare() else { return nil }
    scalar(object).pointee.type = Int(type.rawValue)
    scalar(object).pointee.bits.0 = bits
    return object
}

@inline(__always) private func makeScalar(_ value: Double) -> Obj? {
    makeScalar(bits: value.bitPattern, .float64)
}
@inline(__always) private func makeScalar(_ value: Int) -> Obj? {
    makeScalar(bits: UInt64(bitPattern: Int64(value)), .int64)
}
/// `True` and `False` are two objects, as in NumPy.
@inline(__always) private func makeScalar(_ value: Bool) -> Obj? {
    guard let known = truths[value ? 1 : 0] else { return keptTruth(value) }
    return lg_newref(known)
}
nonisolated(unsafe) private let truths: UnsafeMutablePointer<Obj?> = {
    let places = UnsafeMutablePointer<Obj?>.allocate(capacity: 2)
    places.initialize(repeating: nil, count: 2)
    return places
}()

@inline(never) private func keptTruth(_ value: Bool) -> Obj? {
    guard let made = makeScalar(bits: value ? 1 : 0, .bool) else { return nil }
    truths[value ? 1 : 0] = made
    return lg_newref(made)
}

/// `a ∘ b` for two numbers of which one is our scalar, as Python's comparisons are numbered; `nil`
/// where it is not one of the quick cases.
@inline(__always) func quickComparison(_ a: Obj, _ b: Obj, _ code: Int32) -> Obj? {
    if let x = heldDouble(a), let y = heldDouble(b) { return makeScalar(holds(code, x, y)) }
    guard let x = QuickNumber(a), let y = QuickNumber(b) else { return nil }
    if case .integer(let x) = x, case .integer(let y) = y { return makeScalar(holds(code, x, y)) }
    return makeScalar(holds(code, x.double, y.double))
}

@inline(__always) private func holds<T: Comparable>(_ code: Int32, _ x: T, _ y: T) -> Bool {
    switch code {
    case 0: return x < y
    case 1: return x <= y
    case 2: return x == y
    case 3: return x != y
    case 4: return x > y
    default: return x >= y
    }
}

/// The array of a scalar that held only a value so far; kept by the object.
@inline(never) func makeNode(ofScalar object: Obj) -> UnsafeMutableRawPointer {
    let (address, type) = heldValue(object)
    let array = NDArray.scalar(readOperand(address, type), type)
    let pointer = Unmanaged.passRetained(array).toOpaque()
    shell(object).pointee.node = pointer
    return pointer
}

/// The value a scalar without an array holds.
@inline(__always) private func heldValue(_ object: Obj) -> (UnsafeRawPointer, ElementType) {
    let type = ElementType(rawValue: UInt8(truncatingIfNeeded: scalar(object).pointee.type))
        .unsafelyUnwrapped
    let bits = UnsafeMutableRawPointer(object) + MemoryLayout<LGArrayObject>.size
    return (UnsafeRawPointer(bits), type)
}

/// Shows `body` the only element of an array or scalar without axes, waiting for it if need be.
@inline(__always) func withElement<R>(
    of object: Obj, _ body: (_ address: UnsafeRawPointer, _ type: ElementType) throws -> R
) throws -> R {
    if isScalar(object), shell(object).pointee.node == nil {
        let (address, type) = heldValue(object)
        return try body(address, type)
    }
    return try node(object).withElements { try body($1, $0.type) }
}

/// The truth of a scalar that holds its value.
@inline(__always) func quickTruth(_ object: Obj) -> Bool? {
    guard isScalar(object), shell(object).pointee.node == nil else { return nil }
    let (address, type) = heldValue(object)
    switch type {
    case .bool: return address.load(as: UInt8.self) != 0
    case .float64: return address.load(as: Double.self) != 0
    case .int64: return address.load(as: Int.self) != 0
    default: return nil
    }
}

/// A scalar's value without its fraction, where it is known and has less than 63 bits.
@inline(__always) func quickInteger(_ object: Obj) -> Int? {
    guard isScalar(object), let number = QuickNumber(scalar: object) else { return nil }
    switch number {
    case .integer(let value): return value
    case .float(let value): return value.magnitude < 4e18 ? Int(value) : nil
    }
}

/// The value of a Python float, or of a float64 scalar that holds its value.
@inline(__always) func heldDouble(_ object: Obj) -> Double? {
    if isScalar(object) {
        guard shell(object).pointee.node == nil,
            scalar(object).pointee.type == Int(ElementType.float64.rawValue)
        else {
            return nil
        }
        return Double(bitPattern: scalar(object).pointee.bits.0)
    }
    return lg_kind(object) == .float ? PyFloat_AsDouble(object) : nil
}

/// A number that is known now: Python's, or one of our scalars of the two common types.
enum QuickNumber {
    case float(Double)
    case integer(Int)

    @inline(__always) init?(_ object: Obj) {
        switch lg_kind(object) {
        case .float: self = .float(PyFloat_AsDouble(object))
        case .int:
            var overflow: Int32 = 0
            let value = PyLong_AsLongLongAndOverflow(object, &overflow)
            guard overflow == 0 else { return nil }
            self = .integer(Int(value))
        case .other:
            guard isScalar(object) else { return nil }
            self.init(scalar: object)
        default: return nil
        }
    }

    @inline(__always) init?(scalar object: Obj) {
        if let pointer = shell(object).pointee.node {
            let known = Unmanaged<NDArray>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
                array -> QuickNumber? in
                let store = array.store
                guard store.isReady, let memory = store.memory else { return nil }
                return QuickNumber(
                    memory + array.lattice.offset &* array.type.byteCount, array.type)
            }
            guard let known else { return nil }
            self = known
        } else {
            let (address, type) = heldValue(object)
            self.init(address, type)
        }
    }

    @inline(__always) private init?(_ address: UnsafeRawPointer, _ type: ElementType) {
        switch type {
        case .float64: self = .float(address.load(as: Double.self))
        case .int64: self = .integer(address.load(as: Int.self))
        default: return nil
        }
    }

    @inline(__always) var double: Double {
        switch self {
        case .float(let value): return value
        case .integer(let value): return Double(value)
        }
    }

    /// Whether the number may stand as a weak operand beside an array of this type without changing
    /// the result's type.
    @inline(__always) func isNeutral(beside type: ElementType) -> Bool {
        switch self {
        case .float: return type == .float64 || type == .complex128
        case .integer: return type == .int64 || type == .float64 || type == .complex128
        }
    }

    @inline(__always) var operand: Operand {
        switch self {
        case .float(let value): return .float(value)
        case .integer(let value): return .integer(value)
        }
    }
}

/// `a ∘ b` for two float64 whose values are held; `nil` for all else.
@inline(__always) func quickFloat(_ a: Obj?, _ b: Obj?, _ compute: (Double, Double) -> Double)
    -> Obj?
{
    guard let x = heldDouble(a.unsafelyUnwrapped), let y = heldDouble(b.unsafelyUnwrapped) else {
        return nil
    }
    return makeScalar(compute(x, y))
}

/// `a ∘ b` for numbers of which one is our scalar; `nil` where it is not one of the quick cases.
@inline(__always) func quickBinary(_ op: Operation, _ a: Obj, _ b: Obj) -> Obj? {
    if let x = heldDouble(a), let y = heldDouble(b) { return quickFloat(op, x, y) }
    guard let x = QuickNumber(a), let y = QuickNumber(b) else { return nil }
    if case .integer(let x) = x, case .integer(let y) = y { return quickInteger(op, x, y) }
    return quickFloat(op, x.double, y.double)
}

/// `s ** b` for a float64 scalar and a number, by the kernel that computes it for arrays.
@inline(__always) func quickPower(_ a: Obj, _ b: Obj) -> Obj? {
    guard isScalar(a), let x = heldDouble(a), let y = QuickNumber(b)?.double,
        let power = Ufunc.quickNumber(.power, x, y)
    else { return nil }
    return makeScalar(power)
}

@inline(__always) private func quickFloat(_ op: Operation, _ x: Double, _ y: Double) -> Obj? {
    switch op {
    case .add: return makeScalar(x + y)
    case .subtract: return makeScalar(x - y)
    case .multiply: return makeScalar(x * y)
    case .divide: return makeScalar(x / y)
    default: return nil
    }
}

@inline(__always) private func quickInteger(_ op: Operation, _ x: Int, _ y: Int) -> Obj? {
    func unlessOverflow(_ result: (partialValue: Int, overflow: Bool)) -> Obj? {
        result.overflow ? nil : makeScalar(result.partialValue)
    }
    switch op {
    case .add: return unlessOverflow(x.addingReportingOverflow(y))
    case .subtract: return unlessOverflow(x.subtractingReportingOverflow(y))
    case .multiply: return unlessOverflow(x.multipliedReportingOverflow(by: y))
    case .divide: return makeScalar(Double(x) / Double(y))
    default: return nil
    }
}

/// `-s`, `abs(s)`, `s ** 2` for float64 scalars.
@inline(__always) func quickUnary(_ op: Operation, _ a: Obj) -> Obj? {
    guard isScalar(a), case .float(let x)? = QuickNumber(scalar: a) else { return nil }
    switch op {
    case .negative: return makeScalar(-x)
    case .absolute: return makeScalar(x.magnitude)
    case .square: return makeScalar(x * x)
    case .sqrt: return makeScalar(x.squareRoot())
    default: return nil
    }
}
