/// One function, many types: how a function written once is entered for a whole family of element
/// types.
///
/// Each protocol states a function generic over the members of one family (integers, reals, complex
/// numbers), so that an operation is one small type and one line that enters it. Reals are written
/// in the type that computes; `float16` is converted around them.

import Launches
import Shapes

// MARK: - Integers

protocol IntegerMap { static func value<T: FixedWidthInteger>(_ x: T) -> T }
protocol IntegerPair { static func value<T: FixedWidthInteger>(_ x: T, _ y: T) -> T }

enum OnInteger<F: IntegerMap, T: FixedWidthInteger>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> T { F.value(x) }
}

enum OnIntegers<F: IntegerPair, T: FixedWidthInteger>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T { F.value(x, y) }
}

extension KernelEntries {
    /// A function whose result bits do not depend on the sign: one kernel serves both integers of a
    /// width.
    func integerBits<F: IntegerPair>(_ operation: Operation, _: F.Type) {
        setFolding(operation, [.int8, .uint8], OnIntegers<F, UInt8>.self)
        setFolding(operation, [.int16, .uint16], OnIntegers<F, UInt16>.self)
        setFolding(operation, [.int32, .uint32], OnIntegers<F, UInt32>.self)
        setFolding(operation, [.int64, .uint64], OnIntegers<F, UInt64>.self)
    }

    func integerBits<F: IntegerMap>(_ operation: Operation, _: F.Type) {
        set(operation, [.int8, .uint8], blockKernel(OnInteger<F, UInt8>.self))
        set(operation, [.int16, .uint16], blockKernel(OnInteger<F, UInt16>.self))
        set(operation, [.int32, .uint32], blockKernel(OnInteger<F, UInt32>.self))
        set(operation, [.int64, .uint64], blockKernel(OnInteger<F, UInt64>.self))
    }

    func integers<F: IntegerPair>(_ operation: Operation, _: F.Type) {
        integerBits(operation, F.self)
        setFolding(operation, [.int8], OnIntegers<F, Int8>.self)
        setFolding(operation, [.int16], OnIntegers<F, Int16>.self)
        setFolding(operation, [.int32], OnIntegers<F, Int32>.self)
        setFolding(operation, [.int64], OnIntegers<F, Int64>.self)
    }

    func integers<F: IntegerMap>(_ operation: Operation, _: F.Type) {
        integerBits(operation, F.self)
        set(operation, .int8, blockKernel(OnInteger<F, Int8>.self))
        set(operation, .int16, blockKernel(OnInteger<F, Int16>.self))
        set(operation, .int32, blockKernel(OnInteger<F, Int32>.self))
        set(operation, .int64, blockKernel(OnInteger<F, Int64>.self))
    }
}

// MARK: - Reals

protocol RealMap { static func value<T: WorkScalar>(_ x: T) -> T }
protocol RealPair { static func value<T: WorkScalar>(_ x: T, _ y: T) -> T }
protocol RealTest { static func holds<T: RealScalar>(_ x: T) -> Bool }

enum OnReal<F: RealMap, T: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> T { T(work: F.value(x.work)) }
}

enum OnReals<F: RealPair, T: RealScalar>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> T { T(work: F.value(x.work, y.work)) }
}

enum RealTested<F: RealTest, T: RealScalar>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> Truth { truth(F.holds(x)) }
}

extension KernelEntries {
    func reals<F: RealMap>(_ operation: Operation, _: F.Type) {
        set(operation, .float16, blockKernel(OnReal<F, Float16>.self))
        set(operation, .float32, blockKernel(OnReal<F, Float>.self))
        set(operation, .float64, blockKernel(OnReal<F, Double>.self))
    }

    func reals<F: RealPair>(_ operation: Operation, _: F.Type) {
        setFolding(operation, [.float16], OnReals<F, Float16>.self)
        setFolding(operation, [.float32], OnReals<F, Float>.self)
        setFolding(operation, [.float64], OnReals<F, Double>.self)
    }

    func reals<F: RealTest>(_ operation: Operation, _: F.Type) {
        set(operation, .float16, blockKernel(RealTested<F, Float16>.self))
        set(operation, .float32, blockKernel(RealTested<F, Float>.self))
        set(operation, .float64, blockKernel(RealTested<F, Double>.self))
    }
}

// MARK: - Complex numbers

protocol ComplexMap { static func value<T: WorkScalar>(_ z: Complex<T>) -> Complex<T> }
protocol ComplexPair {
    static func value<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T>
}
protocol ComplexTest { static func holds<T: WorkScalar>(_ z: Complex<T>) -> Bool }
protocol ComplexRelation {
    static func holds<T: WorkScalar>(_ z: Complex<T>, _ w: Complex<T>) -> Bool
}

enum OnComplex<F: ComplexMap, T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<T>) -> Complex<T> { F.value(z) }
}

enum OnComplexPair<F: ComplexPair, T: WorkScalar>: BinaryBody {
    @inline(__always) static func apply(_ z: Complex<T>, _ w: Complex<T>) -> Complex<T> {
        F.value(z, w)
    }
}

enum ComplexTested<F: ComplexTest, T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<T>) -> Truth { truth(F.holds(z)) }
}

enum ComplexRelated<F: ComplexRelation, T: WorkScalar>: BinaryBody {
    @inline(__always) static func apply(_ z: Complex<T>, _ w: Complex<T>) -> Truth {
        truth(F.holds(z, w))
    }
}

extension KernelEntries {
    func complex<F: ComplexMap>(_ operation: Operation, _: F.Type) {
        set(operation, .complex64, blockKernel(OnComplex<F, Float>.self))
        set(operation, .complex128, blockKernel(OnComplex<F, Double>.self))
    }

    func complex<F: ComplexPair>(_ operation: Operation, _: F.Type) {
        setFolding(operation, [.complex64], OnComplexPair<F, Float>.self)
        setFolding(operation, [.complex128], OnComplexPair<F, Double>.self)
    }

    func complex<F: ComplexTest>(_ operation: Operation, _: F.Type) {
        set(operation, .complex64, blockKernel(ComplexTested<F, Float>.self))
        set(operation, .complex128, blockKernel(ComplexTested<F, Double>.self))
    }

    func complex<F: ComplexRelation>(_ operation: Operation, _: F.Type) {
        set(operation, .complex64, blockKernel(ComplexRelated<F, Float>.self))
        set(operation, .complex128, blockKernel(ComplexRelated<F, Double>.self))
    }
}
