// Completion for the shells, made from the flag definitions.
//
// In: `--generate-completion-script SHELL` as the first words. Out: the script; `bin/install` puts
// it where the shell looks.
import ArgumentParser

func completionScript(asked words: [String]) throws -> String? {
    let flag = "--generate-completion-script"
    guard let first = words.first, first == flag || first.hasPrefix(flag + "=") else { return nil }
    let name = first == flag ? words.dropFirst().first : String(first.dropFirst(flag.count + 1))
    let names = CompletionShell.allCases.map(\.rawValue).joined(separator: ", ")
    guard let name else { throw DriverError.missingArgument(of: flag, what: "a shell (\(names))") }
    guard let shell = CompletionShell(rawValue: name) else {
        throw DriverError.refused("the value '\(name)' is invalid for '\(flag)': allowed: \(names)")
    }
    let script = LegateFlags.completionScript(for: shell)
    return shell == .zsh ? withoutSubcommands(script) : script
}

/// zsh refuses a second rest of words beside the program's, and here nothing but the program
/// follows the flags.
private func withoutSubcommands(_ script: String) -> String {
    script.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("'(-): :->command'") && !$0.contains("'(-)*:: :->arg'") }
        .joined(separator: "\n")
}
