/// `searchsorted`, `digitize`, `bincount`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.searchsorted`: where elements of `values` belong in this sorted array.
    ///
    /// - Complexity: O(values × log elements), parallel over the values.
    public func searchSorted(_ values: NDArray, isRight: Bool, sorter: NDArray? = nil) throws
        -> NDArray
    {
        guard axisCount == 1 else { throw NumPyError(.value, "object too deep for desired array") }
        let common = type.promoted(with: values.type)
        var sorted = self
        if let sorter {
            guard sorter.axisCount == 1 else {
                throw NumPyError(.value, "sorter must be 1-D array")
            }
            guard sorter.type.isInteger else {
                throw NumPyError(.type, "sorter must only contain integers")
            }
            guard sorter.count == count else {
                throw NumPyError(.value, "sorter.size must equal a.size")
            }
            sorted = try taken(sorter, axis: 0)
        }
        if sorted.type != common { sorted = try sorted.cast(to: common) }
        let wanted = try (values.type == common ? values : values.cast(to: common)).raveled()
        let result = try NDArray.new(AxisList(wanted.count), .int64)
        if wanted.count > 0, NDArray.isSpread(sorted) {
            try NDArray.collectively(
                "searchsorted", inputs: [sorted, wanted], outputs: [result],
                body: CollectiveSearch(isRight: isRight).run)
        } else if wanted.count > 0 {
            try NDArray.task(
                "searchsorted", units: wanted.count, grain: 1024, work: wanted.count,
                inputs: [(sorted.view, .whole), (wanted.view, .along(0))],
                outputs: [(result.view, .along(0))]
            ) { tile in
                switch common {
                case .complex64: NDArray.searchComplex(Float.self, tile, isRight)
                case .complex128: NDArray.searchComplex(Double.self, tile, isRight)
                default: _ = common.withSortable(KeySearch(tile: tile, isRight: isRight))
                }
            }
        }
        return result.reshapedContiguous(values.shape).flagged(isScalar: values.axisCount == 0)
    }

    private struct KeySearch: SortableBody {
        let tile: TaskTile
        let isRight: Bool

        func run<T: Sortable>(_: T.Type) {
            let sorted = tile.inputs[0].start.assumingMemoryBound(to: T.self)
            let step = tile.inputs[0].lattice.strides[0]
            let extent = tile.inputs[0].lattice.shape[0]
            let values = tile.inputs[1].start.assumingMemoryBound(to: T.self)
            let stride = tile.inputs[1].lattice.strides[0]
            let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
            var search = SortedSearch(sorted: sorted, step: step, extent: extent, isRight: isRight)
            for k in 0..<tile.units.count { target[k] = search.place(of: values[k &* stride]) }
        }
    }

    /// Places of values among sorted elements, one after another. NaN is last.
    private struct SortedSearch<T: Sortable> {
        let sorted: UnsafeMutablePointer<T>
        let step: Int
        let extent: Int
        let isRight: Bool
        private var last = 0
        /// Whether the value before was found close to the one before it: then this one is looked
        /// for there first. A single value is searched as NumPy does, also where nothing is sorted.
        private var isNear = false
        private static var reach: Int { 4 }

        init(sorted: UnsafeMutablePointer<T>, step: Int, extent: Int, isRight: Bool) {
            (self.sorted, self.step, self.extent, self.isRight) = (sorted, step, extent, isRight)
        }

        @inline(__always) mutating func place(of value: T) -> Int {
            if value != value { return placeOfNaN(value) }
            let place = isRight ? found(value) { $0 <= $1 } : found(value) { $0 < $1 }
            let distance = place &- last
            isNear = distance >= 0 && distance <= SortedSearch.reach
            last = place
            return place
        }

        /// - Parameter isBefore: Whether an element belongs in front of the value; never for NaN.
        @inline(__always)
        private func found(_ value: T, _ isBefore: (T, T) -> Bool) -> Int {
            var first = 0
            var count = extent
            if isNear, last == 0 || isBefore(sorted[(last &- 1) &* step], value) {
                first = last
                let end = min(last &+ SortedSearch.reach, extent)
                while first < end {
                    if !isBefore(sorted[first &* step], value) { return first }
                    first &+= 1
                }
                count = extent &- first
            }
            while count > 0 {
                let half = count &>> 1
                let goesRight = isBefore(sorted[(first &+ half) &* step], value)
                first = goesRight ? first &+ half &+ 1 : first
                count = goesRight ? count &- half &- 1 : half
            }
            return first
        }

        @inline(never) private func placeOfNaN(_ value: T) -> Int {
            if isRight { return extent }
            var (first, count) = (0, extent)
            while count > 0 {
                let half = count &>> 1
                let other = sorted[(first &+ half) &* step]
                first = other == other ? first &+ half &+ 1 : first
                count = other == other ? count &- half &- 1 : half
            }
            return first
        }
    }

    private static func searchComplex<P: BinaryFloatingPoint & SIMDScalar>(
        _: P.Type, _ tile: TaskTile, _ isRight: Bool
    ) {
        let sorted = tile.inputs[0].start.assumingMemoryBound(to: Complex<P>.self)
        let step = tile.inputs[0].lattice.strides[0]
        let values = tile.inputs[1].start.assumingMemoryBound(to: Complex<P>.self)
        let stride = tile.inputs[1].lattice.strides[0]
        let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self)
        for k in 0..<tile.units.count {
            let value = values[k &* stride]
            var low = 0
            var high = tile.inputs[0].lattice.shape[0]
            while low < high {
                let middle = (low + high) / 2
                let other = sorted[middle &* step]
                let goesRight =
                    isRight
                    ? !ComplexSort<P>.isLess(value, other) : ComplexSort<P>.isLess(other, value)
                if goesRight { low = middle + 1 } else { high = middle }
            }
            target[k] = low
        }
    }

    /// NumPy: `numpy.digitize`.
    public func digitized(_ bins: NDArray, isRight: Bool) throws -> NDArray {
        if type.isComplex { throw NumPyError(.type, "x may not be complex") }
        guard bins.axisCount == 1 else {
            throw NumPyError(.value, "object too deep for desired array")
        }
        let n = bins.count
        var descends = false
        if n > 1 {
            let (low, high) = (
                bins.sliced(start: 0, step: 1, count: n - 1),
                bins.sliced(start: 1, step: 1, count: n - 1)
            )
            // NaN neither rises nor falls.
            let falls = try Ufunc.reduce(.logicalOr, Ufunc.binary(.greater, low, high), axes: nil)
            let rises = try Ufunc.reduce(.logicalOr, Ufunc.binary(.less, low, high), axes: nil)
            guard case .bool(let down) = try falls.item(), case .bool(let up) = try rises.item(),
                !(up && down)
            else {
                throw NumPyError(.value, "bins must be monotonically increasing or decreasing")
            }
            descends = down
        }
        guard descends else { return try bins.searchSorted(self, isRight: !isRight) }
        let places = try bins.sliced(start: n - 1, step: -1, count: n).searchSorted(
            self, isRight: !isRight)
        return try Ufunc.binary(.subtract, .integer(n), .array(places)).flagged(
            isScalar: places.isScalar)
    }

    /// NumPy: `numpy.bincount`. Weights are added one after another, as NumPy does.
    public func binCounts(weights: NDArray?, minimum: Int) throws -> NDArray {
        guard minimum >= 0 else { throw NumPyError(.value, "'minlength' must not be negative") }
        guard axisCount == 1, type == .bool || type.isInteger, type != .uint64 else {
            throw NumPyError(.unsupported, "bincount")
        }
        if let weights, weights.shape != shape {
            throw NumPyError(.value, "The weights and list don't have the same length.")
        }
        if weights == nil, let counts = try smallCounts(minimum) ?? byteCounts(minimum) {
            return counts
        }
        var length = minimum
        let list = try contiguous(as: .int64)
        if count > 0 {
            let (low, high) = try list.valueRange()()
            guard low >= 0 else {
                throw NumPyError(.value, "'list' argument must have no negative elements")
            }
            length = max(length, high + 1)
        }
        guard let weights else { return try list.counts(length) }
        guard weights.type.canCast(to: .float64, .safe) else {
            throw NumPyError(
                .type,
                "Cannot cast array data from dtype('\(weights.type.name)') to dtype('float64') according to the "
                    + "rule 'safe'")
        }
        return try list.weightSums(weights, length)
    }

    /// How often each number is in a small list at rest; `nil` where the general way has to be
    /// taken.
    private func smallCounts(_ minimum: Int) throws -> NDArray? {
        guard type == .int64, count > 0, isSmallAtRest, isPlainList else { return nil }
        let numbers = firstByte.assumingMemoryBound(to: Int.self)
        var (low, high) = (0, minimum &- 1)
        for k in 0..<count {
            low = min(low, numbers[k])
            high = max(high, numbers[k])
        }
        guard low >= 0, high < Int.max, Runtime.shared.isImmediate(high &+ 1) else { return nil }
        let result = try NDArray.ready(AxisList(high &+ 1), .int64)
        let target = result.firstByte.assumingMemoryBound(to: Int.self)
        target.update(repeating: 0, count: high &+ 1)
        for k in 0..<count { target[numbers[k]] &+= 1 }
        Counters.countImmediate()
        return result
    }

    /// For each of `0 ..< length` the sum of its weights, added one after another; this list is
    /// contiguous.
    func weightSums(_ weights: NDArray, _ length: Int) throws -> NDArray {
        let result = try NDArray.new(AxisList(length), .float64)
        let heavy = try weights.contiguous(as: .float64)
        if NDArray.isSpread(self, heavy, result), length > 0 {
            try NDArray.collectively(
                "bincount", inputs: [self, heavy], outputs: [result], body: CollectiveCounts.weights
            )
            return result
        }
        try NDArray.task(
            "bincount", units: 1, work: count + length,
            inputs: [(view, .whole), (heavy.view, .whole)],
            outputs: [(result.view, .whole)]
        ) { tile in
            let bins = tile.inputs[0].start.assumingMemoryBound(to: Int.self)
            let weights = tile.inputs[1].start.assumingMemoryBound(to: Double.self)
            let target = tile.outputs[0].start.assumingMemoryBound(to: Double.self)
            for k in 0..<length { target[k] = 0 }
            for k in 0..<tile.inputs[0].lattice.shape[0] { target[bins[k]] += weights[k] }
        }
        return result
    }

    /// How often each of `0 ..< length` is in this contiguous list: partial counts of fixed parts,
    /// then their sums.
    func counts(_ length: Int) throws -> NDArray {
        if NDArray.isSpread(self), length > 0 {
            let result = try NDArray.new(AxisList(length), .int64)
            try NDArray.collectively(
                "bincount", inputs: [self], outputs: [result], body: CollectiveCounts.counts)
            return result
        }
        let extent = count
        let parts = max(1, min(8, extent / (64 * (length + 4096))))
        let partial = try NDArray.new(AxisList(parts, length), .int64)
        try NDArray.task(
            "bincount", units: parts, grain: 1, work: extent + length, inputs: [(view, .whole)],
            outputs: [(partial.view, .along(0))]
        ) { tile in
            let bins = tile.inputs[0].start.assumingMemoryBound(to: Int.self)
            for (k, part) in tile.units.enumerated() {
                let target = tile.outputs[0].start.assumingMemoryBound(to: Int.self) + k * length
                for bin in 0..<length { target[bin] = 0 }
                for i in (part * extent / parts)..<((part + 1) * extent / parts) {
                    target[bins[i]] &+= 1
                }
            }
        }
        return parts == 1
            ? partial.reshapedContiguous(AxisList(length))
            : try Ufunc.reduce(.add, partial, axes: [0])
    }
}
