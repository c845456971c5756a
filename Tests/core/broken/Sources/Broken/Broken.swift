/// Tasks that go wrong, for tests of what becomes of a program that launches them from Python.
import Glibc
import LegateCore

private struct Refused: Error {}

/// Wants more scratch memory than there is for one of the tasks.
private struct GreedyMapper: Mapper {
    func scratchBytes(of task: TaskDeclaration) -> Int { task.name == "greedy" ? 1 << 50 : 0 }
}

private let numbers = TaskDeclaration(
    "numbers", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
) {
    let (x, y) = (try $0.input("x", of: Double.self), try $0.output("y", of: Double.self))
    for i in 0..<x.count { y[i] = x[i] }
}

func makeLibrary() throws -> Library {
    try Library.register(
        "broken",
        tasks: [
            numbers,
            TaskDeclaration("throws", outputs: ["y"], options: TaskOptions(mayThrow: true)) { _ in
                throw Refused()
            },
            TaskDeclaration("throwsLate", outputs: ["y"]) { _ in throw Refused() },
            TaskDeclaration("traps", outputs: ["y"]) { context in
                let none: [Double] = []
                try context.output("y", of: Double.self)[0] = none[context.tileCount]
            },
            TaskDeclaration("endless", outputs: ["y"]) { _ in while true { sleep(60) } },
            TaskDeclaration("greedy", outputs: ["y"]) { _ in },
            TaskDeclaration("readsUnbound", outputs: ["y"]) {
                _ = try $0.output("y", of: Double.self)[0]
            },
            TaskDeclaration("writesNothing", outputs: ["y"]) { _ in },
        ], mapper: GreedyMapper())
}

/// Called when the library is loaded.
@c(legate_library) public func legateLibrary() -> UnsafeMutableRawPointer? {
    Library.entry { try makeLibrary() }
}
