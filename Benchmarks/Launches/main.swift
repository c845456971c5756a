// What launching an empty task costs through the public Swift interface: recorded, planned, and
// run.
//
//     swift run -c release LaunchBenchmark [launches]
//
// Each row is the best of several rounds, in microseconds of the process's own processor time for
// each launch, so that neighbours on the machine count little. Target: 1 for an empty opaque task.
import Glibc
import LegateCore

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 64_000

func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func report(_ name: String, _ launch: () throws -> Void) throws {
    var best = (recorded: Double.infinity, whole: Double.infinity)
    for _ in 0..<9 {
        try Runtime.shared.fence(blocks: true)
        let start = processorTime()
        for _ in 0..<count { try launch() }
        let recorded = processorTime()
        try Runtime.shared.fence(blocks: true)
        let end = processorTime()
        best = (min(best.recorded, recorded - start), min(best.whole, end - start))
    }
    func words(_ seconds: Double) -> String {
        let nanoseconds = Int(seconds / Double(count) * 1e9)
        return "\(nanoseconds / 1000).\(String(nanoseconds % 1000 + 1000).dropFirst()) us"
    }
    print("\(name): \(words(best.whole)) a launch")
}

let library = try Library.register(
    "benchmark",
    tasks: [
        TaskDeclaration("nothing", options: TaskOptions(hasSideEffects: true)) { _ in },
        TaskDeclaration("one", outputs: ["y"]) { _ in },
        TaskDeclaration("two", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]) {
            _ in
        },
        TaskDeclaration("scalar", inputs: ["x"], outputs: ["y"], scalars: ["a"]) { _ in },
        TaskDeclaration("sum", inputs: ["x"], reductions: [("s", .add)]) { _ in },
        TaskDeclaration(transparent: "saxpy", inputs: ["x", "y"], outputs: ["z"], scalars: ["a"]) {
            point in
            point["z"] = point.scalar("a") * point["x"] + point["y"]
        },
    ])
let (nothing, one, two) = (
    try library.task("nothing"), try library.task("one"), try library.task("two")
)
let (scalar, sum, saxpy) = (
    try library.task("scalar"), try library.task("sum"), try library.task("saxpy")
)
let (x, y, z) = (
    try LogicalStore([1.0, 2]), try LogicalStore([3.0, 4]), try LogicalStore([5.0, 6])
)
let s = try LogicalStore([0.0])

try report("empty body, no operands") { try nothing.launch() }
try report("empty body, one output") { try one.launch(outputs: [y]) }
try report("empty body, an input and an output") { try two.launch(inputs: [x], outputs: [y]) }
try report("empty body, and a scalar") {
    try scalar.launch(inputs: [x], outputs: [y], scalars: [2.0])
}
try report("empty body, an input and a reduction") { try sum.launch(inputs: [x], reductions: [s]) }
try report("transparent saxpy") { try saxpy.launch(inputs: [x, y], outputs: [z], scalars: [2.0]) }
try report("AutoTask, an input and an output") {
    var launch = AutoTask(two)
    launch.addInput(x)
    launch.addOutput(y)
    try launch.execute()
}
