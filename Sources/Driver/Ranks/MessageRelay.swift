// A pipe from the launcher's standard error to ours, with `LauncherMessages` between its ends.
//
// In: bytes at the entrance, which the launcher has as its standard error. Out: what is to be
// shown, on ours. It never waits for more than is there.
import Glibc

struct MessageRelay {
    private(set) var entrance: Int32
    /// The end to poll; -1 when nothing more can come.
    private(set) var exit: Int32
    private var messages = LauncherMessages()

    /// Nothing if the system has no more descriptors.
    init?() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        (exit, entrance) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    mutating func closeEntrance() { close(entrance) }

    /// Passes on what has come; call it when there is something, or the end.
    mutating func pass() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(exit, &buffer, buffer.count)
        if count > 0 {
            show(messages.take(buffer[..<count]))
        } else if count == 0 || errno != EINTR {
            close(exit)
            exit = -1
        }
    }

    /// Passes on what is still there. Programs that outlive the launcher may hold the entrance
    /// open.
    mutating func finish() {
        var source = pollfd(fd: exit, events: Int16(POLLIN), revents: 0)
        while exit >= 0 && poll(&source, 1, 0) > 0 { pass() }
        show(messages.finish())
    }

    private func show(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
