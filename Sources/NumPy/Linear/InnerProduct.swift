/// Sums of products along one axis: a fused multiply and add over the fixed tree of every
/// reduction.
///
/// Integers wrap around in their own type, bools are combined by "and" and "or", float16 is summed
/// in float32.
import LegateCore

enum InnerProduct {
    /// `Σ aᵢ·bᵢ` of two vectors of equal length, as a scalar.
    static func dot(_ a: NDArray, _ b: NDArray, _ type: ElementType) throws -> NDArray {
        if type == .float16 {
            return try dot(a, b, .float32).cast(to: .float16).flagged(isScalar: true)
        }
        let result = try NDArray.new(AxisList(), type).flagged(isScalar: true)
        if a.count == 0 {
            try result.fill(.make(type, integer: 0))
        } else {
            try compute(a, b, into: result)
        }
        return result
    }

    /// The same into a 0-d array of the products' type.
    static func compute(_ a: NDArray, _ b: NDArray, into result: NDArray) throws {
        if atOnce(a, b, result) { return }
        try sum(
            [a, b], a.shape, reduced: [true], into: result,
            Lattice(
                offset: result.lattice.offset, shape: [1], strides: [0]))
    }

    /// Vectors at rest: short ones of any type, and reals of any length, whose sums of products
    /// need no room.
    @inline(__always)
    private static func atOnce(_ a: NDArray, _ b: NDArray, _ result: NDArray) -> Bool {
        let runtime = Runtime.shared
        let count = a.count
        let type = result.type
        guard runtime.isImmediate(1), count > 0, a.type == type, b.type == type, a.store.isReady,
            b.store.isReady,
            runtime.isIdle(result.store)
        else { return false }
        let isPlain = a.lattice.isRowMajorContiguous && b.lattice.isRowMajorContiguous
        guard isPlain || runtime.isImmediate(count) else { return false }
        let size = type.byteCount
        // Short vectors with steps are laid side by side first.
        let (x, y) = (a.sideBySide(.first), b.sideBySide(.second))
        let target = result.store.memory.unsafelyUnwrapped + result.lattice.offset &* size
        if Immediate.sumOfProducts(type, x, y, count: count, into: target) { return true }
        guard runtime.isImmediate(count),
            let product = KernelTable.block(operations(type).product, type),
            let fold = KernelTable.fold(operations(type).sum, type)
        else { return false }
        Counters.countImmediate()
        let products = UnsafeMutableRawPointer.allocate(byteCount: count &* size, alignment: 64)
        defer { products.deallocate() }
        product(x, y, into: products, count: count)
        fold(products, count, target)
        return true
    }

    static func operations(_ type: ElementType) -> (product: Operation, sum: Operation) {
        type == .bool ? (.logicalAnd, .logicalOr) : (.multiply, .add)
    }

    /// The sum over some axes of the product of all factors, broadcast to `shape`, taken in the
    /// target's type.
    ///
    /// - Parameter kept: The target with extent one along reduced axes.
    static func sum(
        _ factors: [NDArray], _ shape: AxisList, reduced: [Bool], into target: NDArray,
        _ kept: Lattice
    ) throws {
        let type = target.type
        var builder = ExpressionBuilder(shape)
        var value = try builder.value(.array(factors[0]), as: type)
        for factor in factors.dropFirst() {
            let next = try builder.value(.array(factor), as: type)
            value = builder.apply(operations(type).product, type, value, next)
        }
        try builder.submitReduction(
            "dot", value, Reduction(operation: operations(type).sum, type: type, reduced: reduced),
            into: StoreView(store: target.store, lattice: kept, type: type))
    }
}
