/// What a segment does, for the process's counters.
import Kernels
import Tracing

/// Nests, tasks and the bytes of their operands: the same in every run of a segment.
struct SegmentCounts {
    private var kernels = 0
    private var opaqueTasks = 0
    private var collectiveTasks = 0
    private var bytesRead = 0
    private var bytesWritten = 0
    private var copiedBytes = 0

    init(_ steps: ArraySlice<Plan.Step>) {
        for step in steps {
            guard let nest = step.program?.nest else {
                if step.task != nil { opaqueTasks += 1 }
                if step.shares != nil { collectiveTasks += 1 }
                continue
            }
            kernels += 1
            guard step.chunkCount > 0 else { continue }
            bytesRead += step.traffic.read
            bytesWritten += step.traffic.written
            if nest.steps.isEmpty, nest.folds.isEmpty, !nest.loads.isEmpty {
                copiedBytes += step.traffic.written
            }
        }
    }

    /// Adds them to the process's counters.
    func note() {
        Counters.shared.kernels &+= kernels
        Counters.shared.opaqueTasks &+= opaqueTasks
        Counters.shared.collectiveTasks &+= collectiveTasks
        Counters.shared.bytesRead &+= bytesRead
        Counters.shared.bytesWritten &+= bytesWritten
        Counters.shared.copiedBytes &+= copiedBytes
    }
}

extension Segment {
    /// Messages that are sent where chunks run. Those of collective bodies follow from values and
    /// are not known here.
    func countMessages(of plan: Plan) {
        func note(_ bytes: Int) {
            Counters.shared.messages &+= 1
            Counters.shared.messageBytes &+= bytes
        }
        for k in steps {
            let step = plan.steps[k]
            for turn in step.exchange?.turns ?? [] where !turn.isReceive {
                note(turn.message.byteCount)
            }
            if let fold = step.fold, let program = step.program { fold.forEachSend(program, note) }
        }
    }
}

/// The bytes that a nest moves between its stores and the processor, if it finds nothing in the
/// cache.
struct Traffic {
    private(set) var read = 0
    private(set) var written = 0

    /// What several views of one store read, they read once; a temporary that streams by moves
    /// nothing.
    init(_ step: Plan.Step) {
        guard let program = step.program else { return }
        let nest = program.nest
        for slot in 0..<nest.slotCount where slot != step.stream?.slot {
            read += Traffic.bytes(nest.loads.lazy.filter { $0.slot == slot }, program)
            written += Traffic.bytes(
                nest.outputs.lazy.map(\.target).filter { $0.slot == slot }, program)
        }
    }

    init() {}

    private static func bytes(
        _ operands: some Sequence<LoopNest.Operand>, _ program: NestProgram
    ) -> Int {
        let isWhole =
            !program.positions.isEmpty && program.pointCount == program.positions.count
        var (touched, count, bounds) = (0, 0, 0..<0)
        for operand in operands {
            touched += program.pointCount * operand.type.byteCount
            count += 1
            guard isWhole else { continue }
            let bytes = program.byteBounds(of: operand)
            bounds =
                count == 1
                ? bytes
                : min(
                    bounds.lowerBound, bytes.lowerBound)..<max(
                        bounds.upperBound, bytes.upperBound)
        }
        return count > 1 && isWhole ? min(touched, bounds.count) : touched
    }
}
