/// The tree of every reduction depends on the number of elements alone, and the kernels walk it.
import Kernels
import Launches
import Shapes
import NumPy
import Testing

extension CoreTests {
    @Suite struct TreeTests {
        @Test func leavesCoverTheRange() {
            for count in [1, 2, 7, 8, 9, 127, 128, 129, 1000, 4097, 65_536, 99_991] {
                for limit in [128, 512, 4096] {
                    let leaves = PairwiseTree.leaves(of: count, limit: limit)
                    #expect(leaves.allSatisfy { $0.count <= limit && !$0.isEmpty })
                    #expect(leaves.map(\.count).reduce(0, +) == count)
                    var end = 0
                    for leaf in leaves {
                        #expect(leaf.lowerBound == end)
                        end = leaf.upperBound
                    }
                }
            }
        }

        /// Cutting further only cuts leaves: the same tree at every grain.
        @Test func finerLeavesRefineCoarserOnes() {
            for count in [129, 5000, 99_991] {
                let coarse = Set(PairwiseTree.leaves(of: count, limit: 4096).map(\.lowerBound))
                let fine = Set(PairwiseTree.leaves(of: count, limit: 128).map(\.lowerBound))
                #expect(coarse.isSubset(of: fine))
            }
        }

        @Test func halvesAreMultiplesOfEight() {
            for count in 16...4000 {
                let left = PairwiseTree.leftCount(count)
                #expect(left % 8 == 0 && left > 0 && left <= count / 2 && count / 2 - left < 8)
            }
        }

        /// A sum over the whole is the sum of the sums over both halves, bit for bit.
        @Test(arguments: [129, 1000, 4097, 30_001])
        func foldsFollowTheTree(_ count: Int) throws {
            var random = SplitMix(seed: UInt64(count))
            let values = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
            let fold = try #require(KernelTable.fold(.add, .float64))
            func sum(_ range: Range<Int>) -> Double {
                var result = 0.0
                values.withUnsafeBytes { bytes in
                    withUnsafeMutableBytes(of: &result) {
                        fold(
                            bytes.baseAddress! + range.lowerBound * 8, range.count, $0.baseAddress!)
                    }
                }
                return result
            }
            let left = PairwiseTree.leftCount(count)
            #expect(sum(0..<count) == sum(0..<left) + sum(left..<count))
        }

        /// The larger of the zeros is the positive one, wherever it stands, alone or at the end of
        /// a nest.
        @Test func zerosHaveOneExtreme() throws {
            let count = 70_000
            for place in [0, 1, 16_383, 16_384, 40_000, count - 1] {
                var values = [Double](repeating: -0.0, count: count)
                values[place] = 0.0
                let x = try NDArray(values, shape: [count])
                #expect(try x.maximum().value(as: Double.self).sign == .plus)
                #expect(try (x * 1.0).maximum().value(as: Double.self).sign == .plus)
                #expect(try (x * -1.0).minimum().value(as: Double.self).sign == .minus)
            }
        }
    }
}
