/// Expressions whose extents and strides come with each call, against the same expression point by
/// point: interpreted, and compiled once the kernel is there.
import Launches
import Shapes
import Testing

@testable import Kernels

@Suite("Free nests")
struct FreeNestTests {
    /// `a * b + c` over operands that lie in all ways.
    @Test func everyLayoutGivesTheSameElements() {
        let nest = FreeNest(
            loads: [.float64, .float64, .float64],
            steps: [
                .apply(.multiply, compute: .float64, output: .float64, 0, 1, 1),
                .apply(.add, compute: .float64, output: .float64, 3, 2, 2),
            ], result: 4)
        var random = SystemRandomNumberGenerator()
        for round in 0..<600 {
            // Halfway the kernels that were asked for are there.
            if round == 300 { KernelCompiler.shared.waitForAll() }
            check(nest, axes: Int.random(in: 0...4, using: &random), &random)
        }
    }

    private func check(
        _ nest: FreeNest, axes: Int, _ random: inout SystemRandomNumberGenerator
    ) {
        let extents = (0..<axes).map { _ in Int.random(in: 0...9, using: &random) }
        let count = extents.reduce(1, *)
        let sources = (0..<3).map { _ in
            (0..<4096).map { _ in Double.random(in: -9...9, using: &random) }
        }
        let strides = (0..<3).map { _ in
            extents.map { _ in [0, 1, -1, 2, 7, -3].randomElement(using: &random) ?? 1 }
        }
        var target = [Double](repeating: .nan, count: max(1, count))
        var written = [Int](repeating: 1, count: axes)
        for axis in written.indices.dropLast().reversed() {
            written[axis] = written[axis + 1] * extents[axis + 1]
        }
        var places: [Int] = []
        target.withUnsafeMutableBytes { bytes in
            let pointers = sources.map { source in
                source.withUnsafeBytes { Int(bitPattern: $0.baseAddress) + 2048 * 8 }
            }
            for k in 0..<3 { places += [pointers[k]] + strides[k].map { $0 * 8 } }
            places += [Int(bitPattern: bytes.baseAddress)] + written.map { $0 * 8 }
            nest.run(axes: axes, extents, places)
        }
        withExtendedLifetime(sources) {
            for point in 0..<count {
                var rest = point
                var offsets = [2048, 2048, 2048]
                for axis in extents.indices.reversed() {
                    for k in 0..<3 { offsets[k] += rest % extents[axis] * strides[k][axis] }
                    rest /= extents[axis]
                }
                let expected =
                    sources[0][offsets[0]] * sources[1][offsets[1]] + sources[2][offsets[2]]
                #expect(target[point].bitPattern == expected.bitPattern)
            }
        }
    }

    @Test func typesAreConvertedOnTheWay() {
        let nest = FreeNest(
            loads: [.int32], steps: [.cast(from: .int32, to: .float64, 0)], result: 1)
        let source: [Int32] = [3, -7, 11]
        var target = [Double](repeating: 0, count: 3)
        source.withUnsafeBytes { from in
            target.withUnsafeMutableBytes { to in
                nest.run(
                    axes: 1, [3],
                    [Int(bitPattern: from.baseAddress), 4, Int(bitPattern: to.baseAddress), 8])
            }
        }
        #expect(target == [3, -7, 11])
    }

    /// Large calls are shared out, in every layout: each point once, none beside them.
    @Test(arguments: [[60_001], [251, 240], [7, 90, 100], [1, 70_000], [3, 1, 5, 4_000]])
    func partsOfLargeCallsMakeTheWhole(extents: [Int]) {
        let steps: [FreeNest.Step] = [
            .apply(.multiply, compute: .float64, output: .float64, 0, 1, 1),
            .apply(.add, compute: .float64, output: .float64, 2, 0, 0),
        ]
        let parts = Parts()
        let workers = TaskWorkers(count: 3) { count, body in
            parts.counts.append(count)
            for k in (0..<count).reversed() { body(k) }
        }
        let shared = FreeNest(
            loads: [.float64, .float64], steps: steps, result: 3, workers: workers)
        let alone = FreeNest(loads: [.float64, .float64], steps: steps, result: 3)
        let count = extents.reduce(1, *)
        let source = (0..<(2 * count)).map { Double($0 % 1009) / 8 }
        // A step of two elements, and one value for all points of the innermost axis.
        let whole = strides(extents, step: 2)
        let row = extents.indices.map { $0 == extents.count - 1 ? 0 : whole[$0] }
        func run(_ nest: FreeNest) -> [Double] {
            var target = [Double](repeating: .nan, count: count + 2)
            source.withUnsafeBytes { from in
                target.withUnsafeMutableBytes { to in
                    let (a, b) = (
                        Int(bitPattern: from.baseAddress), Int(bitPattern: to.baseAddress)
                    )
                    nest.run(
                        axes: extents.count, extents,
                        [a] + whole + [a] + row + [b + 8] + strides(extents, step: 1))
                }
            }
            return target
        }
        for _ in 0..<20 {
            _ = (run(shared), run(alone))
        }
        KernelCompiler.shared.waitForAll()
        let (left, right) = (run(shared), run(alone))
        #expect(left.map(\.bitPattern) == right.map(\.bitPattern))
        #expect(left[0].isNaN && left[count + 1].isNaN && !left[1...count].contains { $0.isNaN })
        if KernelCompiler.shared.isAvailable { #expect(parts.counts.contains { $0 > 1 }) }
    }

    private final class Parts { var counts: [Int] = [] }

    private func strides(_ extents: [Int], step: Int) -> [Int] {
        var strides = [Int](repeating: 8 * step, count: extents.count)
        for axis in extents.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }
}
