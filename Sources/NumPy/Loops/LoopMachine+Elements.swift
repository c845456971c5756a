/// Instructions on elements: nests, folds, products. Their registers are known and checked.
import CPlatform
import LegateCore

extension LoopMachine {
    @inline(__always)
    func address(_ operand: LoopOperand) -> Int {
        if operand.buffer < 0 { return Int(bitPattern: registers + Int(operand.offset)) }
        return Int(bitPattern: buffers.start(registers[Int(operand.buffer)]))
            &+ registers[Int(operand.offset)]
    }

    @inline(__always)
    private func pointer(_ operand: LoopOperand) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(bitPattern: address(operand)).unsafelyUnwrapped
    }

    @inline(__always)
    func onElements(_ i: LoopInstruction) {
        switch i.code {
        case .nest: nest(Int(i.a))
        case .fold: fold(tape.folds[Int(i.a)])
        case .dot: dot(tape.products[Int(i.a)])
        case .product: product(tape.products[Int(i.a)])
        case .iota:
            let iota = tape.iotas[Int(i.a)]
            let target = pointer(iota.result).assumingMemoryBound(to: Int.self)
            for k in 0..<registers[Int(iota.count)] { target[k] = k }
        default: break
        }
    }

    /// Whether an element counts as true.
    func isTrue(_ element: LoopOperand) -> Bool {
        var truth = false
        KernelTable.cast(from: element.type, to: .bool)(pointer(element), &truth, 1)
        return truth
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
        let target = (0...axes).map { places[last * (1 + axes) + $0] }
        let written = places + last * (1 + axes)
        written[0] = memory
        var stride = size
        for axis in (0..<axes).reversed() {
            written[1 + axis] = stride
            stride *= words[axis]
        }
        call.nest.run(axes: axes, words, places)
        for word in 0...axes {
            places[word] = written[word]
        }
        for word in 0...axes { places[1 + axes + word] = target[word] }
        copy.run(axes: axes, words, places)
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

    private func dot(_ call: LoopProductCall) {
        let count = registers[Int(call.leftExtents[0])]
        let target = pointer(call.result)
        guard count > 0 else {
            target.initializeMemory(as: UInt8.self, repeating: 0, count: call.type.byteCount)
            return
        }
        let x = sideBySide(call.left, count, call.type, .first)
        let y = sideBySide(call.right, count, call.type, .second)
        _ = Immediate.sumOfProducts(call.type, x, y, count: count, into: target)
    }

    private func sideBySide(
        _ operand: LoopOperand, _ count: Int, _ type: ElementType, _ block: Immediate.Block
    ) -> UnsafeRawPointer {
        let stride = registers[Int(operand.strides[0])]
        let source = UnsafeRawPointer(pointer(operand))
        let size = type.byteCount
        if stride == size || count == 1 { return source }
        buffersForProducts.reserve(block.rawValue, count * size)
        let room = buffersForProducts.start(block.rawValue)
        LatticeCopy.gatherRow(source, stride: stride / size, size: size, count: count, into: room)
        return UnsafeRawPointer(room)
    }

    private func matrix(_ operand: LoopOperand, _ extents: [Register], isRow: Bool) -> Matrix {
        let size = operand.type.byteCount
        let start = pointer(operand)
        let strides = operand.strides.map { registers[Int($0)] / size }
        let shape = extents.map { registers[Int($0)] }
        if shape.count == 2 {
            return Matrix(
                start: start, rows: shape[0], columns: shape[1], rowStride: strides[0],
                columnStride: strides[1])
        }
        return Matrix(
            start: start, rows: isRow ? 1 : shape[0], columns: isRow ? shape[0] : 1,
            rowStride: isRow ? 0 : strides[0], columnStride: isRow ? strides[0] : 0)
    }

    private func grid(_ x: Matrix, _ y: Matrix, _ type: ElementType) -> ProductGrid {
        ProductGrid(
            type, rows: x.rows, columns: y.columns, inner: x.columns, leftRowStride: x.rowStride,
            rightColumnStride: y.columnStride)
    }

    /// Whether a product is one of the small ones that BLAS does where they lie.
    func isQuick(_ call: LoopProductCall) -> Bool {
        let x = matrix(call.left, call.leftExtents, isRow: true)
        let y = matrix(call.right, call.rightExtents, isRow: false)
        guard x.rows * y.columns > 1,
            x.rows * x.columns * y.columns <= MatrixProduct.immediateWork,
            x.columns == 0
                || Matrix.layout(x.rows, x.columns, x.rowStride, x.columnStride) != nil
                    && Matrix.layout(y.rows, y.columns, y.rowStride, y.columnStride) != nil
        else { return false }
        if x.columns == 0 { return true }
        // A matrix by its own transpose is computed as half of its result.
        if call.leftExtents.count == 2, call.rightExtents.count == 2,
            registers[Int(call.left.buffer)] == registers[Int(call.right.buffer)]
        {
            return false
        }
        return grid(x, y, call.type).innerPiece == 0
    }

    private func product(_ call: LoopProductCall) {
        let x = matrix(call.left, call.leftExtents, isRow: true)
        let y = matrix(call.right, call.rightExtents, isRow: false)
        if x.columns == 0 {
            pointer(call.result).initializeMemory(
                as: UInt8.self, repeating: 0, count: x.rows * y.columns * call.type.byteCount)
            return
        }
        let result = Matrix(
            start: pointer(call.result), rows: x.rows, columns: y.columns, rowStride: y.columns,
            columnStride: 1)
        grid(x, y, call.type).multiply(x, y, into: result)
    }
}
