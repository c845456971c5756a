/// What stops the chunks of a segment when one of them fails.
import Synchronization

/// The first error that a chunk met.
final class Failure: Sendable {
    private let state = Mutex<Error?>(nil)
    private let isSet = Atomic(false)

    var error: Error? { isSet.load(ordering: .acquiring) ? state.withLock { $0 } : nil }

    func guarding(_ body: () throws -> Void) {
        if isSet.load(ordering: .acquiring) { return }
        do { try body() } catch {
            state.withLock { if $0 == nil { $0 = error } }
            isSet.store(true, ordering: .releasing)
        }
    }
}
