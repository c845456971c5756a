/// `--progress`: one line on the terminal that tells how a long run goes, renewed every tenth of a
/// second.
///
/// In: what ran, at the places where a plan may be stopped. Nothing is written where errors do not
/// go to a terminal, and nothing on other ranks than the first. `LEGATE_PROGRESS_LINES=1` asks for
/// a line per step instead, anywhere.
import Glibc
import Launches
import Plans
import Tracing

final class ProgressLine {
    private let writesSteps: Bool
    private var last = Trace.now()
    private var hasLine = false
    private var busy: [SourceLocation: UInt64] = [:]
    private var busyTotal: UInt64 = 0
    private static let distance: UInt64 = 100_000_000

    /// `nil` where there is nobody to read it.
    init?(writesSteps: Bool) {
        guard writesSteps || isatty(STDERR_FILENO) == 1 else { return nil }
        self.writesSteps = writesSteps
    }

    /// A segment took so long, most likely because of its first launch.
    func note(_ running: RunningPlan, since start: UInt64) {
        let segment = running.plan.segments[running.next]
        for k in segment.steps where writesSteps { write(running.plan.steps[k], running.launches) }
        guard
            let launch = running.plan.steps[segment.steps.lowerBound].launches.first.flatMap({
                running.launches[$0]
            }),
            let source = launch.source
        else { return }
        let time = Trace.now() &- start
        busy[source, default: 0] &+= time
        busyTotal &+= time
    }

    private func write(_ step: Plan.Step, _ launches: [Launch?]) {
        let names = step.launches.compactMap { launches[$0]?.name }.joined(separator: ", ")
        let place = step.launches.first.flatMap { launches[$0]?.source }.map { " at \($0)" } ?? ""
        fputs("legate: ran \(step.kind) \(names) \(step.domain)\(place)\n", stderr)
    }

    func update(waiting: Int, usedBytes: Int) {
        let now = Trace.now()
        guard !writesSteps, now &- last > ProgressLine.distance else { return }
        last = now
        let counters = Counters.shared
        var text =
            "legate: \(counters.launches + counters.immediateOperations - waiting) done, \(waiting) waiting, "
        text +=
            "\(gigabytes(counters.bytesRead + counters.bytesWritten)) GB moved, \(gigabytes(usedBytes)) GB in use"
        if counters.messages > 0 { text += ", \(gigabytes(counters.messageBytes)) GB sent" }
        if let (place, time) = busy.max(by: { $0.value < $1.value }) {
            let file = place.file.split(separator: "/").last.map(String.init) ?? place.file
            text += "; busiest \(file):\(place.line) (\(time &* 100 / max(1, busyTotal)) %)"
        }
        fputs("\r\(text.prefix(max(20, columns - 1)))\u{1B}[K", stderr)
        hasLine = true
    }

    /// Takes the line away.
    func clear() {
        guard hasLine else { return }
        fputs("\r\u{1B}[K", stderr)
        hasLine = false
    }

    private var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
            ? Int(size.ws_col) : 80
    }

    private func gigabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000_000) / 100_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
