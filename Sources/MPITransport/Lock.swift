/// A lock that is held for well under a microsecond most of the time: whoever finds it taken spins,
/// then gives its core away, because the holder may be waiting for one.
internal import CPlatform
import Glibc
import Synchronization

struct Lock: ~Copyable {
    private let isTaken = Atomic<Bool>(false)
    private static let spinLimit = 100

    func tryTake() -> Bool {
        !isTaken.load(ordering: .relaxed)
            && isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring)
                .exchanged
    }

    func take() {
        var spins = 0
        while !tryTake() {
            spins += 1
            if spins < Lock.spinLimit { lg_pause() } else { sched_yield() }
        }
    }

    func give() { isTaken.store(false, ordering: .releasing) }
}
