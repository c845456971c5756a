/// What the compiler is given: one function as LLVM IR, and for which processor it is.

/// A kernel's text.
///
/// The text is a module with opaque pointers and at least one definition, `name`. It names no
/// triple and no data layout; the compiler adds those. There are no optimisation passes in front of
/// the code generator: values are in SSA form, vectors are written as vectors. Nothing is
/// contracted: a fused multiply-add is one only where the text calls `llvm.fma`. Loads and stores
/// of vectors that lie anywhere must say `align`: without it LLVM takes the whole vector's size.
/// Every function should be `nounwind`.
public struct KernelText: Sendable {
    /// The function's name in the text.
    public var name: String
    /// LLVM IR.
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
