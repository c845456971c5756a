/// What can be wrong with a call, as values; the bridge maps kinds to Python's exceptions.

public struct NumPyError: Error {
    public enum Kind: Sendable {
        case value, type, index, axis, memory, overflow, zeroDivision, casting, linearAlgebra,
            runtime, attribute
        case notImplemented
        /// Not a mistake of the user's: the call is right but this library has no native code for
        /// it. The bridge runs it through NumPy on the host.
        case unsupported
    }
    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
