/// Index expressions of integers, slices, `...` and new axes: always a view, one lattice made from
/// another.
import LegateCore

extension NDArray {
    /// `self[items]`.
    ///
    /// - Returns: A view for basic indices; a copy for index arrays; a scalar where every axis has
    ///   an integer.
    /// - Throws: ``NumPyError/Kind/index`` with NumPy's words.
    public func subscripted(_ items: [IndexItem]) throws -> NDArray {
        if items.contains(where: \.isAdvanced) { return try gathered(items) }
        let (lattice, isElement) = try basicLattice(items)
        return isElement ? try element(lattice) : viewed(lattice)
    }

    /// `self[items] = value`.
    public func assign(_ value: Operand, at items: [IndexItem]) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        if items.contains(where: \.isAdvanced) { return try scatter(value, at: items) }
        let (lattice, _) = try basicLattice(items)
        let target = viewed(lattice)
        guard case .array(let source) = value else { return try target.assign(value) }
        // NumPy lets leading axes of extent one of the value go.
        var trimmed = source.lattice
        while trimmed.axisCount > lattice.axisCount, trimmed.shape[0] == 1 {
            trimmed = trimmed.projected(axis: 0, at: 0)
        }
        try target.assign(trimmed.axisCount == source.axisCount ? source : source.viewed(trimmed))
    }

    /// One element as a scalar of its own: later writes to this array do not change it.
    func element(_ lattice: Lattice) throws -> NDArray {
        let source = StoreView(store: store, lattice: lattice, type: type)
        if store.isReady, Runtime.shared.isImmediate(1) {
            let result = try NDArray.ready(AxisList(), type, isScalar: true)
            let size = type.byteCount
            result.store.memory.unsafelyUnwrapped.copyMemory(
                from: store.memory.unsafelyUnwrapped + lattice.offset &* size, byteCount: size)
            return result
        }
        let result = try NDArray.empty(AxisList(), type).flagged(isScalar: true)
        try NDArray.submit(Launch.copy(from: source, to: result.view, source: NDArray.source))
        return result
    }

    /// `self[index]` along the first axis.
    public func subscripted(_ index: Int) throws -> NDArray {
        guard axisCount > 0 else { throw tooManyIndices(1) }
        let extent = shape[0]
        guard index >= -extent, index < extent else { throw outOfBounds(index, axis: 0, extent) }
        let k = index < 0 ? index &+ extent : index
        if axisCount == 1 {
            return try element(
                Lattice(
                    offset: lattice.offset &+ k &* strides[0], shape: AxisList(),
                    strides: AxisList()))
        }
        return viewed(lattice.projected(axis: 0, at: k))
    }

    /// `self[start:stop:step]` along the first axis, with bounds already adjusted to the extent.
    public func sliced(start: Int, step: Int, count: Int) -> NDArray {
        viewed(lattice.sliced(axis: 0, start: count == 0 ? 0 : start, step: step, count: count))
    }

    /// The lattice of a basic index, and whether it names a single element.
    func basicLattice(_ items: [IndexItem]) throws -> (Lattice, isElement: Bool) {
        var result = Lattice(offset: lattice.offset, shape: AxisList(), strides: AxisList())
        let consumed = items.reduce(0) { $0 + $1.axesConsumed }
        guard consumed <= axisCount else { throw tooManyIndices(consumed) }
        var axis = 0
        var hasEllipsis = false
        var isElement = true
        for item in items {
            switch item {
            case .integer(let index):
                let extent = shape[axis]
                guard index >= -extent, index < extent else {
                    throw outOfBounds(index, axis: axis, extent)
                }
                result.offset &+= (index < 0 ? index &+ extent : index) &* strides[axis]
                axis += 1
            case .slice(let start, let stop, let step):
                let (first, step, count) = try Slice.resolve(start, stop, step, shape[axis])
                if count > 0 { result.offset &+= first &* strides[axis] }
                result.shape.append(count)
                result.strides.append(Lattice.stepped(strides[axis], by: step))
                isElement = false
                axis += 1
            case .newAxis:
                result.shape.append(1)
                result.strides.append(0)
                isElement = false
            case .ellipsis:
                guard !hasEllipsis else {
                    throw NumPyError(.index, "an index can only have a single ellipsis ('...')")
                }
                hasEllipsis = true
                isElement = false
                for _ in 0..<(axisCount - consumed) {
                    result.shape.append(shape[axis])
                    result.strides.append(strides[axis])
                    axis += 1
                }
            case .boolean, .array: preconditionFailure("advanced index in a basic one")
            }
        }
        if axis < axisCount { isElement = false }
        while axis < axisCount {
            result.shape.append(shape[axis])
            result.strides.append(strides[axis])
            axis += 1
        }
        return (result, isElement)
    }

    func tooManyIndices(_ count: Int) -> NumPyError {
        NumPyError(
            .index,
            "too many indices for array: array is \(axisCount)-dimensional, but \(count) were indexed"
        )
    }

    func outOfBounds(_ index: Int, axis: Int, _ extent: Int) -> NumPyError {
        NumPyError(.index, "index \(index) is out of bounds for axis \(axis) with size \(extent)")
    }
}

extension IndexItem {
    var isAdvanced: Bool {
        switch self {
        case .array, .boolean: return true
        default: return false
        }
    }

    /// Axes of the indexed array that the item uses up.
    var axesConsumed: Int {
        switch self {
        case .integer, .slice: return 1
        case .ellipsis, .newAxis, .boolean: return 0
        case .array(let array): return array.type == .bool ? array.axisCount : 1
        }
    }
}

/// Python's slices against an extent.
enum Slice {
    /// First index, step and number of points.
    static func resolve(
        _ start: Int?, _ stop: Int?, _ step: Int?, _ extent: Int
    ) throws -> (first: Int, step: Int, count: Int) {
        let step = step ?? 1
        guard step != 0 else { throw NumPyError(.value, "slice step cannot be zero") }
        func clamped(_ value: Int, _ low: Int, _ high: Int) -> Int {
            min(max(value < 0 ? value &+ extent : value, low), high)
        }
        if step > 0 {
            let first = start.map { clamped($0, 0, extent) } ?? 0
            let end = stop.map { clamped($0, 0, extent) } ?? extent
            return (first, step, end > first ? (end - first - 1) / step + 1 : 0)
        }
        let first = start.map { clamped($0, -1, extent - 1) } ?? extent - 1
        let end = stop.map { clamped($0, -1, extent - 1) } ?? -1
        return (first, step, first > end ? (first - end - 1) / (0 - step) + 1 : 0)
    }
}
