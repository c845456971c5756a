/// The clock by which ways of running something are compared.
import Glibc

public enum Nanoseconds {
    /// Nanoseconds since some moment. Asks nothing of the system: some twenty of them.
    public static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    }
}
