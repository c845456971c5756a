/// Signatures: what is noted launch by launch is what the whole window gives; what may differ
/// between two windows of one plan does not show, and all else does.
import Launches
import NumPy
import Shapes
import Testing

@testable import LegateCore
@testable import Plans

extension CoreTests {
    @Suite struct SignatureTests {
        private func launch(
            _ operation: Launches.Operation, _ a: Store, _ b: Store, into c: Store,
            times factor: Double? = nil, count: Int? = nil, offset: Int = 0
        ) throws -> Launch {
            let loop = try #require(OperationTable.loop(operation, .float64))
            let shape = AxisList(count ?? c.elementCount)
            func view(_ store: Store, _ first: Int = 0) -> StoreView {
                StoreView(
                    store: store, lattice: Lattice(offset: first, shape: shape, strides: [1]),
                    type: .float64)
            }
            var expression = ScalarExpression(
                inputTypes: [.float64, .float64], instructions: [.apply(operation, loop, 0, 1)],
                results: [2])
            if let factor {
                let times = try #require(OperationTable.loop(.multiply, .float64))
                expression = ScalarExpression(
                    inputTypes: [.float64, .float64],
                    constants: [.init(type: .float64, bits: (factor.bitPattern, 0))],
                    instructions: [.apply(operation, loop, 0, 1), .apply(.multiply, times, 3, 2)],
                    results: [4])
            }
            return Launch(
                name: "test", domain: shape, inputs: [view(a, offset), view(b)], outputs: [view(c)],
                body: .pointwise(expression))
        }

        private func stores(_ count: Int) -> [Store] {
            (0..<count).map { _ in
                let store = Store(type: .float64, shape: [8])
                store.handleCount = 1
                return store
            }
        }

        private func window(_ s: [Store], factor: Double = 2) throws -> [Launch] {
            [
                try launch(.add, s[0], s[1], into: s[2], times: factor),
                try launch(.multiply, s[2], s[1], into: s[3]),
                try launch(.subtract, s[3], s[0], into: s[4], times: 3),
            ]
        }

        @Test func otherStoresAndConstantsAreTheSameWindow() throws {
            let (first, second) = (
                Signature(try window(stores(5))), Signature(try window(stores(5), factor: -1))
            )
            #expect(first.hash == second.hash && second.hasForm(first.words))
            #expect(second.difference(from: first) == nil)
            #expect(second.constants.map { Double(bitPattern: $0.bits.0) } == [-1, 3])
        }

        @Test func aWindowThatIsCutIsItsBeginning() throws {
            let launches = try window(stores(5))
            for count in 1...3 {
                let cut = Signature()
                for launch in launches { cut.append(launch) }
                cut.cut(to: count)
                cut.seal()
                let words = (
                    cut.words, cut.hash, cut.stores.map(ObjectIdentifier.init), cut.constants
                )
                let whole = Signature(Array(launches.prefix(count)))
                #expect(
                    words.0 == whole.words && words.1 == whole.hash && words.3 == whole.constants)
                #expect(words.2 == whole.stores.map(ObjectIdentifier.init))
            }
        }

        /// Operands of one store that moved alike are one slide; what stays is none.
        @Test func slidesAreLearnedFromWindowsOfOneForm() throws {
            let s = stores(5)
            func window(_ first: Int, _ second: Int, _ third: Int) throws -> [Launch] {
                [
                    try launch(.add, s[0], s[1], into: s[2], count: 2, offset: first),
                    try launch(.multiply, s[0], s[1], into: s[3], count: 2, offset: second),
                    try launch(.subtract, s[0], s[1], into: s[4], count: 2, offset: third),
                ]
            }
            func offsets(_ first: Int, _ second: Int, _ third: Int) throws -> [Int] {
                Signature(try window(first, second, third)).offsets
            }
            func shifts(_ slides: Slides, _ offsets: [Int]) -> [Int]? {
                offsets.withUnsafeBufferPointer { slides.shifts(to: $0) }
            }
            let launches = try window(0, 1, 0)
            let base = Slides(launches, offsets: Signature(launches).offsets)
            #expect(shifts(base, try offsets(0, 1, 0)) == [0])
            #expect(shifts(base, try offsets(1, 1, 0)) == nil)
            let two = try #require(base.learned(from: try offsets(1, 2, 0)))
            #expect(two.count == 2 && two.movingCount == 2)
            #expect(shifts(two, try offsets(3, 4, 0)) == [0, 16])
            #expect(shifts(two, try offsets(3, 4, 1)) == nil)
            #expect(shifts(two, try offsets(3, 3, 0)) == nil)
            // The two come apart, and the third begins to move.
            let three = try #require(two.learned(from: try offsets(3, 3, 5)))
            #expect(three.count == 4 && three.movingCount == 3)
            #expect(shifts(three, try offsets(0, 4, 5)) == [0, -24, 8, 0])
            let marked = three.marked(launches).map { $0.inputs[0].slide }
            #expect(
                marked == [1, 2, 3] && three.movingStores(5) == [true, false, false, false, false])
        }

        @Test func anEmptiedSignatureIsAsGoodAsNew() throws {
            let signature = Signature(try window(stores(5)))
            signature.removeAll()
            let launches = try window(stores(5))
            for launch in launches { signature.append(launch) }
            signature.seal()
            #expect(signature.hasForm(Signature(launches).words))
        }

        @Test func everyDifferenceIsNamed() throws {
            let s = stores(5)
            let plain = Signature(try window(s))
            func difference(_ launches: [Launch]) -> Signature.Difference? {
                Signature(launches).difference(from: plain)?.0
            }
            var launches = try window(s)
            launches[1] = try launch(.divide, s[2], s[1], into: s[3])
            #expect(difference(launches) == .kind(launch: 1))
            launches[1] = try launch(.multiply, s[2], s[1], into: s[3], count: 7)
            #expect(difference(launches) == .kind(launch: 1))
            launches[1] = try launch(.multiply, s[2], s[1], into: s[3], offset: 1)
            #expect(difference(launches) == .place(launch: 1))
            launches[1] = try launch(.multiply, s[0], s[1], into: s[3])
            #expect(difference(launches) == .place(launch: 1))
            #expect(difference(Array(try window(s).prefix(2))) == .count)
            s[3].handleCount = 0
            #expect(difference(try window(s)) == .held(launch: 1))
            s[3].handleCount = 1
            try Runtime.shared.materialize(s[4])
            #expect(difference(try window(s)) == .contents(launch: 2))
        }

        /// One hash tells a loop's rounds: it does not depend on where operands lie, and it does on
        /// all else.
        @Test func aLaunchsKindIsItsOperationAndShapes() throws {
            let s = stores(3)
            func kind(_ launch: Launch) -> UInt64 { Signature().append(launch) }
            let plain = kind(try launch(.add, s[0], s[1], into: s[2]))
            #expect(kind(try launch(.add, s[1], s[2], into: s[0], offset: 3)) == plain)
            #expect(kind(try launch(.subtract, s[0], s[1], into: s[2])) != plain)
            #expect(kind(try launch(.add, s[0], s[1], into: s[2], count: 7)) != plain)
            #expect(kind(try launch(.add, s[0], s[1], into: s[2], times: 2)) != plain)
        }
    }
}
