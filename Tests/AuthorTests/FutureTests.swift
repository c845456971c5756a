/// Numbers that tasks hand each other: futures as outputs, reductions and arguments, trees of them,
/// fences.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Futures {
        private let tasks = [
            TaskDeclaration("sum", inputs: ["x"], reductions: [("s", .add)]) {
                let (x, s) = (try $0.input("x", of: Int.self), try $0.reduction("s", of: Int.self))
                for i in 0..<x.count { s[0] += x[i] }
            },
            TaskDeclaration("first", inputs: ["x"], outputs: ["f"]) {
                try $0.output("f", of: Double.self)[0] = try $0.input("x", of: Double.self)[0]
            },
            TaskDeclaration(
                "scale", inputs: ["x", "a"], outputs: ["y"],
                constraints: [.align("x", "y"), .broadcast("a")]
            ) {
                let (x, y) = (try $0.input("x", of: Int.self), try $0.output("y", of: Int.self))
                let a = try $0.input("a").value(of: Int.self)
                for i in 0..<x.count { y[i] = a * x[i] }
            },
        ]

        @Test func aFutureIsTheResultOfATaskAndTheArgumentOfAnother() throws {
            let library = try makeLibrary(tasks)
            let x = try LogicalStore(Array(1...60_000))
            let y = try LogicalStore(.int64, shape: [60_000])
            let windows = Counters.shared.windows
            let sum = try library.task("sum").future(of: Int.self, inputs: [x])
            try library.task("scale").launch(inputs: [x, sum], outputs: [y])
            let again = try library.task("sum").future(of: Int.self, inputs: [y])
            #expect(Counters.shared.windows == windows, "nothing has waited yet")
            #expect(!again.isReady)
            #expect(try again.value() == 1_800_030_000 * 1_800_030_000)
            #expect(again.isReady)
            #expect(try sum.value() == 1_800_030_000)
        }

        @Test func anOutputMayBeAFuture() throws {
            let library = try makeLibrary(tasks)
            let f = try library.task("first").future(
                of: Double.self, inputs: [try LogicalStore([2.5, 1])])
            #expect(try f.value() == 2.5)
            #expect(try Future(of: try LogicalStore([7.0], shape: [1, 1])).value() == 7.0)
        }

        @Test func futuresMeetInATree() throws {
            let futures = try (0..<13).map { try Future(1.0 / Double($0 + 1)) }
            func tree(_ low: Int, _ high: Int) -> Double {
                if high - low == 1 { return 1.0 / Double(low + 1) }
                return tree(low, low + (high - low) / 2) + tree(low + (high - low) / 2, high)
            }
            #expect(try Future.reduced(futures, by: .add).value() == tree(0, 13))
            #expect(try Future.reduced(futures, by: .maximum).value() == 1)
            #expect(try Future.reduced([try Future(3)], by: .multiply).value() == 3)
        }

        @Test func whatIsNoFutureIsToldSo() throws {
            #expect(
                sentence { _ = try Future<Int>.reduced([], by: .add) }
                    == "there are no futures to reduce")
            #expect(
                sentence { _ = try Future<Int>(of: try LogicalStore([1, 2])) }
                    == "a future has one element, not 2")
            #expect(
                sentence { _ = try Future<Int>(of: try LogicalStore([1.0])) }
                    == "a future of int64 is no store of float64")
            #expect(
                sentence { _ = try Future.reduced([try Future(1.0), try Future(2.0)], by: .xor) }
                    == "there is no reduction 'xor' of float64")
            let none = try makeLibrary([TaskDeclaration("none", inputs: ["x"]) { _ in }])
            #expect(
                sentence {
                    _ = try none.task("none").future(of: Int.self, inputs: [try LogicalStore([1])])
                }
                    == "task 'none' has no output and no reduction that a future could be")
        }

        @Test func aBlockingFenceHasRunEverything() throws {
            let library = try makeLibrary(tasks)
            let sum = try library.task("sum").future(
                of: Int.self, inputs: [try LogicalStore([1, 2, 3])])
            try Runtime.shared.fence()
            #expect(!sum.isReady)
            try Runtime.shared.fence(blocks: true)
            #expect(sum.isReady)
        }
    }
}
