/// The sum of a tile, in the type in which NumPy adds: 64 bits for integers and truth values.
///
/// float16 is added in float32; the caller narrows the result.
import LegateCore

func addUp(_ x: Tile, into sum: Tile) throws {
    switch x.type {
    case .bool:
        try addUp(x, into: sum, zero: 0) { (value: Bool) in
            value ? 1 : 0 as Int64
        } _: {
            $0 &+ $1
        }
    case .int8:
        try addUp(x, into: sum, zero: 0) { (value: Int8) in
            Int64(value)
        } _: {
            $0 &+ $1
        }
    case .int16:
        try addUp(x, into: sum, zero: 0) { (value: Int16) in
            Int64(value)
        } _: {
            $0 &+ $1
        }
    case .int32:
        try addUp(x, into: sum, zero: 0) { (value: Int32) in
            Int64(value)
        } _: {
            $0 &+ $1
        }
    case .int64:
        try addUp(x, into: sum, zero: 0) { (value: Int64) in
            value
        } _: {
            $0 &+ $1
        }
    case .uint8:
        try addUp(x, into: sum, zero: 0) { (value: UInt8) in
            UInt64(value)
        } _: {
            $0 &+ $1
        }
    case .uint16:
        try addUp(x, into: sum, zero: 0) { (value: UInt16) in
            UInt64(value)
        } _: {
            $0 &+ $1
        }
    case .uint32:
        try addUp(x, into: sum, zero: 0) { (value: UInt32) in
            UInt64(value)
        } _: {
            $0 &+ $1
        }
    case .uint64:
        try addUp(x, into: sum, zero: 0) { (value: UInt64) in
            value
        } _: {
            $0 &+ $1
        }
    case .float16:
        try addUp(x, into: sum, zero: 0) { (value: Float16) in
            Float(value)
        } _: {
            $0 + $1
        }
    case .float32:
        try addUp(x, into: sum, zero: 0) { (value: Float) in
            value
        } _: {
            $0 + $1
        }
    case .float64:
        try addUp(x, into: sum, zero: 0) { (value: Double) in
            value
        } _: {
            $0 + $1
        }
    case .complex64:
        try addUp(x, into: sum, zero: Complex64(0, 0)) { (value: Complex64) in
            value
        } _: {
            Complex($0.real + $1.real, $0.imaginary + $1.imaginary)
        }
    case .complex128:
        try addUp(x, into: sum, zero: Complex128(0, 0)) { (value: Complex128) in
            value
        } _: {
            Complex($0.real + $1.real, $0.imaginary + $1.imaginary)
        }
    }
}

@inline(__always)
private func addUp<T: ArrayElement, Sum: ArrayElement>(
    _ x: Tile, into sum: Tile, zero: Sum, _ widened: (T) -> Sum, _ add: (Sum, Sum) -> Sum
) throws {
    let target = try sum.elements(of: Sum.self)
    var total = target[[]]
    x.forEachRow(of: T.self) { row in
        total = add(total, pairwise(row, 0..<row.count, zero, widened, add))
    }
    target[[]] = total
}

/// Halves, as NumPy does: the error grows with the logarithm of the length.
private func pairwise<T, Sum>(
    _ row: Row<T>, _ range: Range<Int>, _ zero: Sum, _ widened: (T) -> Sum, _ add: (Sum, Sum) -> Sum
) -> Sum {
    if range.count > 128 {
        let middle = range.lowerBound + range.count / 2
        return add(
            pairwise(row, range.lowerBound..<middle, zero, widened, add),
            pairwise(row, middle..<range.upperBound, zero, widened, add))
    }
    var total = zero
    for i in range { total = add(total, widened(row[i])) }
    return total
}
