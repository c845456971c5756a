// Reads environment, LEGATE_CONFIG and command line into one set of flags.
//
// Later words win: single variables first, then LEGATE_CONFIG, then the command line. Each
// source is also read on its own, so that a complaint can name the source at fault.
import ArgumentParser

extension LegateFlags {
    static func read(
        arguments: [String], environment: [String: String]
    ) throws -> LegateFlags {
        var words: [String] = []
        for (variable, defaults) in try EnvironmentDefaults.words(in: environment) {
            do { _ = try parsed(defaults) } catch {
                throw DriverError.inEnvironment(variable: variable, reason: error.sentence)
            }
            words += defaults
        }
        words += try configWords(environment["LEGATE_CONFIG"] ?? "")
        return try parsed(words + arguments)
    }

    private static func configWords(_ text: String) throws -> [String] {
        guard let words = shellWords(text) else { throw DriverError.unreadableConfig(text) }
        if words.isEmpty { return [] }
        let rest: [String]
        do { rest = try parsed(words).remainder } catch {
            throw DriverError.inConfig(reason: error.sentence)
        }
        if LegateFlags.asksForHelp(rest) { return words }
        if let word = rest.first { throw DriverError.programInConfig(word) }
        return words
    }

    private static func parsed(_ words: [String]) throws(DriverError) -> LegateFlags {
        do {
            var flags = try LegateFlags.parse(words)
            if flags.remainder.first == "--" { flags.remainder.removeFirst() }
            try flags.refuseUnknownFlag()
            return flags
        } catch let error as DriverError {
            throw error
        } catch {
            throw .refused(LegateFlags.message(for: error))
        }
    }

    /// Whether the first word behind the flags asks for the help page.
    static func asksForHelp(_ words: [String]) -> Bool {
        ["-h", "--help", "--help-hidden"].contains(words.first)
    }

    /// The first word that is not a flag of ours must be a program or one of its spellings.
    private func refuseUnknownFlag() throws {
        guard let word = remainder.first, word.hasPrefix("-"), word != "-" else { return }
        if ProgramChoice(word: word) != nil || LegateFlags.asksForHelp(remainder) { return }
        throw DriverError.unknownFlag(
            String(word.prefix { $0 != "=" }),
            suggestion: closest(to: word, among: LegateFlags.names))
    }
}
