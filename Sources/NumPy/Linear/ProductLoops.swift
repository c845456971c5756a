/// Matrix products as plain loops: for integers (which wrap around) and bools, and for every type
/// where no BLAS is found.
///
/// Each element of the result sums its products in ascending order of the inner index, so its bits
/// do not depend on how rows and columns are cut. Column panels and inner panels keep the right
/// factor in the cache.
import LegateCore

protocol ProductElement {
    static var zero: Self { get }
    static func adding(_ sum: Self, _ x: Self, _ y: Self) -> Self
}

extension FixedWidthInteger {
    @inlinable @inline(__always)
    static func adding(_ sum: Self, _ x: Self, _ y: Self) -> Self { sum &+ x &* y }
}
extension BinaryFloatingPoint {
    @inlinable @inline(__always)
    static func adding(_ sum: Self, _ x: Self, _ y: Self) -> Self { sum + x * y }
}
extension Int8: ProductElement {}
extension Int16: ProductElement {}
extension Int32: ProductElement {}
extension Int64: ProductElement {}
extension Int: ProductElement {}
extension UInt8: ProductElement {}
extension UInt16: ProductElement {}
extension UInt32: ProductElement {}
extension UInt64: ProductElement {}
extension Float: ProductElement {}
extension Double: ProductElement {}
extension Complex: ProductElement {
    static var zero: Complex { Complex(0, 0) }
    @inline(__always)
    static func adding(_ s: Complex, _ x: Complex, _ y: Complex) -> Complex {
        Complex(
            s.real + (x.real * y.real - x.imaginary * y.imaginary),
            s.imaginary + (x.real * y.imaginary + x.imaginary * y.real))
    }
}
/// A bool as memory holds it: the sum is "or", the product "and".
struct Flag: ProductElement {
    var byte: UInt8
    static var zero: Flag { Flag(byte: 0) }
    @inline(__always)
    static func adding(_ sum: Flag, _ x: Flag, _ y: Flag) -> Flag {
        Flag(byte: sum.byte | (x.byte & y.byte))
    }
}

enum ProductLoops {
    /// `c = a · b`.
    static func multiply(_ type: ElementType, _ a: Matrix, _ b: Matrix, into c: Matrix) {
        switch type {
        case .bool: multiply(Flag.self, a, b, c)
        case .int8: multiply(Int8.self, a, b, c)
        case .int16: multiply(Int16.self, a, b, c)
        case .int32: multiply(Int32.self, a, b, c)
        case .int64: multiply(Int64.self, a, b, c)
        case .uint8: multiply(UInt8.self, a, b, c)
        case .uint16: multiply(UInt16.self, a, b, c)
        case .uint32: multiply(UInt32.self, a, b, c)
        case .uint64: multiply(UInt64.self, a, b, c)
        case .float16: preconditionFailure("float16 products are taken in float32")
        case .float32: multiply(Float.self, a, b, c)
        case .float64: multiply(Double.self, a, b, c)
        case .complex64: multiply(Complex64.self, a, b, c)
        case .complex128: multiply(Complex128.self, a, b, c)
        }
    }

    @inline(__always)
    private static func multiply<T: ProductElement>(
        _: T.Type, _ a: Matrix, _ b: Matrix, _ c: Matrix
    ) {
        if b.columnStride == 1, c.columnStride == 1, c.columns >= 4 {
            byRows(T.self, a, b, c)
        } else {
            byElements(T.self, a, b, c)
        }
    }

    /// Right factor and result have rows of adjacent elements: adds multiples of the right factor's
    /// rows.
    private static func byRows<T: ProductElement>(_: T.Type, _ a: Matrix, _ b: Matrix, _ c: Matrix)
    {
        let pa = a.start.assumingMemoryBound(to: T.self)
        let pb = b.start.assumingMemoryBound(to: T.self)
        let pc = c.start.assumingMemoryBound(to: T.self)
        let inner = a.columns
        let (panelWidth, panelDepth) = (1024, 64)
        for i in 0..<c.rows { (pc + i &* c.rowStride).update(repeating: T.zero, count: c.columns) }
        for first in stride(from: 0, to: c.columns, by: panelWidth) {
            let width = min(panelWidth, c.columns - first)
            for depth in stride(from: 0, to: inner, by: panelDepth) {
                let end = min(depth + panelDepth, inner)
                for i in 0..<c.rows {
                    let left = pa + i &* a.rowStride
                    let target = pc + (i &* c.rowStride &+ first)
                    var p = depth
                    while p &+ 4 <= end {
                        let (x0, x1) = (left[p &* a.columnStride], left[(p &+ 1) &* a.columnStride])
                        let (x2, x3) = (
                            left[(p &+ 2) &* a.columnStride], left[(p &+ 3) &* a.columnStride]
                        )
                        let r0 = pb + (p &* b.rowStride &+ first)
                        let r1 = r0 + b.rowStride
                        let r2 = r1 + b.rowStride
                        let r3 = r2 + b.rowStride
                        for j in 0..<width {
                            var sum = T.adding(target[j], x0, r0[j])
                            sum = T.adding(sum, x1, r1[j])
                            sum = T.adding(sum, x2, r2[j])
                            target[j] = T.adding(sum, x3, r3[j])
                        }
                        p &+= 4
                    }
                    while p < end {
                        let x = left[p &* a.columnStride]
                        let row = pb + (p &* b.rowStride &+ first)
                        for j in 0..<width { target[j] = T.adding(target[j], x, row[j]) }
                        p &+= 1
                    }
                }
            }
        }
    }

    /// Any strides, narrow results: each element by itself.
    private static func byElements<T: ProductElement>(
        _: T.Type, _ a: Matrix, _ b: Matrix, _ c: Matrix
    ) {
        let pa = a.start.assumingMemoryBound(to: T.self)
        let pb = b.start.assumingMemoryBound(to: T.self)
        let pc = c.start.assumingMemoryBound(to: T.self)
        for i in 0..<c.rows {
            let left = pa + i &* a.rowStride
            for j in 0..<c.columns {
                let right = pb + j &* b.columnStride
                var sum = T.zero
                if a.columnStride == 1, b.rowStride == 1 {
                    for p in 0..<a.columns { sum = T.adding(sum, left[p], right[p]) }
                } else {
                    for p in 0..<a.columns {
                        sum = T.adding(sum, left[p &* a.columnStride], right[p &* b.rowStride])
                    }
                }
                pc[i &* c.rowStride &+ j &* c.columnStride] = sum
            }
        }
    }
}
