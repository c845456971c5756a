// A flag that was given and changes nothing in this run, and why.
//
// In: the flags of a group with their conditions. Out: those to be named, once, before the run.

struct NoEffect {
    let flag: String
    let reason: String

    static let forGPUs = "it is for GPUs, and this build has no GPU backend"

    var sentence: String { "\(flag) changes nothing here: \(reason)" }
}

/// Keeps the flags that were really asked for.
func notes(_ flags: [(flag: String, given: Bool, reason: String)]) -> [NoEffect] {
    flags.filter(\.given).map { NoEffect(flag: $0.flag, reason: $0.reason) }
}
