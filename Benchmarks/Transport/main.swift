/// Latency and bandwidth of the MPI transport beside raw MPI, in one run:
///
///     LEGATE_MPI=1 swift build -c release --product TransportBenchmark --product LegateMPI
///     mpirun -n 2 .build/release/TransportBenchmark [BYTES ...]
///
/// Ranks 0 and 1 send one message to and fro; a line tells the time of one way. "blocking" is
/// MPI_Send and MPI_Recv, "polled" MPI_Isend and MPI_Irecv with MPI_Test, as the transport uses
/// them.
import CMPI
import Execution
import Glibc
import MPITransport
import Tracing

func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let transport = try MPITransport()
let largest = 64 << 20
let out = UnsafeMutableRawPointer.allocate(byteCount: largest, alignment: 4096)
let back = UnsafeMutableRawPointer.allocate(byteCount: largest, alignment: 4096)
memset(out, 1, largest)
memset(back, 2, largest)

/// The shortest of many short rounds of one way, in seconds: the others met somebody else on their
/// cores.
func oneWay(_ repeats: Int, _ send: () -> Void, _ receive: () throws -> Void) throws -> Double {
    var best = Double.infinity
    for _ in 0..<(repeats > 5 ? 40 : 7) {
        try transport.barrier()
        let start = seconds()
        for _ in 0..<repeats {
            if transport.rank == 0 {
                send()
                try receive()
            } else if transport.rank == 1 {
                try receive()
                send()
            }
        }
        best = min(best, (seconds() - start) / Double(2 * repeats))
    }
    return best
}

func wait(_ request: inout MPI_Request?) {
    var done: Int32 = 0
    while done == 0 { MPI_Test(&request, &done, lg_mpi_no_status()) }
}

func column(_ text: String) -> String {
    String(repeating: " ", count: max(0, 12 - text.count)) + text
}
func column(_ number: Double) -> String { column("\((number * 100).rounded() / 100)") }

let peer = Int32(1 - transport.rank)
let world = lg_mpi_world(), byte = lg_mpi_byte()
if transport.rank == 0 {
    print("\(transport.rankCount) ranks; microseconds one way, GB/s")
    print(
        ["bytes", "blocking", "polled", "transport", "GB/s raw", "GB/s ours"].map(column).joined())
}
let wanted = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let sizes = [0, 8, 256, 1024, 4096, 8192, 16384, 65536, 1 << 20, 16 << 20, 64 << 20]
for size in wanted.isEmpty ? sizes : wanted {
    let repeats = size <= 8192 ? 400 : size <= 65536 ? 100 : size <= 1 << 20 ? 20 : 3
    let count = Int32(size)
    let blocking = try oneWay(
        repeats, { MPI_Send(out, count, byte, peer, 1, world) },
        { MPI_Recv(back, count, byte, peer, 1, world, lg_mpi_no_status()) })
    let polled = try oneWay(
        repeats,
        {
            var request: MPI_Request?
            MPI_Isend(out, count, byte, peer, 1, world, &request)
            wait(&request)
        },
        {
            var request: MPI_Request?
            MPI_Irecv(back, count, byte, peer, 1, world, &request)
            wait(&request)
        })
    let ours = try oneWay(
        repeats, { transport.send(.init(start: out, count: size), to: Int(peer), tag: 1) },
        { try transport.receive(into: .init(start: back, count: size), from: Int(peer), tag: 1) })
    if transport.rank == 0 {
        let rates = [polled, ours].map { column(size == 0 ? 0 : Double(size) / $0 / 1e9) }.joined()
        print(
            column("\(size)") + [blocking, polled, ours].map { column($0 * 1e6) }.joined() + rates)
    }
}
let start = seconds()
for _ in 0..<2000 { try transport.barrier() }
if transport.rank == 0 { print("barrier: \(column((seconds() - start) / 2000 * 1e6)) us") }

func cpuSeconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// What the other threads cost while this one computes under the guard and notes a launch every
/// `pause` seconds.
func cost(pause: Double) -> Double {
    let first = seconds(),
        others = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpuSeconds(CLOCK_THREAD_CPUTIME_ID)
    // The same number of launches on every rank, or the guard would object.
    let total = Int(2 / pause)
    var next = first, count = 0
    while seconds() - first < 2 || count < total {
        if count == total || seconds() < next { continue }
        launchGuard.note(UInt64(count), "add", source: source)
        count += 1
        next += pause
    }
    return cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - others
}

let source = SourceLocation(file: "program.py", line: 31)
let launchGuard = LaunchGuard(transport)
launchGuard.start()
for pause in [0.000_01, 0.001, 10] {
    let others = cost(pause: pause)
    if transport.rank == 0 {
        print(
            "a launch every \(pause) s, 2 s long: other threads \(column(others * 1e3)) ms of a core"
        )
    }
}
let begin = seconds()
for k in 0..<40_000 { launchGuard.note(UInt64(k), "add", source: source) }
if transport.rank == 0 {
    print("noting a launch: \(column((seconds() - begin) / 40_000 * 1e9)) ns")
}
try launchGuard.end(status: 0)
transport.close()
