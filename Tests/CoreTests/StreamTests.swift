/// Temporaries that stream: the order of their chunks and where these lie, against brute force; and
/// what becomes of an update in place on one of several ranks.
import Kernels
import Launches
import Partitions
import Shapes
import Testing

@testable import LegateCore
@testable import Plans

extension CoreTests {
    @Suite struct BandTests {
        /// Runs the units with every worker in turn, and looks that each chunk finds what it needs.
        private func check(_ bands: Bands, workers: Int, _ random: inout SplitMix) -> String? {
            let n = bands.chunkCount
            let isLate = { (chunk: Int) in chunk < bands.late.head || chunk >= n - bands.late.tail }
            var computed = [Bool](repeating: false, count: n)
            var taken = computed
            var places = [Int?](repeating: nil, count: bands.placeCount(workers: workers))
            var lateBegan = false
            for unit in bands.units(first: 0, second: n) {
                let worker = random.int(0...workers - 1)
                for chunk in unit.map(Int.init) {
                    let number = chunk % n
                    let place = bands.place(of: number, worker: worker)
                    if chunk < n {
                        if computed[number] { return "chunk \(number) is computed twice" }
                        if places[place] != nil {
                            return "chunk \(number) is put where another lies"
                        }
                        if lateBegan, !isLate(number) {
                            return "chunk \(number) comes behind what waits for messages"
                        }
                        lateBegan = lateBegan || isLate(number)
                        computed[number] = true
                        places[place] = number
                    } else {
                        let needed =
                            max(0, number - bands.before)...min(n - 1, number + bands.after)
                        if let missing = needed.first(where: { !computed[$0] }) {
                            return "chunk \(number) is taken before \(missing) is computed"
                        }
                        if taken[number] || places[place] != number {
                            return "chunk \(number) is not where it is taken"
                        }
                        taken[number] = true
                        places[place] = nil
                    }
                }
            }
            return taken.allSatisfy { $0 } ? nil : "some chunk is never taken"
        }

        @Test func chunksFindWhatTheyNeed() {
            var random = SplitMix(seed: 11)
            var cut = 0
            for _ in 0..<4000 {
                let workers = random.int(1...5)
                let late = Bands.Ends(head: random.int(0...3), tail: random.int(0...3))
                guard
                    let bands = Bands(
                        chunkCount: random.int(1...600), before: random.int(0...4),
                        after: random.int(0...4), late: late,
                        workers: workers)
                else { continue }
                cut += 1
                #expect(2 * bands.placeCount(workers: workers) <= bands.chunkCount * 3 / 2)
                if let fault = check(bands, workers: workers, &random) {
                    Issue.record("\(bands) with \(workers) workers: \(fault)")
                    return
                }
            }
            #expect(cut > 2000)
        }
    }

    @Suite struct RankStreamTests {
        /// A store of rows that are spread over ranks.
        private func spread(_ rows: Int, _ columns: Int, held: Bool) -> Store {
            let store = Store(type: .float64, shape: [rows, columns])
            (store.isTiled, store.isLocal) = (true, false)
            store.handleCount = held ? 1 : 0
            return store
        }

        /// `grid[step:-step:step] = grid[:-2*step:step] + grid[2*step::step]`, through a temporary,
        /// as it is recorded.
        private func update(_ grid: Store, step: Int) -> [Launch] {
            let (rows, columns) = (grid.shape[0], grid.shape[1])
            let count = (rows - 2 * step - 1) / step + 1
            func rowsFrom(_ first: Int) -> StoreView {
                let lattice = Lattice(rowMajor: grid.shape).sliced(
                    axis: 0, start: first, step: step, count: count)
                return StoreView(store: grid, lattice: lattice, type: .float64)
            }
            let temporary = StoreView(spread(count, columns, held: false))
            let sum = ScalarExpression(
                inputTypes: [.float64, .float64],
                instructions: [.apply(.add, OperationTable.loop(.add, .float64)!, 0, 1)],
                results: [2])
            let launch = Launch(
                name: "add", domain: [count, columns], inputs: [rowsFrom(0), rowsFrom(2 * step)],
                outputs: [temporary],
                body: .pointwise(sum))
            return [launch, Launch.copy(from: temporary, to: rowsFrom(step))]
        }

        private func plan(_ launches: [Launch], _ place: RankPlace, workers: Int) -> Plan {
            for launch in launches {
                for view in launch.inputs { view.store.pendingReads += 1 }
                for view in launch.outputs { view.store.pendingWrites += 1 }
            }
            defer {
                for launch in launches {
                    for view in launch.inputs + launch.outputs {
                        (view.store.pendingReads, view.store.pendingWrites) = (0, 0)
                    }
                }
            }
            return MakePlan.run(launches, Signature(launches), workers: workers, place: place)
        }

        /// One read and one write of the rank's part, and no second grid, however the rows lie; the
        /// rows that neighbours need travel, nothing else, and are waited for when most chunks are
        /// done.
        @Test(arguments: [1, 2, 3], [1, 2])
        func updatesInPlaceStream(_ step: Int, _ workers: Int) {
            let columns = 512
            for ranks in [2, 3, 5] {
                for rank in 0..<ranks {
                    let grid = spread(ranks * 3001 + 2, columns, held: true)
                    grid.memory = UnsafeMutableRawPointer(bitPattern: 64)
                    defer { grid.memory = nil }
                    let plan = plan(
                        update(grid, step: step), RankPlace(rank: rank, rankCount: ranks),
                        workers: workers)
                    let nests = plan.steps.filter { $0.program != nil }
                    #expect(nests.count == 2 && nests[0].streams && plan.segments.count == 1)
                    let neighbours = [rank - 1, rank + 1].filter { 0..<ranks ~= $0 }
                    let turns = plan.steps.flatMap { $0.exchange?.turns ?? [] }
                    #expect(
                        turns.allSatisfy {
                            neighbours.contains($0.message.rank)
                                && $0.message.byteCount == columns * 8
                        })
                    #expect(turns.filter(\.isReceive).count <= neighbours.count)
                    let rows =
                        Ownership(grid, rankCount: ranks).elements(ownedBy: rank).count / columns
                    #expect(
                        nests[0].traffic.read <= (rows + 2 * step + 2) * columns * 8
                            && nests[0].traffic.written == 0)
                    if let place = placeOfReceive(plan) { #expect(place > 0.75) }
                }
            }
        }

        /// Where in the order of chunks messages are waited for, between 0 and 1.
        private func placeOfReceive(_ plan: Plan) -> Double? {
            let segment = plan.segments[0]
            let steps = (0..<segment.chunkCount).map { segment.stepOf[Int(segment.order[$0])] }
            let place = steps.firstIndex {
                plan.steps[segment.steps.lowerBound + Int($0)].isReceive
            }
            return place.map { Double($0) / Double(steps.count) }
        }
    }
}
