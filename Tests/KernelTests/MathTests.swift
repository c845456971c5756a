/// The mathematical functions: true values, special operands, and the same bits at every level,
/// width and place in a block.

import CMath
import Glibc
import Kernels
import Launches
import Shapes
import Testing

/// A real type with its place in `CMath` and its bits.
private protocol Tested: BinaryFloatingPoint, BitwiseCopyable {
    associatedtype Word: FixedWidthInteger & UnsignedInteger
    static var place: Int32 { get }
    init(word: Word)
    var word: Word { get }
}
extension Float: Tested {
    fileprivate static var place: Int32 { Int32(LEGATE_FLOAT32.rawValue) }
    fileprivate init(word: UInt32) { self.init(bitPattern: word) }
    fileprivate var word: UInt32 { bitPattern }
}
extension Double: Tested {
    fileprivate static var place: Int32 { Int32(LEGATE_FLOAT64.rawValue) }
    fileprivate init(word: UInt64) { self.init(bitPattern: word) }
    fileprivate var word: UInt64 { bitPattern }
}

/// The results of one level's block function; `nil` where this processor lacks the level.
private func results<T: Tested>(_ level: Int32, _ function: Int32, _ x: [T], _ y: [T]) -> [T]? {
    var result = [T](repeating: 0, count: x.count)
    if legate_math_operands(function) == 1 {
        guard let block = legate_math_unary_block_of_level(level, function, T.place) else {
            return nil
        }
        block(x, &result, x.count)
    } else {
        guard let block = legate_math_binary_block_of_level(level, function, T.place) else {
            return nil
        }
        block(x, y, &result, x.count)
    }
    return result
}

private let functions = 0..<Int32(LEGATE_MATH_COUNT.rawValue)
private let names = [
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "sinh",
    "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "cbrt", "arctan2", "hypot", "power",
    "logaddexp", "logaddexp2",
    "fmod", "remainder", "floor_divide",
]
private let special: [Double] = [
    0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1000, .infinity, -.infinity, .nan, 0x1p-1074,
    -0x1p-1074, 0x1p-1030, 1e-45, -1e-40,
    .greatestFiniteMagnitude, 3.4e38, 1e-20, 1e22, 710, -746, 89, -104, 1024, -1075, 0x1p52,
    0x1p53 + 2,
]

/// Numbers of every exponent, numbers of ordinary size, and all pairs of special ones.
private func operands<T: Tested>(_ count: Int, seed: UInt64) -> (x: [T], y: [T]) {
    var numbers = Numbers(seed: seed)
    func draw() -> T {
        let word = numbers.next()
        if word & 3 == 0 { return T(word: T.Word(truncatingIfNeeded: numbers.next())) }
        return T(
            (Double(numbers.next() >> 11) * 0x1p-52 - 1) * [1, 8, 800][Int(word >> 2 & 3) % 3])
    }
    var x: [T] = []
    var y: [T] = []
    for _ in 0..<count {
        x.append(draw())
        y.append(draw())
    }
    for a in special {
        for b in special {
            x.append(T(a))
            y.append(T(b))
        }
    }
    return (x, y)
}

struct MathTests {
    @Test func trueValues() throws {
        for line in MathValues.text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let function = Int32(try #require(names.firstIndex(of: String(words[0]))))
            for group in words[2...] {
                let bits = group.split(separator: ",").compactMap { UInt64($0, radix: 16) }
                if words[1] == "float64" {
                    compare(function, bits.map { Double(word: $0) })
                } else {
                    compare(function, bits.map { Float(word: UInt32($0)) })
                }
            }
        }
    }

    /// At most one float away from the true result rounded once; two where NumPy's own functions are
    /// that far from it.
    private func compare<T: Tested>(_ function: Int32, _ values: [T]) {
        let truth = values[values.count - 1]
        guard let result = results(legate_math_level(), function, [values[0]], [values[1]])?[0]
        else {
            Issue.record("no function")
            return
        }
        var near = [truth, truth.nextUp, truth.nextDown].contains(result)
        if ["arcsin", "arctan", "sinh", "tanh", "arcsinh", "arccosh", "arctanh"].contains(
            names[Int(function)])
        {
            near = near || [truth.nextUp.nextUp, truth.nextDown.nextDown].contains(result)
        }
        #expect(
            near, "\(names[Int(function)]) of \(values.dropLast()) gave \(result), not \(truth)")
    }

    @Test func levelsGiveEqualBits() {
        #expect(results(0, 0, [Double(1)], [1]) != nil)
        let count = getenv("LEGATE_TEST_ALL") != nil ? 1_000_000 : 40_000
        compareLevels(Double.self, count)
        compareLevels(Float.self, count)
    }

    private func compareLevels<T: Tested>(_: T.Type, _ count: Int) {
        let (x, y): ([T], [T]) = operands(count, seed: 5)
        for function in functions {
            guard let baseline = results(0, function, x, y) else { continue }
            for level in Int32(1)...2 {
                guard let other = results(level, function, x, y) else { continue }
                let place = x.indices.first { baseline[$0].word != other[$0].word }
                #expect(
                    place == nil,
                    "\(names[Int(function)]) of \(place.map { (x[$0], y[$0]) }!) at level \(level)")
            }
        }
    }

    @Test func placeInABlockDoesNotMatter() {
        comparePlaces(Double.self)
        comparePlaces(Float.self)
    }

    private func comparePlaces<T: Tested>(_: T.Type) {
        let (x, y): ([T], [T]) = operands(60, seed: 9)
        let level = legate_math_level()
        for function in functions {
            guard let whole = results(level, function, x, y) else { continue }
            for start in [0, 1, 3, 40] {
                for count in 1...33 {
                    let part = start..<start + count
                    let some = results(level, function, Array(x[part]), Array(y[part]))
                    #expect(
                        some?.map(\.word) == whole[part].map(\.word),
                        "\(names[Int(function)]) \(part)")
                }
            }
            var places = x
            if legate_math_operands(function) == 1 {
                legate_math_unary_block(function, T.place)(places, &places, x.count)
                #expect(places.map(\.word) == whole.map(\.word), "\(names[Int(function)]) in place")
            }
        }
    }

    @Test func specialOperands() throws {
        let infinity = Double.infinity
        func one(_ operation: Operation, _ x: Double) throws -> Double {
            let single = try apply(operation, .float32, [Float(x)])[0]
            let result = try apply(operation, .float64, [x])[0]
            #expect(
                Double(single) == result || single.isNaN && result.isNaN, "\(operation) of \(x)")
            #expect(single.sign == result.sign || result.isNaN, "\(operation) of \(x)")
            return result
        }
        for operation: Operation in [
            .sin, .tan, .arcsin, .arctan, .sinh, .tanh, .arcsinh, .arctanh, .cbrt, .expm1, .log1p,
        ] {
            let zero = try one(operation, -0.0)
            #expect(zero == 0 && zero.sign == .minus, "\(operation) of -0")
        }
        for operation: Operation in [.sin, .cos, .tan, .arcsin, .arccos, .arctanh] {
            #expect(try one(operation, infinity).isNaN, "\(operation) of infinity")
        }
        for operation: Operation in [.log, .log2, .log10] {
            #expect(try one(operation, -0.0) == -infinity)
            #expect(try one(operation, -1).isNaN)
            #expect(try one(operation, 1) == 0)
        }
        #expect(try one(.exp, -infinity) == 0)
        #expect(try one(.expm1, -infinity) == -1)
        #expect(try one(.log1p, -1) == -infinity)
        #expect(try one(.log1p, -2).isNaN)
        #expect(try one(.arccosh, 0.5).isNaN)
        #expect(try one(.arctanh, -1) == -infinity)
        #expect(try one(.tanh, -infinity) == -1)
        #expect(try one(.cosh, -infinity) == infinity)
        #expect(try one(.cbrt, -27) == -3)
        #expect(try one(.exp2, -3) == 0.125)
        #expect(try one(.log10, 1000) == 3)
    }

    @Test func specialPairs() throws {
        let infinity = Double.infinity
        func two(_ operation: Operation, _ x: Double, _ y: Double) throws -> Double {
            let single = try apply(operation, .float32, [Float(x)], [Float(y)])[0]
            let result = try apply(operation, .float64, [x], [y])[0]
            #expect(
                Double(single) == Double(Float(result)) || single.isNaN && result.isNaN,
                "\(operation) of \(x), \(y)")
            return result
        }
        #expect(try two(.power, 0, -1) == infinity)
        #expect(try two(.power, -0.0, -3) == -infinity)
        #expect(try two(.power, -infinity, 3) == -infinity)
        #expect(try two(.power, -infinity, -0.5) == 0)
        #expect(try two(.power, -8, 1.0 / 3).isNaN)
        #expect(try two(.power, .nan, 0) == 1)
        #expect(try two(.power, 1, .nan) == 1)
        #expect(try two(.power, -1, infinity) == 1)
        #expect(try two(.power, 0.5, -infinity) == infinity)
        #expect(try two(.power, -3, 5) == -243)
        #expect(try two(.power, 10, 15) == 1e15)
        #expect(try two(.arctan2, 0, -0.0) == .pi)
        #expect(try two(.arctan2, -0.0, -1) == -.pi)
        #expect(try two(.arctan2, -infinity, infinity) == -.pi / 4)
        #expect(try two(.hypot, infinity, .nan) == infinity)
        #expect(try two(.hypot, 3, -4) == 5)
        #expect(try two(.hypot, 0, -0.0) == 0)
        #expect(try two(.logaddexp, -infinity, -infinity) == -infinity)
        #expect(try two(.logaddexp2, infinity, infinity) == infinity)
        #expect(try two(.logaddexp, infinity, -infinity) == infinity)
    }

    @Test func extremesOfDoublePrecision() throws {
        #expect(try apply(.hypot, .float64, [3e307], [4e307]) == [5e307])
        #expect(try apply(.hypot, .float64, [3 * 0x1p-1070], [4 * 0x1p-1070]) == [5 * 0x1p-1070])
        #expect(
            try apply(.exp2, .float64, [-1074.0, 1023, 1024]) == [0x1p-1074, 0x1p1023, .infinity])
        #expect(try apply(.log2, .float64, [0x1p-1074, 0x1p1023]) == [-1074, 1023])
        #expect(try apply(.cbrt, .float64, [0x1p-1074 * 8]) == [0x1p-357])
        #expect(try apply(.power, .float64, [0x1p-1074], [-0.5]) == [0x1p537])
        // Nearest double to a multiple of π/2, and the greatest of all: the reduction needs 2/π to
        // more than 1,000 bits.
        let x = [6_381_956_970_095_103 * 0x1p797, Double.greatestFiniteMagnitude]
        #expect(try apply(.cos, .float64, x) == [-4.687165924254628e-19, -0.9999876894265599])
        #expect(try apply(.sin, .float64, x) == [1, 0.004961954789184062])
    }

    /// Exponents in halves up to 4: nearly correctly rounded, whatever stands beside them.
    @Test func shortPowers() throws {
        for root in stride(from: 1.0, through: 300, by: 7) {
            let x = root * root
            func power(_ y: Double) throws -> Double { try apply(.power, .float64, [x], [y])[0] }
            #expect(try power(0.5) == root && power(1.5) == x * root && power(2.5) == x * x * root)
            #expect(try power(1) == x && power(2) == x * x && power(0) == 1)
            #expect(
                try power(-0.5) == 1 / root && power(-1.5) == 1 / (x * root)
                    && power(-2) == 1 / (x * x))
            #expect(try apply(.power, .float64, [-root], [3]) == [-root * root * root])
        }
        var numbers = Numbers(seed: 5)
        let x = (0..<400).map { _ in abs(numbers.nextReal()) * 1e-3 }
        for y in stride(from: -4.0, through: 4, by: 0.5) {
            let results = try apply(.power, .float64, x, x.map { _ in y })
            for (x, result) in zip(x, results) {
                // By a logarithm: an exponent just beside is none of the short ones.
                let beside = try apply(.power, .float64, [x], [y + 0x1p-40])[0] / pow(x, 0x1p-40)
                #expect(abs(result - beside) <= 4 * result.ulp, "\(x) to the \(y)")
            }
        }
        let mixed = zip(x, 0...).map { _, k in k % 3 == 0 ? 1.5 : k % 3 == 1 ? -2.25 : 1e3 }
        let together = try apply(.power, .float64, x, mixed)
        for k in x.indices {
            #expect(try apply(.power, .float64, [x[k]], [mixed[k]])[0] == together[k])
        }
        // Near the ends of the range nothing overflows on the way.
        #expect(
            try apply(.power, .float64, [0x1p-400, 0x1p400, 0x1p-1074], [-2.5, -2.5, 0.5]) == [
                0x1p1000, 0x1p-1000, 0x1p-537,
            ])
    }

    @Test func foldsUseTheSameFunctions() throws {
        let x: [Double] = [1.7, 0.3, 2.9, 1.1]
        for operation: Operation in [.power, .hypot, .logaddexp, .logaddexp2] {
            var step = x[0]
            if operation == .hypot { step = try apply(operation, .float64, [0], [step])[0] }
            for next in x[1...] { step = try apply(operation, .float64, [step], [next])[0] }
            #expect(try fold(operation, .float64, x[...]) == step, "\(operation)")
        }
    }

    @Test func vectorFunctionsForEveryWidthTheProcessorHas() {
        #expect(VectorMath.function(.exp, .float64, vectorBytes: 16) != nil)
        #expect(VectorMath.function(.add, .float64, vectorBytes: 16) == nil)
        #expect(VectorMath.function(.exp, .float16, vectorBytes: 16) == nil)
        #expect(VectorMath.function(.exp, .float64, vectorBytes: 24) == nil)
        for (level, bytes) in [(1, 32), (2, 64)] {
            let found = VectorMath.function(.power, .float32, vectorBytes: bytes) != nil
            #expect(found == (legate_math_level() >= Int32(level)))
        }
    }
}
