/// Swift's types by element type: what stores hold, as Swift code reads and writes it.
import Shapes

/// A Swift type that stores and arrays hold.
public protocol ArrayElement {
    static var elementType: ElementType { get }
}
extension Bool: ArrayElement { public static var elementType: ElementType { .bool } }
extension Int: ArrayElement { public static var elementType: ElementType { .int64 } }
extension Int8: ArrayElement { public static var elementType: ElementType { .int8 } }
extension Int16: ArrayElement { public static var elementType: ElementType { .int16 } }
extension Int32: ArrayElement { public static var elementType: ElementType { .int32 } }
extension Int64: ArrayElement { public static var elementType: ElementType { .int64 } }
extension UInt8: ArrayElement { public static var elementType: ElementType { .uint8 } }
extension UInt16: ArrayElement { public static var elementType: ElementType { .uint16 } }
extension UInt32: ArrayElement { public static var elementType: ElementType { .uint32 } }
extension UInt64: ArrayElement { public static var elementType: ElementType { .uint64 } }
extension Float: ArrayElement { public static var elementType: ElementType { .float32 } }
extension Double: ArrayElement { public static var elementType: ElementType { .float64 } }
#if !(os(macOS) && arch(x86_64))
    extension Float16: ArrayElement { public static var elementType: ElementType { .float16 } }
#endif
extension Complex: ArrayElement {
    public static var elementType: ElementType {
        Part.self == Float.self ? .complex64 : .complex128
    }
}
