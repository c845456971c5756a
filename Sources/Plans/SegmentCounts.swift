/// What a segment does, added to the process's counters.
import Tracing

extension Segment {
    /// Nests, tasks and the bytes of their operands.
    func count(of plan: Plan) {
        for k in steps {
            let step = plan.steps[k]
            guard let program = step.program else {
                if step.task != nil { Counters.shared.opaqueTasks &+= 1 }
                if step.shares != nil { Counters.shared.collectiveTasks &+= 1 }
                continue
            }
            let nest = program.nest
            Counters.shared.kernels &+= 1
            guard step.chunkCount > 0 else { continue }
            let points = program.pointCount
            for load in nest.loads { Counters.shared.bytesRead &+= points &* load.type.byteCount }
            for output in nest.outputs { Counters.shared.bytesWritten &+= points &* output.target.type.byteCount }
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
            if case .send(let messages)? = step.exchange { for message in messages { note(message.byteCount) } }
            if let fold = step.fold, let program = step.program { fold.forEachSend(program, note) }
        }
    }
}
