/// Points of a launch that speak with each other while they run.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Communicators {
        private func launch(
            _ count: Int, mayThrow: Bool = false, _ body: @escaping TaskDeclaration.Body
        ) throws -> [Int] {
            let library = try makeLibrary([
                TaskDeclaration(
                    "meet", outputs: ["y"],
                    options: TaskOptions(mayThrow: mayThrow, isConcurrent: true), body: body)
            ])
            let y = try LogicalStore(.int64, shape: [count])
            var launch = try library.manualTask("meet", over: [count])
            launch.addOutput(try y.partitioned(by: [1]))
            try launch.execute()
            return try y.values()
        }

        @Test(arguments: [1, 2, 5, 40]) func everyPointGetsWhatTheOthersSay(count: Int) throws {
            let sums = try launch(count) { context in
                let c = try context.communicator
                try c.barrier()
                let all = try c.allGather([c.point, c.point * c.point])
                precondition(all == (0..<count).map { [$0, $0 * $0] })
                let parts = try c.allToAll(
                    (0..<count).map { [Int](repeating: c.point * 100 + $0, count: $0 + 1) })
                precondition(
                    parts
                        == (0..<count).map {
                            [Int](repeating: $0 * 100 + c.point, count: c.point + 1)
                        })
                let total = try c.allReduce(c.point + 1, +)
                let most = try c.allReduce([c.point, -c.point], max)
                precondition(most == [count - 1, 0])
                try context.output("y", of: Int.self)[0] = total
            }
            #expect(sums == [Int](repeating: count * (count + 1) / 2, count: count))
        }

        @Test func tilesOfAnAutomaticLaunchMeetToo() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "share", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")],
                    options: TaskOptions(isConcurrent: true)
                ) {
                    let (x, y) = (
                        try $0.input("x", of: Double.self), try $0.output("y", of: Double.self)
                    )
                    let sum = try $0.communicator.allReduce(
                        (0..<x.count).reduce(0) { $0 + x[$1] }, +)
                    for i in 0..<x.count { y[i] = x[i] / sum }
                }
            ])
            let y = try LogicalStore(.float64, shape: [100_000])
            try library.task("share").launch(
                inputs: [try LogicalStore([Double](repeating: 2, count: 100_000))], outputs: [y])
            #expect(try y.values() == [Double](repeating: 2 / 200_000, count: 100_000))
        }

        @Test func nobodyWaitsForAPointThatIsGone() throws {
            let failed = sentence {
                _ = try launch(3, mayThrow: true) { context in
                    if context.tile == 1 { throw CoreError(.value, "no") }
                    try context.communicator.barrier()
                }
            }
            #expect(failed.contains("failed: no") || failed.contains("point 1 failed"), "\(failed)")
            let returned = sentence {
                _ = try launch(3, mayThrow: true) { context in
                    if context.tile > 0 { try context.communicator.barrier() }
                }
            }
            #expect(returned.contains("the points of a launch do not meet"), "\(returned)")
            let mixed = sentence {
                _ = try launch(2, mayThrow: true) { context in
                    if context.tile > 0 {
                        try context.communicator.barrier()
                    } else {
                        _ = try context.communicator.allGather([1])
                    }
                }
            }
            #expect(mixed.contains("while others wait in"), "\(mixed)")
            try Runtime.shared.fence(blocks: true)
        }

        @Test func onlyConcurrentTasksHaveACommunicator() throws {
            let library = try makeLibrary([
                TaskDeclaration("alone", inputs: ["x"], options: TaskOptions(mayThrow: true)) {
                    _ = try $0.communicator
                }
            ])
            #expect(
                sentence { try library.task("alone").launch(inputs: [try LogicalStore([1.0])]) }
                    .hasSuffix("declare it with TaskOptions(isConcurrent: true)"))
        }
    }
}
