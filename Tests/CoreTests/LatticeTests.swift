/// Views of views: reshapes, diagonals and broadcasts have the points that NumPy's rules say.
import Shapes
import Testing

extension CoreTests {
    @Suite struct LatticeTests {
        /// A reshape keeps the row-major order of points; it is refused only where no strides can
        /// express it.
        @Test func reshapesKeepThePoints() {
            var random = SplitMix(seed: 1)
            var counts = (views: 0, copies: 0)
            for _ in 0..<600 {
                let lattice = Lattice.randomView(of: [4, 6, 3], &random)
                let points = lattice.points
                for target in shapes(ofCount: points.count, axes: 4) {
                    let candidate = onlyCandidate(points, target)
                    if let reshaped = lattice.reshaped(to: target) {
                        #expect(reshaped.shape == target && reshaped.points == points)
                        counts.views += 1
                    } else {
                        #expect(candidate.points != points, "\(lattice) as \(target) is a view")
                        counts.copies += 1
                    }
                }
            }
            #expect(counts.views > 1000 && counts.copies > 1000)
        }

        /// The one lattice that may express a list of points: its strides follow from the first
        /// step along each axis.
        private func onlyCandidate(_ points: [Int], _ shape: AxisList) -> Lattice {
            var result = Lattice(offset: points[0], shape: shape, strides: shape)
            var inner = points.count
            for axis in 0..<shape.count {
                inner /= shape[axis]
                result.strides[axis] = shape[axis] > 1 ? points[inner] - points[0] : 0
            }
            return result
        }

        /// The boxes of an interval of positions show its points, in order, and are few.
        @Test func boxesOfAnInterval() {
            var random = SplitMix(seed: 5)
            for _ in 0..<2000 {
                let lattice = Lattice.randomView(of: [4, 6, 3], &random)
                let points = lattice.points
                let first = random.int(0...points.count)
                let interval = first..<random.int(first...points.count)
                var found: [Int] = []
                var boxes = 0
                lattice.forEachBox(of: interval) { box, position in
                    #expect(position == interval.lowerBound + found.count)
                    found += box.points
                    boxes += 1
                }
                #expect(found == Array(points[interval]))
                #expect(boxes <= max(1, 2 * lattice.axisCount))
            }
        }

        @Test func reshapesOfNothingAndOfWrongCounts() {
            let empty = Lattice(rowMajor: [0, 3])
            #expect(empty.reshaped(to: [3, 0])?.points == [])
            #expect(empty.reshaped(to: [1]) == nil)
            #expect(Lattice(rowMajor: [2, 3]).reshaped(to: [5]) == nil)
            #expect(Lattice(rowMajor: [1]).reshaped(to: [])?.points == [0])
        }

        @Test func diagonalsHaveEqualIndices() {
            var random = SplitMix(seed: 2)
            for _ in 0..<400 {
                let shape: AxisList = [random.int(1...5), random.int(1...5), random.int(1...4)]
                let lattice = Lattice.randomView(of: shape, &random)
                guard lattice.axisCount >= 2 else { continue }
                let axes = Array(0..<lattice.axisCount).shuffled(using: &random)
                let (first, second) = (axes[0], axes[1])
                for shift in -4...4 {
                    let diagonal = lattice.diagonal(shift, axis: first, second)
                    #expect(diagonal.points == bruteDiagonal(lattice, shift, first, second))
                }
            }
        }

        private func bruteDiagonal(_ lattice: Lattice, _ shift: Int, _ first: Int, _ second: Int)
            -> [Int]
        {
            // (index of the other axes, index along the diagonal) → point, in that order.
            var found: [(key: [Int], point: Int)] = []
            for point in indices(lattice.shape) where point[second] - point[first] == shift {
                var key = point
                key.remove(at: max(first, second))
                key.remove(at: min(first, second))
                key.append(min(point[first], point[second]))
                found.append((key, lattice.uncheckedOffset(of: AxisList(point))))
            }
            return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.point)
        }

        @Test func broadcastsRepeat() {
            var random = SplitMix(seed: 3)
            for _ in 0..<400 {
                let target = AxisList((0..<random.int(1...4)).map { _ in random.int(0...3) })
                let count = random.int(0...target.count)
                var own = AxisList(target.suffix(count))
                for axis in 0..<count where random.int(0...2) == 0 { own[axis] = 1 }
                let lattice = Lattice(rowMajor: own)
                let expected = indices(target).map { index -> Int in
                    let mine = zip(index.suffix(count), own).map { $1 == 1 ? 0 : $0 }
                    return lattice.uncheckedOffset(of: AxisList(mine))
                }
                #expect(lattice.broadcast(to: target)?.points == expected)
            }
            #expect(Lattice(rowMajor: [2]).broadcast(to: [3]) == nil)
            #expect(Lattice(rowMajor: [1, 2]).broadcast(to: [2]) == nil)
        }

        private func indices(_ shape: AxisList) -> [[Int]] {
            var result: [[Int]] = [[]]
            for extent in shape {
                result = result.flatMap { head in (0..<extent).map { head + [$0] } }
            }
            return result
        }
    }
}
