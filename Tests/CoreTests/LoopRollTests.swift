import Shapes
import Testing

@testable import NumPy

/// How loops read what `roll` gives.
extension CoreTests {
    @Suite struct LoopRollTests {
        /// `a = np.roll(a, 1) + a`, the sum written out as a function of its own.
        private let program = LoopProgram(
            name: "test", slotCount: 1, inputs: [0], carried: [0], target: nil,
            body: [
                .assign(
                    .name(0),
                    .block(
                        [],
                        .binary(
                            "add", .call("np.roll", [.name(0), .integer(1)], [:]), .name(0))))
            ])

        @Test func loopsThatRollLookAtSizes() { #expect(CompiledLoop(program).looksAtSizes) }

        /// Two pieces of one sum, where copies would be two more nests.
        @Test(arguments: [(true, 2), (false, 3)])
        func largeArraysAreReadInPieces(isLarge: Bool, nests: Int) throws {
            let kind = LoopInputKind(form: .array, type: .float64, axes: 1, isLarge: isLarge)
            let tape = try LoopLowering.tape(program, [kind], expectsSameExtents: true)
            #expect(tape.nests.count == nests)
        }
    }
}
