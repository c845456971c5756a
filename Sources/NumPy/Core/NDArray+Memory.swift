/// Making arrays, and reaching their bytes from outside.
import LegateCore

extension NDArray {
    /// A new array with arbitrary contents, row-major.
    ///
    /// - Throws: ``NumPyError/Kind/memory`` when it does not fit under the ceiling.
    public static func empty(_ shape: AxisList, _ type: ElementType) throws -> NDArray {
        try checkSize(shape, type)
        return try rethrowing { NDArray(StoreView(try Runtime.shared.makeStore(type, shape))) }
    }

    /// NumPy's limit: the bytes, axes of extent zero left out, must have a number.
    static func checkSize(_ shape: AxisList, _ type: ElementType) throws {
        var bytes = type.byteCount
        for extent in shape where extent > 1 {
            let (product, isOverflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !isOverflow else {
                throw NumPyError(
                    .value,
                    "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
                )
            }
            bytes = product
        }
    }

    /// A new array with memory, for results that are computed at once.
    @inline(__always)
    public static func ready(_ shape: AxisList, _ type: ElementType, isScalar: Bool = false) throws
        -> NDArray
    {
        if !isScalar, let spare = SpareArrays.take(shape, type) { return spare }
        return try made(shape, type, isScalar: isScalar)
    }

    @inline(never)
    private static func made(_ shape: AxisList, _ type: ElementType, isScalar: Bool) throws
        -> NDArray
    {
        let store = Store(type: type, shape: shape)
        try rethrowing { try Runtime.shared.materialize(store) }
        let array = NDArray(StoreView(store), isScalar: isScalar)
        array.isWhole = !isScalar
        return array
    }

    /// A new array, with memory at once where it is small.
    public static func new(_ shape: AxisList, _ type: ElementType) throws -> NDArray {
        guard Runtime.shared.isImmediate(shape.product, bytes: type.byteCount) else {
            return try empty(shape, type)
        }
        try checkSize(shape, type)
        return try ready(shape, type)
    }

    /// A new array filled with one value.
    public static func full(_ shape: AxisList, _ type: ElementType, _ value: Operand) throws
        -> NDArray
    {
        let constant = try value.constant(as: type)
        let result = try new(shape, type)
        if let memory = result.store.memory,
            Runtime.shared.isImmediate(result.count, bytes: type.byteCount)
        {
            withUnsafeBytes(of: constant.bits) {
                LatticeCopy.fill(
                    $0.baseAddress!, size: type.byteCount, count: result.count, into: memory)
            }
            return result
        }
        try result.fill(constant)
        return result
    }

    /// A 0-d array that behaves like a NumPy scalar.
    public static func scalar(_ value: Operand, _ type: ElementType) -> NDArray {
        let store = Store(type: type, shape: AxisList())
        try? Runtime.shared.materialize(store)
        if let constant = try? value.constant(as: type), let memory = store.memory {
            withUnsafeBytes(of: constant.bits) {
                memory.copyMemory(from: $0.baseAddress!, byteCount: type.byteCount)
            }
        }
        return NDArray(StoreView(store), isScalar: true)
    }

    /// Copies foreign memory, each rank its own elements. Strides are in bytes and may be anything.
    public static func copying(
        _ memory: UnsafeRawPointer, shape: AxisList, byteStrides: AxisList, type: ElementType
    ) throws -> NDArray {
        let size = type.byteCount
        return try written(shape, type) { target, own in
            if byteStrides.allSatisfy({ $0 % size == 0 }) {
                let lattice = Lattice(
                    offset: 0, shape: shape, strides: AxisList(byteStrides.map { $0 / size }))
                lattice.forEachBox(of: own) { box, position in
                    LatticeCopy.gather(box, memory, size: size, into: target + position * size)
                }
                return
            }
            // Fields of records: byte by byte along the last axis of the byte lattice.
            var lattice = Lattice(offset: 0, shape: shape, strides: byteStrides)
            lattice.shape.append(size)
            lattice.strides.append(1)
            lattice.forEachBox(of: own.lowerBound * size..<own.upperBound * size) { box, position in
                LatticeCopy.gather(box, memory, size: 1, into: target + position)
            }
        }
    }

    /// Takes over foreign row-major memory without copying it. On several ranks each has all of it,
    /// until it is written.
    ///
    /// - Parameter isShared: Others may go on reading and writing it.
    public static func adopting(
        _ memory: UnsafeMutableRawPointer, shape: AxisList, type: ElementType, isShared: Bool,
        release: @escaping () -> Void
    ) -> NDArray {
        let store = Store(type: type, shape: shape, mayTile: !isShared)
        store.memory = memory
        store.disposal = .foreign(release)
        store.isShared = isShared
        store.isLocal = true
        return NDArray(StoreView(store))
    }

    /// Waits for the values and returns the address of the element with index zero. On several
    /// ranks each gets all elements of the store: ask for ``withElements(_:)`` where only the
    /// array's own are needed.
    public func hostMemory() throws -> UnsafeMutableRawPointer {
        let memory = try NDArray.rethrowing { try Runtime.shared.wait(for: store) }
        return memory + lattice.offset &* type.byteCount
    }

    /// Waits, and from now on lets foreign code read and write the bytes. On several ranks every
    /// rank then holds and computes all of the store: what foreign code does to it must be the same
    /// everywhere.
    public func share() throws {
        if store.isShared { return }
        try NDArray.rethrowing {
            _ = try Runtime.shared.wait(for: store)
            try Runtime.shared.waitForAll()
        }
        store.isShared = true
        store.isTiled = false
        store.isLocal = true
    }

    /// Runs core calls, turning the core's errors into NumPy's.
    @inline(__always)
    static func rethrowing<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as MemoryCeilingError {
            throw NumPyError(.memory, error.message)
        }
    }

    // MARK: - Recording

    /// Records a transparent launch, or runs it at once where it is small and everything it touches
    /// is at rest.
    static func submit(_ launch: Launch) throws {
        try rethrowing { try Runtime.shared.recordPointwise(launch) }
    }

    static var source: SourceLocation? { SourceLocation.current }
}

extension NDArray {
    /// Sets every element.
    func fill(_ constant: ScalarExpression.Constant) throws {
        if Runtime.shared.isImmediate(count, bytes: type.byteCount), Runtime.shared.isIdle(store) {
            var bits = constant.bits
            withUnsafeMutableBytes(of: &bits) {
                Immediate.copy(
                    RestingView(number: $0.baseAddress.unsafelyUnwrapped, constant.type),
                    into: RestingView(view))
            }
            return
        }
        try NDArray.submit(
            Launch(
                name: "fill", domain: shape, inputs: [], outputs: [view],
                body: .pointwise(
                    ScalarExpression(inputTypes: [], constants: [constant], results: [0])),
                source: NDArray.source))
    }

    /// A row-major copy.
    public func copied() throws -> NDArray { try cast(to: type) }

    /// A row-major copy in another type, with C's conversions.
    public func cast(to target: ElementType) throws -> NDArray {
        let result = try NDArray.new(shape, target)
        try result.assign(self)
        return result
    }

    /// `self[...] = source`, converted; shapes are equal or `source` broadcasts.
    public func assign(_ source: NDArray) throws {
        guard let lattice = source.lattice.broadcast(to: shape) else {
            throw NumPyError(
                .value,
                "could not broadcast input array from shape \(source.shape.tight) into shape \(shape.tight)"
            )
        }
        let runtime = Runtime.shared
        let isSmall = runtime.isImmediate(count, bytes: max(type.byteCount, source.type.byteCount))
        if source.type == type, isSmall, source.store.isReady, runtime.isIdle(store),
            lattice.isRowMajorContiguous, self.lattice.isRowMajorContiguous
        {
            // `memmove`: the two may be views of one store.
            let size = type.byteCount
            (store.memory.unsafelyUnwrapped + self.lattice.offset &* size).copyMemory(
                from: source.store.memory.unsafelyUnwrapped + lattice.offset &* size,
                byteCount: count &* size)
            return
        }
        let input = StoreView(store: source.store, lattice: lattice, type: source.type)
        if isSmall, source.store.isReady, runtime.isIdle(store) {
            Immediate.copy(RestingView(input), into: RestingView(view))
            return
        }
        let expression =
            source.type == type
            ? ScalarExpression.input(of: type)
            : ScalarExpression(
                inputTypes: [source.type],
                instructions: [.cast(0, from: source.type, to: type)], results: [1])
        try NDArray.submit(
            Launch(
                name: "copy", domain: shape, inputs: [input], outputs: [view],
                body: .pointwise(expression),
                source: NDArray.source))
    }

    /// `self[...] = value` for any operand.
    public func assign(_ value: Operand) throws {
        if case .array(let source) = value { return try assign(source) }
        try fill(try value.constant(as: type))
    }
}

extension AxisList {
    /// A shape as NumPy's messages spell it: `(2,3)`, `(3,)`.
    var tight: String {
        count == 1 ? "(\(self[0]),)" : "(" + map(String.init).joined(separator: ",") + ")"
    }
}
