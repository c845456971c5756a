/// Random loop nests with memory behind them: what the tests of compiled kernels run on both tiers.

import Launches
import Shapes

@testable import Kernels

/// A nest and the bytes of its stores.
struct RandomNest {
    var nest: LoopNest
    /// Contents of every slot before a run.
    var stores: [[UInt8]]
    /// Stands behind each slot's elements, to see what is written beyond them.
    static let border = 64

    enum Kind: CaseIterable { case points, rows, columns }

    init(_ numbers: inout Numbers, _ kind: Kind, inexactOnly: Bool = false) {
        var maker = Maker(numbers: numbers, inexactOnly: inexactOnly)
        (nest, stores) = maker.make(kind)
        numbers = maker.numbers
    }
}

private struct Maker {
    var numbers: Numbers
    var inexactOnly: Bool
    var extents: [Int] = []
    var stores: [[UInt8]] = []

    init(numbers: Numbers, inexactOnly: Bool) {
        self.numbers = numbers
        self.inexactOnly = inexactOnly
    }

    mutating func below(_ count: Int) -> Int { Int(numbers.next() >> 20) % count }
    mutating func oneOf<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    mutating func make(_ kind: RandomNest.Kind) -> (LoopNest, [[UInt8]]) {
        var (kept, reduced) = (0, 0)
        switch kind {
        case .points: extents = shape(below(4) + 1, limit: 4000)
        case .rows:
            kept = below(3)
            reduced = 1 + (below(4) == 0 ? 1 : 0)
            // Axes of one point are left out: nothing may be left to reduce.
            if kept > 0 && below(8) == 0 { reduced = 0 }
            extents = shape(kept + reduced, limit: below(8) == 0 ? 60_000 : 6000)
        case .columns:
            kept = below(2)
            reduced = 1 + (below(4) == 0 ? 1 : 0)
            extents = shape(kept + reduced + 1 + (below(6) == 0 ? 1 : 0), limit: 6000)
        }
        let types: [ElementType] = inexactOnly ? [.float32, .float64] : family()
        var values = (0..<below(3) + 1).map { _ in oneOf(types) }
        let loads = values.map { operand($0, isLoad: true) }
        let constants = (0..<below(3)).map { _ in constant(oneOf(types)) }
        values += constants.map(\.type)
        let plain = loads.count
        var steps: [LoopNest.Step] = []
        for _ in 0..<below(6) { addStep(&steps, &values, plain, types) }
        var outputs: [LoopNest.Output] = []
        var folds: [LoopNest.Fold] = []
        let outputCount = kind == .points ? 1 + below(2) : below(6) == 0 ? 1 : 0
        for _ in 0..<outputCount {
            let value = below(3) == 0 ? below(values.count) : values.count - 1
            // In place: the target is what a load reads.
            if let k = loads.indices.first(where: {
                loads[$0].type == values[value] && isOneToOne(loads[$0])
            }), below(3) == 0,
                !outputs.contains(where: { $0.target.slot == loads[k].slot })
            {
                outputs.append(.init(value: value, target: loads[k], isExclusive: false))
            } else {
                outputs.append(
                    .init(
                        value: value, target: operand(values[value], isLoad: false),
                        isExclusive: true))
            }
        }
        if kind != .points {
            for _ in 0..<1 + (below(4) == 0 ? 1 : 0) {
                let value = values.count - 1 - below(min(2, values.count))
                let type = values[value]
                let isComplex = folds.first?.type.isComplex ?? type.isComplex
                guard isComplex == type.isComplex else { continue }
                let target = operand(type, isLoad: false, reducedAxes: kept..<kept + reduced)
                folds.append(
                    .init(operation: foldOperation(type), type: type, value: value, target: target))
            }
        }
        let form: LoopNest.Form = kind == .points ? .points : kind == .rows ? .rows : .columns
        let nest = LoopNest(
            form: form, extents: extents, keptAxes: kind == .points ? extents.count : kept,
            reducedAxes: reduced,
            slotCount: stores.count, loads: loads, constants: constants, steps: steps,
            outputs: outputs, folds: folds)
        return (nest, stores)
    }

    /// Types that meet in one nest.
    private mutating func family() -> [ElementType] {
        switch below(8) {
        case 0: return [.float64]
        case 1: return [.float32]
        case 2: return [.float64, .bool, .int64]
        case 3: return [.int8, .uint8, .int16, .uint16, .bool]
        case 4: return [.int32, .int64, .uint32, .uint64]
        case 5: return [.complex128, .float64, .complex64]
        case 6: return [.float16, .float32, .int8]
        default: return ElementType.allCases
        }
    }

    private mutating func shape(_ axes: Int, limit: Int) -> [Int] {
        var left = limit
        return (0..<axes).map { axis in
            let most = max(1, axis == axes - 1 ? left : min(left, oneOf([3, 17, 70])))
            let extent = 1 + below(below(3) == 0 ? most : min(most, 45))
            left = max(1, left / extent)
            return extent
        }
    }

    private func isOneToOne(_ operand: LoopNest.Operand) -> Bool {
        zip(operand.strides, extents).allSatisfy { $0 != 0 || $1 == 1 }
    }

    /// A view with axes in some order, steps, directions, and for loads axes that do not move.
    private mutating func operand(
        _ type: ElementType, isLoad: Bool, reducedAxes: Range<Int> = 0..<0
    ) -> LoopNest.Operand {
        var order = Array(extents.indices)
        if below(3) == 0 { order.sort { _, _ in below(2) == 0 } }
        if Set(order).count != extents.count { order = Array(extents.indices) }
        var strides = [Int](repeating: 0, count: extents.count)
        var offset = 0
        var reach = 1
        for axis in order.reversed() where !reducedAxes.contains(axis) {
            if isLoad && below(7) == 0 { continue }
            let step = below(3) == 0 ? oneOf([2, -1, -2, 3]) : 1
            strides[axis] = step * reach
            if step < 0 { offset += -step * reach * (extents[axis] - 1) }
            reach *= abs(step) * extents[axis]
        }
        let first = below(3) == 0 ? below(5) : 0
        stores.append(contents(type, count: reach + first))
        return .init(slot: stores.count - 1, type: type, offset: offset + first, strides: strides)
    }

    private mutating func contents(_ type: ElementType, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * type.byteCount + RandomNest.border)
        for _ in 0..<count { element(type, into: &bytes) }
        for k in 0..<RandomNest.border { bytes.append(UInt8(k)) }
        return bytes
    }

    private mutating func constant(_ type: ElementType) -> ScalarExpression.Constant {
        var bytes: [UInt8] = []
        element(type, into: &bytes)
        bytes += [UInt8](repeating: 0, count: 16 - bytes.count)
        func word(_ first: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) }
        }
        return .init(type: type, bits: (word(0), word(8)))
    }

    private mutating func element(_ type: ElementType, into bytes: inout [UInt8]) {
        func append<T>(_ value: T) { withUnsafeBytes(of: value) { bytes += $0 } }
        if type.isInexact {
            for _ in 0..<(type.isComplex ? 2 : 1) {
                let value = real()
                switch type.realPart {
                case .float16: append(Float16(value))
                case .float32: append(Float(value))
                default: append(value)
                }
            }
            return
        }
        let value: UInt64 =
            below(4) == 0
            ? oneOf([0, 1, .max, 1 << 63, 1 << 31, 1 << 7, 1 << 15, 127])
            : numbers.next() >> UInt64(below(64))
        if type == .bool { return bytes.append(UInt8(value & 1)) }
        withUnsafeBytes(of: value.littleEndian) { bytes += $0.prefix(type.byteCount) }
    }

    private mutating func real() -> Double {
        if below(12) == 0 {
            return oneOf([0.0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0.5, 1e300, 5e-324, 2.5])
        }
        return numbers.nextReal()
    }

    // MARK: - Steps

    /// Operations whose answer for a NaN depends on its sign take loads only: no processor promises
    /// the sign of a NaN.
    private static let bySign: Set<Operation> = [.signbit, .copysign]

    private mutating func addStep(
        _ steps: inout [LoopNest.Step], _ values: inout [ElementType], _ loadCount: Int,
        _ types: [ElementType]
    ) {
        for _ in 0..<40 {
            if below(5) == 0 {
                let (from, to) = (below(values.count), oneOf(types))
                if values[from] == to { continue }
                steps.append(
                    .init(
                        action: .cast(from: values[from], to: to), inputs: [from], outputTypes: [to]
                    ))
                values.append(to)
                return
            }
            let operation = oneOf(Operation.allCases)
            let type = oneOf(types)
            guard let loop = OperationTable.loop(operation, type),
                KernelTable.block(operation, loop.compute) != nil
            else { continue }
            let row = OperationTable.row(operation)
            let wanted = [loop.input0, loop.input1, loop.input2].prefix(row.inputCount)
            var inputs: [Int] = []
            for type in wanted {
                let candidates = (0..<(Maker.bySign.contains(operation) ? loadCount : values.count))
                    .filter { values[$0] == type }
                if let last = candidates.last {
                    inputs.append(below(2) == 0 ? last : oneOf(candidates))
                }
            }
            guard inputs.count == wanted.count else { continue }
            let outputs = Array([loop.output0, loop.output1].prefix(row.outputCount))
            steps.append(
                .init(action: .apply(operation, loop.compute), inputs: inputs, outputTypes: outputs)
            )
            values += outputs
            return
        }
    }

    private mutating func foldOperation(_ type: ElementType) -> Operation {
        let operations: [Operation] = [
            .add, .add, .add, .maximum, .minimum, .fmax, .fmin, .multiply, .bitwiseAnd, .bitwiseOr,
            .bitwiseXor, .logicalAnd,
            .logicalOr,
        ]
        while true {
            let operation = oneOf(operations)
            if KernelTable.fold(operation, type) != nil,
                KernelTable.columns(operation, type) != nil,
                KernelTable.block(operation, type) != nil
            {
                return operation
            }
        }
    }
}
