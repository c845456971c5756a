/// How the runtime of one of several processes finds the others, and how it ends with them.
import Execution
import Glibc
import Launches
import MPITransport
import NullBackend
import Partitions
import Tracing

extension Runtime {
    /// The ranks of this run, if there are several. Without their transport there is no run.
    static func openRanks(_ configuration: Configuration) -> Ranks? {
        if let (rank, count) = configuration.simulatedRanks {
            return Ranks(NullTransport(rank: rank, rankCount: count))
        }
        guard configuration.rankCount > 1 else { return nil }
        do {
            let transport = try MPITransport()
            guard transport.rankCount == configuration.rankCount else {
                throw TransportError.failed(
                    "LEGATE_RANKS is \(configuration.rankCount), but MPI started \(transport.rankCount) ranks"
                )
            }
            let watch = LaunchGuard(transport)
            watch.start()
            return Ranks(transport, watch: watch)
        } catch {
            fputs("legate: \(error)\n", stderr)
            exit(64)
        }
    }

    /// Brings all bytes of a tiled store here. Every rank must ask for the same.
    func gather(_ store: Store, _ ranks: Ranks) throws {
        backend.noteFilled(store.memory!)
        let start = Trace.isOn ? Trace.now() : 0
        try ranks.gather(store)
        if start > 0 {
            Trace.note(
                .gather, since: start, subject: Trace.subject(of: SourceLocation.current),
                value: store.byteCount)
        }
    }
}

extension Launch {
    /// A hash of all in which the ranks' launches must not differ.
    ///
    /// - Parameter kind: The hash of what the launch computes, over which points and how its
    ///   operands walk.
    func fingerprint(_ kind: UInt64) -> UInt64 {
        var hash = Fingerprint(kind)
        switch body {
        case .pointwise(let expression), .reduction(let expression, _): hash.mix(expression)
        case .opaque: break
        }
        for view in inputs { hash.mix(view) }
        for view in outputs { hash.mix(view) }
        return hash.value
    }
}

private struct Fingerprint {
    var value: UInt64

    init(_ seed: UInt64) { value = seed &+ 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0xFF51_AFD7_ED55_8CCD
        value ^= value >> 32
    }

    mutating func mix(_ expression: ScalarExpression) {
        for constant in expression.constants { mix(constant.bits.0 ^ constant.bits.1) }
    }

    /// Only tiled stores are numbered alike on all ranks: one rank may compute small things for
    /// itself.
    mutating func mix(_ view: StoreView) {
        if view.store.isTiled { mix(view.store.id) }
        mix(UInt64(bitPattern: Int64(view.lattice.offset)))
    }
}
