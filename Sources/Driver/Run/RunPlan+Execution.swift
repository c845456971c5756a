// Starts the command: by becoming it, or (with `--timing`) by watching over it.
//
// Becoming it (`execvp`) lets exit codes and signals pass with nothing in between. The watcher
// forwards signals that were sent to it alone; those of the terminal reach the child by themselves.
import Glibc

extension RunPlan {
    func setVariables() {
        for (name, value) in variables { setenv(name, value, 1) }
    }

    /// Replaces this process by the command.
    func become() throws -> Never {
        fflush(nil)
        withArguments { _ = execvp(command[0], $0) }
        throw DriverError.cannotStart(command[0], reason: String(cString: strerror(errno)))
    }

    /// Runs the command beside this process and ends the way it ended.
    func watch(report: (String) -> Void) throws -> Never {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, &before)

        report("start")
        let child = try spawned(signalMask: before)
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            var info = siginfo_t()
            let signal = sigwaitinfo(&signals, &info)
            if signal > 0 && signal != SIGCHLD && info.si_code <= 0 { kill(child, signal) }
        }
        report("end")
        fflush(nil)

        let endedBy = status & 0x7f
        if endedBy == 0 { exit((status >> 8) & 0xff) }
        signal(endedBy, SIG_DFL)
        sigprocmask(SIG_SETMASK, &before, nil)
        raise(endedBy)
        exit(128 + endedBy)
    }

    private func spawned(signalMask: sigset_t) throws -> pid_t {
        fflush(nil)
        var mask = signalMask
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var failure: Int32 = 0
        withArguments { failure = posix_spawnp(&child, command[0], nil, &attributes, $0, environ) }
        guard failure == 0 else {
            throw DriverError.cannotStart(command[0], reason: String(cString: strerror(failure)))
        }
        return child
    }

    private func withArguments(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Void
    ) {
        var pointers = command.map { strdup($0) } + [nil]
        pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
        pointers.forEach { free($0) }
    }
}
