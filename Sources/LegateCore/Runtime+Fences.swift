/// Fences: where a program wants to know that something has run.
import Launches

extension Runtime {
    /// A fence: everything recorded before it runs before anything behind it, as always.
    ///
    /// - Parameter blocks: Return only when it has run.
    /// - Throws: What a task before it threw.
    public func fence(blocks: Bool = false) throws {
        if blocks { try waitForAll() }
    }
}
