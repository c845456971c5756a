/// A loop nest as plain tables, for the workers.
///
/// Swift arrays and closures count references, and counting on one shared object from several
/// threads costs more than the arithmetic of a block. Everything that a block touches therefore
/// stands in tables of plain bits, made once per nest and freed with it.
import Launches
import Shapes

struct FlatOperand {
    var slot: Int
    /// Element size in bytes.
    var size: Int
    /// In elements.
    var offset: Int
    /// One per axis of the nest.
    var strides: UnsafePointer<Int>
    /// Stride of the innermost axis; 1 for nests without axes.
    var innerStride: Int
    /// Lies in memory in the nest's own row-major order, without gaps: rows need no attention.
    var isLinear: Bool
    /// One element for all points.
    var isUniform: Bool
    /// A load that a fold or an output uses as it is while the nest writes its store: it is copied,
    /// because the outputs of a block are stored before its folds run.
    var isCopied: Bool
    /// Register of the value, as a byte offset.
    var register: Int
}

struct FlatOutput {
    var operand: FlatOperand
    var value: Int
    /// The step that makes the value may write it here at once.
    var isDirect: Bool
}

struct FlatStep {
    enum Kernel {
        case block(BlockKernel)
        case cast(CastKernel)
    }
    var kernel: Kernel
    var input0: Int
    var input1: Int
    var input2: Int
    var output0: Int
    var output1: Int
    /// Byte offsets of the registers of the results.
    var register0: Int
    var register1: Int
    /// The output a result goes to directly, or -1.
    var direct0: Int
    var direct1: Int
}
