/// Temporary: simple eager implementations of what the bridge calls, to test the bridge by itself.
import LegateCore

public enum Casting: Sendable { case no, equiv, safe, sameKind, unsafe }

public enum OperationTable {
    static let names: [(Operation, String, Int, Int)] = [
        (.add, "add", 2, 1), (.subtract, "subtract", 2, 1), (.multiply, "multiply", 2, 1),
        (.divide, "divide", 2, 1), (.floorDivide, "floor_divide", 2, 1), (.remainder, "remainder", 2, 1),
        (.power, "power", 2, 1), (.maximum, "maximum", 2, 1), (.minimum, "minimum", 2, 1),
        (.divmod, "divmod", 2, 2),
        (.equal, "equal", 2, 1), (.notEqual, "not_equal", 2, 1), (.less, "less", 2, 1),
        (.lessEqual, "less_equal", 2, 1), (.greater, "greater", 2, 1), (.greaterEqual, "greater_equal", 2, 1),
        (.logicalAnd, "logical_and", 2, 1), (.logicalOr, "logical_or", 2, 1),
        (.bitwiseAnd, "bitwise_and", 2, 1), (.bitwiseOr, "bitwise_or", 2, 1),
        (.bitwiseXor, "bitwise_xor", 2, 1), (.leftShift, "left_shift", 2, 1),
        (.rightShift, "right_shift", 2, 1), (.invert, "invert", 1, 1),
        (.negative, "negative", 1, 1), (.positive, "positive", 1, 1), (.absolute, "absolute", 1, 1),
        (.sqrt, "sqrt", 1, 1), (.square, "square", 1, 1), (.reciprocal, "reciprocal", 1, 1),
        (.exp, "exp", 1, 1), (.sin, "sin", 1, 1), (.isnan, "isnan", 1, 1), (.conjugate, "conjugate", 1, 1),
    ]
    public static func row(_ op: Operation) -> OperationRow {
        for (o, name, nin, nout) in names where o == op {
            return OperationRow(op, name, inputs: nin, outputs: nout, loops: [])
        }
        return OperationRow(op, "", inputs: 1, loops: [])
    }
    public static func operation(named name: String) -> Operation? {
        names.first { $0.1 == name }?.0
    }
}

extension NDArray {
    static func indices(_ shape: AxisList) -> [AxisList] {
        var result = [AxisList()]
        for n in shape {
            result = result.flatMap { p in (0..<n).map { var q = p; q.append($0); return q } }
        }
        return result
    }
    func get(_ i: Int) -> (Double, Double) {
        let m = store.memory!
        func at<T>(_: T.Type) -> T { m.assumingMemoryBound(to: T.self)[i] }
        switch type {
        case .bool: return (Double(at(UInt8.self)), 0)
        case .int8: return (Double(at(Int8.self)), 0)
        case .int16: return (Double(at(Int16.self)), 0)
        case .int32: return (Double(at(Int32.self)), 0)
        case .int64: return (Double(at(Int.self)), 0)
        case .uint8: return (Double(at(UInt8.self)), 0)
        case .uint16: return (Double(at(UInt16.self)), 0)
        case .uint32: return (Double(at(UInt32.self)), 0)
        case .uint64: return (Double(at(UInt.self)), 0)
        case .float16: return (Double(at(Float16.self)), 0)
        case .float32: return (Double(at(Float.self)), 0)
        case .float64: return (at(Double.self), 0)
        case .complex64: return (Double(at(Complex64.self).real), Double(at(Complex64.self).imaginary))
        case .complex128: return (at(Complex128.self).real, at(Complex128.self).imaginary)
        }
    }
    func set(_ i: Int, _ v: (Double, Double)) {
        let m = store.memory!
        func at<T>(_ x: T) { m.assumingMemoryBound(to: T.self)[i] = x }
        switch type {
        case .bool: at(UInt8(v.0 != 0 ? 1 : 0))
        case .int8: at(Int8(truncatingIfNeeded: Int(v.0)))
        case .int16: at(Int16(truncatingIfNeeded: Int(v.0)))
        case .int32: at(Int32(truncatingIfNeeded: Int(v.0)))
        case .int64: at(Int(v.0))
        case .uint8: at(UInt8(truncatingIfNeeded: Int(v.0)))
        case .uint16: at(UInt16(truncatingIfNeeded: Int(v.0)))
        case .uint32: at(UInt32(truncatingIfNeeded: Int(v.0)))
        case .uint64: at(UInt(v.0))
        case .float16: at(Float16(v.0))
        case .float32: at(Float(v.0))
        case .float64: at(v.0)
        case .complex64: at(Complex64(Float(v.0), Float(v.1)))
        case .complex128: at(Complex128(v.0, v.1))
        }
    }
    public static func empty(_ shape: AxisList, _ type: ElementType) throws -> NDArray {
        let store = Store(type: type, shape: shape)
        store.memory = .allocate(byteCount: max(1, store.byteCount), alignment: 64)
        memset_(store.memory!, max(1, store.byteCount))
        store.disposal = .pool
        return NDArray(StoreView(store))
    }
    static func memset_(_ m: UnsafeMutableRawPointer, _ n: Int) {
        m.initializeMemory(as: UInt8.self, repeating: 0, count: n)
    }
    public static func full(_ shape: AxisList, _ type: ElementType, _ value: Operand) throws -> NDArray {
        let r = try empty(shape, type)
        try r.assign(value, at: [])
        return r
    }
    public static func scalar(_ value: Operand, _ type: ElementType) -> NDArray {
        let a = try! empty([], type)
        if case .integer(let i) = value, type == .int64 {
            a.store.memory!.assumingMemoryBound(to: Int.self)[0] = i
        } else {
            a.set(0, Ufunc.value(value).get(0))
        }
        return NDArray(a.view, isScalar: true)
    }
    public static func copying(
        _ memory: UnsafeRawPointer, shape: AxisList, byteStrides: AxisList, type: ElementType
    ) throws -> NDArray {
        let r = try empty(shape, type)
        for (k, p) in indices(shape).enumerated() {
            var o = 0
            for a in 0..<shape.count { o += p[a] * byteStrides[a] }
            (r.store.memory! + k * type.byteCount).copyMemory(from: memory + o, byteCount: type.byteCount)
        }
        return r
    }
    public static func adopting(
        _ memory: UnsafeMutableRawPointer, shape: AxisList, type: ElementType, isShared: Bool,
        release: @escaping () -> Void
    ) -> NDArray {
        let store = Store(type: type, shape: shape)
        store.memory = memory
        store.isShared = isShared
        store.disposal = .foreign(release)
        return NDArray(StoreView(store))
    }
    public func hostMemory() throws -> UnsafeMutableRawPointer {
        store.memory! + lattice.offset * type.byteCount
    }
    public func share() throws { store.isShared = true }
    public func copied() throws -> NDArray { try cast(to: type) }
    public func cast(to type: ElementType) throws -> NDArray {
        let r = try NDArray.empty(shape, type)
        for (k, p) in NDArray.indices(shape).enumerated() { r.set(k, get(lattice.uncheckedOffset(of: p))) }
        return NDArray(r.view, isScalar: isScalar)
    }
    public func subscripted(_ items: [IndexItem]) throws -> NDArray {
        var l = lattice
        var axis = 0
        var sc = true
        for item in items {
            switch item {
            case .integer(let i):
                guard axis < l.shape.count else { throw NumPyError(.index, "too many indices") }
                let n = l.shape[axis]
                guard i >= -n, i < n else {
                    throw NumPyError(.index, "index \(i) is out of bounds for axis \(axis) with size \(n)")
                }
                l = l.projected(axis: axis, at: i < 0 ? i + n : i)
            default: throw NumPyError(.unsupported, "index")
            }
        }
        axis += 1
        sc = l.shape.count == 0
        let v = viewed(l)
        return sc ? NDArray(try v.copied().view, isScalar: true) : v
    }
    public func assign(_ value: Operand, at items: [IndexItem]) throws {
        var l = lattice
        if case .integer(let i)? = items.first {
            guard i >= -shape[0], i < shape[0] else { throw NumPyError(.index, "index \(i) is out of bounds") }
            l = l.projected(axis: 0, at: i < 0 ? i + shape[0] : i)
        } else if !items.isEmpty {
            throw NumPyError(.unsupported, "index")
        }
        let v = try Ufunc.value(value).copied()
        guard let b = v.lattice.broadcast(to: l.shape) else {
            throw NumPyError(
                .value, "could not broadcast input array from shape \(v.shape) into shape \(l.shape)")
        }
        for p in NDArray.indices(l.shape) { set(l.uncheckedOffset(of: p), v.get(b.uncheckedOffset(of: p))) }
    }
}

public enum Ufunc {
    static func value(_ o: Operand) -> NDArray {
        func make(_ t: ElementType, _ v: (Double, Double)) -> NDArray {
            let a = try! NDArray.empty([], t)
            a.set(0, v)
            return a
        }
        switch o {
        case .array(let a): return a
        case .bool(let b): return make(.bool, (b ? 1 : 0, 0))
        case .integer(let i): return make(.int64, (Double(i), 0))
        case .unsigned(let i): return make(.uint64, (Double(i), 0))
        case .float(let d): return make(.float64, (d, 0))
        case .complex(let a, let b): return make(.complex128, (a, b))
        }
    }
    static func pow(_ a: Double, _ b: Double) -> Double {
        var r = 1.0
        for _ in 0..<Int(b) { r *= a }
        return r
    }
    static func apply(_ op: Operation, _ a: (Double, Double), _ b: (Double, Double)) throws -> (Double, Double) {
        func i(_ f: (Int, Int) -> Int) -> (Double, Double) { (Double(f(Int(a.0), Int(b.0))), 0) }
        switch op {
        case .add: return (a.0 + b.0, a.1 + b.1)
        case .subtract: return (a.0 - b.0, a.1 - b.1)
        case .multiply: return (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
        case .divide: return (a.0 / b.0, 0)
        case .floorDivide: return ((a.0 / b.0).rounded(.down), 0)
        case .remainder: return (a.0 - (a.0 / b.0).rounded(.down) * b.0, 0)
        case .power: return (pow(a.0, b.0), 0)
        case .maximum: return (max(a.0, b.0), 0)
        case .minimum: return (min(a.0, b.0), 0)
        case .equal: return (a == b ? 1 : 0, 0)
        case .notEqual: return (a != b ? 1 : 0, 0)
        case .less: return (a.0 < b.0 ? 1 : 0, 0)
        case .lessEqual: return (a.0 <= b.0 ? 1 : 0, 0)
        case .greater: return (a.0 > b.0 ? 1 : 0, 0)
        case .greaterEqual: return (a.0 >= b.0 ? 1 : 0, 0)
        case .logicalAnd: return (a.0 != 0 && b.0 != 0 ? 1 : 0, 0)
        case .logicalOr: return (a.0 != 0 || b.0 != 0 ? 1 : 0, 0)
        case .bitwiseAnd: return i(&)
        case .bitwiseOr: return i(|)
        case .bitwiseXor: return i(^)
        case .leftShift: return i(<<)
        case .rightShift: return i(>>)
        default: throw NumPyError(.unsupported, "operation")
        }
    }
    public static func binary(_ op: Operation, _ a: NDArray, _ b: NDArray) throws -> NDArray {
        try binary(op, .array(a), .array(b))
    }
    static func common(_ x: Operand, _ y: Operand) -> ElementType {
        let a = value(x).type
        let b = value(y).type
        if case .array = x, case .array = y { return a.rawValue > b.rawValue ? a : b }
        if case .array = x { return a.kind >= b.kind || (a.isInteger && b.isInteger) ? a : b }
        if case .array = y { return b.kind >= a.kind || (a.isInteger && b.isInteger) ? b : a }
        return a.rawValue > b.rawValue ? a : b
    }
    public static func binary(_ op: Operation, _ x: Operand, _ y: Operand) throws -> NDArray {
        let a = value(x)
        let b = value(y)
        var type = common(x, y)
        if op == .divide, !type.isInexact { type = .float64 }
        switch op {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .logicalAnd, .logicalOr: type = .bool
        default: break
        }
        var shape = AxisList()
        let n = max(a.axisCount, b.axisCount)
        for k in 0..<n {
            let i = k - n + a.axisCount
            let j = k - n + b.axisCount
            let p = i < 0 ? 1 : a.shape[i]
            let q = j < 0 ? 1 : b.shape[j]
            guard p == q || p == 1 || q == 1 else {
                throw NumPyError(
                    .value, "operands could not be broadcast together with shapes \(a.shape) \(b.shape) ")
            }
            shape.append(p == 1 ? q : p)
        }
        let r = try NDArray.empty(shape, type)
        let la = a.lattice.broadcast(to: shape)!
        let lb = b.lattice.broadcast(to: shape)!
        for (k, p) in NDArray.indices(shape).enumerated() {
            r.set(k, try apply(op, a.get(la.uncheckedOffset(of: p)), b.get(lb.uncheckedOffset(of: p))))
        }
        return NDArray(r.view, isScalar: shape.count == 0)
    }
    public static func unary(_ op: Operation, _ a: NDArray) throws -> NDArray {
        var type = a.type
        let f: (Double, Double) throws -> (Double, Double)
        switch op {
        case .negative: f = { (-$0, -$1) }
        case .positive: f = { ($0, $1) }
        case .absolute: f = { x, _ in (abs(x), 0) }
        case .sqrt:
            f = { x, _ in (x.squareRoot(), 0) }
            if !type.isInexact { type = .float64 }
        case .square: f = { x, y in (x * x - y * y, 2 * x * y) }
        case .reciprocal: f = { x, _ in (1 / x, 0) }
        case .isnan:
            f = { x, _ in (x.isNaN ? 1 : 0, 0) }
            type = .bool
        case .invert: f = { x, _ in (type == .bool ? 1 - x : Double(~Int(x)), 0) }
        default: throw NumPyError(.unsupported, "unary")
        }
        let r = try NDArray.empty(a.shape, type)
        for (k, p) in NDArray.indices(a.shape).enumerated() {
            let v = a.get(a.lattice.uncheckedOffset(of: p))
            r.set(k, try f(v.0, v.1))
        }
        return NDArray(r.view, isScalar: a.axisCount == 0)
    }
    public static func inPlace(_ op: Operation, _ a: NDArray, _ b: Operand) throws {
        let r = try binary(op, .array(a), b)
        guard r.type == a.type || (r.type.kind <= a.type.kind) else {
            throw NumPyError(.casting, "Cannot cast ufunc '\(op)' output")
        }
        try a.assign(.array(r), at: [])
    }
    public static func call(
        _ op: Operation, _ inputs: [Operand], out: [NDArray?], where mask: NDArray?, dtype: ElementType?,
        casting: Casting
    ) throws -> [NDArray] {
        if mask != nil || dtype != nil { throw NumPyError(.unsupported, "where") }
        let r: NDArray
        if inputs.count == 2 { r = try binary(op, inputs[0], inputs[1]) } else { r = try unary(op, value(inputs[0])) }
        if let o = out.first, let o {
            try o.assign(.array(r), at: [])
            return [o]
        }
        return [r]
    }
    public static func reduce(
        _ op: Operation, _ a: NDArray, axes: [Int]?, dtype: ElementType?, out: NDArray?, keepDims: Bool,
        initial: Operand?, where mask: NDArray?
    ) throws -> NDArray {
        if mask != nil || keepDims || out != nil { throw NumPyError(.unsupported, "reduce") }
        if let axes, axes.count == 1, a.axisCount == 1, axes[0] < -1 || axes[0] > 0 {
            throw NumPyError(.axis, "axis \(axes[0]) is out of bounds for array of dimension \(a.axisCount)")
        }
        guard axes == nil || axes!.count == a.axisCount else { throw NumPyError(.unsupported, "axes") }
        var t: ElementType = dtype ?? (a.type.isInexact || op == .maximum || op == .minimum ? a.type : .int64)
        if op == .logicalOr || op == .logicalAnd { t = .bool }
        var acc: (Double, Double)?
        if let initial { acc = value(initial).get(0) }
        for p in NDArray.indices(a.shape) {
            let v = a.get(a.lattice.uncheckedOffset(of: p))
            acc = acc == nil ? v : try apply(op, acc!, v)
        }
        if acc == nil {
            if op == .add { acc = (0, 0) } else {
                throw NumPyError(.value, "zero-size array to reduction operation \(op) which has no identity")
            }
        }
        let r = try NDArray.empty([], t)
        r.set(0, acc!)
        return NDArray(r.view, isScalar: true)
    }
    public static func accumulate(
        _ op: Operation, _ a: NDArray, axis: Int, dtype: ElementType?, out: NDArray?
    ) throws -> NDArray {
        throw NumPyError(.unsupported, "accumulate")
    }
}
