/// Small segments, run where the program waits: step by step, with tables that are there already.
///
/// The same nests and the same chunks as on the long way, so the same bits.
import Kernels
import Launches
import Tracing

extension PlanExecutor {
    /// Runs all steps on the calling thread. All stores of the segment have their memory.
    func runInline(
        _ steps: InlineSteps, _ segment: Segment, of plan: Plan, _ launches: [Launch?], _ stores: [Store?],
        _ constants: [ScalarExpression.Constant]
    ) {
        segment.count(of: plan)
        shareMemory(segment, of: plan, stores)
        while inlineMemory.count < stores.count { inlineMemory.append(nil) }
        for store in segment.stores { inlineMemory[store] = stores[store].unsafelyUnwrapped.memory }
        for k in 0..<steps.steps.count {
            let step = steps.steps[k]
            guard let program = step.program else {
                runTask(plan.steps[segment.steps.lowerBound &+ step.number], launches)
                continue
            }
            for slot in step.slots {
                inlineSlots[slot &- step.slots.lowerBound] = inlineMemory[steps.slots[slot]].unsafelyUnwrapped
            }
            for constant in step.constants {
                (inlineConstants + (constant &- step.constants.lowerBound)).initialize(
                    to: constants[steps.constants[constant]])
            }
            program._withUnsafeGuaranteedRef(runNest)
        }
    }

    private func runNest(_ program: NestProgram) {
        count(program)
        let frame = program.frame(
            memory: UnsafePointer(inlineSlots), scratch: scratches[0], constants: UnsafePointer(inlineConstants))
        for chunk in program.chunks { program.run(chunk, frame, partials: nil) }
    }

    private func runTask(_ step: Plan.Step, _ launches: [Launch?]) {
        let launch = launches[step.task.unsafelyUnwrapped].unsafelyUnwrapped
        guard step.chunkCount > 0, case .opaque(let task) = launch.body else { return }
        run(task, of: launch, units: step.units, 0)
    }

    /// Runs one tile of an opaque launch.
    func run(_ task: OpaqueTask, of launch: Launch, units: Range<Int>?, _ tile: Int) {
        task.body(TaskTiles(task, workers: backend.workerCount, units: units).tile(tile, of: launch) { $0.memory! })
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
