/// Arithmetic on single elements, without a kernel's call: sums, products, quotients and roots of
/// float64 and int64, which every kernel computes alike.
import LegateCore

struct LoopElementSteps {
    private enum Code: UInt8 {
        case add, subtract, multiply, divide, negate, root, square
        case addIntegers, subtractIntegers, multiplyIntegers, negateInteger
        case toReal
    }
    private struct Step {
        var code: Code
        var a: UInt8
        var b: UInt8
    }
    private let loadCount: Int
    private let stepCount: Int
    private let result: Int
    private let steps: UnsafeMutablePointer<Step>
    private let values: UnsafeMutablePointer<Int>

    /// `nil` where some step is of another kind.
    init?(_ nest: FreeNest) {
        let types: Set<ElementType> = [.float64, .int64]
        guard nest.loads.allSatisfy(types.contains), types.contains(nest.output),
            nest.loads.count + nest.steps.count < 100
        else { return nil }
        var made: [Step] = []
        for step in nest.steps {
            guard let own = LoopElementSteps.step(step) else { return nil }
            made.append(own)
        }
        loadCount = nest.loads.count
        stepCount = made.count
        result = nest.result
        steps = .allocate(capacity: max(1, made.count))
        steps.initialize(from: made, count: made.count)
        values = .allocate(capacity: loadCount + stepCount)
        values.initialize(repeating: 0, count: loadCount + stepCount)
    }

    func deallocate() {
        steps.deallocate()
        values.deallocate()
    }

    private static func step(_ step: FreeNest.Step) -> Step? {
        switch step {
        case .cast(from: .int64, to: .float64, let a): return Step(code: .toReal, a: UInt8(a), b: 0)
        case .cast: return nil
        case .apply(let operation, let compute, let output, let a, let b, _):
            guard compute == output else { return nil }
            let reals: [Operation: Code] = [
                .add: .add, .subtract: .subtract, .multiply: .multiply, .divide: .divide,
                .negative: .negate, .sqrt: .root, .square: .square,
            ]
            let integers: [Operation: Code] = [
                .add: .addIntegers, .subtract: .subtractIntegers, .multiply: .multiplyIntegers,
                .negative: .negateInteger,
            ]
            let table = compute == .float64 ? reals : compute == .int64 ? integers : [:]
            return table[operation].map { Step(code: $0, a: UInt8(a), b: UInt8(b)) }
        }
    }

    /// - Parameter places: Per operand the register of its buffer (-1: none) and of its offset.
    @inline(__always)
    func run(
        _ registers: UnsafeMutablePointer<Int>,
        _ buffers: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        _ places: UnsafeMutablePointer<Register>
    ) {
        var place = places
        for k in 0..<loadCount {
            values[k] =
                place[0] < 0
                ? registers[Int(place[1])]
                : (buffers[registers[Int(place[0])]].unsafelyUnwrapped + registers[Int(place[1])])
                    .load(as: Int.self)
            place += 2
        }
        for k in 0..<stepCount {
            let step = steps[k]
            let (a, b) = (values[Int(step.a)], values[Int(step.b)])
            values[loadCount &+ k] = LoopElementSteps.value(step.code, a, b)
        }
        (buffers[registers[Int(place[0])]].unsafelyUnwrapped + registers[Int(place[1])])
            .storeBytes(of: values[result], as: Int.self)
    }

    @inline(__always)
    private static func value(_ code: Code, _ a: Int, _ b: Int) -> Int {
        let x = Double(bitPattern: UInt64(bitPattern: Int64(a)))
        let y = Double(bitPattern: UInt64(bitPattern: Int64(b)))
        let result: Double
        switch code {
        case .addIntegers: return a &+ b
        case .subtractIntegers: return a &- b
        case .multiplyIntegers: return a &* b
        case .negateInteger: return 0 &- a
        case .add: result = x + y
        case .subtract: result = x - y
        case .multiply: result = x * y
        case .divide: result = x / y
        case .negate: result = -x
        case .root: result = x.squareRoot()
        case .square: result = x * x
        case .toReal: result = Double(a)
        }
        return Int(bitPattern: UInt(result.bitPattern))
    }
}
