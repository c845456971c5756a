/// A program of many launches under the guard, in which rank 1 does something else than the others.
import Execution
import Glibc
import MPITransport
import Tracing

struct GuardedProgram {
    let transport: MPITransport
    let launchGuard: LaunchGuard

    init(_ transport: MPITransport) {
        self.transport = transport
        launchGuard = LaunchGuard(transport)
        launchGuard.start()
    }

    /// Launches, a few microseconds each, with a message from a neighbour now and then.
    private func note(_ range: Range<Int>, changing: Int? = nil) throws {
        let next = (transport.rank + 1) % transport.rankCount
        let last = (transport.rank + transport.rankCount - 1) % transport.rankCount
        for k in range {
            let name = k == changing ? "multiply" : "add"
            let source = SourceLocation(file: "program.py", line: k == changing ? 33 : 31)
            launchGuard.note(UInt64(k) &* 77 &+ UInt64(name.count), name, source: source)
            if k % 50 == 0 {
                transport.send(UnsafeRawBufferPointer(start: nil, count: 0), to: next, tag: 3)
                try transport.receive(
                    into: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: last, tag: 3)
                usleep(50)
            }
        }
    }

    private func end(_ status: Int32) throws -> Never {
        print("rank \(transport.rank) ends")
        try launchGuard.end(status: status)
        transport.close()
        exit(status)
    }

    private func waitForever() throws -> Never {
        try transport.receive(
            into: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: 1, tag: 9)
        fatalError("a message that nobody sent")
    }

    func run(_ name: String) throws {
        let isOdd = transport.rank == 1
        switch name {
        case "equal":
            try note(0..<100_000)
        case "different":
            // No messages from the difference on: one rank would wait for ever, but both ask the
            // guard first.
            try note(0..<20_000)
            try note(20_001..<20_040, changing: isOdd ? 20_017 : nil)
            if transport.rank == 0 { try waitForever() }
        case "ends":
            try note(0..<20_000)
            if isOdd { try end(0) }
            try note(20_001..<20_030, changing: 20_001)
            try waitForever()
        case "waits":
            try note(0..<20_000)
            if !isOdd { try waitForever() }
        case "fails":
            try note(0..<20_000)
            if isOdd { try end(3) }
            try waitForever()
        case "allFail":
            try note(0..<20_000)
            launchGuard.announce(status: 4)
            if isOdd { usleep(5_000_000) }
            try end(4)
        case "killed":
            try note(0..<20_000)
            if isOdd { kill(getpid(), SIGKILL) }
            try waitForever()
        case "stopped":
            try note(0..<20_000)
            if isOdd { kill(getpid(), SIGSTOP) }
            try waitForever()
        default: transport.abort("no such case", code: 2)
        }
        try end(0)
    }
}
