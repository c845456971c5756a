/// The handle of a kernel on its way: asked for, perhaps still waiting, ready at some time, and
/// from then on for good.
import Synchronization

/// A kernel that is compiled in the background.
///
/// Whoever holds it asks `function` before each use: nil means that the interpreter serves.
///
/// - Threads: everything may be read on any thread.
public final class CompiledKernel: @unchecked Sendable {
    public enum State: Sendable, Equatable {
        case waiting
        /// Made by libLLVM in this process.
        case compiled
        /// Found on disk.
        case fromDisk
        /// Never; the reason is a sentence.
        case failed(String)
    }

    private let address = Atomic<UInt>(0)
    /// Under the compiler's lock: the next three.
    private var currentState = State.waiting
    var wanted: Int
    var text: (() throws -> KernelText)?

    init(wanted: Int, text: @escaping () throws -> KernelText) {
        self.wanted = wanted
        self.text = text
    }

    /// The compiled function, nil until there is one; valid for the process's life.
    ///
    /// - Complexity: one load.
    @inline(__always)
    public var function: UnsafeRawPointer? {
        UnsafeRawPointer(bitPattern: address.load(ordering: .acquiring))
    }

    public var state: State { CompileLock.shared.locked { currentState } }

    /// Under the compiler's lock, once.
    func settle(_ state: State, _ function: UnsafeRawPointer?) {
        currentState = state
        text = nil
        address.store(UInt(bitPattern: function), ordering: .releasing)
    }

    /// Under the compiler's lock.
    var isWaiting: Bool { currentState == .waiting }
}
