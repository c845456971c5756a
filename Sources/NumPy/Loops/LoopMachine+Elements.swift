/// Instructions on elements: nests, folds, products. Their registers are known and checked.
import CPlatform
import LegateCore

extension LoopMachine {
    @inline(__always)
    func address(_ buffer: Register, _ offset: Register) -> UnsafeMutableRawPointer {
        if buffer < 0 { return UnsafeMutableRawPointer(registers + Int(offset)) }
        return buffers.start(registers[Int(buffer)]) + registers[Int(offset)]
    }

    @inline(__always)
    private func pointer(_ operand: LoopOperand) -> UnsafeMutableRawPointer {
        address(operand.buffer, operand.offset)
    }

    @inline(__always)
    func onElements(_ i: LoopInstruction) {
        switch i.code {
        case .nest: nest(Int(i.a))
        case .fold: fold(tape.folds[Int(i.a)])
        case .dot: dot(products[Int(i.a)])
        case .product: product(Int(i.a))
        case .iota:
            let iota = tape.iotas[Int(i.a)]
            let target = pointer(iota.result).assumingMemoryBound(to: Int.self)
            for k in 0..<registers[Int(iota.count)] { target[k] = k }
        default: break
        }
    }

    /// Whether an element counts as true.
    func isTrue(_ element: LoopOperand) -> Bool {
        LoopMachine.isTrue(pointer(element), element.type)
    }

    @inline(__always)
    static func isTrue(_ element: UnsafeRawPointer, _ type: ElementType) -> Bool {
        switch type {
        case .bool: return element.load(as: UInt8.self) != 0
        case .float64: return element.load(as: Double.self) != 0
        case .int64: return element.load(as: Int.self) != 0
        default:
            var truth = false
            KernelTable.cast(from: type, to: .bool)(element, &truth, 1)
            return truth
        }
    }

    // MARK: - Nests

    /// One expression. `words` gets the extents, then address and strides of each operand.
    @inline(__always)
    private func nest(_ number: Int) {
        let call = nests + number
        if let steps = call.pointee.steps {
            return steps.run(registers, buffers.starts, call.pointee.registers)
        }
        let axes = call.pointee.axes
        let places = words + FreeNest.axisLimit
        var source = call.pointee.registers
        for axis in 0..<axes { words[axis] = registers[Int(source[axis])] }
        source += axes
        var word = places
        for _ in 0..<call.pointee.operandCount {
            let offset = source[1]
            word[0] =
                source[0] < 0
                ? Int(bitPattern: registers + Int(offset))
                : Int(bitPattern: buffers.start(registers[Int(source[0])]))
                    &+ registers[Int(offset)]
            for axis in 0..<axes { word[1 &+ axis] = registers[Int(source[2 &+ axis])] }
            word += 1 &+ axes
            source += 2 &+ axes
        }
        if call.pointee.mayOverlap, overlaps(tape.nests[number], places, axes),
            let copy = tape.nests[number].copy
        {
            return byWay(tape.nests[number], copy, axes, places)
        }
        call.pointee.nest._withUnsafeGuaranteedRef { $0.run(axes: axes, words, places) }
    }

    /// Whether an operand lies in the written buffer in another way than what is written.
    private func overlaps(_ call: LoopNestCall, _ places: UnsafePointer<Int>, _ axes: Int) -> Bool {
        let last = call.operands.count - 1
        let buffer = registers[Int(call.operands[last].buffer)]
        let written = places + last * (1 + axes)
        for k in 0..<last
        where call.operands[k].mayOverlap && registers[Int(call.operands[k].buffer)] == buffer {
            let read = places + k * (1 + axes)
            for word in 0...axes where read[word] != written[word] {
                // Strides of axes of one point say nothing.
                if word > 0, registers[Int(call.extents[word - 1])] <= 1 { continue }
                return true
            }
        }
        return false
    }

    /// Computes into a room, and copies from there.
    private func byWay(
        _ call: LoopNestCall, _ copy: FreeNest, _ axes: Int, _ places: UnsafeMutablePointer<Int>
    ) {
        let last = call.operands.count - 1
        let size = call.operands[last].type.byteCount
        var count = 1
        for axis in 0..<axes { count *= words[axis] }
        room.reserve(0, count * size)
        let memory = Int(bitPattern: room.start(0))
        let written = places + last * (1 + axes)
        // The copy's operands: the room, then where the results belong.
        let way = written + (1 + axes)
        (way + (1 + axes)).update(from: written, count: 1 + axes)
        written[0] = memory
        var stride = size
        for axis in (0..<axes).reversed() {
            written[1 + axis] = stride
            stride *= words[axis]
        }
        way.update(from: written, count: 1 + axes)
        call.nest.run(axes: axes, words, places)
        copy.run(axes: axes, words, way)
    }

    // MARK: - Folds

    private func fold(_ call: LoopFoldCall) {
        func product(_ range: Range<Int>) -> Int {
            range.reduce(1) { $0 * registers[Int(call.extents[$1])] }
        }
        let (outer, reduced, inner) = (
            product(0..<call.first), product(call.first..<call.last),
            product(call.last..<call.extents.count)
        )
        let source = UnsafeRawPointer(pointer(call.input))
        let target = pointer(call.result)
        if reduced == 0 {
            let identity = ScalarExpression.Constant.make(
                call.type, integer: call.operation == .logicalAnd ? 1 : 0)
            withUnsafeBytes(of: identity.bits) {
                LatticeCopy.fill(
                    $0.baseAddress.unsafelyUnwrapped, size: call.type.byteCount,
                    count: outer * inner, into: target)
            }
            return
        }
        if call.kind == .firstExtreme {
            let extreme = ArgExtreme(type: call.type, isMaximum: call.operation == .maximum)
            let places = target.assumingMemoryBound(to: Int.self)
            let size = call.type.byteCount
            for k in 0..<outer {
                for column in 0..<inner {
                    places[k * inner + column] = extreme.find(
                        source + (k * reduced * inner + column) * size, inner, reduced)
                }
            }
            return
        }
        if outer == 1, inner == 1, reduced <= Immediate.capacity,
            let kernel = KernelTable.fold(call.operation, call.type)
        {
            kernel(source, reduced, target)
        } else if outer * inner > 0 {
            Immediate.reduce(
                call.operation, call.type, source, outer: outer, reduced: reduced, inner: inner,
                into: target)
        }
        if call.kind == .mean {
            let results = target.assumingMemoryBound(to: Double.self)
            for k in 0..<(outer * inner) { results[k] /= Double(reduced) }
        }
    }

    // MARK: - Products

    private func dot(_ place: LoopProductPlace) {
        let (x, y) = (matrix(place.left, place.size), matrix(place.right, place.size))
        let count = x.columns
        let target = pointer(place.result)
        guard count > 0 else {
            target.initializeMemory(as: UInt8.self, repeating: 0, count: place.size)
            return
        }
        _ = Immediate.sumOfProducts(
            place.type, sideBySide(x.start, x.columnStride, count, place.size, .first),
            sideBySide(y.start, y.rowStride, count, place.size, .second), count: count,
            into: target)
    }

    @inline(__always)
    private func sideBySide(
        _ source: UnsafeRawPointer, _ stride: Int, _ count: Int, _ size: Int,
        _ block: Immediate.Block
    ) -> UnsafeRawPointer {
        if stride == 1 || count == 1 { return source }
        buffersForProducts.reserve(block.rawValue, count * size)
        let room = buffersForProducts.start(block.rawValue)
        LatticeCopy.gatherRow(source, stride: stride, size: size, count: count, into: room)
        return UnsafeRawPointer(room)
    }

    @inline(__always)
    private func matrix(_ matrix: LoopMatrix, _ size: Int) -> Matrix {
        Matrix(
            start: buffers.start(registers[Int(matrix.buffer)]) + registers[Int(matrix.offset)],
            rows: registers[Int(matrix.rows)], columns: registers[Int(matrix.columns)],
            rowStride: registers[Int(matrix.rowStride)] / size,
            columnStride: registers[Int(matrix.columnStride)] / size)
    }

    /// Whether a product is one of the small ones that BLAS does where they lie.
    @inline(__always)
    func isQuick(_ number: Int) -> Bool {
        let place = products + number
        let x = matrix(place.pointee.left, place.pointee.size)
        let y = matrix(place.pointee.right, place.pointee.size)
        if place.pointee.isKnown(x, y) { return true }
        guard x.rows * y.columns > 1,
            x.rows * x.columns * y.columns <= MatrixProduct.immediateWork,
            x.columns == 0
                || Matrix.layout(x.rows, x.columns, x.rowStride, x.columnStride) != nil
                    && Matrix.layout(y.rows, y.columns, y.rowStride, y.columnStride) != nil
        else { return false }
        // A matrix by its own transpose is computed as half of its result.
        if place.pointee.isOfMatrices,
            registers[Int(place.pointee.left.buffer)]
                == registers[Int(place.pointee.right.buffer)]
        {
            return false
        }
        if place.pointee.grid(x, y).innerPiece == 0 || x.columns == 0 { return true }
        place.pointee.forget()
        return false
    }

    private func product(_ number: Int) {
        let place = products + number
        let x = matrix(place.pointee.left, place.pointee.size)
        let y = matrix(place.pointee.right, place.pointee.size)
        let result = Matrix(
            start: pointer(place.pointee.result), rows: x.rows, columns: y.columns,
            rowStride: y.columns, columnStride: 1)
        if x.columns == 0 {
            result.start.initializeMemory(
                as: UInt8.self, repeating: 0, count: x.rows * y.columns * place.pointee.size)
            return
        }
        place.pointee.grid(x, y).multiply(x, y, into: result)
    }
}

/// A product's registers, and how one of the last extents is cut.
struct LoopProductPlace {
    let type: ElementType
    let size: Int
    let left: LoopMatrix
    let right: LoopMatrix
    let isOfMatrices: Bool
    let result: LoopOperand
    private var x: Matrix?
    private var y: Matrix?
    private var last: ProductGrid?

    init(_ call: LoopProductCall) {
        type = call.type
        size = call.type.byteCount
        left = call.left
        right = call.right
        isOfMatrices = call.isOfMatrices
        result = call.result
    }

    /// Whether matrices lie as they did last time.
    @inline(__always)
    func isKnown(_ x: Matrix, _ y: Matrix) -> Bool {
        guard let a = self.x, let b = self.y, !isOfMatrices else { return false }
        return LoopProductPlace.isAlike(a, x) && LoopProductPlace.isAlike(b, y)
    }

    @inline(__always)
    private static func isAlike(_ a: Matrix, _ b: Matrix) -> Bool {
        a.rows == b.rows && a.columns == b.columns && a.rowStride == b.rowStride
            && a.columnStride == b.columnStride
    }

    mutating func forget() { (x, y, last) = (nil, nil, nil) }

    /// The grid of a product whose operands were found to be readable.
    @inline(__always)
    mutating func grid(_ x: Matrix, _ y: Matrix) -> ProductGrid {
        if let last, let a = self.x, let b = self.y, LoopProductPlace.isAlike(a, x),
            LoopProductPlace.isAlike(b, y)
        {
            return last
        }
        let made = ProductGrid(
            type, rows: x.rows, columns: y.columns, inner: x.columns, leftRowStride: x.rowStride,
            rightColumnStride: y.columnStride)
        (last, self.x, self.y) = (made, x, y)
        return made
    }
}
