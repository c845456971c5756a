/// Tiles with one axis at one stride, and launches that a large operand, seen whole by every tile,
/// does not keep from being cut.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Lines {
        private let reverse = TaskDeclaration(
            "reverse", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
        ) {
            let (x, y) = (
                try $0.input("x").line(of: Double.self), try $0.output("y").line(of: Double.self)
            )
            for i in 0..<x.count {
                y[i] = x[i]
                y[i] += Double(y.origin + i)
            }
        }

        @Test func aLineWalksAnyStride() throws {
            let task = try makeLibrary([reverse]).task("reverse")
            let x = try LogicalStore((0..<60_000).map { Double($0) })
            let y = try LogicalStore(.float64, shape: [20_000])
            try task.launch(inputs: [try x.sliced(axis: 0, 0..<60_000, step: 3)], outputs: [y])
            #expect(try y.values(as: Double.self) == (0..<20_000).map { Double(4 * $0) })
            let one = try LogicalStore([7.0], shape: [])
            try task.launch(inputs: [one], outputs: [one])
            #expect(try one.values(as: Double.self) == [7])
        }

        @Test func aLineHasOneAxisAndOneType() throws {
            let task = try makeLibrary([reverse]).task("reverse")
            func outcome(_ store: LogicalStore) -> String {
                sentence {
                    try task.launch(inputs: [store], outputs: [store])
                    try Runtime.shared.fence(blocks: true)
                }
            }
            #expect(
                outcome(try LogicalStore([1.0, 2], shape: [1, 2])).hasSuffix(
                    "operand 'x' has 2 axes, not one"))
            #expect(
                outcome(try LogicalStore([Int32(1)])).hasSuffix(
                    "operand 'x' has elements of int32, not of float64"))
        }

        @Test func whatIsSeenWholeDoesNotLead() throws {
            let rows = TiledOperand(shape: [100_000], role: .input)
            let whole = TiledOperand(shape: [900_000], role: .input)
            let solution = try ConstraintSolver.solve([whole, rows], [.broadcast(0, axes: nil)])
            #expect(solution.tiles == 6)
            #expect(solution.partitions[0] == .whole)
        }
    }
}
