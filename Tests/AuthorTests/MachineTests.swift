/// Machines and scopes: how many workers launches use, and that results do not depend on it.
import LegateCore
import Synchronization
import Testing

private final class Most: Sendable {
    private let state = Mutex<(now: Int, most: Int)>((0, 0))

    func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { state.withLock { $0.now -= 1 } }
    var count: Int { state.withLock(\.most) }
}

extension AuthorTests {
    @Suite struct Machines {
        private func cpus(_ numbers: Range<Int>) -> Machine {
            Machine([ProcessorRange(.cpu, numbers, perRank: 4)])
        }

        @Test func machinesAreSlicedByKindAndNumber() {
            let gpus = ProcessorRange(.gpu, 0..<2, perRank: 1)
            let machine = Machine([ProcessorRange(.cpu, 0..<8, perRank: 4), gpus])
            #expect(machine.kinds == [.gpu, .cpu] && machine.count == 10)
            #expect(machine[.cpu][2..<6] == cpus(2..<6))
            #expect(machine[.cpu][2..<6].processors(.cpu).ranks == 0..<2)
            #expect(machine[.cpu][6..<20].count == 2)
            #expect(machine[.omp].isEmpty && machine[.omp].description == "no processors")
            #expect(machine[0..<1] == Machine([ProcessorRange(.gpu, 0..<1, perRank: 1)]))
            #expect(machine.intersection(cpus(6..<9)) == cpus(6..<8))
            #expect(cpus(0..<4).description == "cpu 0..<4")
        }

        @Test func aScopeLimitsTheWorkers() throws {
            let runtime = Runtime.shared
            let before = runtime.backend.threadCount
            try runtime.use(workers: 4, ceilingBytes: nil)
            defer { try? runtime.use(workers: before, ceilingBytes: nil) }
            let most = Most()
            let library = try makeLibrary([
                TaskDeclaration(
                    "root", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
                ) {
                    most.enter()
                    defer { most.leave() }
                    let (x, y) = (
                        try $0.input("x", of: Double.self), try $0.output("y", of: Double.self)
                    )
                    for i in 0..<x.count { y[i] = x[i].squareRoot() }
                }
            ])
            let x = try LogicalStore((0..<400_000).map(Double.init))
            let y = try LogicalStore(.float64, shape: [400_000])
            let wanted = (0..<400_000).map { Double($0).squareRoot() }
            for count in 1...2 {
                try runtime.machine[.cpu][0..<count].scoped {
                    #expect(runtime.machine.count == count && runtime.backend.workerCount == count)
                    for _ in 0..<5 { try library.task("root").launch(inputs: [x], outputs: [y]) }
                    #expect(try y.values() == wanted)
                }
                #expect(most.count <= count)
            }
            #expect(runtime.machine.count == 4 && runtime.backend.workerCount == 4)
        }

        @Test func scopesAreNestedAndNeverEmpty() throws {
            let runtime = Runtime.shared
            let before = runtime.backend.threadCount
            try runtime.use(workers: 4, ceilingBytes: nil)
            defer { try? runtime.use(workers: before, ceilingBytes: nil) }
            try runtime.machine[.cpu][0..<3].scoped {
                try runtime.wholeMachine[.cpu][2..<4].scoped {
                    #expect(runtime.machine == cpus(2..<3))
                }
                #expect(
                    sentence { try runtime.wholeMachine[.cpu][3..<4].scoped {} }
                        == "the machine of this scope (cpu 3..<4) has nothing in common with the one around it "
                        + "(cpu 0..<3)")
                #expect(
                    sentence { try runtime.wholeMachine[.gpu].scoped {} }
                        .hasPrefix("the machine of this scope (no processors)"))
                #expect(runtime.machine.count == 3)
            }
        }
    }
}
