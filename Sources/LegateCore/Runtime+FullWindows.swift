/// A full window: how much of it runs, and what stays for the next one.
///
/// A window may be full in the middle of an expression. All of it run, the values between the
/// expression's operations would be arrays that must exist in full, although they stream through
/// the caches wherever their writer and their reader share a window. So a full window is cut where
/// the fewest bytes of new stores cross: those written before the cut for the first time and used
/// behind it, or held by the program at the end.
///
///     b[1:-1] = (a[:-2] + a[1:-1]) / 2        … t0 t1 b | t0      t0 is held, and as large as a:
///                                                     cut         it is written where it is read
///
/// In: the launches and what the program holds, never the clock: every rank cuts alike. Small
/// windows are run whole, so that a loop over small arrays finds its plans again.
import Launches
import Plans

extension Runtime {
    /// Runs a full window, or all of it up to where it is cut best.
    func flushFull() throws {
        noteFull()
        guard !isFlushing, let cut = cheapestEnd() else { return try flush() }
        let last = window[cut - 1]
        try flushOldest { min(cut, self.window.count) }
        noteCut(behind: last)
    }

    /// Runs the oldest launches; the others stay recorded.
    ///
    /// - Parameter count: How many, asked when what ran ahead has ended.
    func flushOldest(_ count: () -> Int) throws {
        isFlushing = true
        defer { isFlushing = false }
        try land()
        let cut = count()
        guard cut > 0 else { return }
        if let beforeFlush { try beforeFlush() }
        ArrowReturns.settle()
        // What the others use is as good as held while these are planned.
        hold(window[cut...], by: 1)
        var running = takeWindow(cut)
        hold(window[...], by: -1)
        try complete(&running)
    }

    /// The last of the places in the window's second half that the fewest bytes cross; `nil` where
    /// the window's end is as good.
    private func cheapestEnd() -> Int? {
        guard window.count > 1, heldBytes() >= configuration.cutBytes else { return nil }
        var change = [Int](repeating: 0, count: window.count + 1)
        for span in newStores() {
            change[span.written + 1] &+= span.bytes
            if span.used < window.count { change[span.used + 1] &-= span.bytes }
        }
        var bytes = 0
        var best = (bytes: Int.max, position: 0)
        for position in 0...window.count {
            bytes &+= change[position]
            if position >= window.count / 2, bytes <= best.bytes { best = (bytes, position) }
        }
        return bytes - best.bytes >= configuration.cutBytes ? best.position : nil
    }

    /// Bytes that must be there if the whole window runs, and are not yet.
    private func heldBytes() -> Int {
        var bytes = 0
        for launch in window {
            launch.outputs.withUnsafeBufferPointer {
                for view in $0 where view.store.handleCount > 0 && view.store.memory == nil {
                    bytes &+= view.store.byteCount
                }
            }
        }
        return bytes
    }

    /// Stores that the window writes first: which launch does, which one uses them last, or that the
    /// program holds them.
    private func newStores() -> [(written: Int, used: Int, bytes: Int)] {
        var found: [ObjectIdentifier: (written: Int, used: Int, bytes: Int)] = [:]
        for (k, launch) in window.enumerated() {
            for view in launch.inputs { found[ObjectIdentifier(view.store)]?.used = k }
            for view in launch.outputs where view.store.memory == nil {
                found[ObjectIdentifier(view.store), default: (k, k, view.store.byteCount)].used = k
            }
        }
        for view in window.lazy.flatMap(\.outputs) where view.store.handleCount > 0 {
            found[ObjectIdentifier(view.store)]?.used = window.count
        }
        return Array(found.values)
    }
}
