/// What is left of the public interface: launches filled in step by step, names, and views that no
/// other test needs.
import LegateCore
import Synchronization
import Testing

private struct Refused: Error {}

/// Numbers in the order in which bodies gave them.
private final class Order: Sendable {
    private let list = Mutex<[Int]>([])
    func add(_ number: Int) { list.withLock { $0.append(number) } }
    var numbers: [Int] { list.withLock { $0 } }
}

extension AuthorTests {
    @Suite struct Interface {
        private let scaled = TaskDeclaration(
            "scaled", inputs: ["x"], outputs: ["y"], scalars: ["a"]
        ) {
            let (x, y) = (try $0.input("x", of: Double.self), try $0.output("y", of: Double.self))
            let a = try $0.scalar("a").double ?? 0
            for i in 0..<x.count { y[i] = a * x[i] }
        }

        @Test func launchesAreFilledInStepByStep() throws {
            let library = try makeLibrary([scaled])
            let y = try LogicalStore(.float64, shape: [3])
            var launch = try library.autoTask("scaled")
            launch.addInput(try LogicalStore([1.0, 2, 3]))
            launch.addOutput(y)
            launch.addScalar(2.5)
            launch.add(.align("x", "y"))
            try launch.execute()
            #expect(try y.values() == [2.5, 5, 7.5])
            #expect(try library.task("scaled").qualifiedName == "\(library.name).scaled")
            #expect(
                scaled.operandNames == ["x", "y"] && !scaled.isTransparent
                    && scaled.variants == [.cpu])
        }

        @Test func aLaunchMayAskForItsErrors() throws {
            let library = try makeLibrary([
                TaskDeclaration("fails", outputs: ["y"]) { _ in throw Refused() }
            ])
            var launch = try library.autoTask("fails")
            launch.addOutput(try LogicalStore(.float64, shape: [1]))
            launch.throwsErrors()
            #expect(throws: TaskError.self) { try launch.execute() }
        }

        @Test func tasksWithoutNamedOperandsTakeAny() throws {
            let library = try makeLibrary([
                TaskDeclaration("sums") { context in
                    let s = try context.reductions[0].elements(of: Int.self)
                    for input in context.inputs {
                        let x = try input.elements(of: Int.self)
                        for i in 0..<x.count { s[0] += x[i] }
                    }
                }
            ])
            let total = try LogicalStore([0])
            var launch = AutoTask(try library.task("sums"))
            launch.addInput(try LogicalStore([1, 2]))
            launch.addInput(try LogicalStore([10, 20]))
            launch.addReduction(total, .add)
            try launch.execute()
            #expect(try total.values() == [33])
        }

        @Test func aVariantIsTheMappers() throws {
            struct Prefers: Mapper {
                func variant(of task: TaskDeclaration, from kinds: [ProcessorKind]) -> ProcessorKind
                { .omp }
            }
            func body(_ number: Int) -> TaskDeclaration.Body {
                { try $0.output("y", of: Int.self)[0] = number }
            }
            let library = try makeLibrary(
                [
                    TaskDeclaration(
                        "which", outputs: ["y"], variants: [.omp: body(2)], body: body(1))
                ], mapper: Prefers())
            let y = try LogicalStore(.int64, shape: [1])
            try library.task("which").launch(outputs: [y])
            #expect(try y.values() == [2])
        }

        @Test func librariesAreFoundByName() throws {
            let library = try makeLibrary([scaled])
            #expect(try Library.findOrRegister(library.name) === library)
            #expect(library.taskNames == ["scaled"])
            #expect(
                sentence { _ = try Library.find("nowhere") }.hasPrefix(
                    "no library named 'nowhere' is registered"))
        }

        @Test func partitionsTellTheirColors() throws {
            let x = try LogicalStore(Array(0..<35), shape: [5, 7])
            let partition = try x.partitioned(by: [3, 3])
            #expect(partition.colors == [2, 3] && partition.tileShape == [3, 3])
            #expect(try partition.tile([1, 2]).values() == [27, 34])
            #expect(try x.delinearized(axis: 1, into: [7, 1]).shape == [5, 7, 1])
            #expect(
                sentence { _ = try x.partitioned(by: [3]) }
                    == "tiles of shape (3,) do not cut a store of shape (5, 7)")
        }

        @Test func pointsTakeFunctionsOfTheTable() throws {
            let library = try makeLibrary([
                TaskDeclaration(transparent: "root", inputs: ["x"], outputs: ["y"]) { point in
                    point["y"] = point["x"].applying(.sqrt) + point.number(1)
                }
            ])
            let y = try LogicalStore(.float64, shape: [2])
            try library.task("root").launch(inputs: [try LogicalStore([4.0, 9])], outputs: [y])
            #expect(try y.values() == [3.0, 4])
        }

        @Test func aBodySeesWhereItIs() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "place", inputs: ["x"], outputs: ["y"], scalars: ["name"],
                    options: TaskOptions(hasSideEffects: true)
                ) { context in
                    guard context.declaration.name == "place",
                        try context.scalar("name").string == "n",
                        context.launchDomain == [2, 3], !context.isSingle,
                        !context.inputs[0].isUnbound
                    else { throw Refused() }
                    let place = try context.output("y", of: Int.self)
                    place[0] = context.color[0] * 10 + context.color[1]
                }
            ])
            let task = try library.task("place")
            #expect(task.declaration.options.hasSideEffects && !task.declaration.options.needsHost)
            let x = try LogicalStore([Int32(1)])
            let y = try LogicalStore(.int64, shape: [2, 3])
            let tiles = (0..<6).map { AxisList([$0 / 3, $0 % 3]) }
            try task.launchManually(
                over: [2, 3], inputs: [ManualOperand(x.storeView)],
                outputs: [ManualOperand(y.storeView, tileShape: [1, 1], tiles: tiles)],
                LaunchOptions(scalars: ["n"], mayThrow: true))
            #expect(try y.values() == [0, 1, 2, 10, 11, 12])
            #expect(Int32.elementType == .int32 && x.type == .int32)
        }

        @Test func pointsDecideAShape() throws {
            let library = try makeLibrary([
                TaskDeclaration("repeated", inputs: ["x"], outputs: ["y"]) { context in
                    let x = try context.input("x", of: Int.self)
                    try context.output("y").bind([Int](repeating: x[0], count: context.tile))
                }
            ])
            let task = try library.task("repeated")
            let x = ManualOperand(
                try LogicalStore([7, 8, 9]).storeView, tileShape: [1], tiles: [[0], [1], [2]])
            let made = try task.launchManuallyUnbound(
                over: [3], inputs: [x], outputs: [.unbound(.int64)])
            #expect(try made[0].values() == [8, 9, 9])
            #expect(
                sentence {
                    _ = try task.launchManuallyUnbound(
                        over: [3, 1], inputs: [x], outputs: [.unbound(.int64)])
                }.contains("at least as many axes as the domain (3, 1), not 1"))
        }

        @Test(arguments: [[2, 3], [1, 1], [3, 1], [2, 2, 2]] as [AxisList])
        func piecesLieAsThePointsDo(domain: AxisList)
            throws
        {
            // The piece of a point has one index more along an axis than the point's own place, and
            // two behind them all.
            let library = try makeLibrary([
                TaskDeclaration("piece", outputs: ["y"]) { context in
                    let shape = AxisList(context.color.map { $0 + 1 } + [2])
                    let bytes = [UInt8](repeating: UInt8(context.tile), count: shape.product)
                    try context.output("y").bind(bytes: bytes, shape: shape)
                },
                TaskDeclaration("misfit", outputs: ["y"]) { context in
                    let shape = AxisList(context.color.map { _ in context.tile + 1 })
                    try context.output("y").bind(
                        bytes: [UInt8](repeating: 0, count: shape.product), shape: shape)
                },
            ])
            let axes = domain.count + 1
            let made = try library.task("piece").launchManuallyUnbound(
                over: domain, inputs: [], outputs: [.unbound(.uint8, axes: axes)])
            #expect(made[0].shape == AxisList(domain.map { $0 * ($0 + 1) / 2 } + [2]))
            // Which point's piece each index is in: index 0 of an axis is point 0's, 1 and 2 are
            // point 1's.
            let owner = [0, 1, 1, 2, 2, 2]
            var wanted: [UInt8] = []
            func walk(_ axis: Int, _ tile: Int) {
                if axis == domain.count { return wanted += [UInt8(tile), UInt8(tile)] }
                for i in 0..<made[0].shape[axis] { walk(axis + 1, tile * domain[axis] + owner[i]) }
            }
            walk(0, 0)
            #expect(try made[0].values() == wanted)
            let words = sentence {
                _ = try library.task("misfit").launchManuallyUnbound(
                    over: domain, inputs: [], outputs: [.unbound(.uint8, axes: domain.count)])
            }
            #expect(
                domain.product == 1
                    ? words == "no error" : words.contains("gave output 'y' elements of shape"))
        }

        @Test func constraintsAreResolvedByNameAndNumber() throws {
            let library = try makeLibrary([scaled, TaskDeclaration("any") { _ in }])
            let named = try library.task("scaled").resolved([.align("x", "y")], operandCount: 2)
            let numbered = try library.task("any").resolved(
                [.align(.number(0), .number(1))], operandCount: 2)
            #expect("\(named)" == "\(numbered)" && named.count == 1)
            #expect(try library.task("any").resolved([], operandCount: 2).isEmpty)
        }

        @Test func aTaskErrorHoldsWhatWasThrown() throws {
            let library = try makeLibrary([
                TaskDeclaration("fails", outputs: ["y"]) { _ in throw Refused() }
            ])
            try library.task("fails").launch(outputs: [try LogicalStore(.float64, shape: [1])])
            let y = try LogicalStore(.float64, shape: [1])
            try library.task("fails").launch(outputs: [y])
            do {
                try withExtendedLifetime(y) { try Runtime.shared.fence(blocks: true) }
                Issue.record("nothing was thrown")
            } catch let error as TaskError {
                #expect(
                    error.underlying is Refused && error.task == "\(library.name).fails"
                        && error.source != nil)
            }
        }

        @Test func scopesBeginAndEndByHand() throws {
            let runtime = Runtime.shared
            let whole = runtime.machine
            try runtime.enterMachine(whole[.cpu][0..<1])
            #expect(runtime.machine.count == 1)
            try runtime.leaveMachine()
            #expect(runtime.machine == whole)
        }

        @Test func tilesOfHigherPriorityComeFirst() throws {
            let order = Order()
            let library = try makeLibrary([
                TaskDeclaration(
                    "note", outputs: ["y"], scalars: ["number"],
                    options: TaskOptions(hasSideEffects: true)
                ) {
                    order.add(try $0.scalar("number").int ?? -1)
                }
            ])
            let stores = try (0..<4).map { _ in try LogicalStore(.float64, shape: [1]) }
            func note(_ store: Int, _ number: Int) throws {
                try library.task("note").launch(
                    outputs: [stores[store]], scalars: [.integer(number)])
            }
            let runtime = Runtime.shared
            try runtime.fence(blocks: true)
            try runtime.machine[.cpu][0..<1].scoped {
                try note(0, 0)
                try runtime.prioritized(-1) { try note(1, 1) }
                try runtime.prioritized(5) {
                    #expect(runtime.priority == 5)
                    try note(2, 2)
                    // It writes what the first one writes: nothing comes before what it waits for.
                    try note(0, 3)
                }
                try runtime.fence(blocks: true)
            }
            #expect(runtime.priority == 0 && order.numbers == [2, 0, 3, 1])
        }

        @Test func bodiesHaveNoLimitOfTimeAtFirst() throws {
            #expect(Runtime.shared.configuration.taskSeconds == 0)
            Runtime.shared.limitTasks(seconds: 3600)
            try Runtime.shared.fence(blocks: true)
            Runtime.shared.limitTasks(seconds: 0)
        }
    }
}
