/// Bodies that end the process, or never end: each in a process of its own, which says whose fault
/// it was.
import Glibc
import LegateCore
import Testing

/// A program with one task whose body ends badly, in a process that is going to end.
private func launchBroken(_ body: @escaping TaskDeclaration.Body) throws {
    let library = try Library.register(
        "broken", tasks: [TaskDeclaration("bad", outputs: ["y"], body: body)])
    let y = try LogicalStore(.float64, shape: [4])
    try library.task("bad").launch(outputs: [y], file: "author.swift", line: 7)
    try withExtendedLifetime(y) { try Runtime.shared.fence(blocks: true) }
}
private let place = "the body of task 'broken.bad' launched at author.swift:7"

@Suite struct BodiesThatEndBadly {
    private func text(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test func aBodyThatTrapsIsNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            try launchBroken { context in
                let none: [Double] = []
                try context.output("y", of: Double.self)[0] = none[context.tileCount]
            }
        }
        #expect(text(result).contains("legate: \(place) ends the process"))
    }

    @Test func aBodyThatTouchesForeignMemoryIsNamed() async {
        let result = await #expect(
            processExitsWith: .signal(SIGSEGV), observing: [\.standardErrorContent]
        ) {
            try launchBroken { _ in UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1 }
        }
        #expect(text(result).contains("touched memory that is not its own"))
        #expect(text(result).contains(place))
    }

    @Test func aBodyThatNeverReturnsIsNamed() async {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            Runtime.shared.limitTasks(seconds: 0.3)
            try launchBroken { _ in while true { sleep(60) } }
        }
        #expect(text(result).contains("\(place) has not returned"))
    }
}
