/// `correlate` and `convolve` of two vectors: sums of products of one vector with the other one,
/// shifted.
///
///     full      v slides from its last element over a's first to its first over a's last:  n + m - 1 results
///     same      the middle n of these                                                      n
///     valid     only where v lies inside a                                                 n - m + 1
///
/// A task over the results; every tile sees both vectors. A result adds its products from left to
/// right, one after another, so its bits do not depend on how results are cut. Several results go
/// side by side, which takes vectors.
import LegateCore

extension NDArray {
    /// Which of the shifts are wanted.
    public enum ConvolutionMode: Sendable { case valid, same, full }

    /// NumPy: `numpy.convolve`.
    ///
    /// - Complexity: O(elements × elements of the shorter vector), parallel over results.
    public func convolved(with other: NDArray, _ mode: ConvolutionMode) throws -> NDArray {
        var (a, v) = (try atLeast(axes: 1), try other.atLeast(axes: 1))
        for (array, name) in [(a, "a"), (v, "v")] where array.shape[0] == 0 {
            throw NumPyError(.value, "\(name) cannot be empty")
        }
        if v.shape[0] > a.shape[0] { (a, v) = (v, a) }
        let reversed = v.viewed(
            v.lattice.sliced(axis: 0, start: v.shape[0] - 1, step: -1, count: v.shape[0]))
        return try NDArray.slidingProducts(a, reversed, mode)
    }

    /// NumPy: `numpy.correlate`: the second vector is conjugated.
    public func correlated(with other: NDArray, _ mode: ConvolutionMode) throws -> NDArray {
        let a = try atLeast(axes: 1)
        var v = try other.atLeast(axes: 1)
        for (array, place) in [(a, "first"), (v, "second")]
        where array.axisCount == 1 && array.count == 0 {
            throw NumPyError(.value, "\(place) array argument cannot be empty")
        }
        if v.type.isComplex { v = try Ufunc.unary(.conjugate, v) }
        if a.shape[0] >= v.shape[0] { return try NDArray.slidingProducts(a, v, mode) }
        let products = try NDArray.slidingProducts(v, a, mode)
        return try products.sliced(start: products.count - 1, step: -1, count: products.count)
            .copied()
    }

    /// Sums of products of `a` with `v`, which is not longer, at every shift.
    private static func slidingProducts(_ a: NDArray, _ v: NDArray, _ mode: ConvolutionMode) throws
        -> NDArray
    {
        guard a.axisCount == 1, v.axisCount == 1 else {
            throw NumPyError(.value, "object too deep for desired array")
        }
        let type = a.type.promoted(with: v.type)
        let (n, m) = (a.count, v.count)
        let shift: Int
        let length: Int
        switch mode {
        case .valid: (shift, length) = (0, n - m + 1)
        case .same: (shift, length) = (m / 2, n)
        case .full: (shift, length) = (m - 1, n + m - 1)
        }
        let parts = try [a, v].map { try $0.contiguous(as: type) }
        let result = try NDArray.new([length], type)
        let body: (TaskTile) -> Void = { tile in
            let body = SlidingProducts(tile: tile, shift: shift)
            switch type {
            case .bool: body.run(UInt8.self, UInt8.self, { $0 }, { $0 }, { $0 | $1 & $2 })
            case .int8, .uint8: body.integers(UInt8.self)
            case .int16, .uint16: body.integers(UInt16.self)
            case .int32, .uint32: body.integers(UInt32.self)
            case .int64, .uint64: body.integers(UInt64.self)
            case .float16:
                body.run(Float16.self, Float.self, { Float($0) }, { Float16($0) }, { $0 + $1 * $2 })
            case .float32: body.run(Float.self, Float.self, { $0 }, { $0 }, { $0 + $1 * $2 })
            case .float64: body.run(Double.self, Double.self, { $0 }, { $0 }, { $0 + $1 * $2 })
            case .complex64: body.complex(Float.self)
            case .complex128: body.complex(Double.self)
            }
        }
        if NDArray.isSpread(parts[0], parts[1], result) {
            try NDArray.collectively("correlate", inputs: parts, outputs: [result]) {
                try slideTogether($0, $1, shift: shift, body)
            }
            return result
        }
        try NDArray.task(
            "correlate", units: length, grain: max(64, 65_536 / m),
            work: max(length, length * m / 16),
            inputs: parts.map { ($0.view, .whole) }, outputs: [(result.view, .along(0))], body: body
        )
        return result
    }

    /// Each rank gets the elements of `a` that its results meet, and all of `v`.
    private static func slideTogether(
        _ tile: CollectiveTile, _ exchange: Exchange, shift: Int, _ body: (TaskTile) -> Void
    ) throws {
        let (a, v, output) = (tile.inputs[0], tile.inputs[1], tile.outputs[0])
        let wanted = (0..<tile.rankCount).map { rank -> Range<Int> in
            let results = output.positions(of: rank)
            if results.isEmpty { return 0..<0 }
            return (results.lowerBound - shift..<results.upperBound - shift + v.count - 1).shared(
                with: 0..<a.count)
        }
        let part = try exchange.elements(of: a, wanted: wanted)
        let other = try exchange.elements(
            of: v, wanted: [Range<Int>](repeating: 0..<v.count, count: tile.rankCount))
        guard !output.positions.isEmpty else { return }
        let room = output.room(output.positions)
        func operand(_ start: UnsafeMutableRawPointer, _ count: Int) -> TaskTile.Operand {
            .init(memory: start, lattice: Lattice(rowMajor: AxisList(count)), type: output.type)
        }
        // Element 0 of `a` would be here; only those of the part are touched.
        let start = part.start - wanted[tile.rank].lowerBound * a.size
        body(
            TaskTile(
                units: output.positions,
                inputs: [operand(start, a.count), operand(other.start, v.count)],
                outputs: [operand(room.start, output.positions.count)]))
        output.finish(output.positions, room)
    }
}

/// One tile of results.
private struct SlidingProducts {
    let tile: TaskTile
    let shift: Int
    private static let blockSize = 512

    func integers<T: FixedWidthInteger>(_: T.Type) {
        run(T.self, T.self, { $0 }, { $0 }, { $0 &+ $1 &* $2 })
    }

    func complex<P: BinaryFloatingPoint & SIMDScalar>(_: P.Type) {
        run(Complex<P>.self, Complex<P>.self, { $0 }, { $0 }) { sum, x, y in
            Complex(
                sum.real + (x.real * y.real - x.imaginary * y.imaginary),
                sum.imaginary + (x.real * y.imaginary + x.imaginary * y.real))
        }
    }

    /// For blocks of results: each element of `v` with the elements of `a` that it meets there.
    @inline(__always)
    func run<T, Sum>(
        _: T.Type, _: Sum.Type, _ widened: (T) -> Sum, _ narrowed: (Sum) -> T,
        _ adding: (Sum, Sum, Sum) -> Sum
    ) {
        let a = tile.inputs[0].start.assumingMemoryBound(to: T.self)
        let v = tile.inputs[1].start.assumingMemoryBound(to: T.self)
        let n = tile.inputs[0].lattice.shape[0]
        let m = tile.inputs[1].lattice.shape[0]
        let target = tile.outputs[0].start.assumingMemoryBound(to: T.self)
        let step = tile.outputs[0].lattice.strides[0]
        let sums = UnsafeMutablePointer<Sum>.allocate(capacity: SlidingProducts.blockSize)
        defer { sums.deallocate() }
        var first = tile.units.lowerBound
        while first < tile.units.upperBound {
            let count = min(SlidingProducts.blockSize, tile.units.upperBound - first)
            UnsafeMutableRawPointer(sums).initializeMemory(
                as: UInt8.self, repeating: 0, count: count * MemoryLayout<Sum>.stride)
            // Result i adds a[i + k - shift] · v[k] for all k where that element exists.
            for k in max(0, shift - first - count + 1)..<max(min(m, n + shift - first), 0) {
                let offset = first &+ k &- shift
                let low = max(0, -offset)
                let high = min(count, n &- offset)
                let factor = widened(v[k])
                let source = a + offset
                if low < high {
                    for i in low..<high { sums[i] = adding(sums[i], widened(source[i]), factor) }
                }
            }
            let base = first &- tile.units.lowerBound
            for i in 0..<count { target[(base &+ i) &* step] = narrowed(sums[i]) }
            first += count
        }
    }
}
