/// The short way for opaque launches whose operands are at rest: their tiles run at once, on all
/// workers, without a window and a plan.
///
/// In: a launch and the elements it touches. Out: whether it ran. The tiles are those of a recorded
/// launch, so the bits are the same. What is so large that somebody may want to interrupt it, or
/// that its memory had better be planned, is left to the window.
import CPUBackend
import Launches
import Plans
import Shapes
import Tracing

extension Runtime {
    /// Launches that touch more elements are recorded: some ten milliseconds of work.
    private static let mostElementsAtOnce = 1 << 22
    /// Launches that touch fewer stay on the calling thread.
    private static let sharedElements = 32_768
    /// Tiles of launches that touch fewer take less than a millisecond.
    private static let shortElements = 1 << 21

    /// Whether an opaque launch that touches `elements` may run at once, if its operands are at
    /// rest: nothing runs already, nobody else has a part of it, and nobody wants to see it in a
    /// trace.
    public func runsTasksAtOnce(_ elements: Int) -> Bool {
        elements <= Runtime.mostElementsAtOnce && hasFreeWorkers && ranks == nil && replay == nil
            && !isFlushing
            && configuration.simulatedRanks == nil && !Trace.isOn
    }

    /// Runs an opaque launch at once, on all workers, if nothing is recorded that it would have to
    /// wait for.
    ///
    /// - Parameter elements: How many elements it touches.
    /// - Returns: Whether it ran; if not, nothing was done.
    public func runAtOnce(_ launch: Launch, elements: Int) -> Bool {
        guard case .opaque(let task) = launch.body, runsTasksAtOnce(elements),
            launch.inputs.allSatisfy(\.store.isReady),
            launch.outputs.allSatisfy({ isFree($0.store) })
        else { return false }
        for output in launch.outputs where output.store.memory == nil {
            // Where memory is short, flushing the window may free some.
            do { try materialize(output.store) } catch { return false }
        }
        Counters.countImmediate()
        let isShared = elements >= Runtime.sharedElements
        let tiles = TaskTiles(task, workers: isShared ? backend.workerCount : 1)
        func run(_ tile: Int) {
            task.body(tiles.tile(tile, of: launch) { $0.memory.unsafelyUnwrapped })
        }
        if isShared {
            Immediate.share(tiles.count, isShort: elements < Runtime.shortElements, run)
        } else {
            run(0)
        }
        return true
    }

    /// Nothing recorded touches the store, and foreign code does not see it.
    private func isFree(_ store: Store) -> Bool {
        store.pendingReads == 0 && store.pendingWrites == 0 && !store.isShared && !store.isTiled
    }
}
