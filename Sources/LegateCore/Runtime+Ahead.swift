/// Beginning early: when much work is recorded, the workers start on the older part of it while the program goes on.
///
/// The cut must not cost what recording late has gained, so it lies where no temporary crosses: every store written
/// before it and used behind it is still held by the program. Where the window is cut follows from the launches
/// and from what the program holds, never from the clock, so that every rank would cut alike.
///
///     record … record | record … record        the workers run what lies left of the bar
///              cut                              the rest stays in the window
///
/// Opaque launches never run ahead: their bodies may use what the program uses.
import Launches
import Plans

/// A plan of which the first `next` segments ran.
struct RunningPlan {
    let plan: Plan
    var launches: [Launch?]
    var stores: [Store?]
    var next = 0
    /// Segment `next`, begun on the workers.
    var ahead: RunningSegment?
}

extension Runtime {
    /// Launches that must be recorded, so that expressions stay whole.
    private static let aheadLaunches = 8

    /// Begins the older part of the window on the workers, if there is a good place to cut it.
    func beginAhead() throws {
        aheadLimit = windowWork &+ configuration.aheadPoints
        guard backend.workerCount > 1, ranks == nil, !isFlushing, window.count >= Runtime.aheadLaunches,
            let cut = quietPoint()
        else { return }
        isFlushing = true
        defer { isFlushing = false }
        try land()
        var running = takeWindow(cut)
        guard let segment = running.plan.segments.first, segment.runsAhead(of: running.plan) else {
            return try complete(&running)
        }
        do {
            try executor.checkpoint()
            running.ahead = try executor.begin(segment, of: running.plan, running.launches, running.stores)
        } catch {
            try keep(running, error)
        }
        Counters.shared.begunAhead &+= 1
        background = running
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
        running.ahead.unsafelyUnwrapped.finish()
        running.ahead = nil
        retireSegment(&running)
        try complete(&running)
    }

    /// The latest place in the middle half of the window that no temporary crosses, before any opaque launch.
    private func quietPoint() -> Int? {
        let opaque = window.firstIndex { if case .opaque = $0.body { true } else { false } } ?? window.count
        let highest = min(window.count &* 3 / 4, opaque)
        let lowest = max(window.count / 4, 2)
        guard lowest <= highest else { return nil }
        // Where each temporary, seen by nobody any more, is written first.
        var written: [ObjectIdentifier: Int] = [:]
        for (k, launch) in window.enumerated() {
            for view in launch.outputs where view.store.handleCount == 0 && !view.store.isShared {
                if written[ObjectIdentifier(view.store)] == nil { written[ObjectIdentifier(view.store)] = k }
            }
        }
        var earliest = window.count
        var cut = window.count
        while cut > lowest {
            if cut <= highest, earliest >= cut { return cut }
            cut -= 1
            for view in window[cut].inputs + window[cut].outputs {
                if let first = written[ObjectIdentifier(view.store)] { earliest = min(earliest, first) }
            }
        }
        return earliest >= cut && cut <= highest ? cut : nil
    }
}
