/// Runs kernels on Swift arrays: what the tests of this folder share.

import Kernels
import Launches
import Shapes

/// A source of numbers that is the same on every run.
struct Numbers {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    /// A number of either sign whose magnitudes span several powers of ten.
    mutating func nextReal() -> Double {
        let magnitude = Double(next() >> 11) * 0x1p-53
        let scale = [1e-3, 1, 1e3, 1e6][Int(next() % 4)]
        return (next() & 1 == 0 ? 1 : -1) * magnitude * scale
    }
}

enum MissingKernel: Error { case block, fold, scan }

func apply<X, R>(
    _ operation: Operation, _ type: ElementType, _ operands: [[X]], as: R.Type, zero: R
) throws -> [R] {
    guard let kernel = KernelTable.block(operation, type) else { throw MissingKernel.block }
    let count = operands[0].count
    var result = [R](repeating: zero, count: count)
    let copies = operands.map { operand -> UnsafeMutablePointer<X> in
        let copy = UnsafeMutablePointer<X>.allocate(capacity: max(1, count))
        copy.initialize(from: operand, count: count)
        return copy
    }
    defer { copies.forEach { $0.deallocate() } }
    result.withUnsafeMutableBytes { output in
        var inputs = copies.map { UnsafeRawPointer($0) }
        var outputs = [output.baseAddress!]
        kernel(&inputs, &outputs, count)
    }
    return result
}

func apply<X: Numeric>(_ operation: Operation, _ type: ElementType, _ operands: [X]...) throws
    -> [X]
{
    try apply(operation, type, operands, as: X.self, zero: 0)
}

func test<X>(_ operation: Operation, _ type: ElementType, _ operands: [X]...) throws -> [UInt8] {
    try apply(operation, type, operands, as: UInt8.self, zero: 9)
}

func fold<X>(_ operation: Operation, _ type: ElementType, _ values: ArraySlice<X>) throws -> X {
    guard let kernel = KernelTable.fold(operation, type) else { throw MissingKernel.fold }
    var result = values.first!
    values.withUnsafeBytes { input in
        withUnsafeMutableBytes(of: &result) {
            kernel(input.baseAddress!, values.count, $0.baseAddress!)
        }
    }
    return result
}

func cast<X, R>(_ values: [X], _ source: ElementType, _ target: ElementType, zero: R) -> [R] {
    var result = [R](repeating: zero, count: values.count)
    values.withUnsafeBytes { input in
        result.withUnsafeMutableBytes { output in
            KernelTable.cast(from: source, to: target)(
                input.baseAddress!, output.baseAddress!, values.count)
        }
    }
    return result
}
