// The terminal of a console on several ranks, lent to rank 0 for the run.
//
// A launcher connects ranks through pipes, where nothing can be edited or completed. On this
// machine rank 0 opens the terminal itself, by the name it finds in LEGATE_TERMINAL, and becomes
// its foreground (python/legate/_terminal.py). The launcher gets no input meanwhile; afterwards
// everything is as before.
import Glibc

struct Terminal {
    let path: String
    private let descriptor: Int32
    private var settings = termios()

    /// The terminal on standard input; nothing if that is none.
    init?() {
        var name = [CChar](repeating: 0, count: 256)
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            ttyname_r(STDIN_FILENO, &name, name.count) == 0
        else { return nil }
        path = String(cString: name)
        descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10)
        tcgetattr(descriptor, &settings)
    }

    /// `LEGATE_TERMINAL`: the machine, and the terminal there.
    var variable: (String, String) {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        return ("LEGATE_TERMINAL", "\(String(cString: host)):\(path)")
    }

    /// Programs started from now on find nothing on standard input.
    func lend() {
        let nothing = open("/dev/null", O_RDONLY)
        guard nothing >= 0 else { return }
        dup2(nothing, STDIN_FILENO)
        close(nothing)
    }

    func takeBack() {
        // A process in the background may not change who is in front, unless it ignores the
        // objection.
        signal(SIGTTOU, SIG_IGN)
        tcsetpgrp(descriptor, getpgrp())
        var settings = settings
        tcsetattr(descriptor, TCSADRAIN, &settings)
        dup2(descriptor, STDIN_FILENO)
        signal(SIGTTOU, SIG_DFL)
    }
}
