/// `argmax` and `argmin`: the place of the first extreme; the first NaN, if there is one.
///
/// One long line is cut into fixed blocks whose winners meet in a second task; several lines are
/// cut along another axis.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.argmax` (`.maximum`) and `numpy.argmin` (`.minimum`). Without an axis over the
    /// flattened array.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for an empty line.
    public func argExtreme(
        _ operation: Operation, axis: Int?, out: NDArray? = nil, keepDims: Bool = false
    ) throws -> NDArray {
        if let axis, axisCount == 2, out == nil, !keepDims,
            let quick = quickArgExtremes(operation, axis: try Axes.normalized(axis, 2))
        {
            return quick
        }
        let flat = axis == nil || axisCount == 0
        if let axis, axisCount == 0 { _ = try Axes.normalized(axis, 1) }
        let source = flat ? try raveled() : self
        let place = flat ? 0 : try Axes.normalized(axis ?? 0, axisCount)
        var kept = source.shape
        let extent = kept[place]
        kept[place] = 1
        var shape = kept
        shape.remove(at: place)
        guard extent > 0 else {
            throw NumPyError(
                .value,
                "attempt to get arg\(operation == .maximum ? "max" : "min") of an empty sequence")
        }
        let lines = try NDArray.new(shape, .int64)
        if shape.product > 0, NDArray.isSpread(source, lines), !source.hasWholeLines(place) {
            let body = CollectiveArgExtreme(
                line: ArgExtreme(type: source.type, isMaximum: operation == .maximum),
                extent: extent,
                inner: source.shape[(place + 1)...].reduce(1, *))
            try NDArray.collectively("argmax", inputs: [source], outputs: [lines], body: body.run)
        } else if shape.product > 0 {
            if shape.product == 1, extent > 2 * ArgExtreme.blockSize {
                try recordLong(operation, source, place, lines)
            } else {
                try recordLines(operation, source, place, lines)
            }
        }
        let wanted = !keepDims ? shape : flat ? AxisList(repeating: 1, count: axisCount) : kept
        let result = lines.reshapedContiguous(wanted).flagged(isScalar: wanted.count == 0)
        guard let out else { return result }
        guard out.shape == wanted else {
            throw NumPyError(
                .value,
                "output array does not match result of np.arg\(operation == .maximum ? "max" : "min")."
            )
        }
        guard out.type == .int64 else {
            throw NumPyError(.unsupported, "places as \(out.type.name)")
        }
        try out.assign(result)
        return out
    }

    /// Whether lines along an axis lie in the rows that ranks own: then they are cut like any
    /// others.
    private func hasWholeLines(_ axis: Int) -> Bool {
        axis > 0 && longestAxis(but: axis) == 0 && shape[0] >= 4 * Runtime.shared.rankCount
            && strides.allSatisfy { abs($0) <= abs(strides[0]) }
    }

    private func longestAxis(but axis: Int) -> Int? {
        (0..<axisCount).filter { $0 != axis }.max { (shape[$0], -$0) < (shape[$1], -$1) }
    }

    private func recordLines(
        _ operation: Operation, _ source: NDArray, _ axis: Int, _ result: NDArray
    ) throws {
        let type = source.type
        let cut = source.longestAxis(but: axis)
        let body: (TaskTile) -> Void = { tile in
            let line = ArgExtreme(type: type, isMaximum: operation == .maximum)
            let (source, result) = (tile.inputs[0], tile.outputs[0])
            if result.lattice.strides[0] == 1,
                line.findColumns(
                    source.start, source.lattice, axis,
                    into: result.start.assumingMemoryBound(to: Int.self))
            {
                return
            }
            let stride = source.lattice.strides[axis]
            let extent = source.lattice.shape[axis]
            if axis == 1, source.lattice.axisCount == 2, stride == 1,
                result.lattice.strides[0] == 1,
                line.findRows(
                    source.start, distance: source.lattice.strides[0],
                    rows: source.lattice.shape[0], extent,
                    into: result.start.assumingMemoryBound(to: Int.self))
            {
                return
            }
            let target = result.memory.assumingMemoryBound(to: Int.self)
            BlockMove.forEachPair(
                source.lattice.projected(axis: axis, at: 0), result.lattice
            ) { from, to in
                target[to] = line.find(source.memory + from * type.byteCount, stride, extent)
            }
        }
        guard let cut, source.shape[cut] > 1 else {
            return try NDArray.task(
                "argmax", units: 1, work: source.count, inputs: [(source.view, .whole)],
                outputs: [(result.view, .whole)], body: body)
        }
        // Over several ranks borders stay where rows have their owners.
        let grain =
            NDArray.isSpread(source, result) ? 1 : max(1, 16_384 * source.shape[cut] / source.count)
        try NDArray.task(
            "argmax", units: source.shape[cut], grain: grain,
            work: source.count, inputs: [(source.view, .along(cut))],
            outputs: [(result.view, .along(cut < axis ? cut : cut - 1))], body: body)
    }

    private func recordLong(
        _ operation: Operation, _ source: NDArray, _ axis: Int, _ result: NDArray
    ) throws {
        let type = source.type
        let flat = Lattice(
            offset: source.lattice.offset, shape: AxisList(source.shape[axis]),
            strides: AxisList(source.strides[axis]))
        let extent = flat.shape[0]
        let view = StoreView(store: source.store, lattice: flat, type: type)
        let blocks = (extent + ArgExtreme.blockSize - 1) / ArgExtreme.blockSize
        let winners = try NDArray.empty(AxisList(blocks), .int64)
        let isMaximum = operation == .maximum
        try NDArray.task(
            "argmax", units: blocks, grain: 4, work: extent, inputs: [(view, .whole)],
            outputs: [(winners.view, .along(0))]
        ) { tile in
            let line = ArgExtreme(type: type, isMaximum: isMaximum)
            let stride = tile.inputs[0].lattice.strides[0]
            let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
            for (k, block) in tile.units.enumerated() {
                let first = block * ArgExtreme.blockSize
                let count = min(ArgExtreme.blockSize, extent - first)
                target[k] =
                    first
                    + line.find(
                        tile.inputs[0].start + first * stride * type.byteCount, stride, count)
            }
        }
        try NDArray.task(
            "argmax of blocks", units: 1, work: extent,
            inputs: [(view, .whole), (winners.view, .whole)],
            outputs: [(result.view, .whole)]
        ) { tile in
            let line = ArgExtreme(type: type, isMaximum: isMaximum)
            let stride = tile.inputs[0].lattice.strides[0]
            let places = tile.inputs[1].start.assumingMemoryBound(to: Int.self)
            let best = line.best(of: places, blocks, tile.inputs[0].start, stride)
            tile.outputs[0].start.storeBytes(of: best, as: Int.self)
        }
    }
}

/// Finds the extreme of one line.
struct ArgExtreme {
    static let blockSize = 8192

    let type: ElementType
    let isMaximum: Bool

    func find(_ start: UnsafeRawPointer, _ stride: Int, _ count: Int) -> Int {
        var place = 0
        if stride == 1, findRows(start, distance: 0, rows: 1, count, into: &place) { return place }
        switch type {
        case .bool, .uint8: return integers(UInt8.self, start, stride, count)
        case .uint16: return integers(UInt16.self, start, stride, count)
        case .uint32: return integers(UInt32.self, start, stride, count)
        case .uint64: return integers(UInt64.self, start, stride, count)
        case .int8: return integers(Int8.self, start, stride, count)
        case .int16: return integers(Int16.self, start, stride, count)
        case .int32: return integers(Int32.self, start, stride, count)
        case .int64: return integers(Int64.self, start, stride, count)
        case .float16: return reals(Float16.self, start, stride, count)
        case .float32: return reals(Float.self, start, stride, count)
        case .float64: return reals(Double.self, start, stride, count)
        case .complex64: return complex(Float.self, start, stride, count)
        case .complex128: return complex(Double.self, start, stride, count)
        }
    }

    /// The same for rows of neighbours, each `distance` elements behind the one before it.
    ///
    /// - Returns: Whether the type has its kernel.
    @inline(__always)
    func findRows(
        _ start: UnsafeRawPointer, distance: Int, rows: Int, _ count: Int,
        into places: UnsafeMutablePointer<Int>
    ) -> Bool {
        RowExtremes.find(
            type, isMaximum: isMaximum, start, distance: distance, rows: rows, count: count,
            into: places)
    }

    /// The place among `places` with the extreme element; places ascend.
    func best(of places: UnsafePointer<Int>, _ count: Int, _ start: UnsafeRawPointer, _ stride: Int)
        -> Int
    {
        let size = type.byteCount
        let values = UnsafeMutableRawPointer.allocate(byteCount: count * size, alignment: 16)
        defer { values.deallocate() }
        for k in 0..<count {
            (values + k * size).copyMemory(from: start + places[k] * stride * size, byteCount: size)
        }
        return places[find(values, 1, count)]
    }

    private func integers<T: FixedWidthInteger>(
        _: T.Type, _ start: UnsafeRawPointer, _ stride: Int, _ count: Int
    ) -> Int {
        let x = start.assumingMemoryBound(to: T.self)
        if stride == 1, count >= 64 {
            // The extreme first, which takes vectors, then its place.
            var extreme = x[0]
            if isMaximum {
                for i in 1..<count { extreme = max(extreme, x[i]) }
            } else {
                for i in 1..<count { extreme = min(extreme, x[i]) }
            }
            var i = 0
            while x[i] != extreme { i &+= 1 }
            return i
        }
        var best = 0
        for i in 1..<max(1, count) {
            let (a, b) = (x[i &* stride], x[best &* stride])
            if isMaximum ? a > b : a < b { best = i }
        }
        return best
    }

    private func reals<T: BinaryFloatingPoint>(
        _: T.Type, _ start: UnsafeRawPointer, _ stride: Int, _ count: Int
    ) -> Int {
        let x = start.assumingMemoryBound(to: T.self)
        if stride == 1, count >= 16,
            let fold = KernelTable.fold(isMaximum ? .maximum : .minimum, type)
        {
            return contiguousReals(x, count, fold)
        }
        var best = 0
        if x[0].isNaN { return 0 }
        for i in 1..<max(1, count) {
            let (a, b) = (x[i &* stride], x[best &* stride])
            if a.isNaN { return i }
            if isMaximum ? a > b : a < b { best = i }
        }
        return best
    }

    /// The block with the extreme first, by the kernel of reductions, then the place in it.
    private func contiguousReals<T: BinaryFloatingPoint>(
        _ x: UnsafePointer<T>, _ count: Int, _ fold: FoldKernel
    ) -> Int {
        let block = count <= 4096 ? 128 : 1024
        var best: T = 0
        var bestStart = -1
        var start = 0
        while start < count {
            let length = min(block, count &- start)
            var extreme: T = 0
            withUnsafeMutableBytes(of: &extreme) {
                fold(x + start, length, $0.baseAddress.unsafelyUnwrapped)
            }
            if extreme.isNaN {
                while !x[start].isNaN { start &+= 1 }
                return start
            }
            if bestStart < 0 || (isMaximum ? extreme > best : extreme < best) {
                (best, bestStart) = (extreme, start)
            }
            start &+= block
        }
        var place = bestStart
        while x[place] != best { place &+= 1 }
        return place
    }

    private func complex<T: BinaryFloatingPoint & SIMDScalar>(
        _: T.Type, _ start: UnsafeRawPointer, _ stride: Int, _ count: Int
    ) -> Int {
        let x = start.assumingMemoryBound(to: Complex<T>.self)
        var best = 0
        for i in 0..<count {
            let (a, b) = (x[i &* stride], x[best &* stride])
            if a.real.isNaN || a.imaginary.isNaN { return i }
            let isAfter = a.real > b.real || a.real == b.real && a.imaginary > b.imaginary
            let isBefore = a.real < b.real || a.real == b.real && a.imaginary < b.imaginary
            if isMaximum ? isAfter : isBefore { best = i }
        }
        return best
    }
}
