/// Instructions on numbers, with Python's arithmetic; `false` where Python would raise or go beyond
/// 64 bits, and where a shape or an index does not fit.
import Glibc
import LegateCore

extension LoopMachine {
    @inline(__always)
    private func real(_ register: Register) -> Double {
        Double(bitPattern: UInt64(bitPattern: Int64(registers[Int(register)])))
    }

    @inline(__always)
    private func set(_ target: Register, _ value: Double) {
        registers[Int(target)] = Int(bitPattern: UInt(value.bitPattern))
    }

    @inline(__always)
    func onNumbers(_ i: LoopInstruction) -> Bool {
        // Of some instructions they are no registers, but places in a list.
        var a: Int { registers[Int(i.a)] }
        var b: Int { registers[Int(i.b)] }
        let target = registers + Int(i.target)
        switch i.code {
        case .move: target.pointee = a
        case .add: return taken(a.addingReportingOverflow(b), target)
        case .subtract: return taken(a.subtractingReportingOverflow(b), target)
        case .multiply: return taken(a.multipliedReportingOverflow(by: b), target)
        case .negate: return taken(0.subtractingReportingOverflow(a), target)
        case .minimum: target.pointee = min(a, b)
        case .maximum: target.pointee = max(a, b)
        case .equal: target.pointee = a == b ? 1 : 0
        case .notEqual: target.pointee = a != b ? 1 : 0
        case .less: target.pointee = a < b ? 1 : 0
        case .lessEqual: target.pointee = a <= b ? 1 : 0
        case .logicalNot: target.pointee = a == 0 ? 1 : 0
        case .logicalAnd: target.pointee = a != 0 && b != 0 ? 1 : 0
        case .logicalOr: target.pointee = a != 0 || b != 0 ? 1 : 0
        case .select: target.pointee = a != 0 ? b : registers[Int(i.c)]
        case .addReals: set(i.target, real(i.a) + real(i.b))
        case .subtractReals: set(i.target, real(i.a) - real(i.b))
        case .multiplyReals: set(i.target, real(i.a) * real(i.b))
        case .negateReal: set(i.target, -real(i.a))
        case .equalReals: target.pointee = real(i.a) == real(i.b) ? 1 : 0
        case .notEqualReals: target.pointee = real(i.a) != real(i.b) ? 1 : 0
        case .lessReals: target.pointee = real(i.a) < real(i.b) ? 1 : 0
        case .lessEqualReals: target.pointee = real(i.a) <= real(i.b) ? 1 : 0
        case .index:
            let place = a < 0 ? a &+ b : a
            guard place >= 0, place < b else { return false }
            target.pointee = place
        case .bound: target.pointee = a < 0 ? max(a &+ b, 0) : min(a, b)
        case .span: target.pointee = max(b &- a, 0)
        case .offset: target.pointee = a &+ b &* registers[Int(i.c)]
        case .broadcast:
            guard a == b || a == 1 || b == 1 else { return false }
            target.pointee = a == 1 ? b : a
        case .same: return a == b
        case .fits: return a == b || a == 1
        case .stretch: target.pointee = b == registers[Int(i.c)] ? a : 0
        case .atMost: return a <= b
        case .atLeast: return a >= b
        case .allocate: return allocate(i)
        case .reserve:
            if a > LoopTape.elementLimit * 16 || a < 0 { return false }
            buffers.reserve(Int(i.b), a)
        default: return rarely(i)
        }
        return true
    }

    @inline(__always)
    private func taken(
        _ result: (partialValue: Int, overflow: Bool), _ target: UnsafeMutablePointer<Int>
    ) -> Bool {
        target.pointee = result.partialValue
        return !result.overflow
    }

    /// A buffer that no register of the list holds.
    @inline(__always)
    private func allocate(_ i: LoopInstruction) -> Bool {
        let bytes = registers[Int(i.a)]
        guard bytes >= 0, bytes <= LoopTape.elementLimit * 16 else { return false }
        var taken: UInt64 = 0
        for register in tape.held[Int(i.b)] {
            let buffer = registers[Int(register)]
            if buffer < LoopTape.poolCount { taken |= 1 << UInt64(buffer) }
        }
        let free = (~taken).trailingZeroBitCount
        guard free < LoopTape.poolCount else { return false }
        buffers.reserve(free, bytes)
        registers[Int(i.target)] = free
        return true
    }

    @inline(never)
    private func rarely(_ i: LoopInstruction) -> Bool {
        var a: Int { registers[Int(i.a)] }
        var b: Int { registers[Int(i.b)] }
        let target = registers + Int(i.target)
        switch i.code {
        case .floorDivide:
            guard b != 0, !(a == Int.min && b == -1) else { return false }
            target.pointee = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)
        case .modulo:
            guard b != 0, !(a == Int.min && b == -1) else { return false }
            let rest = a % b
            target.pointee = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        case .power:
            guard b >= 0 else { return false }
            var result = 1
            for _ in 0..<min(b, 64) {
                let (next, isOver) = result.multipliedReportingOverflow(by: a)
                if isOver { return false }
                result = next
            }
            guard b <= 64 || abs(a) <= 1 else { return false }
            target.pointee = b > 64 && a == -1 ? (b % 2 == 0 ? 1 : -1) : result
        case .divide:
            guard b != 0, isExact(a), isExact(b) else { return false }
            set(i.target, Double(a) / Double(b))
        case .toReal:
            guard isExact(a) else { return false }
            set(i.target, Double(a))
        case .divideReals:
            guard real(i.b) != 0 else { return false }
            set(i.target, real(i.a) / real(i.b))
        case .powerReals:
            let (x, y) = (real(i.a), real(i.b))
            guard x > 0 || x == 0 && y > 0 || x < 0 && y == y.rounded(), x.isFinite, y.isFinite
            else { return false }
            let result = pow(x, y)
            guard result.isFinite else { return false }
            set(i.target, result)
        case .slice: return slice(tape.slices[Int(i.a)], target)
        case .read: return read(tape.reads[Int(i.a)], target)
        case .element: element(tape.conversions[Int(i.b)], i.a, target)
        case .checkProduct: return isQuick(Int(i.a))
        default: return false
        }
        return true
    }

    /// As a float it is the same number.
    private func isExact(_ value: Int) -> Bool { value.magnitude <= 1 << 53 }

    private func slice(_ slice: LoopSlice, _ target: UnsafeMutablePointer<Int>) -> Bool {
        let step = registers[Int(slice.step)]
        let extent = registers[Int(slice.extent)]
        let (least, most) = step < 0 ? (-1, extent - 1) : (0, extent)
        func place(_ register: Register?, _ none: Int) -> Int {
            guard let register else { return none }
            let value = registers[Int(register)]
            return value < 0 ? max(value &+ extent, least) : min(value, most)
        }
        let start = place(slice.low, step < 0 ? most : least)
        let stop = place(slice.high, step < 0 ? least : most)
        let count =
            step < 0
            ? (stop < start ? (start - stop - 1) / (0 - step) + 1 : 0)
            : (start < stop ? (stop - start - 1) / step + 1 : 0)
        target.pointee = count == 0 ? 0 : start
        registers[Int(slice.count)] = count
        return true
    }

    private func read(_ read: LoopRead, _ target: UnsafeMutablePointer<Int>) -> Bool {
        let operand = read.operand
        let source = UnsafeRawPointer(
            buffers.start(registers[Int(operand.buffer)]) + registers[Int(operand.offset)])
        if read.isReal {
            target.pointee = source.load(as: Int.self)
            return true
        }
        KernelTable.cast(from: operand.type, to: .int64)(
            source, UnsafeMutableRawPointer(target), 1)
        return true
    }

    private func element(
        _ conversion: LoopConversion, _ register: Register, _ target: UnsafeMutablePointer<Int>
    ) {
        let constant: ScalarExpression.Constant
        switch conversion.source {
        case .real: constant = .make(conversion.type, real: real(register), 0)
        default: constant = .make(conversion.type, integer: registers[Int(register)])
        }
        target[0] = Int(bitPattern: UInt(constant.bits.0))
        if conversion.type.byteCount > 8 { target[1] = Int(bitPattern: UInt(constant.bits.1)) }
    }
}
