/// Beginning early: when much work is recorded, the workers start on the older part of it while the
/// program goes on.
///
/// The cut must not cost what recording late has gained, so it lies where the fewest points of
/// temporaries cross it: stores that nobody holds any more, written before it and used behind it;
/// these must now exist. Where the window is cut follows from the launches and from what the
/// program holds, never from the clock, so that every rank would cut alike.
///
///     record … record | record … record        the workers run what lies left of the bar
///              cut                              the rest stays in the window
///
/// Opaque launches never run ahead: their bodies may use what the program uses.
///
/// A plan that was stopped between two chunks (Ctrl-C) is kept in the same place, and goes on where
/// a value is needed.
import Launches
import Plans

extension Runtime {
    /// Begins the older part of the window on the workers, if there is a good place to cut it.
    func beginAhead() throws {
        aheadLimit = windowWork &+ configuration.aheadPoints
        guard backend.workerCount > 1, replay == nil, ranks == nil, !isFlushing,
            window.count >= configuration.aheadLaunches,
            let cut = bestCut()
        else { return }
        isFlushing = true
        defer { isFlushing = false }
        try land()
        guard cut < window.count else { return }
        // What the rest uses is as good as held while the older part is planned: it must exist, or
        // keep its memory.
        hold(window[cut...], by: 1)
        var running = takeWindow(cut)
        hold(window[...], by: -1)
        guard let segment = running.plan.segments.first, segment.runsAhead(of: running.plan) else {
            return try complete(&running)
        }
        let owner = takenOver
        do {
            paused = running
            defer { paused = nil }
            try look(executor.checkpoint)
            if takenOver != owner { return }
            running.ahead = try executor.begin(
                segment, of: running.plan, running.launches, running.stores, running.constants,
                running.shifts)
        } catch {
            if takenOver != owner { throw error }
            try keep(running, error)
        }
        Counters.shared.begunAhead &+= 1
        background = running
    }

    func hold(_ launches: ArraySlice<Launch>, by handles: Int) {
        for launch in launches {
            for view in launch.inputs { view.store.handleCount += handles }
            for view in launch.outputs { view.store.handleCount += handles }
        }
    }

    /// Waits for what was begun ahead, and runs the rest of its plan.
    func waitForBackground() throws {
        guard background != nil, !isFlushing else { return }
        isFlushing = true
        defer { isFlushing = false }
        try land()
    }

    /// Like ``waitForBackground()``, inside a flush.
    func land() throws {
        guard var running = background else { return }
        background = nil
        if running.isStopped, drop(&running) { return }
        if running.ahead != nil {
            let owner = takenOver
            do {
                paused = running
                defer { paused = nil }
                try outsideHost { try finish(&running) }
            } catch let interruption as Interruption {
                throw interruption.cause
            }
            if takenOver != owner { return }
            retireSegment(&running)
        }
        try complete(&running)
    }

    /// Finishes the segment that was begun. What an interruption leaves of it waits until a value
    /// is needed.
    func finish(_ running: inout RunningPlan) throws {
        guard let segment = running.ahead else { return }
        paused?.ahead = segment
        let owner = takenOver
        do {
            try segment.finish { if isHostHeld { try look(interruption) } }
            running.ahead = nil
        } catch let error as Interruption {
            if takenOver != owner { throw error }
            running.isStopped = true
            background = running
            sayWhere(running)
            throw error
        } catch {
            running.ahead = nil
            throw error
        }
    }

    /// Gives up a stopped plan of which nobody holds a result any more, so that whoever stopped it
    /// need not wait for it.
    private func drop(_ running: inout RunningPlan) -> Bool {
        guard ranks == nil, replay == nil else { return false }
        let read = storesReadForSomebody()
        let isWanted = running.launches.lazy.compactMap { $0 }.contains { launch in
            launch.runsAlways
                || launch.outputs.contains {
                    isHeld($0.store) || read.contains(ObjectIdentifier($0.store))
                }
        }
        guard !isWanted else { return false }
        Counters.shared.abandonedLaunches &+= running.openLaunches
        running.ahead?.abandon()
        for k in running.launches.indices { retire(&running.launches[k]) }
        return true
    }

    /// Stores that the window reads for results which somebody holds.
    private func storesReadForSomebody() -> Set<ObjectIdentifier> {
        Set(
            EliminateDead.run(window).kept.lazy.flatMap(\.inputs).map { ObjectIdentifier($0.store) }
        )
    }

    private func isHeld(_ store: Store) -> Bool { store.handleCount > 0 || store.isShared }

    /// Where the middle half of the window is best cut, before any opaque launch;
    /// `nil` where cutting would cost more than an eighth of the work.
    private func bestCut() -> Int? {
        let opaque =
            window.firstIndex { if case .opaque = $0.body { true } else { false } } ?? window.count
        let highest = min(window.count &* 3 / 4, opaque)
        let lowest = max(window.count / 4, 2)
        guard lowest <= highest else { return nil }
        var temporaries: [ObjectIdentifier: (store: Store, written: Int, used: Int)] = [:]
        for (k, launch) in window.enumerated() {
            for view in launch.inputs { temporaries[ObjectIdentifier(view.store)]?.used = k }
            for view in launch.outputs where view.store.handleCount == 0 && !view.store.isShared {
                temporaries[ObjectIdentifier(view.store), default: (view.store, k, k)].used = k
            }
        }
        // Points that cross each place: up behind the first write, down behind the last use.
        var change = [Int](repeating: 0, count: window.count + 1)
        for (store, written, used) in temporaries.values {
            change[written + 1] &+= store.elementCount
            change[used + 1] &-= store.elementCount
        }
        var points = 0
        var best = (points: Int.max, position: 0)
        for position in 0...highest {
            points &+= change[position]
            if position >= lowest, points <= best.points { best = (points, position) }
        }
        let work = window.prefix(best.position).reduce(0) { $0 &+ $1.domain.product }
        guard best.points <= work / 8 else { return nil }
        return best.position
    }
}
