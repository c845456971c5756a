/// What the runtime did so far, for tests and benchmarks.
import LoopbackTransport
import Tracing

/// Messages from one rank to another.
public struct Traffic: Hashable, Sendable {
    /// The rank that sent.
    public var from: Int
    /// The rank that received.
    public var to: Int
    /// Messages between the two.
    public var messages: Int
    /// Bytes of these messages.
    public var bytes: Int
}

extension Runtime {
    /// Every number of ``Counters`` by its name.
    public var counts: [(name: String, value: Int)] {
        Mirror(reflecting: Counters.shared).children.compactMap { child in
            (child.value as? Int).map { (child.label!, $0) }
        }
    }

    /// What loopback ranks sent each other so far, from rank to rank; collectives included.
    public var traffic: [Traffic] {
        guard let traffic = replay?.world.traffic else { return [] }
        let ranks = 0..<traffic.rankCount
        return ranks.flatMap { from in
            ranks.compactMap { to in
                let messages = traffic.messageCount(from: from, to: to)
                if messages == 0 { return nil }
                return Traffic(
                    from: from, to: to, messages: messages,
                    bytes: traffic.byteCount(from: from, to: to))
            }
        }
    }
}
