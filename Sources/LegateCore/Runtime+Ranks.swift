/// How the runtime of one of several processes finds the others, and how it ends with them.
import Execution
import Glibc
import Launches
import MPITransport
import Partitions
import Tracing

extension Runtime {
    /// What must be closed at the end of the process.
    nonisolated(unsafe) private static var open: MPITransport?

    /// The ranks of this run, if there are several. Without their transport there is no run.
    static func openRanks(_ configuration: Configuration) -> Ranks? {
        guard configuration.rankCount > 1 else { return nil }
        do {
            let transport = try MPITransport()
            guard transport.rankCount == configuration.rankCount else {
                throw TransportError.failed(
                    "LEGATE_RANKS is \(configuration.rankCount), but MPI started \(transport.rankCount) ranks")
            }
            open = transport
            // Behind Python's own end: MPI takes a process that leaves without a word for a crash.
            atexit { Runtime.open?.close() }
            let ranks = Ranks(transport)
            let watch = LaunchGuard(transport)
            watch.start()
            ranks.launchGuard = watch
            return ranks
        } catch {
            fputs("legate: \(error)\n", stderr)
            exit(64)
        }
    }

    /// Brings all bytes of a tiled store here. Every rank must ask for the same.
    func gather(_ store: Store, _ ranks: Ranks) throws {
        backend.noteFilled(store.memory!)
        try ranks.gather(store)
    }
}
