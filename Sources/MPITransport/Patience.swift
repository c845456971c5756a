/// How a thread waits in a loop: spins at first, then gives its core to whoever wants it, and after
/// two milliseconds sleeps between its looks, for a twentieth of the time waited so far.
internal import CPlatform
import Glibc
import Tracing

struct Patience {
    private var spins = 0
    private var start: UInt64 = 0

    private static let spinLimit = 50
    private static let sleepAfter: UInt64 = 2_000_000
    private static let longestSleep: UInt64 = 200_000

    mutating func pause() {
        spins += 1
        if spins < Patience.spinLimit {
            lg_pause()
            return
        }
        StateWish.look()
        sched_yield()
        if spins % 64 != 0, start == 0 || spins < 1024 { return }
        let now = Patience.now()
        if start == 0 { start = now }
        let waited = now - start
        if waited > Patience.sleepAfter {
            var time = timespec(tv_sec: 0, tv_nsec: Int(min(waited / 20, Patience.longestSleep)))
            nanosleep(&time, nil)
        }
    }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
