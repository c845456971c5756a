/// How the library learns which line of the user's program is running.

extension SourceLocation {
    /// Gives the current place in the user's program; set by the bridge to the user's language.
    nonisolated(unsafe) public static var provider: (() -> SourceLocation?)?

    /// The place that is running now, where someone knows.
    public static var current: SourceLocation? { provider?() }
}
