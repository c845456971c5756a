/// `tile`, `repeat`, `resize`: the same elements several times.
///
/// With equal counts the result is seen with one more axis, and a broadcast copy fills it in one
/// launch:
///
///     tile   (n) -> (r, n)      repeat   (n) -> (n, r)
import LegateCore

extension NDArray {
    /// NumPy: `numpy.tile`.
    public func tiled(_ repetitions: [Int]) throws -> NDArray {
        guard repetitions.allSatisfy({ $0 >= 0 }) else {
            throw NumPyError(.value, "negative dimensions are not allowed")
        }
        let axes = max(axisCount, repetitions.count)
        let own = [Int](repeating: 1, count: axes - axisCount) + Array(shape)
        let counts = [Int](repeating: 1, count: axes - repetitions.count) + repetitions
        let result = try NDArray.new(
            AxisList(zip(own, counts).map { try NDArray.extent($0, times: $1) }), type)
        if result.count == 0 { return result }
        let interleaved = AxisList(zip(counts, own).flatMap { [$0, $1] })
        let source = AxisList(own.flatMap { [1, $0] })
        let spread = try interleavedSource(source)
        try result.viewed(Lattice(rowMajor: interleaved)).assign(spread)
        return result
    }

    private static func extent(_ extent: Int, times count: Int) throws -> Int {
        let (product, isOverflow) = extent.multipliedReportingOverflow(by: count)
        guard !isOverflow else { throw NumPyError(.value, "Maximum allowed dimension exceeded") }
        return product
    }

    /// The array with an axis of extent one before or after each of its own.
    private func interleavedSource(_ target: AxisList) throws -> NDArray {
        guard let lattice = lattice.reshaped(to: target) else {
            let compact = try copied()
            return compact.viewed(Lattice(rowMajor: target))
        }
        return viewed(lattice)
    }

    /// NumPy: `numpy.repeat` with one count for all elements. The axis `nil` flattens.
    public func repeated(_ times: Int, axis: Int?) throws -> NDArray {
        guard times >= 0 else { throw NumPyError(.value, "negative dimensions are not allowed") }
        guard let axis else { return try raveled().repeated(times, axis: 0) }
        let source = axisCount == 0 ? try reshaped(to: [1]) : self
        let k = try Axes.normalized(axis, source.axisCount)
        var wide = source.shape
        wide.insert(times, at: k + 1)
        var shape = source.shape
        shape[k] = try NDArray.extent(shape[k], times: times)
        let result = try NDArray.new(shape, type)
        if result.count == 0 { return result }
        if k == shape.count - 1, source.repeatAtOnce(times, into: result) { return result }
        try result.viewed(Lattice(rowMajor: wide)).assign(
            source.viewed(source.lattice.insertingAxis(at: k + 1)))
        return result
    }

    /// Elements side by side and at rest: each so many times, at once.
    private func repeatAtOnce(_ times: Int, into result: NDArray) -> Bool {
        guard Runtime.shared.isImmediate(result.count), store.isReady, lattice.isRowMajorContiguous,
            Runtime.shared.isIdle(result.store)
        else { return false }
        func fill<Element>(_: Element.Type) {
            let elements = firstByte.assumingMemoryBound(to: Element.self)
            var target = result.firstByte.assumingMemoryBound(to: Element.self)
            for i in 0..<count {
                let element = elements[i]
                for k in 0..<times { target[k] = element }
                target += times
            }
        }
        switch type.byteCount {
        case 1: fill(UInt8.self)
        case 2: fill(UInt16.self)
        case 4: fill(UInt32.self)
        case 8: fill(UInt64.self)
        default: fill(SIMD2<UInt64>.self)
        }
        Counters.countImmediate()
        return true
    }

    /// NumPy: `numpy.repeat` with a count for each element along the axis.
    public func repeated(_ counts: NDArray, axis: Int?) throws -> NDArray {
        guard counts.type.canCast(to: .int64, .safe) else {
            throw NumPyError(
                .type,
                "Cannot cast array data from dtype('\(counts.type.name)') to dtype('int64') according to the "
                    + "rule 'safe'")
        }
        guard counts.axisCount <= 1 else {
            throw NumPyError(.value, "object too deep for desired array")
        }
        if counts.count == 1, case .integer(let times) = try counts.cast(to: .int64).item() {
            return try repeated(times, axis: axis)
        }
        guard let axis else { return try raveled().repeated(counts, axis: 0) }
        let source = axisCount == 0 ? try reshaped(to: [1]) : self
        let k = try Axes.normalized(axis, source.axisCount)
        let extent = source.shape[k]
        let numbers = try counts.integers()
        guard numbers.count == extent else {
            throw NumPyError(
                .value,
                "operands could not be broadcast together with shape (\(extent),) (\(numbers.count),)"
            )
        }
        guard numbers.allSatisfy({ $0 >= 0 }) else {
            throw NumPyError(.value, "repeats may not contain negative values.")
        }
        return try source.gathered(
            zip(0..<extent, numbers).flatMap { [Int](repeating: $0, count: $1) }, axis: k)
    }

    /// The elements as Swift integers; waits for them.
    func integers() throws -> [Int] {
        let plain = try cast(to: .int64)
        return try plain.withElements { plain, start in
            Array(
                UnsafeBufferPointer(
                    start: start.assumingMemoryBound(to: Int.self), count: plain.count))
        }
    }

    /// NumPy: `numpy.resize`, which repeats the elements until the new shape is full.
    public func resized(to shape: AxisList) throws -> NDArray {
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw NumPyError(.value, "all elements of `new_shape` must be non-negative")
        }
        let flat = try raveled()
        if flat.count == 0 || shape.product == 0 {
            return try NDArray.full(shape, type, .integer(0))
        }
        let times = (shape.product + flat.count - 1) / flat.count
        let long = times == 1 ? try flat.copied() : try flat.tiled([times])
        return long.viewed(Lattice(rowMajor: shape))
    }
}
