/// The mathematical functions of reals, one definition for every vector width: what `CMath` holds,
/// by operation and type.
///
/// Blocks and single numbers go through the same code as the vectors of compiled kernels, so
/// results never depend on where a block begins or on which tier computes it.

internal import CMath
import Launches
import Shapes

public enum VectorMath {
    /// The address of the function of one vector (two, for operations with two operands) of
    /// `vectorBytes` bytes: vectors come and go in registers, by the C convention of a file
    /// compiled for that width. `nil` for other operations, types and widths the processor lacks.
    public static func function(
        _ operation: Operation, _ type: ElementType, vectorBytes: Int
    ) -> UnsafeRawPointer? {
        guard let function = index(operation), let type = index(type) else { return nil }
        return legate_vector_function(function, type, Int32(vectorBytes))
    }

    @inline(__always) static var arctan2: Int32 { Int32(LEGATE_ARCTAN2.rawValue) }
    @inline(__always) static var hypot: Int32 { Int32(LEGATE_HYPOT.rawValue) }
    @inline(__always) static var power: Int32 { Int32(LEGATE_POWER.rawValue) }
    @inline(__always) static var logaddexp: Int32 { Int32(LEGATE_LOGADDEXP.rawValue) }
    @inline(__always) static var logaddexp2: Int32 { Int32(LEGATE_LOGADDEXP2.rawValue) }

    /// The place of an operation among the functions of `CMath`; `nil` for the others.
    static func index(_ operation: Operation) -> Int32? {
        let function: legate_math_function
        switch operation {
        case .exp: function = LEGATE_EXP
        case .exp2: function = LEGATE_EXP2
        case .expm1: function = LEGATE_EXPM1
        case .log: function = LEGATE_LOG
        case .log2: function = LEGATE_LOG2
        case .log10: function = LEGATE_LOG10
        case .log1p: function = LEGATE_LOG1P
        case .sin: function = LEGATE_SIN
        case .cos: function = LEGATE_COS
        case .tan: function = LEGATE_TAN
        case .arcsin: function = LEGATE_ARCSIN
        case .arccos: function = LEGATE_ARCCOS
        case .arctan: function = LEGATE_ARCTAN
        case .sinh: function = LEGATE_SINH
        case .cosh: function = LEGATE_COSH
        case .tanh: function = LEGATE_TANH
        case .arcsinh: function = LEGATE_ARCSINH
        case .arccosh: function = LEGATE_ARCCOSH
        case .arctanh: function = LEGATE_ARCTANH
        case .cbrt: function = LEGATE_CBRT
        case .arctan2: function = LEGATE_ARCTAN2
        case .hypot: function = LEGATE_HYPOT
        case .power, .floatPower: function = LEGATE_POWER
        case .logaddexp: function = LEGATE_LOGADDEXP
        case .logaddexp2: function = LEGATE_LOGADDEXP2
        case .fmod: function = LEGATE_FMOD
        case .remainder: function = LEGATE_REMAINDER
        case .floorDivide: function = LEGATE_FLOOR_DIVIDE
        default: return nil
        }
        return Int32(function.rawValue)
    }

    private static func index(_ type: ElementType) -> Int32? {
        switch type {
        case .float32: return Int32(LEGATE_FLOAT32.rawValue)
        case .float64: return Int32(LEGATE_FLOAT64.rawValue)
        default: return nil
        }
    }
}

// MARK: - Blocks

extension KernelEntries {
    /// Enters a function of one operand for the three real types.
    func vectorMath(_ operation: Operation) {
        guard let function = VectorMath.index(operation) else { return }
        let single = legate_math_unary_block(function, Int32(LEGATE_FLOAT32.rawValue))!
        let double = legate_math_unary_block(function, Int32(LEGATE_FLOAT64.rawValue))!
        set(operation, .float32) { inputs, outputs, count in single(inputs[0], outputs[0], count) }
        set(operation, .float64) { inputs, outputs, count in double(inputs[0], outputs[0], count) }
        set(operation, .float16) { inputs, outputs, count in
            throughSingle(count) { start, count, buffers in
                widen(inputs[0], start, count, buffers)
                single(buffers, buffers, count)
                narrow(buffers, outputs[0], start, count)
            }
        }
    }

    /// Enters the block kernels of a function of two operands; folds and scans stay those entered
    /// before.
    func vectorMath(
        ofTwo operation: Operation, _ types: [ElementType] = [.float16, .float32, .float64]
    ) {
        guard let function = VectorMath.index(operation) else { return }
        let single = legate_math_binary_block(function, Int32(LEGATE_FLOAT32.rawValue))!
        let double = legate_math_binary_block(function, Int32(LEGATE_FLOAT64.rawValue))!
        for type in types {
            switch type {
            case .float32:
                set(operation, type) { inputs, outputs, count in
                    single(inputs[0], inputs[1], outputs[0], count)
                }
            case .float64:
                set(operation, type) { inputs, outputs, count in
                    double(inputs[0], inputs[1], outputs[0], count)
                }
            default:
                set(operation, type) { inputs, outputs, count in
                    throughSingle(count) { start, count, buffers in
                        widen(inputs[0], start, count, buffers)
                        widen(inputs[1], start, count, buffers + partLength)
                        single(buffers, buffers + partLength, buffers, count)
                        narrow(buffers, outputs[0], start, count)
                    }
                }
            }
        }
    }
}

/// Elements of `float16` that are computed together, in buffers on the stack that stay under a
/// kibibyte.
private let partLength = 96

/// Calls `body` for each part of a block, with buffers for two operands in single precision.
@inline(__always)
private func throughSingle(
    _ count: Int, _ body: (_ start: Int, _ count: Int, UnsafeMutablePointer<Float>) -> Void
) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * partLength) { buffers in
        guard let base = buffers.baseAddress else { return }
        var start = 0
        while start < count {
            body(start, min(partLength, count &- start), base)
            start &+= partLength
        }
    }
}

@inline(__always)
private func widen(
    _ input: UnsafeRawPointer, _ start: Int, _ count: Int, _ target: UnsafeMutablePointer<Float>
) {
    let x = input.assumingMemoryBound(to: Float16.self) + start
    for i in 0..<count { target[i] = Float(x[i]) }
}

@inline(__always)
private func narrow(
    _ source: UnsafeMutablePointer<Float>, _ output: UnsafeMutableRawPointer, _ start: Int,
    _ count: Int
) {
    let result = output.assumingMemoryBound(to: Float16.self) + start
    for i in 0..<count { result[i] = Float16(source[i]) }
}
