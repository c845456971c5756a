/// What a segment does, added to the process's counters.
import Kernels
import Tracing

extension Segment {
    /// Nests, tasks and the bytes of their operands.
    func count(of plan: Plan) {
        for k in steps {
            let step = plan.steps[k]
            guard step.program != nil else {
                if step.task != nil { Counters.shared.opaqueTasks &+= 1 }
                if step.shares != nil { Counters.shared.collectiveTasks &+= 1 }
                continue
            }
            Counters.shared.kernels &+= 1
            guard step.chunkCount > 0 else { continue }
            Counters.shared.bytesRead &+= step.traffic.read
            Counters.shared.bytesWritten &+= step.traffic.written
        }
    }

    /// Messages that are sent where chunks run. Those of collective bodies follow from values and are not known here.
    func countMessages(of plan: Plan) {
        func note(_ bytes: Int) {
            Counters.shared.messages &+= 1
            Counters.shared.messageBytes &+= bytes
        }
        for k in steps {
            let step = plan.steps[k]
            for turn in step.exchange?.turns ?? [] where !turn.isReceive { note(turn.message.byteCount) }
            if let fold = step.fold, let program = step.program { fold.forEachSend(program, note) }
        }
    }
}

/// The bytes that a nest moves between its stores and the processor, if it finds nothing in the cache.
struct Traffic {
    private(set) var read = 0
    private(set) var written = 0

    /// What several views of one store read, they read once; a temporary that streams by moves nothing.
    init(_ step: Plan.Step) {
        guard let program = step.program else { return }
        let nest = program.nest
        for slot in 0..<nest.slotCount where slot != step.stream?.slot {
            read += Traffic.bytes(nest.loads.filter { $0.slot == slot }, program)
            written += Traffic.bytes(nest.outputs.map(\.target).filter { $0.slot == slot }, program)
        }
    }

    init() {}

    private static func bytes(_ operands: [LoopNest.Operand], _ program: NestProgram) -> Int {
        let touched = operands.reduce(0) { $0 + program.pointCount * $1.type.byteCount }
        guard operands.count > 1, program.pointCount == program.nest.pointCount else { return touched }
        let bounds = operands.map { program.byteBounds(of: $0) }
        return min(touched, bounds.map(\.upperBound).max()! - bounds.map(\.lowerBound).min()!)
    }
}
