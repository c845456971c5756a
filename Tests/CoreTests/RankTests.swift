/// Who owns, computes, sends and receives what, against enumeration: everything that ranks must
/// agree on without asking.
import Kernels
import Launches
import Partitions
import Shapes
import Testing

@testable import Plans

extension CoreTests {
    @Suite struct RankTests {
        // MARK: - Boxes

        /// Every point of a box, in row-major order.
        private func points(_ box: PointBox) -> [[Int]] {
            box.extents.indices.reduce([[]]) { list, axis in
                list.flatMap { point in
                    (0..<box.extents[axis]).map { point + [box.lower[axis] + $0] }
                }
            }
        }

        private func place(_ point: [Int], _ offset: Int, _ strides: [Int]) -> Int {
            zip(point, strides).reduce(offset) { $0 + $1.0 * $1.1 }
        }

        @Test func cutsAreWhatEnumerationFinds() {
            var random = SplitMix(seed: 1)
            for number in 0..<20_000 {
                let axes = random.int(0...3)
                let box = PointBox(
                    lower: (0..<axes).map { _ in random.int(0...3) },
                    extents: (0..<axes).map { _ in random.int(0...6) })
                let strides = (0..<axes).map { _ in random.int(-9...9) }
                let offset = random.int(-5...60)
                let low = random.int(-20...70)
                let interval = low..<low + random.int(0...40)
                let found = box.cut(offset: offset, strides: strides, to: interval).flatMap(points)
                let wanted = points(box).filter { interval.contains(place($0, offset, strides)) }
                #expect(found.count == wanted.count, "case \(number)")
                #expect(Set(found) == Set(wanted), "case \(number)")
            }
        }

        @Test func boxesOfPositionsAreThosePositions() {
            var random = SplitMix(seed: 2)
            for _ in 0..<5_000 {
                let extents = (0..<random.int(1...3)).map { _ in random.int(1...6) }
                let count = extents.reduce(1, *)
                let first = random.int(0...count)
                let range = first..<random.int(first...count)
                let all = points(PointBox(extents: extents))
                let found = PointBox.boxes(range, of: extents).flatMap(points)
                #expect(found.count == range.count && Set(found) == Set(all[range]))
            }
        }

        // MARK: - Owners

        @Test func everyElementHasOneOwner() {
            var random = SplitMix(seed: 3)
            let counts = [1, 2, 3, 4, 5, 7, 8, 16, 100, 255, 256, 1000, 1024, 4095, 4096]
            for number in 0..<150 {
                let shape = AxisList(
                    (0..<random.int(1...3)).map { _ in random.int(1...(number % 3 == 0 ? 3000 : 90))
                    })
                guard shape.product <= 20_000_000 else { continue }
                let ranks = counts[random.int(0...counts.count - 1)]
                let owners = Ownership(shape: shape, rankCount: ranks)
                #expect(owners.start(of: 0) == 0 && owners.start(of: ranks) == shape.product)
                for rank in 0..<ranks {
                    let own = owners.elements(ownedBy: rank)
                    #expect(own.lowerBound <= own.upperBound)
                    guard !own.isEmpty else { continue }
                    #expect(
                        owners.owner(of: own.lowerBound) == rank
                            && owners.owner(of: own.upperBound - 1) == rank)
                }
                var covered = 0
                let low = random.int(0...shape.product)
                let interval = low..<random.int(low...shape.product)
                owners.forEachOwner(of: interval) { rank, part in
                    #expect(part.lowerBound == interval.lowerBound + covered)
                    #expect(
                        owners.owner(of: part.lowerBound) == rank
                            && owners.owner(of: part.upperBound - 1) == rank)
                    covered += part.count
                }
                #expect(covered == interval.count)
            }
        }

        // MARK: - Shares

        /// A random operand over some points, of a store of some rows.
        private struct Operand {
            var store: Store
            var lattice: Lattice
            var walk: Walk
            var extents: [Int] { Array(lattice.shape) }
        }

        private func operand(_ ranks: Int, _ random: inout SplitMix, shape: AxisList? = nil)
            -> Operand
        {
            let shape = shape ?? AxisList((0..<random.int(1...3)).map { _ in random.int(2...9) })
            let store = Store(type: .float64, shape: shape)
            var lattice = Lattice.randomView(of: shape, &random)
            // Now and then a single point, over no axes.
            if random.int(0...9) == 0 {
                while lattice.axisCount > 0 { lattice = lattice.projected(axis: 0, at: 0) }
            }
            let walk = Walk(
                store, 0, offset: lattice.offset, strides: Array(lattice.strides), type: .float64,
                rankCount: ranks)
            return Operand(store: store, lattice: lattice, walk: walk)
        }

        /// Over no points nothing is touched, however far the other axes go.
        @Test func noPointsCoverNothing() {
            let store = Store(type: .float32, shape: AxisList(7))
            let walk = Walk(store, 0, offset: 0, strides: [0, 1], type: .float32, rankCount: 4)
            #expect(walk.coversAll(of: store, over: [3, 7]))
            #expect(!walk.coversAll(of: store, over: [0, 7]))
        }

        @Test func sharesFollowTheirAnchor() {
            var random = SplitMix(seed: 4)
            var monotone = 0
            for _ in 0..<4_000 {
                let ranks = random.int(1...9)
                let operand = operand(ranks, &random)
                guard operand.walk.isMonotone(over: operand.extents) else { continue }
                monotone += 1
                let touched = operand.lattice.points
                #expect(zip(touched, touched.dropFirst()).allSatisfy { $0 < $1 })
                let unit = random.int(0...operand.store.elementCount)
                let before = operand.walk.positions(before: unit, of: operand.extents)
                #expect(before == touched.filter { $0 < unit }.count)
                let share = Share(
                    .anchored(operand.walk), extents: operand.extents, rankCount: ranks)
                for rank in 0..<ranks {
                    let own = operand.walk.owned(by: rank)
                    let positions = share.positions(of: rank)
                    #expect(
                        Array(positions) == touched.indices.filter { own.contains(touched[$0]) })
                    guard let hull = operand.walk.positions(touching: rank, of: operand.extents)
                    else { continue }
                    #expect(
                        hull.lowerBound <= positions.lowerBound
                            && positions.upperBound <= hull.upperBound)
                }
            }
            #expect(monotone > 1_000)
        }

        @Test func ranksThatComputeAreFound() {
            var random = SplitMix(seed: 5)
            for _ in 0..<3_000 {
                let ranks = random.int(1...20)
                let operand = operand(ranks, &random)
                let isMonotone = operand.walk.isMonotone(over: operand.extents)
                let border: Share.Border =
                    random.int(0...1) == 0 ? .anywhere : .multiple(random.int(1...7))
                let share = Share(
                    isMonotone ? .anchored(operand.walk) : .even, extents: operand.extents,
                    rankCount: ranks, border: border)
                var end = 0
                for rank in 0..<ranks {
                    #expect(share.start(of: rank) == end)
                    end = share.positions(of: rank).upperBound
                }
                #expect(end == share.count)
                let low = random.int(0...share.count)
                let some = low..<random.int(low...share.count)
                let computing = (0..<ranks).filter { share.positions(of: $0).overlaps(some) }
                let found = share.ranks(computing: some)
                #expect(computing.allSatisfy { found?.contains($0) ?? false })
                if let found, let first = computing.first, let last = computing.last {
                    #expect(found.lowerBound == first && found.upperBound == last)
                }
            }
        }

        // MARK: - Transfers

        /// Both ends of every exchange list the same bytes, and a reader gets exactly what it
        /// touches and others own.
        @Test func bothEndsListTheSame() {
            var random = SplitMix(seed: 6)
            for number in 0..<3_000 {
                let ranks = random.int(2...6)
                // An anchor of any form, and an operand over the same points.
                let anchor = operand(ranks, &random)
                let extents = anchor.extents
                let shape = AxisList(extents.map { $0 + random.int(0...2) } + [random.int(1...2)])
                let store = Store(type: .float64, shape: shape)
                var lattice = Lattice(rowMajor: shape)
                for axis in extents.indices {
                    let room = shape[axis] - extents[axis]
                    let isBroadcast = random.int(0...5) == 0
                    lattice = lattice.sliced(
                        axis: axis, start: random.int(0...room), step: 1, count: extents[axis])
                    if isBroadcast { lattice = lattice.withStride(0, axis: axis) }
                }
                lattice = lattice.projected(axis: extents.count, at: 0)
                let walk = Walk(
                    store, 0, offset: lattice.offset, strides: Array(lattice.strides),
                    type: .float64, rankCount: ranks)
                let isMonotone = anchor.walk.isMonotone(over: extents)
                let share = Share(
                    isMonotone ? .anchored(anchor.walk) : .even, extents: extents, rankCount: ranks)
                let operand = Transfers.Operand(
                    walk: walk, boxes: { PointBox.boxes(share.positions(of: $0), of: extents) },
                    ranks: {
                        walk.positions(touching: $0, of: extents).flatMap(share.ranks(computing:))
                    })
                let sides = (0..<ranks).map { rank in
                    var transfers = Transfers(RankPlace(rank: rank, rankCount: ranks))
                    var exchanged = Exchanged()
                    transfers.read(operand, &exchanged)
                    // A second time there is nothing left to send.
                    transfers.read(operand, &exchanged)
                    var again = Transfers(RankPlace(rank: rank, rankCount: ranks))
                    again.read(operand, &exchanged)
                    #expect(
                        again.finish().sends.allSatisfy {
                            $0.parts.allSatisfy { $0.piece.runCount > 1 }
                        })
                    return transfers.finish()
                }
                let touched = lattice.points
                for reader in 0..<ranks {
                    var got: Set<Int> = []
                    for message in sides[reader].receives {
                        let twin = sides[message.rank].sends.first { $0.rank == reader }
                        #expect(
                            twin?.parts.map(\.piece) == message.parts.map(\.piece), "case \(number)"
                        )
                        for part in message.parts {
                            for element in part.piece.lattice.points {
                                let element = element * part.piece.size / 8
                                #expect(walk.owned(by: message.rank).contains(element))
                                got.insert(element)
                            }
                        }
                    }
                    #expect(
                        sides[reader].sends.allSatisfy { message in
                            sides[message.rank].receives.contains { $0.rank == reader }
                        })
                    let own = walk.owned(by: reader)
                    let needed = Set(
                        share.positions(of: reader).map { touched[$0] }.filter { !own.contains($0) }
                    )
                    #expect(got == needed, "case \(number)")
                }
            }
        }

        // MARK: - Rounds

        /// After the rounds every rank has every block, each byte came once, and nobody sent more
        /// than the rounds' number.
        @Test(arguments: [2, 3, 4, 5, 7, 8, 13, 64, 100])
        func roundsBringAllToAll(_ ranks: Int) {
            for owners in [0..<ranks, 1..<2, 0..<2] {
                let pieces = { (some: Range<Int>) -> [Message.Part] in
                    some.clamped(to: owners).map {
                        .init(
                            store: 0,
                            piece: Piece(offset: $0 * 4, extents: [4], strides: [1], size: 8))
                    }
                }
                // By tag: of rounds in which a rank has no part there is no draft.
                var sides: [[Int: Draft]] = []
                var roundCount = 0
                for rank in 0..<ranks {
                    var tag = 0
                    let drafts = Rounds(
                        place: RankPlace(rank: rank, rankCount: ranks), owners: owners
                    )
                    .drafts(group: 0, pieces) {
                        tag += 1
                        return tag - 1
                    }
                    #expect(rank == 0 || tag == roundCount, "as many tags on every rank")
                    roundCount = tag
                    sides.append(Dictionary(uniqueKeysWithValues: drafts.map { ($0.tag, $0) }))
                }
                var held = (0..<ranks).map { owners.contains($0) ? Set([$0]) : [] }
                for round in 0..<roundCount {
                    let before = held
                    for rank in 0..<ranks {
                        guard let messages = sides[rank][round]?.messages else { continue }
                        #expect(messages.sends.count <= 1 && messages.receives.count <= 1)
                        for message in messages.receives {
                            let twin = sides[message.rank][round]?.messages.sends.first {
                                $0.rank == rank
                            }
                            #expect(twin?.parts.map(\.piece) == message.parts.map(\.piece))
                            for part in message.parts {
                                for block in part.piece.byteBounds.lowerBound / 32..<part.piece
                                    .byteBounds.upperBound / 32
                                {
                                    #expect(
                                        before[message.rank].contains(block)
                                            && !held[rank].contains(block))
                                    held[rank].insert(block)
                                }
                            }
                        }
                    }
                }
                #expect(held.allSatisfy { $0 == Set(owners) })
            }
        }

        /// What ranks hand on is found by a shorter way where an operand walks one run of memory.
        @Test func piecesOfRunsAreThoseOfBoxes() {
            var random = SplitMix(seed: 12)
            var runs = 0
            func elements(_ pieces: [Piece]) -> [Int] {
                pieces.flatMap { piece in piece.lattice.points.map { $0 * piece.size } }.sorted()
            }
            for _ in 0..<4_000 {
                let ranks = random.int(1...9)
                var operand = operand(ranks, &random)
                if random.int(0...1) == 0 {
                    // All of a store, and now and then one of its axes again and again.
                    let shape = operand.store.shape
                    var lattice = Lattice(rowMajor: shape)
                    if random.int(0...2) == 0 { lattice = lattice.withStride(0, axis: 0) }
                    operand = Operand(
                        store: operand.store, lattice: lattice,
                        walk: Walk(
                            operand.store, 0, offset: 0, strides: Array(lattice.strides),
                            type: .float64, rankCount: ranks))
                }
                let (walk, extents) = (operand.walk, operand.extents)
                let count = extents.reduce(1, *)
                let first = random.int(0...count)
                let positions = first..<random.int(first...count)
                let plain = walk.pieces(PointBox.boxes(positions, of: extents), store: 0)
                let found = walk.pieces(positions, of: extents, store: 0)
                // Rows that are walked again and again may be listed twice.
                #expect(Set(elements(found.map(\.piece))) == Set(elements(plain.map(\.piece))))
                if found.count < plain.count { runs += 1 }
                let low = random.int(0...ranks)
                let some = low..<random.int(low...ranks)
                let own = walk.owned(by: some)
                let touched = Set(operand.lattice.points.filter(own.contains).map { $0 * 8 })
                #expect(elements(walk.pieces(of: extents, ownedBy: some)) == touched.sorted())
            }
            #expect(runs > 100)
        }

        /// Operands whose rows go together lie on the same rank at every point.
        @Test func rowsThatGoTogetherAreOfOneRank() {
            var random = SplitMix(seed: 8)
            var together = 0
            for _ in 0..<20_000 {
                let ranks = random.int(1...4)
                let rows = random.int(16...20)
                let a = operand(ranks, &random, shape: AxisList([rows, random.int(1...4)]))
                let b = operand(ranks, &random, shape: AxisList([rows, random.int(1...4)]))
                guard a.lattice.shape == b.lattice.shape,
                    a.walk.staysInRows(of: b.walk, over: a.extents)
                else { continue }
                together += 1
                for (x, y) in zip(a.lattice.points, b.lattice.points) {
                    #expect(a.walk.owner(of: x) == b.walk.owner(of: y))
                }
            }
            #expect(together > 100)
        }
    }
}

extension Lattice {
    fileprivate func withStride(_ stride: Int, axis: Int) -> Lattice {
        var strides = strides
        strides[axis] = stride
        return Lattice(offset: offset, shape: shape, strides: strides)
    }
}
