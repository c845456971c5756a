/// Checks of the MPI transport that need real processes; run by mpirun, called from `Tests/ranks`.
///
///     TransportProbe contract [LARGE [TAG-LIMIT]]    every check of the contract
///     TransportProbe large                           a message that MPI cannot count
///     TransportProbe length                          messages of other lengths than expected
///     TransportProbe abort                           rank 1 ends the run with code 7
///     TransportProbe fork                            rank 1 has a child that is no rank
///     TransportProbe guard CASE                      a program under the guard; the cases are in `GuardedProgram.swift`
import Execution
import Glibc
import MPITransport
import TransportContract

setvbuf(stdout, nil, _IOLBF, 0)
let words = Array(CommandLine.arguments.dropFirst())

func openTransport(tagLimit: Int = 0) -> MPITransport {
    do {
        return try MPITransport(tagLimit: tagLimit)
    } catch {
        fputs("TransportProbe: \(error)\n", stderr)
        exit(64)
    }
}

func runContract() {
    let transport = openTransport(tagLimit: words.count > 2 ? Int(words[2])! : 0)
    for check in TransportContract.checks(large: words.count > 1 ? Int(words[1])! : 1 << 20) {
        do {
            try check.run(TransportContract(transport))
        } catch {
            transport.abort("\(check.name): \(error)", code: 1)
        }
        if transport.rank == 0 { print("\(check.name): ok") }
    }
    transport.close()
}

func runLarge() throws {
    let transport = openTransport()
    let count = (2 << 30) + 12_345
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    if transport.rank == 0 {
        for k in stride(from: 0, to: count, by: 4096) {
            bytes[k] = UInt8(truncatingIfNeeded: k / 4096 % 251)
        }
        transport.send(UnsafeRawBufferPointer(bytes), to: 1, tag: 1)
    } else {
        try transport.receive(into: bytes, from: 0, tag: 1)
        for k in stride(from: 0, to: count, by: 4096)
        where bytes[k] != UInt8(truncatingIfNeeded: k / 4096 % 251) {
            transport.abort("byte \(k) is \(bytes[k])", code: 1)
        }
    }
    transport.close()
}

func runLength() {
    let transport = openTransport()
    if transport.rank == 0 {
        for (size, tag) in [(3, 4), (300, 5), (8, 6)] {
            transport.send(byteCount: size, to: 1, tag: tag) { memset($0.baseAddress!, 7, size) }
        }
    } else {
        for tag in 4...6 {
            var number = 0
            do {
                try withUnsafeMutableBytes(of: &number) {
                    try transport.receive(into: $0, from: 0, tag: tag)
                }
                print(number)
            } catch {
                print(error)
            }
        }
    }
    transport.close()
}

/// A child of rank 1 that ends in its own way.
func runFork() throws {
    let transport = openTransport()
    let launchGuard = LaunchGuard(transport)
    launchGuard.start()
    if transport.rank == 1 {
        let child = forkHere()
        if child == 0 {
            for k in 0..<100_000 { launchGuard.note(UInt64(k), "child", source: nil) }
            try launchGuard.end(status: 5)
            transport.close()
            exit(5)
        }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        print("child: \(status >> 8)")
    }
    launchGuard.note(1, "add", source: nil)
    try launchGuard.end(status: 0)
    transport.close()
}

/// Swift hides `fork`, which is safe here because the child starts nothing.
func forkHere() -> pid_t {
    let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork")!
    return unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)()
}

func runAbort() throws {
    let transport = openTransport()
    if transport.rank == 1 { transport.abort("enough", code: 7) }
    try transport.receive(
        into: UnsafeMutableRawBufferPointer(start: nil, count: 0), from: 1, tag: 1)
    print("unreachable")
}

switch words.first {
case "contract": runContract()
case "large": try runLarge()
case "length": runLength()
case "abort": try runAbort()
case "fork": try runFork()
case "guard": try GuardedProgram(openTransport()).run(words[1])
default:
    fputs("TransportProbe: no such check\n", stderr)
    exit(2)
}
