/// `reshape`, `ravel`, `flatten`: the same elements under another shape.
///
/// Where NumPy gives a view this is a view of the same store; where the elements do not lie evenly
/// enough for that, one copy is made first, and the result is a view of the copy.
import LegateCore

extension NDArray {
    /// The order in which elements are read and placed.
    public enum ReadingOrder: Sendable {
        /// The last axis fastest.
        case rowMajor
        /// The first axis fastest.
        case columnMajor
        /// Column-major for arrays that lie so in memory, row-major for all others.
        case asStored
        /// As the elements lie in memory.
        case memory

        /// NumPy's letter for an order.
        public init(_ word: String) throws {
            switch word.uppercased() {
            case "C": self = .rowMajor
            case "F": self = .columnMajor
            case "A": self = .asStored
            case "K": self = .memory
            default:
                throw NumPyError(
                    .value, "order must be one of 'C', 'F', 'A', or 'K' (got '\(word)')")
            }
        }
    }

    /// NumPy: `numpy.reshape`.
    ///
    /// - Parameters:
    ///   - wanted: The new shape; one extent may be negative and is then computed.
    ///   - copy: `true` always copies, `false` never does, `nil` copies where a view is impossible.
    /// - Throws: ``NumPyError/Kind/value`` for a shape of another size, or where a forbidden copy
    ///   is needed.
    public func reshaped(
        to wanted: AxisList, order: ReadingOrder = .rowMajor, copy: Bool? = nil
    ) throws -> NDArray {
        let target = try NDArray.completed(wanted, count: count)
        switch order {
        case .memory: throw NumPyError(.value, "order 'K' is not permitted for reshaping")
        case .columnMajor: return try columnMajorReshaped(to: target, copy: copy)
        case .asStored where isColumnMajorOnly:
            return try columnMajorReshaped(to: target, copy: copy)
        default: break
        }
        if copy != true, !isScalar, let lattice = lattice.reshaped(to: target) {
            return viewed(lattice)
        }
        if copy == false, !isScalar {
            throw NumPyError(.value, "Unable to avoid creating a copy while reshaping.")
        }
        let compact = try copied()
        return compact.viewed(Lattice(rowMajor: target))
    }

    private func columnMajorReshaped(to target: AxisList, copy: Bool?) throws -> NDArray {
        let flipped = try viewed(lattice.transposed()).reshaped(
            to: AxisList(target.reversed()), copy: copy)
        return flipped.viewed(flipped.lattice.transposed())
    }

    var isColumnMajorOnly: Bool { lattice.isColumnMajorContiguous && !lattice.isRowMajorContiguous }

    /// A shape with its unknown extent computed, checked against the number of elements.
    static func completed(_ wanted: AxisList, count: Int) throws -> AxisList {
        var target = wanted
        var known = 1
        var unknown: Int?
        for axis in 0..<wanted.count {
            if wanted[axis] >= 0 {
                let (product, overflows) = known.multipliedReportingOverflow(by: wanted[axis])
                if overflows { throw sizeMismatch(count, wanted) }
                known = product
            } else if unknown == nil {
                unknown = axis
            } else {
                throw NumPyError(.value, "can only specify one unknown dimension")
            }
        }
        if let unknown {
            guard known != 0, count % known == 0 else { throw sizeMismatch(count, wanted) }
            target[unknown] = count / known
        } else if known != count {
            throw sizeMismatch(count, wanted)
        }
        return target
    }

    private static func sizeMismatch(_ count: Int, _ wanted: AxisList) -> NumPyError {
        // NumPy leaves out unknown extents in front.
        let words = wanted.drop { $0 < 0 }.map { $0 < 0 ? "newaxis" : String($0) }.joined(
            separator: ",")
        let shape = wanted.count == 1 && !words.isEmpty ? "(\(words),)" : "(\(words))"
        return NumPyError(.value, "cannot reshape array of size \(count) into shape \(shape)")
    }

    /// The same elements under another shape without a copy, for setting `shape`; `nil` where a
    /// copy would be needed.
    public func reshapedView(to wanted: AxisList) throws -> NDArray? {
        let target = try NDArray.completed(wanted, count: count)
        guard let lattice = lattice.reshaped(to: target) else { return nil }
        return NDArray(
            StoreView(store: store, lattice: lattice, type: type), isWritable: isWritable,
            base: base)
    }

    /// NumPy: `ndarray.resize`. The elements in row-major order, cut off or followed by zeros; the
    /// array itself where their number stays. Views of this array keep the elements they had.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for views whose size would change, and where elements do
    ///   not lie side by side.
    public func resizedInPlace(to shape: AxisList) throws -> NDArray {
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw NumPyError(.value, "negative dimensions not allowed")
        }
        guard lattice.isRowMajorContiguous else {
            throw NumPyError(.value, "resize only works on single-segment arrays")
        }
        if shape.product == count, let same = try reshapedView(to: shape) { return same }
        guard base == nil else {
            throw NumPyError(.value, "cannot resize this array: it does not own its data")
        }
        let result = try NDArray.full(shape, type, .integer(0))
        let kept = min(count, result.count)
        func start(_ array: NDArray) throws -> NDArray {
            let flat = try array.reshaped(to: [array.count])
            return flat.viewed(flat.lattice.sliced(axis: 0, start: 0, step: 1, count: kept))
        }
        if kept > 0 { try start(result).assign(.array(start(self)), at: []) }
        return result
    }

    /// NumPy: `numpy.ravel`. A view where the elements lie in that order, a copy otherwise.
    public func raveled(order: ReadingOrder = .rowMajor) throws -> NDArray {
        if order == .memory, !lattice.isRowMajorContiguous { return try inMemoryOrder().raveled() }
        if isContiguous(in: order) {
            return try reshaped(to: [count], order: order == .memory ? .rowMajor : order)
        }
        return try flattened(order: order)
    }

    private func isContiguous(in order: ReadingOrder) -> Bool {
        switch order {
        case .rowMajor: return lattice.isRowMajorContiguous
        case .columnMajor: return lattice.isColumnMajorContiguous
        case .asStored, .memory:
            return lattice.isRowMajorContiguous || lattice.isColumnMajorContiguous
        }
    }

    /// NumPy: `ndarray.flatten`. Always a copy, which owns its elements.
    public func flattened(order: ReadingOrder = .rowMajor) throws -> NDArray {
        var source = self
        switch order {
        case .columnMajor: source = viewed(lattice.transposed())
        case .asStored where isColumnMajorOnly: source = viewed(lattice.transposed())
        case .memory: source = inMemoryOrder()
        default: break
        }
        let compact = try source.copied()
        return NDArray(
            StoreView(store: compact.store, lattice: Lattice(rowMajor: [count]), type: type))
    }

    /// A view whose axes run from the longest stride to the shortest.
    private func inMemoryOrder() -> NDArray {
        guard let order = MemoryOrder.axes(of: lattice) else { return self }
        return viewed(lattice.transposed(order))
    }
}
