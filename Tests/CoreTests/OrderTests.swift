/// The order between chunks: whatever two chunks of a plan touch in common, the later one waits for
/// the earlier.
import Kernels
import NumPy
import Shapes
import Testing

@testable import LegateCore
@testable import Plans

extension CoreTests {
    @Suite struct OrderTests {
        /// A chunk's accesses as one bit per element of each store.
        private struct Footprint {
            var reads: [Int: [UInt64]] = [:]
            var writes: [Int: [UInt64]] = [:]

            func meets(_ other: Footprint) -> Bool {
                func share(_ a: [Int: [UInt64]], _ b: [Int: [UInt64]]) -> Bool {
                    a.contains { store, bits in
                        b[store].map { zip(bits, $0).contains { $0 & $1 != 0 } } ?? false
                    }
                }
                return share(writes, other.reads) || share(writes, other.writes)
                    || share(reads, other.writes)
            }
        }

        private func footprint(_ step: Plan.Step, _ chunk: Int, _ elementCount: Int) -> Footprint {
            var result = Footprint()
            let program = step.program!
            let nest = program.nest
            func mark(_ operand: LoopNest.Operand, _ table: inout [Int: [UInt64]]) {
                let store = step.slots[operand.slot]
                var bits = table[store] ?? [UInt64](repeating: 0, count: elementCount / 64 + 1)
                for points in program.pointRanges(of: program.chunks[chunk]) {
                    NestProgram.forEachRun(
                        extents: nest.extents, strides: operand.strides, offset: operand.offset,
                        points: points
                    ) { offset, count, stride in
                        for k in 0..<count {
                            let element = offset + k * stride
                            bits[element / 64] |= 1 << UInt64(element % 64)
                        }
                    }
                }
                table[store] = bits
            }
            for load in nest.loads { mark(load, &result.reads) }
            for output in nest.outputs { mark(output.target, &result.writes) }
            return result
        }

        /// Random pointwise launches over random windows of a few matrices.
        private func randomWindow(_ random: inout SplitMix, _ stores: [Store], side: Int)
            -> [Launch]
        {
            let shapes: [(Int, Int)] = [
                (side, side), (side - 3, side), (side - 2, side - 2), (side / 2, side),
            ]
            var launches: [Launch] = []
            for _ in 0..<random.int(2...7) {
                let (rows, columns) = shapes[random.int(0...shapes.count - 1)]
                func view() -> StoreView {
                    let store = stores[random.int(0...stores.count - 1)]
                    let step = rows == side / 2 && random.int(0...1) == 1 ? 2 : 1
                    let first = random.int(0...(side - (rows - 1) * step - 1))
                    var lattice = Lattice(rowMajor: store.shape)
                        .sliced(axis: 0, start: first, step: step, count: rows)
                        .sliced(
                            axis: 1, start: random.int(0...side - columns), step: 1, count: columns)
                    if random.int(0...4) == 0 {
                        lattice = lattice.sliced(axis: 0, start: rows - 1, step: -1, count: rows)
                    }
                    return StoreView(store: store, lattice: lattice, type: store.type)
                }
                let output = view()
                var input = view()
                while Runtime.interferes(input, output) { input = view() }
                launches.append(Launch.copy(from: input, to: output))
            }
            return launches
        }

        @Test func chunksWaitForWhatTheyTouch() throws {
            let side = 150
            var waits = 0
            for seed in 0..<40 {
                var random = SplitMix(seed: UInt64(seed))
                let stores = (0..<3).map { _ in Store(type: .float64, shape: [side, side]) }
                for store in stores { store.handleCount = 1 }
                let launches = randomWindow(&random, stores, side: side)
                for launch in launches {
                    for view in launch.inputs { view.store.pendingReads += 1 }
                    for view in launch.outputs { view.store.pendingWrites += 1 }
                }
                let plan = MakePlan.run(
                    launches, Signature(launches), workers: 3, sharedWork: 0)
                for segment in plan.segments {
                    let prints = (0..<segment.chunkCount).map { chunk in
                        let step = Int(segment.stepOf[chunk])
                        return footprint(
                            plan.steps[segment.steps.lowerBound + step],
                            chunk - segment.firstChunk[step], side * side)
                    }
                    for later in 0..<segment.chunkCount {
                        for earlier in 0..<later
                        where segment.stepOf[earlier] != segment.stepOf[later]
                            && prints[earlier].meets(prints[later])
                        {
                            waits += 1
                            let flags = [
                                earlier, segment.chunkCount + Int(segment.stepOf[earlier]),
                            ]
                            let needs =
                                (Int(segment.needStart[later])..<Int(segment.needStart[later + 1]))
                                .map { segment.needs[$0] }
                            let isWaitedFor = needs.contains { need in
                                flags.contains { Int(need.first) <= $0 && $0 <= Int(need.last) }
                            }
                            if !isWaitedFor {
                                Issue.record(
                                    "seed \(seed): chunk \(later) does not wait for chunk \(earlier)"
                                )
                            }
                        }
                    }
                }
                for store in stores { store.pendingReads = 0; store.pendingWrites = 0 }
            }
            #expect(waits > 1000)
        }

        /// The second pass over a temporary follows the first closely instead of waiting for its
        /// end.
        @Test func chunksFollowTheData() throws {
            let n = 1 << 18
            let (u, t) = (Store(type: .float64, shape: [n]), Store(type: .float64, shape: [n]))
            u.handleCount = 1
            func part(_ store: Store, _ start: Int) -> StoreView {
                StoreView(
                    store: store,
                    lattice: Lattice(rowMajor: [n]).sliced(
                        axis: 0, start: start, step: 1, count: n - 1),
                    type: .float64)
            }
            let launches = [
                Launch.copy(from: part(u, 0), to: part(t, 0)),
                Launch.copy(from: part(t, 0), to: part(u, 1)),
            ]
            u.pendingReads = 1
            u.pendingWrites = 1
            t.pendingReads = 1
            t.pendingWrites = 1
            let plan = MakePlan.run(launches, Signature(launches), workers: 1)
            #expect(plan.segments.count == 1 && plan.steps.count == 2)
            let segment = plan.segments[0]
            let steps = (0..<segment.chunkCount).map { segment.stepOf[Int(segment.order[$0])] }
            let first = steps.firstIndex(of: 1)!
            #expect(segment.chunkCount == 32 && first <= 3)
        }
    }

    @Suite struct ReplayTests {
        private func loop(_ x: NDArray, _ factor: Double) throws -> Double {
            try ((x * factor + 1).sum()).value(as: Double.self)
        }

        @Test func theSecondPassFindsItsPlan() throws {
            let n = 50_000
            let x = try NDArray(repeating: 2.0, shape: AxisList(n))
            _ = try x.hostMemory()
            #expect(try loop(x, 3) == Double(n) * 7)
            let before = Counters.shared
            // Another constant is the same plan, and gets its own value.
            for factor in [4.0, -1, 0.5] {
                #expect(try loop(x, factor) == Double(n) * (2 * factor + 1))
            }
            #expect(Counters.shared.replays - before.replays == 3)
            #expect(Counters.shared.overlapTests == before.overlapTests)
        }

        @Test func anotherShapeIsAnotherPlan() throws {
            for n in [50_001, 50_002] {
                let x = try NDArray(repeating: 2.0, shape: AxisList(n))
                _ = try x.hostMemory()
                let before = Counters.shared.replays
                #expect(try loop(x, 3) == Double(n) * 7)
                #expect(Counters.shared.replays == before)
            }
        }

        /// Whether somebody still sees a result decides whether it is written.
        @Test func whatIsHeldIsPartOfTheSignature() throws {
            let n = 60_000
            let x = try NDArray(repeating: 2.0, shape: AxisList(n))
            _ = try x.hostMemory()
            var kept: NDArray?
            for keeps in [false, true, false, true] {
                let y = try x + 5
                let z = try y * 2
                kept = keeps ? y : nil
                _ = consume y
                #expect(try z.values(as: Double.self).allSatisfy { $0 == 14 })
                if let kept { #expect(try kept.values(as: Double.self).allSatisfy { $0 == 7 }) }
            }
        }

        /// Rows that are written from the first on, and read from the last on: in the windows in the
        /// middle they meet, in those for which the plan was made they do not.
        @Test func operandsThatMoveKeepTheirOrder() throws {
            let (rows, length) = (400, 12_400)
            let first = try NDArray((0..<rows).map { Double($0) }, shape: [rows, 1])
            let grid = try first + NDArray(repeating: 0.0, shape: [rows, length])
            _ = try grid.hostMemory()
            let before = Counters.shared
            for k in 0..<rows {
                let source = rows - 1 - k
                try grid[k..<(k + 1)].assign(grid[source..<(source + 1)] * 0.5 + 1)
            }
            var cells = (0..<rows).map { Double($0) }
            for k in 0..<rows { cells[k] = cells[rows - 1 - k] * 0.5 + 1 }
            let found = try grid.values(as: Double.self)
            #expect((0..<rows).allSatisfy { found[$0 * length + 7] == cells[$0] })
            #expect(Counters.shared.movedReplays > before.movedReplays)
        }

        @Test func muchWorkIsBegunAhead() throws {
            let n = 40_000
            var x = try NDArray(repeating: 1.0, shape: AxisList(n))
            _ = try x.hostMemory()
            try Runtime.shared.waitForAll()
            let before = Counters.shared.begunAhead
            Runtime.shared.aheadLimit = 1_200_000
            for _ in 0..<60 { x = try x * 0.5 + 1 }
            if Runtime.shared.backend.workerCount > 1 {
                #expect(Counters.shared.begunAhead > before)
            }
            var expected = 1.0
            for _ in 0..<60 { expected = expected * 0.5 + 1 }
            #expect(try x.values(as: Double.self).allSatisfy { $0 == expected })
        }
    }
}
