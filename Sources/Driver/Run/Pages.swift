// What is made of a run's traces when it is over: the profile's page, the graphs, the page of
// `explain`.
//
// In: the flags. The work is done by the package (`python -m legate.profile`), in a process of its
// own after the run's, so that a run that crashed or was stopped is shown as well. Its failure
// never changes the run's exit code.
import CProcess
import Glibc

struct Pages {
    private let words: [String]
    private let path: String

    /// `nil` where nothing is to be made.
    init?(_ flags: LegateFlags, _ place: Place) {
        let words = flags.remainder
        let sight: Sight? =
            words.first == "explain" && words.dropFirst().first == "--html"
            ? .explainPage
            : words.first == "profile" ? .profile : nil
        guard let prefix = flags.tracePrefix(for: sight) else { return nil }
        let wanted = asked([
            ("--page", flags.profiling.profile), ("--dataflow", flags.debugging.dataflow),
            ("--event", flags.debugging.event), ("--explain", sight == .explainPage),
        ])
        self.words =
            [
                place.python, "-m", "legate.profile", "--after-run", "--logdir",
                flags.logging.logdir ?? ".",
            ]
            + wanted + ["\(prefix)_0.prof"]
        path = place.packageFolders.joined(separator: ":")
    }

    func make() {
        fflush(nil)
        setenv("PYTHONPATH", path, 1)
        unsetenv("LEGATE_TRACE")
        var mask = sigset_t()
        sigemptyset(&mask)
        var pointers = words.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        let child = pointers.withUnsafeMutableBufferPointer {
            lg_spawn_bound($0.baseAddress!, &mask, SIGTERM, STDERR_FILENO)
        }
        var status: Int32 = 0
        while child > 0, waitpid(child, &status, 0) < 0, errno == EINTR {}
    }
}
