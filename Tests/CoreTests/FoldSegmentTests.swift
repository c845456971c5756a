/// Folds over ranks: the results of any cut at the tree's nodes, brought together in any order, are
/// those of one rank.
import Glibc
import Kernels
import Launches
import Shapes
import Testing

extension CoreTests {
    @Suite struct FoldSegmentTests {
        /// A fold over `rows` (columns form where `inner` is more than one) of random numbers.
        private struct Case {
            var nest: LoopNest
            var values: UnsafeMutablePointer<Double>
            var results: UnsafeMutablePointer<Double>
            var resultCount: Int

            init(
                outer: Int, reduced: Int, inner: Int, _ operation: Operation,
                _ random: inout SplitMix
            ) {
                let count = outer * reduced * inner
                values = .allocate(capacity: count)
                for k in 0..<count { values[k] = Double.random(in: -1...1, using: &random) }
                resultCount = outer * inner
                results = .allocate(capacity: resultCount)
                results.initialize(repeating: .nan, count: resultCount)
                let isColumns = inner > 1
                let extents = isColumns ? [outer, reduced, inner] : [outer, reduced]
                nest = LoopNest(
                    form: isColumns ? .columns : .rows, extents: extents, keptAxes: 1,
                    reducedAxes: 1, slotCount: 2,
                    loads: [
                        .init(
                            slot: 0, type: .float64, offset: 0,
                            strides: isColumns ? [reduced * inner, inner, 1] : [reduced, 1])
                    ],
                    constants: [], steps: [], outputs: [],
                    folds: [
                        .init(
                            operation: operation, type: .float64, value: 0,
                            target: .init(
                                slot: 1, type: .float64, offset: 0,
                                strides: isColumns ? [inner, 0, 1] : [1, 0]))
                    ])
            }

            func deallocate() {
                values.deallocate()
                results.deallocate()
            }

            /// Runs the program over some positions and calls `body` before its memory goes.
            func run(
                _ positions: Range<Int>?,
                _ body: (NestProgram, BlockInterpreter.Frame, UnsafeMutableRawPointer?) -> Void
            ) {
                let program = NestProgram(nest, workers: 2, positions: positions.map { [$0] })
                let partials =
                    program.partialByteCount > 0
                    ? UnsafeMutableRawPointer.allocate(
                        byteCount: program.partialByteCount, alignment: 64) : nil
                defer { partials?.deallocate() }
                var memory: [UnsafeMutableRawPointer] = [
                    UnsafeMutableRawPointer(values), UnsafeMutableRawPointer(results),
                ]
                let scratch = Scratch()
                memory.withUnsafeMutableBufferPointer { memory in
                    withExtendedLifetime(scratch) {
                        let frame = program.frame(
                            memory: UnsafePointer(memory.baseAddress!), scratch: scratch)
                        for chunk in program.chunks {
                            program.run(chunk, frame, partials: partials)
                        }
                        body(program, frame, partials)
                    }
                }
            }
        }

        @Test func anyCutAndAnyOrderGiveTheSameBits() {
            var random = SplitMix(seed: 11)
            let shapes = [
                (1, 100_000, 1), (3, 50_001, 1), (1, 16_385, 1), (40, 1_000, 1), (1, 9_000, 24),
                (2, 700, 300), (1, 131_072, 1),
            ]
            for (outer, reduced, inner) in shapes {
                for operation in [Operation.add, .multiply, .maximum] {
                    let it = Case(outer: outer, reduced: reduced, inner: inner, operation, &random)
                    defer { it.deallocate() }
                    it.run(nil) { program, frame, partials in
                        if let partials { program.finish(frame, partials: partials) }
                    }
                    let expected = (0..<it.resultCount).map { it.results[$0].bitPattern }
                    for ranks in [2, 3, 5, 8] { check(it, ranks, expected, &random) }
                }
            }
        }

        private func check(_ it: Case, _ ranks: Int, _ expected: [UInt64], _ random: inout SplitMix)
        {
            let tree = FoldTree(it.nest)
            let count = it.nest.pointCount
            let wholeRows = tree.inner == 1 && tree.reduced <= 16_384
            var borders = (0...ranks).map { rank -> Int in
                let near = rank == 0 ? 0 : rank == ranks ? count : random.int(0...count)
                return wholeRows ? (near / tree.reduced) * tree.reduced : tree.nodeStart(near: near)
            }
            borders.sort()
            it.results.update(repeating: .nan, count: it.resultCount)
            var segments: [FoldSegment] = []
            for rank in 0..<ranks {
                it.run(borders[rank]..<borders[rank + 1]) { program, frame, partials in
                    segments.append(
                        program.segment(
                            borders[rank]..<borders[rank + 1], frame, partials: partials))
                    #expect(
                        program.segmentByteCount(borders[rank]..<borders[rank + 1])
                            == segments.last!.byteCount)
                }
            }
            it.results.update(repeating: .nan, count: it.resultCount)
            it.run(0..<0) { program, frame, _ in
                while segments.count > 1 {
                    let k = random.int(0...segments.count - 2)
                    segments[k] = program.merge(sent(segments[k], program), segments[k + 1])
                    segments.remove(at: k + 1)
                }
                program.store(segments[0], frame)
            }
            let found = (0..<it.resultCount).map { it.results[$0].bitPattern }
            #expect(
                found == expected,
                "\(it.nest.form) \(it.nest.extents) on \(ranks) ranks, borders \(borders)")
        }

        /// The segment after a journey in a message.
        private func sent(_ segment: FoldSegment, _ program: NestProgram) -> FoldSegment {
            let message = UnsafeMutableRawPointer.allocate(
                byteCount: max(1, segment.byteCount), alignment: 16)
            defer { message.deallocate() }
            segment.pack(into: message)
            let other = program.segment(segment.positions, columns: segment.columns)
            other.unpack(from: message)
            return other
        }

        /// Nodes and leaves of any part cover it, in order, each once.
        @Test func nodesCoverTheirPositions() {
            var random = SplitMix(seed: 12)
            for _ in 0..<200 {
                let it = Case(
                    outer: random.int(1...3),
                    reduced: random.int(1...3) == 1 ? random.int(1...60_000) : random.int(1...900),
                    inner: random.int(0...2) == 0 ? random.int(2...9) : 1,
                    .add, &random)
                defer { it.deallocate() }
                let tree = FoldTree(it.nest)
                let count = it.nest.pointCount
                let (a, b) = (
                    tree.nodeStart(near: random.int(0...count)),
                    tree.nodeStart(near: random.int(0...count))
                )
                #expect(tree.nodeStart(near: a) == a && abs(a - b) % tree.inner == 0)
                let positions = min(a, b)..<max(a, b)
                var end = positions.lowerBound
                for node in tree.nodes(positions) {
                    #expect((node.row * tree.reduced + node.range.lowerBound) * tree.inner == end)
                    end = (node.row * tree.reduced + node.range.upperBound) * tree.inner
                }
                #expect(end == positions.upperBound)
            }
        }
    }
}
