/// Dependences are exact: the lattice test and the index of accesses agree with lists of points.
import Launches
import Plans
import Shapes
import Testing
import Tracing

extension CoreTests {
    @Suite struct DependenceTests {
        @Test func overlapsAreExact() {
            var random = SplitMix(seed: 4)
            var shared = 0
            for k in 0..<100_000 {
                let (a, b) = (randomLattice(&random), randomLattice(&random))
                let expected = !Set(a.points).isDisjoint(with: b.points)
                if expected { shared += 1 }
                let found = a.overlaps(b)
                if found != expected { Issue.record("case \(k): \(a) and \(b): \(found)") }
                if b.overlaps(a) != found {
                    Issue.record("case \(k): \(a) and \(b) is not symmetric")
                }
            }
            #expect((10_000...80_000).contains(shared))
        }

        /// Any offset, any strides (also zero and negative), also lattices that visit a point
        /// twice, also empty ones.
        private func randomLattice(_ random: inout SplitMix) -> Lattice {
            var result = Lattice(offset: random.int(0...60), shape: [], strides: [])
            for _ in 0..<random.int(0...3) {
                result.shape.append(random.int(0...19) == 0 ? 0 : random.int(1...4))
                result.strides.append(random.int(-13...13))
            }
            return result
        }

        @Test func interleavedSlicesDoNotConflict() {
            let whole = Lattice(rowMajor: [1 << 40])
            func every(_ step: Int, from start: Int) -> Lattice {
                whole.sliced(axis: 0, start: start, step: step, count: (1 << 40) / step)
            }
            #expect(!every(2, from: 0).overlaps(every(2, from: 1)))
            #expect(!every(6, from: 0).overlaps(every(4, from: 1)))
            #expect(every(6, from: 3).overlaps(every(4, from: 1)))
        }

        @Test(arguments: [[12, 11], [130], [5, 6, 7]])
        func indexFindsExactlyTheConflicts(_ extents: [Int]) {
            let shape = AxisList(extents)
            for seed in 0..<4 {
                var random = SplitMix(seed: UInt64(100 + seed))
                var index = DependenceIndex(storeShape: shape, storeType: .complex128)
                var all: [(access: DependenceIndex.Access, bytes: [UInt64])] = []
                for k in 0..<120 {
                    let access = randomAccess(shape, k, &random)
                    var found: [Int] = []
                    index.forEachConflict(with: access) { found.append($0.payload) }
                    let bytes = touched(access, count: shape.product * 16)
                    let expected = all.filter {
                        ($0.access.privilege == .write || access.privilege == .write)
                            && zip($0.bytes, bytes).contains { $0 & $1 != 0 }
                    }.map(\.access.payload)
                    if found.sorted() != expected {
                        Issue.record(
                            "seed \(seed), access \(k) \(access.lattice): \(found.sorted()) for \(expected)"
                        )
                    }
                    index.insert(access)
                    all.append((access, bytes))
                }
            }
        }

        private func randomAccess(_ shape: AxisList, _ k: Int, _ random: inout SplitMix)
            -> DependenceIndex.Access
        {
            var lattice = Lattice.randomView(of: shape, &random)
            var type = ElementType.complex128
            if random.int(0...7) == 0 {
                // The real or the imaginary part.
                lattice.offset = lattice.offset * 2 + random.int(0...1)
                for axis in 0..<lattice.axisCount { lattice.strides[axis] *= 2 }
                type = .float64
            }
            let privilege: Privilege = random.int(0...1) == 0 ? .read : .write
            return DependenceIndex.Access(
                lattice: lattice, type: type, privilege: privilege, payload: k)
        }

        /// For each byte of the store one bit: whether the access touches it.
        private func touched(_ access: DependenceIndex.Access, count: Int) -> [UInt64] {
            var result = [UInt64](repeating: 0, count: count / 64 + 1)
            for byte in access.lattice.inBytes(elementSize: access.type.byteCount).points {
                result[byte / 64] |= 1 << UInt64(byte % 64)
            }
            return result
        }

        /// Ten thousand live accesses: a new one is tested against few of them.
        @Test(arguments: ["blocks", "interleaved", "tiles"])
        func manyAccessesStayCheap(_ pattern: String) {
            let shape: AxisList = pattern == "tiles" ? [1000, 1000] : [1_000_000]
            let whole = Lattice(rowMajor: shape)
            func lattice(_ k: Int) -> Lattice {
                switch pattern {
                case "blocks": return whole.sliced(axis: 0, start: k * 100, step: 1, count: 100)
                case "interleaved": return whole.sliced(axis: 0, start: k, step: 10_000, count: 100)
                default:
                    return whole.sliced(axis: 0, start: k / 100 * 10, step: 1, count: 10)
                        .sliced(axis: 1, start: k % 100 * 10, step: 1, count: 10)
                }
            }
            var index = DependenceIndex(storeShape: shape, storeType: .float64)
            for k in 0..<10_000 {
                index.insert(
                    .init(lattice: lattice(k), type: .float64, privilege: .write, payload: k))
            }
            let before = Counters.shared.overlapTests
            let clock = ContinuousClock()
            var found: [Int] = []
            let time = clock.measure {
                for k in stride(from: 0, to: 10_000, by: 100) {
                    index.forEachConflict(
                        with: .init(
                            lattice: lattice(k), type: .float64, privilege: .read, payload: -1)
                    ) { found.append($0.payload) }
                }
            }
            let tests = Counters.shared.overlapTests - before
            print(
                "\(pattern): \(tests) exact tests and \(time) for 100 queries among 10,000 accesses"
            )
            #expect(found == Array(stride(from: 0, to: 10_000, by: 100)))
            #expect(tests <= 1000)
        }
    }
}
