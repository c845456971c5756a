/// Constants of expressions from numbers of the program.
///
/// In: a number and the element type it shall have. Out: its bytes, as memory holds them.
import Kernels
import Launches
import Shapes

extension ScalarExpression.Constant {
    /// A whole number in an element type: wrapped for integers, rounded for others.
    public static func make(_ type: ElementType, integer value: Int) -> Self {
        switch type {
        case .bool: return .init(type: type, bits: (value != 0 ? 1 : 0, 0))
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
            return .init(type: type, bits: (UInt64(bitPattern: Int64(value)), 0))
        case .float16:
            return .init(type: type, bits: (UInt64(Float16(Double(value)).bitPattern), 0))
        case .float32: return .init(type: type, bits: (UInt64(Float(value).bitPattern), 0))
        case .complex64: return .init(type: type, bits: (UInt64(Float(value).bitPattern), 0))
        case .float64, .complex128: return .init(type: type, bits: (Double(value).bitPattern, 0))
        }
    }

    /// A real or complex number in an element type, converted as C converts.
    public static func make(_ type: ElementType, real: Double, _ imaginary: Double) -> Self {
        switch type {
        case .bool: return .init(type: type, bits: (real != 0 || imaginary != 0 ? 1 : 0, 0))
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
            var result: (UInt64, UInt64) = (0, 0)
            withUnsafeBytes(of: real) { source in
                withUnsafeMutableBytes(of: &result) {
                    KernelTable.cast(from: .float64, to: type)(
                        source.baseAddress!, $0.baseAddress!, 1)
                }
            }
            return .init(type: type, bits: result)
        case .float16: return .init(type: type, bits: (UInt64(Float16(real).bitPattern), 0))
        case .float32: return .init(type: type, bits: (UInt64(Float(real).bitPattern), 0))
        case .float64: return .init(type: type, bits: (real.bitPattern, 0))
        case .complex64:
            return .init(
                type: type,
                bits: (
                    UInt64(Float(real).bitPattern) | UInt64(Float(imaginary).bitPattern) << 32, 0
                ))
        case .complex128: return .init(type: type, bits: (real.bitPattern, imaginary.bitPattern))
        }
    }
}
