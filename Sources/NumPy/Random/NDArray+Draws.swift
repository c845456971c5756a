/// Arrays of random numbers with NumPy's bits, drawn from one of NumPy's own generators.
///
/// Where each element takes one draw, everybody knows where to begin: all workers draw at the same
/// time, and large arrays when they are needed. Where a number may take several draws, it is drawn
/// at once, in parts (``NormalParts``, ``BoundedIntegers``).
import LegateCore

extension NDArray {
    /// Numbers in `[low, low + width)`.
    ///
    /// NumPy: `Generator.random` with 0 and 1, else `Generator.uniform`.
    public static func uniformNumbers(
        _ shape: AxisList, from bits: BitGenerator, low: Double = 0, width: Double = 1
    ) throws -> NDArray {
        try checkSize(shape, .float64)
        let (start, count) = (bits.generator, shape.product)
        let isUnit = low == 0 && width == 1
        // First: recording may run a handler of the program's, which may draw.
        bits.generator = start.jumped(by: count)
        do {
            return try generated(count, .float64, name: "random", shape: shape) {
                indices, memory, step in
                var generator = start.jumped(by: indices.lowerBound)
                let target = memory.assumingMemoryBound(to: Double.self)
                if isUnit {
                    generator.forEach(indices.count) { target[$0 &* step] = $1.unitInterval }
                } else {
                    generator.forEach(indices.count) {
                        target[$0 &* step] = low + width * $1.unitInterval
                    }
                }
            }
        } catch {
            bits.generator = start
            throw error
        }
    }

    /// Normal numbers.
    ///
    /// NumPy: `Generator.normal`; without `scale`, `Generator.standard_normal`.
    public static func normalNumbers(
        _ shape: AxisList, from bits: BitGenerator, scale: (mean: Double, deviation: Double)? = nil
    ) throws -> NDArray {
        let (result, memory) = try drawn(shape, .float64)
        let target = memory.assumingMemoryBound(to: Double.self)
        let count = shape.product
        bits.generator = NormalParts.fill(target, count, bits.generator)
        if let scale {
            for k in 0..<count { target[k] = scale.mean + scale.deviation * target[k] }
        }
        return result
    }

    /// Integers from `first` on, of which the largest is `last` more.
    ///
    /// NumPy: `Generator.integers` with `dtype=int64`.
    public static func randomIntegers(
        _ shape: AxisList, from bits: BitGenerator, first: Int64, last: UInt64
    ) throws -> NDArray {
        let (result, memory) = try drawn(shape, .int64)
        let values = BoundedIntegers(first: first, last: last)
        var stream = BoundedIntegers.Stream(
            generator: bits.generator, hasHalf: bits.hasHalf, half: bits.half)
        values.fill(memory.assumingMemoryBound(to: Int64.self), shape.product, &stream)
        bits.generator = stream.generator
        (bits.hasHalf, bits.half) = (stream.hasHalf, stream.half)
        return result
    }

    /// A new array, and the memory that the caller fills at once.
    private static func drawn(_ shape: AxisList, _ type: ElementType) throws -> (
        NDArray, UnsafeMutableRawPointer
    ) {
        try checkSize(shape, type)
        let result =
            Runtime.shared.isImmediate(shape.product)
            ? try ready(shape, type) : try written(shape, type) { _, _ in }
        return (result, result.store.memory.unsafelyUnwrapped)
    }
}
