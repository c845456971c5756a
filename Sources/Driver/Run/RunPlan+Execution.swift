// Starts the command: by becoming it, or (for a launcher, or with `--timing`) by watching over it.
//
// Becoming it (`execvp`) lets exit codes and signals pass with nothing in between. The watcher
// forwards signals that were sent to it alone; those of the terminal reach the child by themselves.
// A child of the watcher is told to end when the watcher is killed.
import CProcess
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
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD] {
            sigaddset(&signals, signal)
        }
        sigprocmask(SIG_BLOCK, &signals, &before)

        report("start")
        terminal?.lend()
        var relay = launch?.launcher == .mpirun ? MessageRelay() : nil
        let child = try spawned(signalMask: before, errors: relay?.entrance ?? STDERR_FILENO)
        relay?.closeEntrance()
        let (status, received) = followed(child, signals: signals, relay: &relay)
        relay?.finish()
        terminal?.takeBack()
        report("end")
        fflush(nil)

        var endedBy = status & 0x7f
        if let launch {
            launch.removeLeftovers(of: child)
            // Launchers end with a code of their own when a signal ended the run.
            if status != 0 && received != 0 { endedBy = received }
        }
        if endedBy == 0 { exit((status >> 8) & 0xff) }
        signal(endedBy, SIG_DFL)
        sigprocmask(SIG_SETMASK, &before, nil)
        raise(endedBy)
        exit(128 + endedBy)
    }

    /// Forwards signals and messages until the child ends; returns its status and the last signal.
    private func followed(
        _ child: pid_t, signals: sigset_t, relay: inout MessageRelay?
    ) -> (status: Int32, received: Int32) {
        var signals = signals
        let descriptor = lg_signal_descriptor(&signals)
        var status: Int32 = 0
        var received: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            var sources = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: relay?.exit ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            poll(&sources, 2, -1)
            if sources[1].revents != 0 { relay?.pass() }
            var origin: Int32 = 0
            let signal = lg_take_signal(descriptor, &origin)
            guard signal > 0 && signal != SIGCHLD else { continue }
            received = signal
            if origin <= 0 { kill(child, forwarded(signal)) }
        }
        return (status, received)
    }

    private var launch: Launch? {
        guard case .launch(let launch) = world else { return nil }
        return launch
    }

    /// mpirun ends its ranks on SIGTERM, but leaves them behind on SIGQUIT.
    private func forwarded(_ signal: Int32) -> Int32 {
        launch != nil && signal == SIGQUIT ? SIGTERM : signal
    }

    private func spawned(signalMask: sigset_t, errors: Int32) throws -> pid_t {
        fflush(nil)
        var mask = signalMask
        var child: pid_t = 0
        withArguments { child = lg_spawn_bound($0, &mask, SIGTERM, errors) }
        guard child > 0 else {
            throw DriverError.cannotStart(command[0], reason: String(cString: strerror(-child)))
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
