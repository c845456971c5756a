/// Numbers from zero on. A tile knows the place of its first element in the whole store.
import LegateCore

func writeIndices(_ y: Tile) throws {
    switch y.type {
    case .int8: writeIndices(y) { Int8(truncatingIfNeeded: $0) }
    case .int16: writeIndices(y) { Int16(truncatingIfNeeded: $0) }
    case .int32: writeIndices(y) { Int32(truncatingIfNeeded: $0) }
    case .int64: writeIndices(y) { Int64($0) }
    case .uint8: writeIndices(y) { UInt8(truncatingIfNeeded: $0) }
    case .uint16: writeIndices(y) { UInt16(truncatingIfNeeded: $0) }
    case .uint32: writeIndices(y) { UInt32(truncatingIfNeeded: $0) }
    case .uint64: writeIndices(y) { UInt64($0) }
    case .float16: writeIndices(y) { Float16($0) }
    case .float32: writeIndices(y) { Float($0) }
    case .float64: writeIndices(y) { Double($0) }
    case .complex64: writeIndices(y) { Complex64(Float($0), 0) }
    case .complex128: writeIndices(y) { Complex128(Double($0), 0) }
    case .bool: throw CoreError(.type, "iota counts in numbers, not in truth values")
    }
}

@inline(__always)
private func writeIndices<T: ArrayElement>(_ y: Tile, _ value: (Int) -> T) {
    let origin = y.origin.first ?? 0
    y.forEachRow(of: T.self) { row in
        for i in 0..<row.count { row[i] = value(origin &+ row.position &+ i) }
    }
}
