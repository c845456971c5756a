/// Operations on the bits of integers.
///
/// A shift by the width or more, or by a negative count, leaves 0, or -1 where a negative number
/// moves right. The bits of a negative integer are counted in its magnitude, as NumPy does.

import Launches
import Shapes

private enum And: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x & y }
}
private enum Or: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x | y }
}
private enum Xor: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T { x ^ y }
}
private enum Inverted: IntegerMap {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T) -> T { ~x }
}
private enum ShiftedLeft: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        y >= 0 && y < T(truncatingIfNeeded: T.bitWidth) ? x &<< y : 0
    }
}
private enum ShiftedRight: IntegerPair {
    @inline(__always) static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
        y >= 0 && y < T(truncatingIfNeeded: T.bitWidth) ? x &>> y : (x < 0 ? ~0 : 0)
    }
}
private enum BitCount<T: FixedWidthInteger>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> UInt8 {
        UInt8(truncatingIfNeeded: x.magnitude.nonzeroBitCount)
    }
}

extension KernelEntries {
    func enterBits() {
        integerBits(.bitwiseAnd, And.self)
        integerBits(.bitwiseOr, Or.self)
        integerBits(.bitwiseXor, Xor.self)
        integerBits(.invert, Inverted.self)
        integers(.leftShift, ShiftedLeft.self)
        integers(.rightShift, ShiftedRight.self)
        set(.bitwiseCount, .int8, blockKernel(BitCount<Int8>.self))
        set(.bitwiseCount, .int16, blockKernel(BitCount<Int16>.self))
        set(.bitwiseCount, .int32, blockKernel(BitCount<Int32>.self))
        set(.bitwiseCount, .int64, blockKernel(BitCount<Int64>.self))
        set(.bitwiseCount, .uint8, blockKernel(BitCount<UInt8>.self))
        set(.bitwiseCount, .uint16, blockKernel(BitCount<UInt16>.self))
        set(.bitwiseCount, .uint32, blockKernel(BitCount<UInt32>.self))
        set(.bitwiseCount, .uint64, blockKernel(BitCount<UInt64>.self))
    }
}
