/// What a library's mapper decides: tiles, scratch memory, numbers worth tuning.
import LegateCore
import Testing

private struct OwnMapper: Mapper {
    var shape: [Int]?
    var bytes = 0
    var kind = MemoryKind.system

    func tileShape(of task: TaskDeclaration) -> [Int]? { shape }
    func scratchBytes(of task: TaskDeclaration) -> Int { bytes }
    func memory(of task: TaskDeclaration) -> MemoryKind { kind }
    func tunable(_ name: String) -> Int? { name == "radix" ? 4 : nil }
    func grain(of task: TaskDeclaration) -> ConstraintSolver.Grain {
        task.name == "fine"
            ? ConstraintSolver.Grain(elements: 10, tiles: 1000) : ConstraintSolver.Grain()
    }
}

extension AuthorTests {
    @Suite struct Mappers {
        private func tiles(_ mapper: any Mapper, _ shape: AxisList, name: String = "note") throws
            -> Tiles
        {
            let tiles = Tiles()
            let library = try makeLibrary(
                [
                    TaskDeclaration(name, outputs: ["y"]) { context in
                        let y = try context.output("y")
                        tiles.add(
                            context.tile, of: context.tileCount, at: y.origin[0] * 1000 + y.shape[0]
                        )
                    }
                ], mapper: mapper)
            let y = try LogicalStore(.float64, shape: shape)
            try library.task(name).launch(outputs: [y])
            // Nobody would see the results otherwise, and the launch would never run.
            try withExtendedLifetime(y) { try Runtime.shared.fence(blocks: true) }
            return tiles
        }

        @Test func theShapeOfTilesIsTheMappers() throws {
            #expect(try tiles(OwnMapper(shape: [3]), [8]).origins == [3, 3003, 6002])
            #expect(try tiles(OwnMapper(shape: [100]), [8]).count == 1)
            #expect(try tiles(OwnMapper(shape: [4, 5]), [8, 5]).origins == [4, 4004])
            #expect(try tiles(OwnMapper(), [100], name: "fine").count == 10)
        }

        @Test func aChangedMapperCountsForTheNextLaunch() throws {
            let tiles = Tiles()
            let library = try makeLibrary([
                TaskDeclaration("note", outputs: ["y"]) {
                    tiles.add($0.tile, of: $0.tileCount, at: 0)
                }
            ])
            let y = try LogicalStore(.float64, shape: [8])
            try library.task("note").launch(outputs: [y])
            try Runtime.shared.fence(blocks: true)
            #expect(tiles.count == 1)
            library.mapper = OwnMapper(shape: [2])
            try library.task("note").launch(outputs: [y])
            try withExtendedLifetime(y) { try Runtime.shared.fence(blocks: true) }
            #expect(tiles.count == 4)
        }

        @Test func everyTileHasItsOwnScratch() throws {
            let library = try makeLibrary(
                [
                    TaskDeclaration(
                        "reverse", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
                    ) {
                        let (x, y) = (
                            try $0.input("x", of: UInt8.self), try $0.output("y", of: UInt8.self)
                        )
                        let scratch = $0.scratch
                        precondition(scratch.count == 4096)
                        for i in 0..<x.count { scratch[i] = x[i] }
                        for i in 0..<x.count { y[i] = scratch[x.count - 1 - i] }
                    }
                ], mapper: OwnMapper(shape: [4096], bytes: 4096))
            let values = (0..<20_480).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let y = try LogicalStore(.uint8, shape: [20_480])
            try library.task("reverse").launch(inputs: [try LogicalStore(values)], outputs: [y])
            let wanted = (0..<5).flatMap { values[$0 * 4096..<($0 + 1) * 4096].reversed() }
            #expect(try y.values() == wanted)
        }

        @Test func aMapperThatAsksForTooMuchIsRefusedAtTheLaunch() throws {
            func launch(_ mapper: OwnMapper) throws {
                let library = try makeLibrary(
                    [
                        TaskDeclaration("greedy", outputs: ["y"]) { _ in
                            precondition(false, "never runs")
                        }
                    ],
                    mapper: mapper)
                try library.task("greedy").launch(outputs: [try LogicalStore(.float64, shape: [8])])
            }
            #expect(throws: MemoryCeilingError.self) { try launch(OwnMapper(bytes: 1 << 50)) }
            #expect(
                sentence { try launch(OwnMapper(kind: .framebuffer)) }.contains(
                    "memory of kind 'framebuffer'"))
            #expect(
                sentence { try launch(OwnMapper(bytes: -1)) }.contains(
                    "wants -1 bytes for task 'greedy'"))
            try Runtime.shared.fence(blocks: true)
            #expect(try LogicalStore([1.0]).values() == [1.0])
        }

        @Test func tunablesAreNumbersByName() throws {
            let library = try makeLibrary(mapper: OwnMapper())
            #expect(try library.tunable("radix") == 4)
            #expect(try library.tunable("depth", default: 7) == 7)
            #expect(
                sentence { _ = try library.tunable("depth") }
                    == "the mapper of library '\(library.name)' has no tunable 'depth'")
        }
    }
}
