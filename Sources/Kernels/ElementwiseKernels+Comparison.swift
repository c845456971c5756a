/// Comparisons, logic and tests: everything that gives bool, for integers and reals.
///
/// Comparisons with NaN are false but for `notEqual`. In logic every value but zero is true, NaN
/// too.

import Launches
import Shapes

private protocol Relation {
    static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool
}

private enum Related<R: Relation, T: Comparable & Numeric>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> Truth { truth(R.holds(x, y)) }
}

private enum Equal: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x == y }
}
private enum NotEqual: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x != y }
}
private enum Less: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x < y }
}
private enum LessEqual: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x <= y }
}
private enum Greater: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x > y }
}
private enum GreaterEqual: Relation {
    @inline(__always) static func holds<T: Comparable & Numeric>(_ x: T, _ y: T) -> Bool { x >= y }
}

// Logic combines truths with bit operations: no branches, so that the loop stays a vector loop.
private enum And<T: Comparable & Numeric>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> Truth { truth(x != 0) & truth(y != 0) }
}
private enum Or<T: Comparable & Numeric>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> Truth { truth(x != 0) | truth(y != 0) }
}
private enum Xor<T: Comparable & Numeric>: BinaryBody {
    @inline(__always) static func apply(_ x: T, _ y: T) -> Truth { truth(x != 0) ^ truth(y != 0) }
}
private enum Not<T: Comparable & Numeric>: UnaryBody {
    @inline(__always) static func apply(_ x: T) -> Truth { truth(x == 0) }
}

// Of values that are 0 or 1 already.
private enum TruthAnd: BinaryBody {
    @inline(__always) static func apply(_ x: Truth, _ y: Truth) -> Truth { x & y }
}
private enum TruthOr: BinaryBody {
    @inline(__always) static func apply(_ x: Truth, _ y: Truth) -> Truth { x | y }
}
private enum TruthXor: BinaryBody {
    @inline(__always) static func apply(_ x: Truth, _ y: Truth) -> Truth { x ^ y }
}

private enum IsNaN: RealTest {
    @inline(__always) static func holds<T: RealScalar>(_ x: T) -> Bool {
        (x.signedBits & T.Bits.max) > T.infinity.signedBits
    }
}
private enum IsInfinite: RealTest {
    @inline(__always) static func holds<T: RealScalar>(_ x: T) -> Bool {
        (x.signedBits & T.Bits.max) == T.infinity.signedBits
    }
}
private enum IsFinite: RealTest {
    @inline(__always) static func holds<T: RealScalar>(_ x: T) -> Bool {
        (x.signedBits & T.Bits.max) < T.infinity.signedBits
    }
}
private enum HasSign: RealTest {
    @inline(__always) static func holds<T: RealScalar>(_ x: T) -> Bool { x.signedBits < 0 }
}

extension KernelEntries {
    func enterComparisons() {
        equality([.bool, .int8, .uint8], UInt8.self)
        equality([.int16, .uint16], UInt16.self)
        equality([.int32, .uint32], UInt32.self)
        equality([.int64, .uint64], UInt64.self)
        equality([.float16], Float16.self)
        equality([.float32], Float.self)
        equality([.float64], Double.self)
        order([.int8], Int8.self)
        order([.int16], Int16.self)
        order([.int32], Int32.self)
        order([.int64], Int64.self)
        order([.bool, .uint8], UInt8.self)
        order([.uint16], UInt16.self)
        order([.uint32], UInt32.self)
        order([.uint64], UInt64.self)
        order([.float16], Float16.self)
        order([.float32], Float.self)
        order([.float64], Double.self)
        reals(.isnan, IsNaN.self)
        reals(.isinf, IsInfinite.self)
        reals(.isfinite, IsFinite.self)
        reals(.signbit, HasSign.self)
        for type in ElementType.allCases where !type.isInexact {
            set(.isnan, type, constantKernel(0))
            set(.isinf, type, constantKernel(0))
            set(.isfinite, type, constantKernel(1))
        }
    }

    private func equality<T: Comparable & Numeric>(_ types: [ElementType], _: T.Type) {
        set(.equal, types, blockKernel(Related<Equal, T>.self))
        set(.notEqual, types, blockKernel(Related<NotEqual, T>.self))
        set(.logicalAnd, types, blockKernel(And<T>.self))
        set(.logicalOr, types, blockKernel(Or<T>.self))
        set(.logicalXor, types, blockKernel(Xor<T>.self))
        set(.logicalNot, types, blockKernel(Not<T>.self))
    }

    private func order<T: Comparable & Numeric>(_ types: [ElementType], _: T.Type) {
        set(.less, types, blockKernel(Related<Less, T>.self))
        set(.lessEqual, types, blockKernel(Related<LessEqual, T>.self))
        set(.greater, types, blockKernel(Related<Greater, T>.self))
        set(.greaterEqual, types, blockKernel(Related<GreaterEqual, T>.self))
    }

    private func constantKernel(_ value: Truth) -> BlockKernel.Function {
        { _, outputs, count in
            outputs[0].initializeMemory(as: Truth.self, repeating: value, count: count)
        }
    }

    /// The operations of bool: a sum is "or", a product "and"; comparisons can be reduced too.
    func enterBool() {
        for operation in [Operation.add, .maximum, .fmax, .logicalOr, .bitwiseOr] {
            setFolding(operation, [.bool], TruthOr.self)
        }
        for operation in [Operation.multiply, .minimum, .fmin, .logicalAnd, .bitwiseAnd] {
            setFolding(operation, [.bool], TruthAnd.self)
        }
        for operation in [Operation.logicalXor, .bitwiseXor] {
            setFolding(operation, [.bool], TruthXor.self)
        }
        set(.invert, .bool, blockKernel(Not<Truth>.self))
        setFolding(.equal, [.bool], Related<Equal, Truth>.self)
        setFolding(.notEqual, [.bool], Related<NotEqual, Truth>.self)
        setFolding(.less, [.bool], Related<Less, Truth>.self)
        setFolding(.lessEqual, [.bool], Related<LessEqual, Truth>.self)
        setFolding(.greater, [.bool], Related<Greater, Truth>.self)
        setFolding(.greaterEqual, [.bool], Related<GreaterEqual, Truth>.self)
    }
}
