/// A plan as lines of a trace: what its numbers stand for.
///
/// In: the window it was made for, right after its signature was taken. Out: one line, with the
/// launches, their stores by ordinal, the steps and which of them must come before which.
import Kernels
import Launches
import Shapes
import Tracing

extension Plan {
    /// Writes the line and returns the subject of the first step; the others follow it.
    public func trace(_ launches: [Launch], _ stores: [Store]) -> UInt32 {
        let base = Trace.takeSubjects(max(steps.count, 1))
        let places = launches.map { Int(Trace.subject(of: $0.source)) }
        var line = TraceLine("plan")
        line.add("base", Int(base))
        line.add("dead", eliminated)
        line.add("stores", stores) { $1.trace(&$0) }
        line.add("launches", zip(launches, places)) { $1.0.trace(&$0, place: $1.1) }
        line.add("steps", steps) { $1.trace(&$0) }
        line.write()
        return base
    }
}

extension Store {
    /// `[type, shape, bits]`: 1 held by the program, 2 spread over the ranks.
    fileprivate func trace(_ line: inout TraceLine) {
        line.group {
            $0.put(type.name)
            $0.put(shape)
            $0.put((handleCount > 0 || isShared ? 1 : 0) | (isTiled ? 2 : 0))
        }
    }
}

extension Launch {
    /// `[name, place, domain, inputs, outputs, kind]`
    fileprivate func trace(_ line: inout TraceLine, place: Int) {
        line.group {
            $0.put(name)
            $0.put(place)
            $0.put(domain)
            $0.put(inputs.lazy.map(\.store.windowOrdinal))
            $0.put(outputs.lazy.map(\.store.windowOrdinal))
            $0.put(kind)
        }
    }

    private var kind: String {
        switch body {
        case .pointwise: "pointwise"
        case .reduction: "reduction"
        case .opaque: "opaque"
        }
    }
}

extension Plan.Step {
    /// `[kind, domain, launches, predecessors, chunks, bytes read, bytes written, [rank, bytes, …]
    /// of messages, how it runs]`
    fileprivate func trace(_ line: inout TraceLine) {
        line.group {
            $0.put(kind)
            $0.put(domain)
            $0.put(launches)
            $0.put(predecessors)
            $0.put(chunkCount)
            $0.put(traffic.read)
            $0.put(traffic.written)
            $0.put((exchange?.turns ?? []).flatMap { [$0.message.rank, $0.message.byteCount] })
            $0.put(program.map { "\($0.tier)" } ?? "")
        }
    }
}
