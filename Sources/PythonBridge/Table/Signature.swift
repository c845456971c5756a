/// The parameters of one function, read once from Python's own notation: `"a, axis=None, *,
/// keepdims=False"`.
///
/// Understood are defaults (only that there is one; rows know its value), `/`, `*`, and `*name`,
/// which collects the remaining positional arguments into a tuple. Arguments are brought to their
/// places here.
import CPlatform
import LegateCore
import NumPy

struct Signature {
    let text: String
    private(set) var names: [String] = []
    private(set) var interned: [Obj] = []
    private(set) var isRequired: [Bool] = []
    /// Parameters that can be given by position; those after them only by keyword.
    private(set) var positionalCount = 0
    private(set) var positionalOnlyCount = 0
    private(set) var requiredPositionalCount = 0
    private(set) var collector: Int?

    static let capacity = 20

    init(_ text: String) {
        self.text = text
        var keywordOnly = false
        for part in Signature.split(text) {
            if part == "*" {
                keywordOnly = true
            } else if part == "/" {
                positionalOnlyCount = names.count
            } else {
                add(part, &keywordOnly)
            }
        }
        precondition(names.count <= Signature.capacity, "too many parameters: \(text)")
    }

    private mutating func add(_ part: String, _ keywordOnly: inout Bool) {
        let pieces = part.split(separator: "=", maxSplits: 1)
        var name = String(pieces[0])
        let collects = name.hasPrefix("*")
        if collects {
            name.removeFirst()
            collector = names.count
        }
        names.append(name)
        interned.append(PyUnicode_InternFromString(name)!)
        let required = pieces.count == 1 && !collects
        isRequired.append(required)
        if collects {
            keywordOnly = true
        } else if !keywordOnly {
            positionalCount += 1
            if required { requiredPositionalCount += 1 }
        }
    }

    /// Parts between commas that are not inside brackets or quotes.
    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        for character in text {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append(current)
                current = ""
            } else if character != " " {
                current.append(character)
            }
        }
        if !current.isEmpty { parts.append(current) }
        return parts
    }

    /// Puts borrowed arguments into `slots`; `nil` marks what was not given. `first` is the array a
    /// method belongs to.
    ///
    /// - Returns: Whether the arguments fit. A tuple made for `*name` is left in `collected`.
    @inline(__always) func bind(
        first: Obj?, _ arguments: ArgumentPointer?, _ count: Int, _ keywords: Obj?,
        into slots: UnsafeMutablePointer<Obj?>, collected: inout Obj?
    ) -> Bool {
        var used = 0
        if let first {
            slots[0] = first
            used = 1
        }
        let taken = min(count, positionalCount &- used)
        if count > taken && collector == nil { return false }
        for i in 0..<taken { slots[used &+ i] = arguments.unsafelyUnwrapped[i] }
        used &+= taken
        for i in used..<max(used, names.count) { slots[i] = nil }
        if let collector {
            collected = collect(arguments, from: taken, to: count)
            slots[collector] = collected
        }
        if let keywords { return bindKeywords(arguments, count, keywords, slots) }
        return used >= requiredPositionalCount && collector == nil ? true : hasRequired(slots)
    }

    private func collect(_ arguments: ArgumentPointer?, from start: Int, to end: Int) -> Obj? {
        let tuple = PyTuple_New(max(0, end - start))
        for i in start..<max(start, end) {
            PyTuple_SetItem(tuple, i - start, lg_newref(arguments![i]!))
        }
        return tuple
    }

    private func bindKeywords(
        _ arguments: ArgumentPointer?, _ count: Int, _ keywords: Obj,
        _ slots: UnsafeMutablePointer<Obj?>
    ) -> Bool {
        for k in 0..<PyTuple_Size(keywords) {
            let name = PyTuple_GetItem(keywords, k).unsafelyUnwrapped
            guard let index = position(of: name), index != collector, index >= positionalOnlyCount,
                slots[index] == nil
            else { return false }
            slots[index] = arguments.unsafelyUnwrapped[count &+ k]
        }
        return hasRequired(slots)
    }

    private func position(of name: Obj) -> Int? {
        for i in 0..<interned.count where interned[i] == name { return i }
        return interned.firstIndex { PyUnicode_Compare($0, name) == 0 }
    }

    private func hasRequired(_ slots: UnsafeMutablePointer<Obj?>) -> Bool {
        for i in 0..<names.count where isRequired[i] && slots[i] == nil { return false }
        return true
    }
}
