/// One run of a segment: its tables of memory, constants and partial results, and what is done so
/// far.
///
/// In: a segment of a plan with the launches and stores of the window it is run for; all stores
/// have memory. Out: every chunk run once, on one worker in the plan's order or on all of them,
/// each behind what it needs. Workers touch plain tables here and, once per chunk, the plan's own
/// objects.
import Execution
import Kernels
import Launches
import Synchronization
import Tracing

final class SegmentRun {
    private let segment: Segment
    private let plan: Plan
    private let launches: [Launch?]
    private let stores: [Store?]
    private let channel: ExchangeChannel?
    private let executor: PlanExecutor
    /// The first error of a chunk: nothing that began after it runs.
    let failure = Failure()
    /// Memory of every slot of every step; `slotStart` says where a step's slots begin.
    private let memory: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let constants: UnsafeMutablePointer<ScalarExpression.Constant>
    private let steps: UnsafeMutablePointer<StepRun>
    private let workers: UnsafeMutablePointer<WorkerState>
    private let stepCount: Int
    /// Of any step.
    private let mostSlots: Int
    private let traced: TracedWindow
    /// One per chunk, then one per step: nonzero when done.
    private var flags: UnsafeMutablePointer<Atomic<UInt8>>?
    /// Chunks of each step that are still to do.
    private var remaining: UnsafeMutablePointer<Atomic<Int>>?
    /// Calls that have worked on it to the end, or still do: a handler that runs between two chunks
    /// may call again.
    var finishers = 0
    private let start: Int
    /// On one worker: chunks and steps that are done, and what is left of each step.
    private var serial = (chunks: 0, steps: 0, left: [Int]())

    private struct StepRun {
        var slotStart: Int
        var constantStart: Int
        var partials: UnsafeMutableRawPointer?
        var partialByteCount: Int
        /// Where a temporary streams by.
        var ring: UnsafeMutableRawPointer?
    }

    /// The frame a worker holds; it is made again when the worker goes to another step.
    private struct WorkerState {
        var step = -1
        var frame: BlockInterpreter.Frame?
        /// Its own table of a step's memory, where a slot's memory differs from chunk to chunk.
        var slots: UnsafeMutablePointer<UnsafeMutableRawPointer>?
        /// Keeps the workers' states in lines of their own.
        var padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
            0, 0, 0, 0, 0, 0, 0, 0
        )
    }

    init(
        _ segment: Segment, of plan: Plan, _ launches: [Launch?], _ stores: [Store?],
        _ values: [ScalarExpression.Constant], _ shifts: [Int], _ channel: ExchangeChannel?,
        _ executor: PlanExecutor
    ) throws {
        self.segment = segment
        self.plan = plan
        self.launches = launches
        self.stores = stores
        self.channel = channel
        self.executor = executor
        traced = executor.traced
        start = segment.hasTiles ? Nanoseconds.now : 0
        stepCount = segment.steps.count
        var slotCount = 0
        var constantCount = 0
        var mostSlots = 0
        for k in segment.steps {
            slotCount &+= plan.steps[k].slots.count
            mostSlots = max(mostSlots, plan.steps[k].slots.count)
            constantCount &+= plan.steps[k].constants.count
        }
        self.mostSlots = mostSlots
        memory = .allocate(capacity: max(1, slotCount))
        constants = .allocate(capacity: max(1, constantCount))
        steps = .allocate(capacity: max(1, stepCount))
        workers = .allocate(capacity: executor.backend.workerCount)
        workers.initialize(repeating: WorkerState(), count: executor.backend.workerCount)
        var slot = 0
        var constant = 0
        var filled = 0
        do {
            for k in segment.steps {
                // Field by field: a copy of the step would count references to all of them.
                let program = plan.steps[k].program
                let stream = plan.steps[k].stream
                if let program { executor.count(program) }
                let bytes = program?.partialByteCount ?? 0
                (steps + filled).initialize(
                    to: StepRun(
                        slotStart: slot, constantStart: constant,
                        partials: bytes > 0 ? try executor.backend.allocate(byteCount: bytes) : nil,
                        partialByteCount: bytes))
                filled += 1
                if let stream {
                    steps[filled - 1].ring =
                        stream.isSource
                        ? try executor.backend.allocate(byteCount: ringBytes(stream))
                        : steps[filled - 2].ring
                }
                let slides = plan.steps[k].slides
                for (k, ordinal) in plan.steps[k].slots.enumerated() {
                    memory[slot] =
                        k == stream?.slot
                        ? steps[filled - 1].ring.unsafelyUnwrapped
                        : stores[ordinal].unsafelyUnwrapped.memory.unsafelyUnwrapped
                            + shifts[Int(slides[k])]
                    slot &+= 1
                }
                for place in plan.steps[k].constantPlaces {
                    (constants + constant).initialize(to: values[place])
                    constant &+= 1
                }
            }
        } catch {
            free(steps: filled)
            throw error
        }
    }

    private func ringBytes(_ stream: TemporaryStream) -> Int {
        stream.byteCount(workers: executor.backend.workerCount)
    }

    func deallocate() {
        if segment.hasTiles {
            segment.leastNanoseconds = min(segment.leastNanoseconds, Nanoseconds.now &- start)
        }
        free(steps: stepCount)
    }

    private func free(steps filled: Int) {
        for k in 0..<filled {
            if let partials = steps[k].partials {
                executor.backend.deallocate(partials, byteCount: steps[k].partialByteCount)
            }
            if let ring = steps[k].ring,
                let stream = plan.steps[segment.steps.lowerBound + k].stream, stream.isSource
            {
                executor.backend.deallocate(ring, byteCount: ringBytes(stream))
            }
        }
        for worker in 0..<executor.backend.workerCount { workers[worker].slots?.deallocate() }
        memory.deallocate()
        constants.deallocate()
        steps.deallocate()
        workers.deallocate()
        flags?.deallocate()
        remaining?.deallocate()
    }

    // MARK: - On one worker

    /// Small segments step by step; large ones in the plan's order, which keeps operands in the
    /// cache, and those that compute while messages are on their way. Goes on where it was stopped.
    func serially(_ look: () throws -> Void) rethrows {
        if segment.isSmall || stepCount == 1 { return try stepByStep(look) }
        if serial.chunks == 0 {
            serial.left = (0..<stepCount).map {
                plan.steps[segment.steps.lowerBound + $0].chunkCount
            }
        }
        while serial.chunks < segment.chunkCount {
            let chunk = Int(segment.order[serial.chunks])
            let step = Int(segment.stepOf[chunk])
            body(chunk, step, worker: 0)
            serial.chunks &+= 1
            serial.left[step] &-= 1
            if serial.left[step] == 0 { finish(step, worker: 0) }
            try look()
        }
    }

    private func stepByStep(_ look: () throws -> Void) rethrows {
        while serial.steps < stepCount {
            let step = serial.steps
            let chunks = plan.steps[segment.steps.lowerBound &+ step].chunkCount
            let end = segment.firstChunk[step] &+ chunks
            while serial.chunks < end {
                body(serial.chunks, step, worker: 0)
                serial.chunks &+= 1
                if serial.chunks < end { try look() }
            }
            // Whoever `look` called may have done the rest.
            guard serial.steps == step else { continue }
            if chunks > 0 { finish(step, worker: 0) }
            serial.steps &+= 1
        }
    }

    /// Looks over all chunks; for who wants to know, on the thread that finishes the segment.
    var state: (done: Int, count: Int, step: Int)? {
        var (done, next) = (serial.chunks, serial.chunks)
        if let flags {
            let isDone = (0..<segment.chunkCount).map { flags[$0].load(ordering: .acquiring) != 0 }
            done = isDone.count { $0 }
            next =
                (0..<segment.chunkCount).first { !isDone[Int(segment.order[$0])] }
                ?? segment.chunkCount
        }
        guard next < segment.chunkCount else { return nil }
        return (
            done, segment.chunkCount,
            segment.steps.lowerBound + Int(segment.stepOf[Int(segment.order[next])])
        )
    }

    // MARK: - On all workers

    func prepareFlags() {
        let flagCount = segment.chunkCount + stepCount
        let flags = UnsafeMutablePointer<Atomic<UInt8>>.allocate(capacity: flagCount)
        for k in 0..<flagCount { (flags + k).initialize(to: Atomic(0)) }
        let remaining = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: stepCount)
        for step in 0..<stepCount {
            let chunks = plan.steps[segment.steps.lowerBound + step].chunkCount
            (remaining + step).initialize(to: Atomic(chunks))
            if chunks == 0 { flags[segment.chunkCount + step].store(1, ordering: .relaxed) }
        }
        self.flags = flags
        self.remaining = remaining
    }

    /// Runs the chunk at one place of the order, once what it needs is done: all of that was begun
    /// before.
    func chunk(_ place: Int, worker: Int) {
        let chunk = Int(segment.order[place])
        let step = Int(segment.stepOf[chunk])
        let flags = flags.unsafelyUnwrapped
        var k = Int(segment.needStart[chunk])
        let end = Int(segment.needStart[chunk &+ 1])
        while k < end {
            let need = segment.needs[k]
            for flag in Int(need.first)...Int(need.last)
            where flags[flag].load(ordering: .acquiring) == 0 {
                wait(for: flags + flag, worker)
            }
            k &+= 1
        }
        body(chunk, step, worker: worker)
        flags[chunk].store(1, ordering: .releasing)
        if remaining.unsafelyUnwrapped[step].wrappingSubtract(1, ordering: .acquiringAndReleasing)
            .newValue == 0
        {
            finish(step, worker: worker)
            flags[segment.chunkCount &+ step].store(1, ordering: .releasing)
        }
    }

    private func wait(for flag: UnsafeMutablePointer<Atomic<UInt8>>, _ worker: Int) {
        let start = worker == 0 ? Nanoseconds.now : 0
        var spins = 0
        while flag.pointee.load(ordering: .acquiring) == 0 {
            spins &+= 1
            if worker == 0 { StateWish.look() }
            executor.backend.pause(spins)
        }
        if worker == 0 { executor.backend.noteWaiting(nanoseconds: Nanoseconds.now &- start) }
    }

    // MARK: - The work itself

    private func body(_ chunk: Int, _ step: Int, worker: Int) {
        if worker == 0 { StateWish.look() }
        let planned = segment.steps.lowerBound &+ step
        let local = chunk &- segment.firstChunk[step]
        guard let program = plan.steps[planned].program else {
            return failure.guarding { try withoutNest(planned, local, worker) }
        }
        guard local < program.chunks.count else { return }
        let chunk = program.chunks[local]
        if let ring = steps[step].ring, let stream = plan.steps[planned].stream {
            useSlots(of: step, worker)[stream.slot] = stream.memory(
                of: local, chunk, worker: worker, in: ring)
        }
        let start = Trace.isOn ? Trace.now() : 0
        program.run(chunk, frame(program, step, worker), partials: steps[step].partials)
        if start > 0 { traced.note(.chunk, planned, local, worker, since: start) }
    }

    private func finish(_ step: Int, worker: Int) {
        let planned = segment.steps.lowerBound &+ step
        guard let program = plan.steps[planned].program else { return }
        let partials = steps[step].partials
        if let fold = plan.steps[planned].fold {
            failure.guarding {
                let start = Trace.isOn ? Trace.now() : 0
                try fold.run(
                    program, frame(program, step, worker), partials: partials,
                    channel.unsafelyUnwrapped)
                if start > 0 { traced.note(.meeting, planned, 0, worker, since: start) }
            }
        } else if let partials {
            program.finish(frame(program, step, worker), partials: partials)
        }
    }

    private func withoutNest(_ planned: Int, _ chunk: Int, _ worker: Int) throws {
        if let exchange = plan.steps[planned].exchange { return try speak(exchange, worker) }
        let step = plan.steps[planned]
        let start = Trace.isOn ? Trace.now() : 0
        defer { if start > 0 { traced.note(.chunk, planned, chunk, worker, since: start) } }
        let launch = launches[step.task.unsafelyUnwrapped].unsafelyUnwrapped
        guard case .opaque(let task) = launch.body else { return }
        if let shares = step.shares, let channel {
            let backend = executor.backend
            let workers = TaskWorkers(count: backend.workerCount, share: backend.share)
            try task.collective?(CollectiveTile(launch, shares, channel, tag: step.tag, workers))
        } else if step.isTogether, let channel {
            let tile = TaskTiles.tile(step.units ?? 0..<task.units, task, launch) { $0.memory! }
            try task.together?(tile, CollectiveTile(channel, tag: step.tag))
        } else {
            executor.run(task, of: launch, units: step.units, chunk)
        }
    }

    private func speak(_ exchange: Exchange, _ worker: Int) throws {
        let channel = channel.unsafelyUnwrapped
        for turn in exchange.turns {
            let start = Trace.isOn ? Trace.now() : 0
            defer { if start > 0 { turn.message.trace(turn.isReceive, worker, since: start) } }
            try channel.take(turn) { stores[$0].unsafelyUnwrapped.memory.unsafelyUnwrapped }
        }
    }

    /// A worker's own table of a step's memory.
    private func useSlots(of step: Int, _ worker: Int) -> UnsafeMutablePointer<
        UnsafeMutableRawPointer
    > {
        let slots = workers[worker].slots ?? .allocate(capacity: mostSlots)
        workers[worker].slots = slots
        if workers[worker].step == step { return slots }
        workers[worker].step = -1
        slots.update(
            from: memory + steps[step].slotStart,
            count: plan.steps[segment.steps.lowerBound &+ step].slots.count)
        return slots
    }

    private func frame(_ program: NestProgram, _ step: Int, _ worker: Int) -> BlockInterpreter.Frame
    {
        if workers[worker].step == step { return workers[worker].frame.unsafelyUnwrapped }
        let slots =
            steps[step].ring == nil
            ? memory + steps[step].slotStart : workers[worker].slots.unsafelyUnwrapped
        let frame = program.frame(
            memory: UnsafePointer(slots), scratch: executor.scratches[worker],
            constants: UnsafePointer(constants + steps[step].constantStart))
        workers[worker].step = step
        workers[worker].frame = frame
        return frame
    }
}
