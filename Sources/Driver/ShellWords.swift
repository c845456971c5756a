// Splits a line into words as a POSIX shell does: blanks, quotation marks, backslashes.
//
// In: the text of LEGATE_CONFIG or of a flag such as `--wrapper`. Out: the words, or nothing when a
// quotation mark or a trailing backslash is left open.

func shellWords(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text.makeIterator()
    while let character = rest.next() {
        switch (character, quote) {
        case (let mark, .some(let open)) where mark == open: quote = nil
        case ("\\", .some("'")): word?.append("\\")
        case ("\\", .some):
            guard let next = rest.next() else { return nil }
            if next != "\"" && next != "\\" { word?.append("\\") }
            word?.append(next)
        case ("\\", nil):
            guard let next = rest.next() else { return nil }
            word = (word ?? "") + String(next)
        case (_, .some): word?.append(character)
        case ("'", nil), ("\"", nil):
            quote = character
            word = word ?? ""
        case (let blank, nil) where blank.isWhitespace:
            if let finished = word { words.append(finished) }
            word = nil
        default: word = (word ?? "") + String(character)
        }
    }
    if quote != nil { return nil }
    return words + (word.map { [$0] } ?? [])
}

/// The word as one would type it, with quotation marks where a shell needs them.
func quotedForShell(_ word: String) -> String {
    let plain = word.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "_-./=:,+@%".contains($0))
    }
    if plain && !word.isEmpty { return word }
    var quoted = "'"
    for character in word { quoted += character == "'" ? "'\\''" : String(character) }
    return quoted + "'"
}
