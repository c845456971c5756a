/// A loop in the middle of one worker's chunk that idle workers help with.
///
/// In: a body that waits for nothing, and how often to call it. Out: all calls, each once. The
/// owner calls, too, and goes on when the last call returned. Helpers come and go: who comes late
/// finds no number left. One loop is shared at a time; the owner of a second one does it alone.
import Synchronization

final class SharedLoop: @unchecked Sendable {
    private let ticket = Ticket()
    private let isTaken = Atomic<Bool>(false)
    private let finished = Atomic<Int>(0)
    /// Written before numbers are there to take, and after the last call has returned.
    private var body: ((Int) -> Void)?

    /// - Parameter announce: Tells the others that there is something to help with.
    func run(_ count: Int, announce: () -> Void, _ body: (Int) -> Void) {
        if isTaken.exchange(true, ordering: .acquiring) { return SharedLoop.inTurn(count, body) }
        withoutActuallyEscaping(body) { body in
            self.body = body
            finished.store(0, ordering: .relaxed)
            ticket.set(0..<count)
            announce()
            help()
            var spins = 0
            while finished.load(ordering: .acquiring) != count {
                spins &+= 1
                WorkerPool.pause(spins)
            }
            self.body = nil
        }
        isTaken.store(false, ordering: .releasing)
    }

    /// Takes numbers while there are some.
    @inline(__always) func help() {
        while let number = ticket.take() {
            body!(number)
            finished.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
    }

    static func inTurn(_ count: Int, _ body: (Int) -> Void) { for k in 0..<count { body(k) } }
}
