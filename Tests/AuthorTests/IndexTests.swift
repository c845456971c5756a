/// Copies through indices and trees of tasks, against plain loops.
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Indices {
        @Test(arguments: [1, 100, 50_000]) func aGatherReadsWhereIndicesSay(count: Int) throws {
            let x = try LogicalStore((0..<1000).map { Float($0) })
            let places = (0..<count).map { Int32($0 * 7919 % 2000 - 1000) }
            let y = try LogicalStore(.float32, shape: [count])
            try y.gather(from: x, at: [try LogicalStore(places)])
            #expect(try y.values() == places.map { Float($0 < 0 ? $0 + 1000 : $0) })
        }

        @Test func severalAxesHaveSeveralIndices() throws {
            let x = try LogicalStore((0..<35).map { $0 }, shape: [5, 7])
            let i = try LogicalStore([0, 4, 2, -1], shape: [2, 2])
            let j = try LogicalStore([6, 0, 3, 1], shape: [2, 2])
            let y = try LogicalStore(.int64, shape: [2, 2])
            try y.gather(from: try x.transposed([1, 0]), at: [j, i])
            #expect(try y.values() == [6, 28, 17, 29])
            try x.scatter(try LogicalStore([-1, -2, -3, -4], shape: [2, 2]), at: [i, j])
            let values: [Int] = try x.values()
            #expect(
                [values[6], values[28], values[17], values[29]] == [-1, -2, -3, -4]
                    && values[0] == 0)
        }

        @Test func ofEqualPlacesTheLastStays() throws {
            let y = try LogicalStore([0.0, 0, 0])
            try y.scatter(try LogicalStore([1.0, 2, 3]), at: [try LogicalStore([1, 1, 0])])
            #expect(try y.values() == [3.0, 2, 0])
        }

        @Test func copiesThatDoNotFit() throws {
            let (x, y) = (try LogicalStore([1.0, 2, 3]), try LogicalStore(.float64, shape: [2]))
            let places = try LogicalStore([0, 3])
            func text(_ body: () throws -> Void) -> String { sentence(body) }
            #expect(
                text { try y.gather(from: x, at: []) }
                    == "a store with 1 axes has as many stores of indices, not 0")
            #expect(
                text { try y.gather(from: x, at: [x]) } == "indices are int32 or int64, not float64"
            )
            #expect(
                text { try y.gather(from: x, at: [try LogicalStore([0])]) }
                    == "a copy needs an index for each element: (1,) of them for (2,)")
            #expect(
                text { try y.gather(from: try LogicalStore([1, 2]), at: [places]) }
                    == "a copy needs equal types, not float64 and int64")
            let late = text {
                try y.gather(from: x, at: [places])
                _ = try y.values(as: Double.self)
                try Runtime.shared.fence(blocks: true)
            }
            #expect(late.hasSuffix("index 3 is out of range for axis 0 with extent 3"), "\(late)")
        }

        @Test(arguments: [2, 3, 10]) func aTreeBringsPartsTogether(radix: Int) throws {
            let library = try makeLibrary([
                TaskDeclaration("joined") { context in
                    let parts = try context.inputs.map { tile in
                        let values = try tile.elements(of: Int.self)
                        return (0..<values.count).map { values[$0] }
                    }
                    try context.outputs[0].bind(parts.flatMap { $0 })
                }
            ])
            let task = try library.task("joined")
            let parts = try (0..<10).map { try LogicalStore([$0, $0 * $0]) }
            let joined = try task.treeReduced(parts, of: .int64, radix: radix)
            #expect(try joined.values() == (0..<10).flatMap { [$0, $0 * $0] })
            #expect(
                sentence { _ = try task.treeReduced([], of: .int64) }
                    == "there is nothing to reduce")
            #expect(
                sentence { _ = try task.treeReduced(parts, of: .int64, radix: 1) }
                    == "a tree joins at least two, not 1")
        }
    }
}
