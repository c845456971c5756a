/// Why a call of a compiled loop did nothing, in the words of the reports about loops.

public enum LoopReason: Equatable {
    /// Something that stands in the loop or comes into it, and that no native loop can contain.
    case content(String)
    /// Its first iteration was begun, and left to the program.
    case firstIteration
    /// The same of a `while`: its condition may have ended it, too.
    case conditionOrFirstIteration
    /// Arrays that it reads were not there yet.
    case unfinishedArrays

    /// A few words.
    public var phrase: String {
        switch self {
        case .content(let phrase): phrase
        case .firstIteration: "an index, a shape or a size"
        case .conditionOrFirstIteration: "its condition, an index, a shape or a size"
        case .unfinishedArrays: "arrays that are still being computed"
        }
    }

    /// A clause that says all; `nil` where it is a native loop's contents that are to be named.
    public var clause: String? {
        let iteration =
            "an index, a shape or a size in its first iteration is one that only Python can deal with"
        return switch self {
        case .content: nil
        case .firstIteration: iteration
        case .conditionOrFirstIteration: "its condition ended it, or \(iteration)"
        case .unfinishedArrays:
            "arrays that it reads were still being computed whenever it began"
        }
    }
}
