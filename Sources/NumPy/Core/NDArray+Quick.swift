/// Small arrays at rest: new ones, copies, other shapes and reductions without a launch, for
/// callers who have checked no more than the kind of their arguments.
///
/// Each gives `nil` where the case is not of its simple kind; nothing was done then.
import LegateCore

extension NDArray {
    /// A new array whose elements the caller writes at once; `nil` where it is not small.
    @inline(__always)
    public static func quickNew(_ shape: AxisList, _ type: ElementType) -> NDArray? {
        guard Runtime.shared.isImmediate(shape.product) else { return nil }
        Counters.countImmediate()
        return try? ready(shape, type)
    }

    /// Whether all elements are here and can be read now.
    @inline(__always)
    var isSmallAtRest: Bool {
        Runtime.shared.isImmediate(count) && store.isReady && !isSpread
    }

    /// A row-major copy.
    public func quickCopy() -> NDArray? {
        guard Runtime.shared.isImmediate(count, bytes: type.byteCount), store.isReady, !isScalar,
            let result = try? NDArray.ready(shape, type)
        else { return nil }
        Counters.countImmediate()
        let target = result.store.memory.unsafelyUnwrapped
        if lattice.isRowMajorContiguous {
            target.copyMemory(from: firstByte, byteCount: count &* type.byteCount)
        } else {
            LatticeCopy.gather(
                lattice, store.memory.unsafelyUnwrapped, size: type.byteCount, into: target)
        }
        return result
    }

    /// A row-major copy in another type, with C's conversions.
    public func quickCast(to target: ElementType) -> NDArray? {
        guard target != type else { return quickCopy() }
        guard isSmallAtRest, !isScalar, lattice.isRowMajorContiguous,
            let result = NDArray.quickNew(shape, target)
        else {
            return nil
        }
        KernelTable.cast(from: type, to: target)(
            firstByte, result.store.memory.unsafelyUnwrapped, count)
        return result
    }

    /// The same elements under another shape, of which one extent may be -1: a view, retained once.
    public func quickReshaped(to wanted: AxisList) -> UnsafeMutableRawPointer? {
        guard !isScalar, lattice.isRowMajorContiguous else { return nil }
        var target = wanted
        var known = 1
        var unknown = -1
        for axis in 0..<wanted.count {
            if wanted[axis] >= 0 {
                known &*= wanted[axis]
            } else if unknown < 0 {
                unknown = axis
            } else {
                return nil
            }
        }
        let count = count
        guard count > 0, known > 0 else { return nil }
        if unknown >= 0 {
            guard count % known == 0 else { return nil }
            target[unknown] = count / known
        } else if known != count {
            return nil
        }
        var lattice = Lattice(rowMajor: target)
        lattice.offset = self.lattice.offset
        return retainedView(lattice)
    }

    /// The place of the first extreme of all elements.
    public func quickArgExtreme(_ operation: Operation) -> Int? {
        guard isSmallAtRest, count > 0, axisCount > 0, lattice.isRowMajorContiguous else {
            return nil
        }
        Counters.countImmediate()
        return ArgExtreme(type: type, isMaximum: operation == .maximum).find(firstByte, 1, count)
    }

    /// The places of the extremes along an axis of a matrix.
    func quickArgExtremes(_ operation: Operation, axis: Int) -> NDArray? {
        guard isSmallAtRest, axisCount == 2, shape[axis] > 0 else { return nil }
        let other = 1 &- axis
        guard let result = NDArray.quickNew(AxisList(shape[other]), .int64) else { return nil }
        let places = result.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let extreme = ArgExtreme(type: type, isMaximum: operation == .maximum)
        if shape[other] >= ArgExtreme.vectorCount,
            extreme.findColumns(firstByte, lattice, axis, into: places)
        {
            return result
        }
        for k in 0..<shape[other] {
            places[k] = extreme.find(
                firstByte + k &* strides[other] &* type.byteCount, strides[axis], shape[axis])
        }
        return result
    }

    /// Where one element of a row-major array lies.
    @inline(__always)
    public func element(at index: Int) -> UnsafeRawPointer {
        UnsafeRawPointer(firstByte + index &* type.byteCount)
    }

    /// The places of all elements that are not zero, in row-major order.
    public func quickFlatNonzero() -> NDArray? {
        guard let count = quickNonzeroCount(),
            let result = NDArray.quickNew(AxisList(count), .int64)
        else { return nil }
        let places = result.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        var next = 0
        forEachNonzero { index in
            places[next] = index
            next &+= 1
        }
        return result
    }

    /// The same for each of one or two axes.
    public func quickNonzero() -> (rows: NDArray, columns: NDArray?)? {
        if axisCount == 1 { return quickFlatNonzero().map { ($0, nil) } }
        guard axisCount == 2, let count = quickNonzeroCount(),
            let rows = NDArray.quickNew(AxisList(count), .int64),
            let columns = NDArray.quickNew(AxisList(count), .int64)
        else { return nil }
        let row = rows.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let column = columns.store.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int.self)
        let extent = shape[1]
        var next = 0
        forEachNonzero { index in
            (row[next], column[next]) = index.quotientAndRemainder(dividingBy: extent)
            next &+= 1
        }
        return (rows, columns)
    }

    /// How many elements are not zero; `nil` where the array is of another kind than what
    /// ``forEachNonzero(_:)`` knows.
    private func quickNonzeroCount() -> Int? {
        guard !isScalar, axisCount > 0, isSmallAtRest, lattice.isRowMajorContiguous,
            type == .bool || type == .float64 || type == .int64
        else { return nil }
        var count = 0
        forEachNonzero { _ in count &+= 1 }
        return count
    }

    @inline(__always)
    private func forEachNonzero(_ body: (Int) -> Void) {
        switch type {
        case .bool: forEachNonzero(UInt8(0), body)
        case .float64: forEachNonzero(0.0, body)
        default: forEachNonzero(0, body)
        }
    }

    @inline(__always)
    private func forEachNonzero<Element: Equatable>(_ zero: Element, _ body: (Int) -> Void) {
        let elements = firstByte.assumingMemoryBound(to: Element.self)
        for i in 0..<count where elements[i] != zero { body(i) }
    }

    /// Where a number would stand among an array's sorted elements, in front of its equals.
    public func quickPlace(of number: Operand) -> Int? {
        guard axisCount == 1, isSmallAtRest, lattice.isRowMajorContiguous else { return nil }
        switch (number, type) {
        // What is not a number has a place of its own.
        case (.float(let value), .float64) where value == value: return lowerBound(value)
        case (.integer(let value), .float64) where abs(value) < 1 << 53:
            return lowerBound(Double(value))
        case (.integer(let value), .int64): return lowerBound(value)
        default: return nil
        }
    }

    private func lowerBound<Element: Comparable>(_ value: Element) -> Int {
        Counters.countImmediate()
        let elements = firstByte.assumingMemoryBound(to: Element.self)
        var (low, high) = (0, count)
        while low < high {
            let middle = (low &+ high) / 2
            if elements[middle] < value { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// How many elements of an array of truth values are true.
    public func quickTrueCount() -> Int? {
        guard type == .bool, store.isReady, Runtime.shared.isImmediate(count, bytes: 1),
            lattice.isRowMajorContiguous
        else { return nil }
        Counters.countImmediate()
        let flags = firstByte.assumingMemoryBound(to: UInt8.self)
        var sum = 0
        for i in 0..<count { sum &+= Int(flags[i]) }
        return sum
    }

    /// The sum of products of two vectors of one type, written to `result`.
    public func quickDot(_ other: NDArray, into result: UnsafeMutableRawPointer) -> ElementType? {
        let count = count
        guard axisCount == 1, other.axisCount == 1, type == other.type, shape[0] == other.shape[0],
            Runtime.shared.isImmediate(count)
        else { return nil }
        if count == 0 {
            result.initializeMemory(as: UInt8.self, repeating: 0, count: type.byteCount)
            return type
        }
        guard store.isReady, other.store.isReady else { return nil }
        let (x, y) = (sideBySide(.first), other.sideBySide(.second))
        return Immediate.sumOfProducts(type, x, y, count: count, into: result) ? type : nil
    }
}

extension Ufunc {
    /// The whole array folded to one element, written to `result`, where the fold's type is the
    /// array's own.
    public static func quickFold(
        _ operation: Operation, _ a: NDArray, into result: UnsafeMutableRawPointer
    ) -> ElementType? {
        let type = a.type
        let count = a.count
        guard count > 0, a.isSmallAtRest, a.lattice.isRowMajorContiguous,
            isOwnType(operation, type),
            let kernel = KernelTable.fold(operation, type)
        else { return nil }
        Counters.countImmediate()
        kernel(UnsafeRawPointer(a.firstByte), count, result)
        return type
    }

    /// Whether a reduction of the whole array has the array's type. Short integers are summed in 64
    /// bits, float16 in float32.
    @inline(__always)
    private static func isOwnType(_ operation: Operation, _ type: ElementType) -> Bool {
        switch operation {
        case .logicalAnd, .logicalOr: return type == .bool
        case .add, .multiply:
            return type == .float64 || type == .float32 || type == .int64 || type == .complex128
        case .maximum, .minimum:
            return type == .float64 || type == .float32 || type == .int64 || type == .int32
        default: return false
        }
    }

    /// A function of one float64, written to `result`.
    public static func quickNumber(
        _ operation: Operation, _ value: UnsafeRawPointer, into result: UnsafeMutableRawPointer
    ) -> ElementType? {
        guard Runtime.shared.isImmediate(1), let loop = OperationTable.loop(operation, .float64),
            loop.input0 == .float64,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        Counters.countImmediate()
        kernel(value, value, into: result, count: 1)
        return loop.output0
    }

    /// The same of two float64 at once.
    public static func quickNumber(_ operation: Operation, _ x: Double, _ y: Double) -> Double? {
        guard Runtime.shared.isImmediate(1), let loop = OperationTable.loop(operation, .float64),
            loop.input0 == .float64, loop.output0 == .float64,
            let kernel = KernelTable.block(operation, loop.compute)
        else { return nil }
        Counters.countImmediate()
        var (a, b, result) = (x, y, 0.0)
        kernel(&a, &b, into: &result, count: 1)
        return result
    }

    /// `mask ? a : b` for arrays of one shape and one type, of which one may be a number.
    public static func quickSelect(_ mask: NDArray, _ a: Operand, _ b: Operand) -> NDArray? {
        guard let array = a.plainArray ?? b.plainArray, mask.type == .bool, mask.axisCount > 0,
            mask.shape == array.shape, mask.isSmallAtRest, mask.lattice.isRowMajorContiguous,
            let x = elements(a, like: array), let y = elements(b, like: array),
            let kernel = KernelTable.block(.select, array.type),
            let result = NDArray.quickNew(array.shape, array.type)
        else { return nil }
        kernel(
            UnsafeRawPointer(mask.firstByte), x, y,
            into: result.store.memory.unsafelyUnwrapped, count: array.count)
        return result
    }

    /// An operand's elements side by side, if it is a row-major array at rest like `array`, or a
    /// number of its type.
    private static func elements(_ operand: Operand, like array: NDArray) -> UnsafeRawPointer? {
        guard let own = operand.plainArray else {
            return bits(of: operand, like: array.type).map {
                Immediate.repeated($0, size: array.type.byteCount, count: array.count)
            }
        }
        guard own.type == array.type, own.shape == array.shape, own.store.isReady,
            own.lattice.isRowMajorContiguous
        else { return nil }
        return UnsafeRawPointer(own.firstByte)
    }
}

extension Operand {
    @inline(__always)
    fileprivate var plainArray: NDArray? {
        if case .array(let array) = self { array } else { nil }
    }
}
