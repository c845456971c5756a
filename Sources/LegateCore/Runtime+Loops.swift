/// Windows that begin where a loop begins again.
///
/// A window that is full ends anywhere in a loop's body, the next one somewhere else, and a plan is
/// only found again when the windows meet at the same place after many rounds. So a window ends
/// where its first launch comes again (the same call on the same line over as many points, behind
/// the same call) once there is no room for another round. Loops whose body is longer than a window
/// are cut where a window is full, and once more where the first of these windows began.
///
///     body of 17 launches, windows of 64    full:    0…63, 64…127, …    each begins at another place of the body
///                                           so:      0…50, 51…101, …    three rounds each; one plan serves
///
/// What decides are the launches alone, never the clock. A launch's mark is the hash of its kind,
/// which the window's signature takes anyway, and its line.
import Launches
import Plans

/// Two neighbouring launches by their marks: where in the program a window begins.
private struct Beginning: Equatable {
    var launch: UInt64 = 0
    var before: UInt64 = 0
}

struct LoopPlaces {
    /// The mark of the launch recorded last.
    fileprivate var previous: UInt64 = 0
    /// Where the present window begins.
    fileprivate var window = Beginning()
    /// Launches of a round, once the present window saw a second one begin.
    fileprivate var period = 0
    /// Where a window began that was cut because it was full, and how many were since.
    fileprivate var full = Beginning()
    fileprivate var fullCount = 0
    /// Bodies of loops longer than so many windows are not looked for.
    fileprivate static let mostWindows = 8
}

extension Runtime {
    /// Whether the newest launch begins another round of a loop, so that the others had better be
    /// run without it.
    ///
    /// - Parameter kind: The hash of what the launch computes.
    @inline(__always)
    func beginsLoopAgain(_ launch: Launch, _ kind: UInt64) -> Bool {
        let line = UInt64(truncatingIfNeeded: launch.source?.line ?? 0)
        let here = Beginning(
            launch: line == 0 ? 0 : kind &+ line &* 0x9E37_79B9_7F4A_7C15, before: loops.previous)
        launch.mark = here.launch
        loops.previous = here.launch
        if window.count == 1 {
            loops.window = here
            loops.period = 0
            return false
        }
        guard here.launch != 0, ranks == nil, replay == nil, !isFlushing else { return false }
        if here == loops.window, loops.period == 0 { loops.period = window.count - 1 }
        let isAgain =
            here == loops.window && window.count - 1 + loops.period > configuration.windowSize
            || loops.fullCount > 0 && here == loops.full
        if isAgain {
            loops.window = here
            loops.period = 0
        }
        return isAgain
    }

    /// Notes where a window began that is cut for being full.
    func noteFull() {
        // Whole rounds filled it.
        if loops.period > 0 { return }
        if loops.fullCount == 0 || loops.fullCount == LoopPlaces.mostWindows {
            loops.full = loops.window
            loops.fullCount = 0
        }
        loops.fullCount += 1
    }

    /// The window was cut behind a launch, and the next one begins with what stayed.
    func noteCut(behind last: Launch) {
        loops.window = Beginning(launch: window.first?.mark ?? 0, before: last.mark)
        loops.period = 0
    }

    /// Runs everything recorded but the newest launch, with which the next window begins.
    func flushAllButLast() throws {
        loops.fullCount = 0
        try flushOldest { self.window.count - 1 }
    }
}
