/// Small segments, run where the program waits: run by run, with tables that are there already.
///
/// The same nests and the same chunks as on the long way, so the same bits; the same messages in
/// the same order.
import Kernels
import Launches
import Tracing

extension PlanExecutor {
    /// Work up to which a segment runs inline. A worker that has no others finds more of its time
    /// in the way than in the work; beyond a tenth of a millisecond somebody may want to interrupt.
    var inlineLimit: Int {
        backend.workerCount == 1 ? PlanExecutor.parallelLimit &* 5 : PlanExecutor.parallelLimit
    }

    /// Runs all steps on the calling thread. All stores of the segment have their memory.
    ///
    /// - Throws: What a transport throws; nothing behind it ran.
    func runInline(
        _ steps: InlineSteps, _ segment: Segment, of plan: Plan, _ launches: [Launch?],
        _ stores: [Store?],
        _ constants: [ScalarExpression.Constant], _ shifts: [Int], _ channel: ExchangeChannel?
    ) throws {
        segment.counts.note()
        shareMemory(segment, stores)
        while inlineMemory.count < stores.count { inlineMemory.append(nil) }
        for store in segment.stores { inlineMemory[store] = stores[store].unsafelyUnwrapped.memory }
        for k in 0..<steps.runs.count {
            let run = steps.runs.pointer + k
            guard let program = run.pointee.program else {
                if run.pointee.turns.isEmpty {
                    runTask(plan.steps[segment.steps.lowerBound &+ run.pointee.number], launches)
                } else {
                    let channel = channel.unsafelyUnwrapped
                    for turn in run.pointee.turns {
                        try speak(steps.turns.pointer + turn, run, segment, plan, channel)
                    }
                }
                continue
            }
            for slot in run.pointee.slots {
                let (store, slide) = (steps.slots[slot].store, steps.slots[slot].slide)
                inlineSlots[slot &- run.pointee.slots.lowerBound] =
                    inlineMemory[store].unsafelyUnwrapped + shifts[slide]
            }
            for constant in run.pointee.constants {
                (inlineConstants + (constant &- run.pointee.constants.lowerBound)).initialize(
                    to: constants[steps.constants[constant]])
            }
            program._withUnsafeGuaranteedRef {
                runNest($0, run.pointee.chunks, isFirst: run.pointee.isFirst)
            }
        }
    }

    private func runNest(_ program: NestProgram, _ chunks: Range<Int>, isFirst: Bool) {
        if isFirst { count(program) }
        if chunks.isEmpty { return }
        let frame = program.frame(
            memory: UnsafePointer(inlineSlots), scratch: scratches[0],
            constants: UnsafePointer(inlineConstants))
        for chunk in chunks { program.run(program.chunks[chunk], frame, partials: nil) }
    }

    private func speak(
        _ turn: UnsafePointer<InlineSteps.Turn>, _ run: UnsafePointer<InlineSteps.Run>,
        _ segment: Segment, _ plan: Plan,
        _ channel: ExchangeChannel
    ) throws {
        guard let place = turn.pointee.place else {
            let exchange = plan.steps[segment.steps.lowerBound &+ run.pointee.number].exchange
                .unsafelyUnwrapped
            return try channel.take(exchange.turns[turn.pointee.position]) {
                inlineMemory[$0].unsafelyUnwrapped
            }
        }
        let bytes = UnsafeMutableRawBufferPointer(
            start: inlineMemory[place.store].unsafelyUnwrapped + place.bytes.lowerBound,
            count: place.bytes.count)
        if turn.pointee.isReceive {
            try channel.receive(into: bytes, from: turn.pointee.rank, turn.pointee.tag)
        } else {
            channel.send(UnsafeRawBufferPointer(bytes), to: turn.pointee.rank, turn.pointee.tag)
        }
    }

    private func runTask(_ step: Plan.Step, _ launches: [Launch?]) {
        let launch = launches[step.task.unsafelyUnwrapped].unsafelyUnwrapped
        guard step.chunkCount > 0, case .opaque(let task) = launch.body else { return }
        run(task, of: launch, units: step.units, 0)
    }

    /// Runs one tile of an opaque launch.
    func run(_ task: OpaqueTask, of launch: Launch, units: Range<Int>?, _ tile: Int) {
        task.body(
            TaskTiles(task, workers: backend.workerCount, units: units).tile(tile, of: launch) {
                $0.memory!
            })
    }

    /// Notes the run of a nest.
    func count(_ program: NestProgram) {
        program.noteRun()
        if program.isCompiled {
            Counters.shared.compiledChunks &+= program.chunks.count
        } else {
            Counters.shared.interpretedChunks &+= program.chunks.count
        }
    }
}
