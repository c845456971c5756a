/// What a transparent launch computes at one point.
///
/// An expression is its code and its numbers. Launches that compute the same share one code, so that
/// recording one more of them copies two references, and the signature of a window takes the code's
/// words as a whole.
import Shapes

/// A list of instructions in single-assignment form.
///
/// Values are numbered: first the launch's inputs, then the constants, then each instruction's
/// results in order.
public struct ScalarExpression: Sendable {
    /// A number in an expression.
    public struct Constant: Sendable, Hashable {
        /// Its type.
        public var type: ElementType
        /// Little-endian bytes of the value, as memory holds it.
        public var bits: (UInt64, UInt64)

        /// A number by its bytes.
        public init(type: ElementType, bits: (UInt64, UInt64)) {
            self.type = type
            self.bits = bits
        }
        public static func == (a: Constant, b: Constant) -> Bool {
            a.type == b.type && a.bits == b.bits
        }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(type)
            hasher.combine(bits.0)
            hasher.combine(bits.1)
        }
    }

    /// One step of an expression.
    public enum Instruction: Sendable, Hashable {
        case apply(Operation, Loop, Int, Int = 0, Int = 0)
        case cast(Int, from: ElementType, to: ElementType)
    }

    /// An expression without its numbers.
    public final class Code: Sendable {
        /// Types of the launch's inputs.
        public let inputTypes: [ElementType]
        /// Types of the numbers that stand in it.
        public let constantTypes: [ElementType]
        /// The steps, in their order.
        public let instructions: [Instruction]
        /// Value numbers of the results.
        public let results: [Int]
        /// All of this but the inputs' types, which the launch's views have, in words: equal codes
        /// have equal words.
        public let words: [Int]

        init(
            _ inputTypes: [ElementType], _ constantTypes: [ElementType],
            _ instructions: [Instruction], _ results: [Int]
        ) {
            self.inputTypes = inputTypes
            self.constantTypes = constantTypes
            self.instructions = instructions
            self.results = results
            words = Code.words(constantTypes, instructions, results)
        }

        private static func words(
            _ constantTypes: [ElementType], _ instructions: [Instruction], _ results: [Int]
        ) -> [Int] {
            var words: [Int] = []
            words.reserveCapacity(
                1 + constantTypes.count + results.count + 2 * instructions.count)
            words.append(instructions.count | constantTypes.count << 20 | results.count << 40)
            for type in constantTypes { words.append(type.index) }
            words += results
            for instruction in instructions {
                switch instruction {
                case .cast(let input, let from, let to):
                    words.append(input << 16 | from.index << 8 | to.index)
                case .apply(let operation, let loop, let a, let b, let c):
                    var types = loop.compute.index
                    types = types << 5 | loop.input0.index
                    types = types << 5 | loop.input1.index
                    types = types << 5 | loop.input2.index
                    types = types << 5 | loop.output0.index
                    types = types << 5 | loop.output1.index
                    words.append(1 << 62 | operation.index << 32 | types)
                    words.append(a | b << 20 | c << 40)
                }
            }
            return words
        }
    }

    /// What it does with its inputs and numbers.
    public let code: Code
    /// Numbers that stand in it: as many as the code has, of its types.
    public let constants: [Constant]

    /// Types of the launch's inputs.
    public var inputTypes: [ElementType] { code.inputTypes }
    /// The steps, in their order.
    public var instructions: [Instruction] { code.instructions }
    /// Value numbers of the results.
    public var results: [Int] { code.results }

    /// An expression by its parts.
    public init(
        inputTypes: [ElementType], constants: [Constant] = [], instructions: [Instruction] = [],
        results: [Int]
    ) {
        code = Code(inputTypes, constants.map(\.type), instructions, results)
        self.constants = constants
    }

    /// The code of a known expression with other numbers of the same types.
    public init(_ code: Code, _ constants: [Constant]) {
        self.code = code
        self.constants = constants
    }

    /// The value of the only input.
    public static func input(of type: ElementType) -> ScalarExpression {
        ScalarExpression(inputs[type.index], [])
    }

    private static let inputs = ElementType.allCases.map { Code([$0], [], [], [0]) }
}
