/// A loop of a program as its source says it: names, calls and indices, nothing of types yet.
///
/// In: what a front end read from a function's source. Out: what ``LoopLowering`` gives types and
/// turns into a ``LoopTape``.

import LegateCore

/// What stands for a value. Names are numbers of slots.
public indirect enum LoopExpression: Hashable, Sendable {
    case name(Int)
    case integer(Int)
    case real(Double)
    case truth(Bool)
    case complex(Double, Double)
    case nothing
    case text(String)
    /// An element type by NumPy's name.
    case type(String)
    /// By NumPy's name of the ufunc, or `matmul`.
    case binary(String, LoopExpression, LoopExpression)
    case unary(String, LoopExpression)
    case compare(String, LoopExpression, LoopExpression)
    case logic(isAnd: Bool, LoopExpression, LoopExpression)
    case choose(LoopExpression, LoopExpression, LoopExpression)
    case index(LoopExpression, [Item])
    case attribute(LoopExpression, String)
    case tuple([LoopExpression])
    case list([LoopExpression])
    case call(String, [LoopExpression], [String: LoopExpression])
    case method(LoopExpression, String, [LoopExpression], [String: LoopExpression])
    /// A function written out: its statements, then what it returns.
    case block([LoopStatement], LoopExpression)

    /// Between brackets.
    public indirect enum Item: Hashable, Sendable {
        case place(LoopExpression)
        case slice(LoopExpression?, LoopExpression?, LoopExpression?)
        case ellipsis
        case newAxis
    }
}

public indirect enum LoopStatement: Hashable, Sendable {
    case assign(Target, LoopExpression)
    /// `target op= value`
    case update(String, Target, LoopExpression)
    case loop(Int, LoopExpression, [LoopStatement])
    case branch(LoopExpression, [LoopStatement], [LoopStatement])
    case perform(LoopExpression)
    /// The iteration is the program's: nothing that it did natively stays.
    case stop

    /// What is assigned to.
    public indirect enum Target: Hashable, Sendable {
        case name(Int)
        case index(LoopExpression, [LoopExpression.Item])
        case tuple([Target])
    }
}

/// A loop over a range or a `while`, and which of its names come in and go out.
public struct LoopProgram: Sendable {
    /// `file.py:12`, for reports.
    public let name: String
    public let slotCount: Int
    /// Slots that have values before the loop, in the order in which they are handed over.
    public let inputs: [Int]
    /// Slots that are given back, in this order; all of them inputs.
    public let carried: [Int]
    /// The slot of the loop's variable, where it is over a range.
    public let target: Int?
    /// What is true in front of every iteration of a `while`.
    public let test: LoopExpression?
    public let body: [LoopStatement]

    public init(
        name: String, slotCount: Int, inputs: [Int], carried: [Int], target: Int?,
        test: LoopExpression? = nil, body: [LoopStatement]
    ) {
        self.name = name
        self.slotCount = slotCount
        self.inputs = inputs
        self.carried = carried
        self.target = target
        self.test = test
        self.body = body
    }
}

/// Why a loop is not run natively.
public struct LoopRefusal: Error {
    public let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// What comes in and goes out by a slot.
public enum LoopValue {
    case integer(Int)
    case real(Double)
    case truth(Bool)
    case array(NDArray)
    /// NumPy's scalar: an element by its bytes.
    case scalar(ElementType, UInt64, UInt64)
    case nothing
    /// A list or a tuple of integers or of floats.
    case integers([Int])
    case reals([Double])
    /// Nothing that a loop can use; refused where it is used.
    case other
}
