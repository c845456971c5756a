// The manual page `legate(1)`, made from the flag definitions.
//
// In: the help page, one option a line. Out: the text for `man` (in its `man` macros): every
// section of flags, then what holds for all of them.

enum ManualPage {
    static var text: String {
        var lines = [
            ".TH LEGATE 1 \"\" \"Legate \(Place.version)\" \"User Commands\"", ".SH NAME",
            "legate \\- \(escaped(summary))", ".SH SYNOPSIS",
        ]
        lines += usage.flatMap {
            ["\\fBlegate\\fR" + escaped(String($0.dropFirst("legate".count))), ".br"]
        }
        lines += [".SH DESCRIPTION", escaped(LegateFlags.configuration.discussion)]
        for line in options { lines += rendered(line) }
        lines += ending
        return lines.joined(separator: "\n") + "\n"
    }

    private static var summary: String {
        String(LegateFlags.configuration.abstract.drop { $0 == " " }.prefix { $0 != "." })
    }

    private static var usage: [Substring] {
        (LegateFlags.configuration.usage ?? "").split(separator: "\n")
    }

    /// The help page from its first section of flags on.
    private static var options: [Substring] {
        let page = LegateFlags.helpMessage(columns: 10_000).split(separator: "\n")
        let first = page.firstIndex {
            $0.hasSuffix(":") && $0.first != " " && !$0.hasPrefix("USAGE")
        }
        return Array(page[(first ?? page.endIndex)...])
    }

    /// A heading, a flag with its text, or the text of a flag that left no room for it.
    private static func rendered(_ line: Substring) -> [String] {
        if line.first != " " { return [".SH \(line.dropLast().uppercased())"] }
        if line.hasPrefix("      ") { return [escaped(String(line.drop { $0 == " " }))] }
        let word = line.drop { $0 == " " }
        guard let gap = word.firstRange(of: "  ") else {
            return [".TP", ".B \(escaped(String(word)))"]
        }
        let text = word[gap.upperBound...].drop { $0 == " " }
        return [".TP", ".B \(escaped(String(word[..<gap.lowerBound])))", escaped(String(text))]
    }

    /// A hyphen is a minus, and no line may look like a command.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }

    private static let ending = """
        .SH EXIT STATUS
        The program's own; death by a signal is passed on as such.
        .TP
        2
        a wrong flag, value, variable or program name
        .TP
        64
        several ranks, or GPUs, were asked for and cannot be had here
        .TP
        69
        a tool, Python or Swift is missing
        .TP
        126
        the program was there but could not be started
        .SH FILES
        .TP
        ~/.legate_history
        what was typed at the console
        .TP
        ~/.cache/legate
        compiled kernels
        .SH SEE ALSO
        legate\\-jupyter, legate\\-issue and lgpatch, each with \\-\\-help
        """.split(separator: "\n").map(String.init)
}
