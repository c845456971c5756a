/// The warning that a call runs through NumPy: once for each line of the program, and once in the log.
import CPlatform
import LegateCore
import NumPy
import Tracing

/// Where warnings were given already.
enum HostWarnings {
    nonisolated(unsafe) static var isStrict = false
    nonisolated(unsafe) private static var reported: Set<SourceLocation> = []
    /// The places that were asked for last, which loops ask for again.
    nonisolated(unsafe) private static var recent = [SourceLocation?](repeating: nil, count: 8)

    private static func isReported(_ place: SourceLocation) -> Bool {
        let slot = place.line & 7
        if recent[slot] == place { return true }
        guard reported.contains(place) else { return false }
        recent[slot] = place
        return true
    }

    /// Tells it, and only then asks for the name.
    static func report(
        _ name: @autoclosure () -> String, byteCount: Int, hasMoved: Bool
    ) throws {
        let known = currentSourceLocation()
        if !isStrict, !Log.host.shows(.info), let known, isReported(known) { return }
        let name = name()
        let place =
            hasMoved && Runtime.shared.rankCount > 1
            ? " on each of \(Runtime.shared.rankCount) ranks" : ""
        let message =
            "cuNumeric has not implemented \(name) natively; it runs through NumPy on the host "
            + "(\(byteCount) bytes gathered\(place))"
        if isStrict { throw NumPyError(.runtime, message) }
        let line = known ?? SourceLocation(file: "", line: 0)
        Log.host.write(.info, "\(name) at \(line): \(byteCount) bytes gathered\(place)")
        guard reported.insert(line).inserted else { return }
        try check(PyErr_WarnEx(lg_warning_runtime(), message, 1))
    }
}
