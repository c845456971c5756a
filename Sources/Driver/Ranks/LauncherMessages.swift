// Says in one line what mpirun says in ten.
//
// In: what mpirun writes to standard error, piece by piece: the ranks' own words, and between rules
// of dashes its explanations. Out: the ranks' words unchanged and at once, known explanations as
// one sentence. Unknown ones pass as they are; so does a rule of dashes that a program prints.

struct LauncherMessages {
    /// A line that may still become a rule.
    private var line: [UInt8] = []
    /// Whether that line has already turned out not to be one.
    private var isPassing = false
    /// The lines since a rule, while they may be a known explanation.
    private var block: [String]?

    private static let rule = String(repeating: "-", count: 74)

    /// Takes the next piece; returns what is to be shown.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var shown: [UInt8] = []
        for byte in bytes {
            if isPassing {
                shown.append(byte)
            } else {
                line.append(byte)
                if block == nil && !isStartOfRule { shown += passedLine() }
            }
            guard byte == UInt8(ascii: "\n") else { continue }
            isPassing = false
            if !line.isEmpty {
                shown += taken(line: String(decoding: line.dropLast(), as: UTF8.self))
            }
            line = []
        }
        return shown
    }

    /// What is left when nothing more comes.
    mutating func finish() -> [UInt8] {
        defer { line = [] }
        return passedBlock() + line
    }

    private var isStartOfRule: Bool {
        line.count <= Self.rule.utf8.count + 1
            && line.allSatisfy { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "\n") }
    }

    private mutating func passedLine() -> [UInt8] {
        defer { line = [] }
        isPassing = true
        return line
    }

    private mutating func passedBlock() -> [UInt8] {
        guard let lines = block else { return [] }
        block = nil
        return Array(([Self.rule] + lines).map { $0 + "\n" }.joined().utf8)
    }

    /// A whole line that is a rule or stands behind one.
    private mutating func taken(line: String) -> [UInt8] {
        guard let lines = block else {
            if line == Self.rule {
                block = []
                return []
            }
            return Array((line + "\n").utf8)
        }
        if line == Self.rule, !lines.isEmpty {
            block = nil
            return Array((sentence(for: lines).map { "legate: \($0)\n" } ?? "").utf8)
        }
        block = lines + [line]
        let isKnown = Self.beginnings.contains { (lines.first ?? line).hasPrefix($0) }
        return isKnown && lines.count < 40 ? [] : passedBlock()
    }

    private static let beginnings = [
        "Primary job  terminated normally", "mpirun detected that one or more processes",
        "mpirun noticed that process rank", "MPI_ABORT was invoked on rank",
        "ORTE has lost communication", "ORTE was unable to reliably start",
    ]

    /// One sentence for a known explanation; nothing for one that another says better.
    private func sentence(for lines: [String]) -> String? {
        let text = lines.joined(separator: " ")
        let exit = #/.*Process name: \[\[\d+,\d+\],(\d+)\] +Exit code: +(\d+).*/#
        let signal = #/.*process rank (\d+) .*on node (\S+) exited on (signal .*)\./#
        let abort = #/MPI_ABORT was invoked on rank (\d+) .*errorcode (-?\d+).*/#
        let loss = #/ORTE has lost.*Remote daemon:.* on node (\S+).*/#
        if let end = text.wholeMatch(of: exit) {
            return "rank \(end.1) ended first, with exit code \(end.2)"
        }
        if let end = text.wholeMatch(of: signal) {
            return "rank \(end.1) on \(end.2) was ended by \(end.3)"
        }
        if let end = text.wholeMatch(of: abort) {
            return "rank \(end.1) ended the run with code \(end.2)"
        }
        if let end = text.wholeMatch(of: loss) {
            return "the connection to host \(end.1) was lost"
        }
        if text.hasPrefix("ORTE was unable") {
            return "a host was lost, or mpirun's part there did not start; look at the names of "
                + "the hosts, the way to them, and whether Open MPI and this project are there"
        }
        return nil
    }
}
