/// `where`, `take`, `put` and the other functions that choose elements.
import LegateCore

/// What `take` and `put` do with indices outside.
public enum IndexMode: Sendable { case raising, wrapping, clipping }

extension NDArray {
    /// NumPy: `numpy.where(condition, x, y)`.
    ///
    /// - Returns: A lazy array of the operands' common shape and type; Python numbers are weak.
    public static func select(_ condition: Operand, _ x: Operand, _ y: Operand) throws -> NDArray {
        let type = commonType([x, y])
        let shape = try Ufunc.jointShape(Operands(condition, x, y))
        let result = try NDArray.new(shape, type)
        guard result.count > 0 else { return result }
        var truth: NDArray?
        if case .array(let array) = condition { truth = array }
        try select(
            truth ?? NDArray.scalar(condition, .bool), wrapped(x, type), wrapped(y, type),
            into: result)
        return result
    }

    /// Python integers outside the type wrap around here, as in NumPy's `where`.
    private static func wrapped(_ value: Operand, _ type: ElementType) -> Operand {
        guard type.isInteger, case .integer(let number) = value, !type.holds(number) else {
            return value
        }
        return .array(NDArray.scalar(value, .int64))
    }

    /// The type that operands have together.
    static func commonType(_ operands: [Operand]) -> ElementType {
        var strong: ElementType?
        var weak: WeakKind?
        for operand in operands {
            if case .array(let array) = operand {
                strong = strong?.promoted(with: array.type) ?? array.type
            } else if let kind = operand.weakKind {
                weak = weak.map { max($0, kind) } ?? kind
            }
        }
        if let strong { return weak.map { strong.promoted(withWeak: $0) } ?? strong }
        return weak?.defaultType ?? .float64
    }

    /// NumPy: `numpy.take`. Without an axis of the flattened array.
    public func taken(
        _ indices: NDArray, axis: Int?, out: NDArray? = nil, mode: IndexMode = .raising
    ) throws -> NDArray {
        let source = axis == nil || axisCount == 0 ? try raveled() : self
        let axis = try Axes.normalized(axis ?? 0, source.axisCount)
        guard indices.type == .bool || indices.type.canCast(to: .int64, .sameKind) else {
            throw NumPyError(
                .type,
                "Cannot cast array data from dtype('\(indices.type.name)') to dtype('int64') according to the "
                    + "rule 'safe'")
        }
        let extent = source.shape[axis]
        if extent == 0, indices.count > 0, source.count == 0 {
            throw NumPyError(.index, "cannot do a non-empty take from an empty axes.")
        }
        let index = try source.wrapped(indices, extent, mode)
        let plan = try IndexPlan(source, axis: axis, index: index, isChecked: mode != .raising)
        try plan.checkBounds()
        let result = try source.gathered(plan)
        guard let out else {
            return result.axisCount == 0 ? result.flagged(isScalar: true) : result
        }
        guard out.shape == result.shape else {
            throw NumPyError(.value, "output array does not match result of ndarray.take")
        }
        try out.assign(result)
        return out
    }

    private func wrapped(_ indices: NDArray, _ extent: Int, _ mode: IndexMode) throws -> NDArray {
        let wide = indices.type == .int64 ? indices : try indices.cast(to: .int64)
        switch mode {
        case .raising: return wide
        case .wrapping: return try Ufunc.binary(.remainder, .array(wide), .integer(max(extent, 1)))
        case .clipping:
            let low = try Ufunc.binary(.maximum, .array(wide), .integer(0))
            return try Ufunc.binary(.minimum, .array(low), .integer(max(extent - 1, 0)))
        }
    }

    /// NumPy: `numpy.put`. Values repeat as often as needed.
    public func put(_ indices: NDArray, _ values: NDArray, mode: IndexMode = .raising) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        guard indices.count > 0, values.count > 0 else { return }
        try throughFlatView { flat in
            let index = try flat.wrapped(indices.raveled(), count, mode)
            let plan = try IndexPlan(flat, axis: 0, index: index, isChecked: mode != .raising)
            try flat.scatter(.array(values.cycled(to: index.count)), plan)
        }
    }

    /// Elements in order, from the start again as often as needed.
    func cycled(to wanted: Int) throws -> NDArray {
        let flat = try raveled()
        if flat.count == wanted || flat.count == 1 { return flat }
        if flat.count > wanted { return flat.sliced(start: 0, step: 1, count: wanted) }
        let counted = try Ufunc.binary(
            .remainder, .array(NDArray.counting(wanted)), .integer(flat.count))
        return try flat.gathered(IndexPlan(flat, axis: 0, index: counted, isChecked: true))
    }

    /// Lets `body` change this array's elements as one axis.
    func throughFlatView(_ body: (NDArray) throws -> Void) throws {
        if let flat = lattice.reshaped(to: AxisList(count)) { return try body(viewed(flat)) }
        let copy = try copied()
        try body(copy.reshapedContiguous(AxisList(count)))
        try assign(copy)
    }

    // MARK: - Along an axis

    /// The index expression that pairs `indices` along one axis with the places along all others.
    private func itemsAlong(_ indices: NDArray, _ axis: Int) throws -> [IndexItem] {
        guard indices.type.isInteger else {
            throw NumPyError(.index, "`indices` must be an integer array")
        }
        guard indices.axisCount == axisCount else {
            throw NumPyError(.value, "`indices` and `arr` must have the same number of dimensions")
        }
        return try (0..<axisCount).map { k in
            if k == axis { return .array(indices) }
            var shape = AxisList(repeating: 1, count: axisCount)
            shape[k] = self.shape[k]
            return .array(try NDArray.counting(self.shape[k]).reshapedContiguous(shape))
        }
    }

    /// NumPy: `numpy.take_along_axis`.
    public func taken(along indices: NDArray, axis: Int?) throws -> NDArray {
        guard let axis else {
            guard indices.axisCount == 1 else {
                throw NumPyError(.value, "when axis=None, `indices` must have a single dimension.")
            }
            return try raveled().taken(along: indices, axis: 0)
        }
        return try gathered(itemsAlong(indices, Axes.normalized(axis, axisCount)))
    }

    /// NumPy: `numpy.put_along_axis`.
    public func put(along indices: NDArray, _ values: Operand, axis: Int?) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        guard let axis else {
            return try throughFlatView { try $0.put(along: indices, values, axis: 0) }
        }
        try scatter(values, at: itemsAlong(indices, Axes.normalized(axis, axisCount)))
    }

    // MARK: - Conditions

    /// NumPy: `numpy.compress`.
    public func compressed(_ condition: NDArray, axis: Int?) throws -> NDArray {
        guard condition.axisCount == 1 else {
            throw NumPyError(.value, "condition must be a 1-d array")
        }
        return try taken(condition.nonzero()[0], axis: axis)
    }

    /// NumPy: `numpy.extract`.
    public func extracted(_ condition: NDArray) throws -> NDArray {
        try raveled().taken(condition.raveled().nonzero()[0], axis: 0)
    }

    /// NumPy: `numpy.place`. Successive values go to successive true places, from the start again
    /// as often as needed.
    public func place(_ mask: NDArray, _ values: NDArray) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        guard mask.count == count else {
            throw NumPyError(.value, "place: mask and data must be the same size")
        }
        try throughFlatView { flat in
            let places = try mask.raveled().nonzero()[0]
            guard places.count > 0 else { return }
            guard values.count > 0 else {
                throw NumPyError(.value, "Cannot insert from an empty array!")
            }
            let plan = try IndexPlan(flat, axis: 0, index: places, isChecked: true)
            try flat.scatter(.array(values.cycled(to: places.count)), plan)
        }
    }

    /// NumPy: `numpy.putmask`. Each true place takes the value of its own number, modulo the count
    /// of values.
    public func putMask(_ mask: NDArray, _ values: Operand) throws {
        guard isWritable else { throw NumPyError(.value, "assignment destination is read-only") }
        guard mask.count == count else {
            throw NumPyError(.value, "putmask: mask and data must be the same size")
        }
        let truth = mask.type == .bool ? mask : try mask.cast(to: .bool)
        guard case .array(let array) = values else {
            return try choose(
                truth.shape == shape ? truth : truth.contiguous().reshapedContiguous(shape), values)
        }
        guard array.count > 0 else { return }
        if array.shape == shape, truth.shape == shape { return try choose(truth, values) }
        try throughFlatView { try $0.choose(truth.raveled(), .array(array.cycled(to: count))) }
    }

    /// NumPy: `numpy.choose`.
    public func chosen(among choices: [Operand], mode: IndexMode = .raising) throws -> NDArray {
        guard !choices.isEmpty else { throw NumPyError(.value, "choose: no choices") }
        let shape = try Ufunc.jointShape([.array(self)] + choices)
        let index = try wrapped(self, choices.count, mode)
        if mode == .raising, count > 0 {
            let (low, high) = try index.valueRange()()
            guard low >= 0, high < choices.count else {
                throw NumPyError(.value, "invalid entry in choice array")
            }
        }
        let result = try NDArray.new(shape, NDArray.commonType(choices))
        try result.assign(choices[0])
        for (k, choice) in choices.enumerated().dropFirst() {
            let isIt = try Ufunc.binary(.equal, .array(index), .integer(k)).broadcast(to: shape)
            try result.choose(isIt, choice)
        }
        return result.axisCount == 0 ? result.flagged(isScalar: true) : result
    }

    /// NumPy: `numpy.flatnonzero`.
    public func flatNonzero() throws -> NDArray { try raveled().nonzero()[0] }

    /// NumPy: `numpy.argwhere`.
    public func argWhere() throws -> NDArray {
        if axisCount == 0 {
            let isTrue = try reshapedContiguous(AxisList(1)).nonzero()[0].count
            return try NDArray.new(AxisList([isTrue, 0]), .int64)
        }
        let columns = try nonzero()
        let result = try NDArray.new(AxisList(columns[0].count, columns.count), .int64)
        for (k, column) in columns.enumerated() {
            try result.viewed(result.lattice.projected(axis: 1, at: k)).assign(column)
        }
        return result
    }
}
