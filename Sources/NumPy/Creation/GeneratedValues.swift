/// One-dimensional arrays whose elements are a function of their index.
///
/// Small ones are computed at once; large ones by an opaque task whose tiles know their global indices, so that every
/// worker and every rank fills its own part and the bits do not depend on how it is cut.
import LegateCore

extension NDArray {
    /// Units below which cutting does not pay.
    private static let generationGrain = 8192

    /// An array of `count` elements of a type whose Swift type is `T`.
    ///
    /// - Parameter second: The element with index one, where it does not follow the function.
    @inline(__always)
    static func generated<T>(
        _ count: Int, _ type: ElementType, name: String, second: T? = nil, _ element: @escaping (Int) -> T
    ) throws -> NDArray {
        assert(MemoryLayout<T>.stride == type.byteCount)
        if Runtime.shared.isImmediate(count) {
            let result = try ready([count], type)
            guard count > 0, let memory = result.store.memory else { return result }
            let target = memory.assumingMemoryBound(to: T.self)
            for i in 0..<count { target[i] = element(i) }
            if count > 1, let second { target[1] = second }
            return result
        }
        let result = try empty([count], type)
        let task = OpaqueTask(units: count, grain: generationGrain, inputs: [], outputs: [.along(0)]) { tile in
            let output = tile.outputs[0]
            let target = output.start.assumingMemoryBound(to: T.self)
            let step = output.lattice.strides[0]
            let first = tile.units.lowerBound
            if step == 1 {
                for k in 0..<tile.units.count { target[k] = element(first &+ k) }
            } else {
                for k in 0..<tile.units.count { target[k &* step] = element(first &+ k) }
            }
            if tile.units.contains(1), let second { target[(1 &- first) &* step] = second }
        }
        try rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: name, domain: [count], inputs: [], outputs: [result.view], body: .opaque(task),
                    source: source))
        }
        return result
    }

    /// `start, start + 1, ...` as int64.
    static func counting(_ count: Int, from start: Int = 0) throws -> NDArray {
        try generated(count, .int64, name: "arange") { start &+ $0 }
    }

    /// `0, 1, ...` in any type but bool, as `numpy.arange(count, dtype=type)`.
    static func counting(_ count: Int, as type: ElementType) throws -> NDArray {
        try progression(count, first: .integer(0), second: .integer(1), type)
    }

    /// `first, second, first + 2·(second - first), ...` computed in `type` as NumPy's fill loops do.
    static func progression(
        _ count: Int, first: Operand, second: Operand, _ type: ElementType
    ) throws -> NDArray {
        let a = try first.constant(as: type).bits
        let b = try second.constant(as: type).bits
        func integers<T: FixedWidthInteger>(_: T.Type) throws -> NDArray {
            let start = T(truncatingIfNeeded: a.0)
            let delta = T(truncatingIfNeeded: b.0) &- start
            return try generated(count, type, name: "arange") { start &+ T(truncatingIfNeeded: $0) &* delta }
        }
        switch type {
        case .bool: throw NumPyError(.unsupported, "ranges of bool")
        case .int8, .uint8: return try integers(UInt8.self)
        case .int16, .uint16: return try integers(UInt16.self)
        case .int32, .uint32: return try integers(UInt32.self)
        case .int64, .uint64: return try integers(UInt64.self)
        case .float16:
            let start = Float16(bitPattern: UInt16(truncatingIfNeeded: a.0))
            let next = Float16(bitPattern: UInt16(truncatingIfNeeded: b.0))
            let delta = Float(next) - Float(start)
            return try generated(count, type, name: "arange", second: next) { i -> Float16 in
                Float16(Float(start) + Float(i) * delta)
            }
        case .float32:
            let start = Float(bitPattern: UInt32(truncatingIfNeeded: a.0))
            let next = Float(bitPattern: UInt32(truncatingIfNeeded: b.0))
            let delta = next - start
            return try generated(count, type, name: "arange", second: next) { i -> Float in
                start + Float(i) * delta
            }
        case .float64:
            let (start, next) = (Double(bitPattern: a.0), Double(bitPattern: b.0))
            let delta = next - start
            return try generated(count, type, name: "arange", second: next) { i -> Double in
                start + Double(i) * delta
            }
        case .complex64, .complex128:
            let part = try progression(count, first: first.realNumber, second: second.realNumber, type.realPart)
            return try part.cast(to: type)
        }
    }
}

extension Operand {
    /// The number without its imaginary part, which must be zero.
    fileprivate var realNumber: Operand {
        get throws {
            guard case .complex(let real, let imaginary) = self else { return self }
            guard imaginary == 0 else { throw NumPyError(.unsupported, "complex ranges") }
            return .float(real)
        }
    }
}
