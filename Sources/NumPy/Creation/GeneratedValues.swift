/// One-dimensional arrays whose elements are a function of their index.
///
/// Small ones are computed at once; large ones by an opaque task whose tiles know their global
/// indices, so that every worker and every rank fills its own part and the bits do not depend on
/// how it is cut.
import LegateCore

extension NDArray {
    /// Units below which cutting does not pay.
    private static let generationGrain = 8192

    /// Writes the elements of a range of indices to memory, from its start on, so many elements
    /// apart.
    typealias Filling = (_ indices: Range<Int>, _ target: UnsafeMutableRawPointer, _ step: Int) ->
        Void

    /// An array of `count` elements that `fill` writes, of one axis or of another shape.
    static func generated(
        _ count: Int, _ type: ElementType, name: String, shape: AxisList? = nil,
        fill: @escaping Filling
    ) throws -> NDArray {
        let shape = shape ?? [count]
        if Runtime.shared.isImmediate(count) {
            let result = try ready(shape, type)
            if count > 0, let memory = result.store.memory { fill(0..<count, memory, 1) }
            return result
        }
        let result = try empty(shape, type)
        let flat = StoreView(
            store: result.store, lattice: Lattice(rowMajor: [count]), type: type)
        let task = OpaqueTask(
            units: count, grain: generationGrain, inputs: [], outputs: [.along(0)]
        ) { tile in
            fill(tile.units, tile.outputs[0].start, tile.outputs[0].lattice.strides[0])
        }
        try rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: name, domain: [count], inputs: [], outputs: [flat],
                    body: .opaque(task),
                    source: source))
        }
        return result
    }

    /// `start, start + 1, ...` as int64.
    static func counting(_ count: Int, from start: Int = 0) throws -> NDArray {
        try generated(count, .int64, name: "arange", fill: steps(from: start, by: 1))
    }

    /// `0, 1, ...` in any type but bool, as `numpy.arange(count, dtype=type)`.
    static func counting(_ count: Int, as type: ElementType) throws -> NDArray {
        try progression(count, first: .integer(0), second: .integer(1), type)
    }

    /// `first, second, first + 2·(second - first), ...` computed in `type` as NumPy's fill loops
    /// do.
    static func progression(
        _ count: Int, first: Operand, second: Operand, _ type: ElementType
    ) throws -> NDArray {
        let a = try first.constant(as: type).bits.0
        let b = try second.constant(as: type).bits.0
        let fill: Filling
        switch type {
        case .bool: throw NumPyError(.unsupported, "ranges of bool")
        case .int8, .uint8: fill = steps(UInt8(truncatingIfNeeded: a), UInt8(truncatingIfNeeded: b))
        case .int16, .uint16:
            fill = steps(UInt16(truncatingIfNeeded: a), UInt16(truncatingIfNeeded: b))
        case .int32, .uint32:
            fill = steps(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
        case .int64, .uint64:
            fill = steps(from: Int(bitPattern: UInt(a)), by: Int(bitPattern: UInt(b &- a)))
        case .float16:
            fill = halfSteps(
                Float16(bitPattern: UInt16(truncatingIfNeeded: a)),
                Float16(bitPattern: UInt16(truncatingIfNeeded: b)))
        case .float32:
            fill = floatSteps(
                Float(bitPattern: UInt32(truncatingIfNeeded: a)),
                Float(bitPattern: UInt32(truncatingIfNeeded: b)))
        case .float64: fill = doubleSteps(Double(bitPattern: a), Double(bitPattern: b))
        case .complex64, .complex128:
            let part = try progression(
                count, first: first.realNumber, second: second.realNumber, type.realPart)
            return try part.cast(to: type)
        }
        return try generated(count, type, name: "arange", fill: fill)
    }

    // MARK: - Inner loops

    private static func steps(from start: Int, by delta: Int) -> Filling {
        { indices, memory, step in
            let target = memory.assumingMemoryBound(to: Int.self)
            let first = start &+ indices.lowerBound &* delta
            if step == 1 {
                for k in 0..<indices.count { target[k] = first &+ k &* delta }
            } else {
                for k in 0..<indices.count { target[k &* step] = first &+ k &* delta }
            }
        }
    }

    private static func steps<T: FixedWidthInteger>(_ start: T, _ next: T) -> Filling {
        let delta = next &- start
        return { indices, memory, step in
            let target = memory.assumingMemoryBound(to: T.self)
            for (k, i) in indices.enumerated() {
                target[k &* step] = start &+ T(truncatingIfNeeded: i) &* delta
            }
        }
    }

    private static func halfSteps(_ start: Float16, _ next: Float16) -> Filling {
        let (origin, delta) = (Float(start), Float(next) - Float(start))
        return { indices, memory, step in
            let target = memory.assumingMemoryBound(to: Float16.self)
            for (k, i) in indices.enumerated() {
                target[k &* step] = Float16(origin + Float(i) * delta)
            }
            if indices.contains(1) { target[(1 &- indices.lowerBound) &* step] = next }
        }
    }

    private static func floatSteps(_ start: Float, _ next: Float) -> Filling {
        let delta = next - start
        return { indices, memory, step in
            let target = memory.assumingMemoryBound(to: Float.self)
            let first = indices.lowerBound
            if step == 1 {
                for k in 0..<indices.count { target[k] = start + Float(first &+ k) * delta }
            } else {
                for k in 0..<indices.count { target[k &* step] = start + Float(first &+ k) * delta }
            }
            if indices.contains(1) { target[(1 &- first) &* step] = next }
        }
    }

    private static func doubleSteps(_ start: Double, _ next: Double) -> Filling {
        let delta = next - start
        return { indices, memory, step in
            let target = memory.assumingMemoryBound(to: Double.self)
            let first = indices.lowerBound
            if step == 1 {
                for k in 0..<indices.count { target[k] = start + Double(first &+ k) * delta }
            } else {
                for k in 0..<indices.count {
                    target[k &* step] = start + Double(first &+ k) * delta
                }
            }
            if indices.contains(1) { target[(1 &- first) &* step] = next }
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
