/// A typed loop as a list of instructions: numbers and shapes on one side, elements on the other.
///
/// All numbers of an iteration (Python's own, indices, extents, offsets and strides of every view)
/// live in one file of 64-bit registers. Numbers come first: they are computed, and every index and
/// shape is checked, before an element of the iteration is touched; an iteration that would fail is
/// left to the program. Elements follow: nests, folds and products over views whose registers are
/// known by then.
import LegateCore

/// A number of a register.
typealias Register = Int32

/// One instruction on numbers, or one call on elements.
struct LoopInstruction {
    enum Code: UInt8 {
        // Python's integers; what leaves 64 bits fails.
        case move, add, subtract, multiply, floorDivide, modulo, power, negate, minimum, maximum
        case equal, notEqual, less, lessEqual, logicalNot, logicalAnd, logicalOr
        /// `a ? b : c`
        case select
        // Python's floats.
        case toReal, addReals, subtractReals, multiplyReals, divideReals, negateReal, powerReals
        case equalReals, notEqualReals, lessReals, lessEqualReals
        /// Integers divided as floats.
        case divide
        // Indices and shapes.
        /// Index `a` of an axis of `b` points; fails outside.
        case index
        /// A slice's bound `a` brought into `0...b`.
        case bound
        /// Points from `a` to `b`.
        case span
        /// `a + b · c`
        case offset
        /// A slice with any step: table entry `a`.
        case slice
        /// The joint extent of `a` and `b`; fails where they do not broadcast.
        case broadcast
        /// Fails unless extents `a` and `b` are the same.
        case same
        /// Fails unless extent `a` broadcasts to `b`.
        case fits
        /// Stride `a` of an axis of `b` points, seen along one of `c`.
        case stretch
        /// Fails unless `a` ≤ `b`.
        case atMost
        /// Fails unless `a` ≥ `b`.
        case atLeast
        /// A free buffer of at least `a` bytes, none of those in list `b`.
        case allocate
        /// Buffer `b` (a number) has at least `a` bytes.
        case reserve
        /// An element of an array that the loop does not write: view `a`, converted to an integer.
        case read
        /// The number in `a` as an element: conversion `b`.
        case element
        /// Fails unless product `a` is one of the quick ones.
        case checkProduct
        case fail
        // Elements; `a` is the place in the table of their kind.
        case nest, fold, dot, product, iota
        /// What is written next can be put back: keep `a`.
        case keep
        /// Ends the iteration, and what it wrote is put back: stop `a`.
        case stop
        // Control.
        case loop, branch
    }
    var code: Code
    var target: Register = 0
    var a: Register = 0
    var b: Register = 0
    var c: Register = 0

    /// Touches elements.
    var isOnElements: Bool {
        switch code {
        case .nest, .fold, .dot, .product, .iota, .keep, .stop: true
        default: false
        }
    }
}

/// Instructions in order; those of inner loops and branches stand in blocks of their own.
final class LoopBlock {
    var code: [LoopInstruction] = []
    /// Instructions that fail may not be moved in front of it.
    let isConditional: Bool
    /// Whether it runs is not known when numbers are checked.
    let dependsOnElement: Bool

    init(isConditional: Bool = false, dependsOnElement: Bool = false) {
        self.isConditional = isConditional
        self.dependsOnElement = dependsOnElement
    }
}

/// Where the elements of a view lie, by registers.
struct LoopOperand {
    var type: ElementType
    /// Holds a buffer's number; -1 where the elements are registers themselves.
    var buffer: Register
    /// Holds bytes from the buffer's begin; the register itself where there is no buffer.
    var offset: Register
    /// Hold bytes, one per axis of the call.
    var strides: [Register]
    /// May lie in the memory that the call writes, in another way.
    var mayOverlap = false
}

struct LoopNestCall {
    var nest: FreeNest
    var extents: [Register]
    /// The written one last.
    var operands: [LoopOperand]
    /// Some operand may overlap what is written.
    var mayOverlap: Bool
    /// A copy of results from a room of their own.
    var copy: FreeNest?
}

/// A view's elements folded: `outer × reduced × inner`, or a whole view to one element.
struct LoopFoldCall {
    enum Kind { case fold, mean, firstExtreme }
    var kind: Kind
    var operation: Operation
    var type: ElementType
    var input: LoopOperand
    var extents: [Register]
    /// Axes `first ..< last` are reduced.
    var first: Int
    var last: Int
    var result: LoopOperand
}

/// A matrix, or a vector as one, by registers; strides in bytes.
struct LoopMatrix {
    var buffer: Register
    var offset: Register
    var rows: Register
    var columns: Register
    var rowStride: Register
    var columnStride: Register
}

struct LoopProductCall {
    var type: ElementType
    var left: LoopMatrix
    var right: LoopMatrix
    /// Both factors have two axes.
    var isOfMatrices: Bool
    var result: LoopOperand
}

/// `np.arange(count)`: the integers from 0 on.
struct LoopIotaCall {
    var count: Register
    var result: LoopOperand
}

struct LoopSlice {
    var low: Register?
    var high: Register?
    var step: Register
    var extent: Register
    /// Gets the number of points; the target gets the first one.
    var count: Register
}

struct LoopInner {
    var variable: Register
    var start: Register
    var stop: Register
    var step: Register
    var body: LoopBlock
}

struct LoopBranch {
    var condition: Register
    /// What decides where it is an element: both sides are checked then.
    var element: LoopOperand?
    var yes: LoopBlock
    var no: LoopBlock
}

/// Elements that were there before the iteration and are about to be written.
struct LoopKeep {
    var part: LoopView
    /// The array that the part is of: kept as a whole where many parts of it are written.
    var whole: LoopView?
}

/// An iteration that is the program's where an element, or a number, is true or is not.
struct LoopStop {
    var element: LoopOperand?
    var number: Register
    var value: Bool
}

struct LoopRead {
    var operand: LoopOperand
    /// A float of a list stays one.
    var isReal = false
}

/// How a number becomes an element.
struct LoopConversion {
    enum Source { case integer, real, truth }
    var source: Source
    var type: ElementType
}

/// What a carried slot is at an iteration's end.
enum LoopCarried {
    case integer(Register)
    case real(Register)
    case truth(Register)
    case view(LoopView)
}

/// A view by registers.
struct LoopView {
    var type: ElementType
    /// NumPy would give a scalar.
    var isScalar: Bool
    var buffer: Register
    var offset: Register
    var extents: [Register]
    var strides: [Register]
    /// Names that may show the same memory; -1 for what only this value shows.
    var root = -1
    var isWritable = true
    /// Handed in, not made by the loop.
    var isInput = false
    /// Holds the place of the input that is this very object, -1 for others.
    var object: Register
    /// Its axes stand the other way round than they lie.
    var isTransposed = false
    /// Made side by side.
    var isDense = false

    func operand(_ strides: [Register]? = nil) -> LoopOperand {
        LoopOperand(
            type: type, buffer: buffer, offset: offset, strides: strides ?? self.strides)
    }
}

/// All of a lowered loop.
struct LoopTape {
    var registerCount = 0
    var constants: [(register: Register, bits: Int)] = []
    /// Buffers: those that values are made in, those handed in, those of one place of the program.
    var bufferCount = 0
    static let poolCount = 56
    /// Elements that one operation may have, of doubles.
    static let elementLimit = Runtime.shared.configuration.loopPoints
    /// Elements of an expression that is made only to be folded, of doubles.
    static let foldedLimit = Runtime.shared.configuration.foldedLoopPoints

    /// The elements that take the bytes of `limit` doubles where the widest has `bytes`; of wider
    /// ones as many.
    static func points(_ limit: Int, of bytes: Int) -> Int { limit * 8 / max(1, min(8, bytes)) }

    var prologue = LoopBlock()
    /// The condition of a `while`, once, in front of the first iteration.
    var opening = LoopBlock()
    var body = LoopBlock()
    /// The loop's variable.
    var variable: Register = 0
    var nests: [LoopNestCall] = []
    var folds: [LoopFoldCall] = []
    var products: [LoopProductCall] = []
    var iotas: [LoopIotaCall] = []
    var slices: [LoopSlice] = []
    var inners: [LoopInner] = []
    var branches: [LoopBranch] = []
    var reads: [LoopRead] = []
    var keeps: [LoopKeep] = []
    var stops: [LoopStop] = []
    var conversions: [LoopConversion] = []
    /// Registers of buffers that are in use.
    var held: [[Register]] = []
    var inputs: [LoopInputPlace] = []
    var carried: [LoopCarried] = []
    /// At an iteration's end every carried register takes its successor's value.
    var moves: [(to: Register, from: Register)] = []
    /// The types of carried slots change: the tape runs one iteration only.
    var isOnce = false
}

/// Where an input's registers are.
enum LoopInputPlace {
    case none
    case number(Register)
    case view(LoopView, buffer: Int)
    /// The register of a list's length.
    case numbers(Register, buffer: Int)
}
