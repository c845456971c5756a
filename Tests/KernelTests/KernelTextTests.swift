/// The texts of kernels: two of them whole, and all that random nests give accepted by libLLVM for
/// processors that this machine need not be.

import Foundation
import Launches
import Shapes
import Testing

@testable import Kernels

private let targets = [
    KernelTarget(.x86_64, vectorBytes: 16, cpu: "x86-64-v2"),
    KernelTarget(.x86_64, vectorBytes: 32, cpu: "x86-64-v3"),
    KernelTarget(.x86_64, vectorBytes: 64, cpu: "x86-64-v4"),
    KernelTarget(.aarch64, vectorBytes: 16, cpu: "generic", features: "+neon"),
]

struct KernelTextTests {
    /// `x * 2 + y` over rows.
    private func chain(_ strides: [Int]) -> LoopNest {
        let multiply = LoopNest.Step(
            action: .apply(.multiply, .float64), inputs: [0, 2], outputTypes: [.float64])
        let add = LoopNest.Step(
            action: .apply(.add, .float64), inputs: [3, 1], outputTypes: [.float64])
        return LoopNest(
            form: .points, extents: [10, 10], keptAxes: 2, reducedAxes: 0, slotCount: 3,
            loads: [
                .init(slot: 0, type: .float64, offset: 0, strides: [20, 1]),
                .init(slot: 1, type: .float64, offset: 0, strides: strides),
            ],
            constants: [.init(type: .float64, bits: (2.0.bitPattern, 0))], steps: [multiply, add],
            outputs: [
                .init(
                    value: 4, target: .init(slot: 2, type: .float64, offset: 0, strides: [10, 1]),
                    isExclusive: true)
            ], folds: [])
    }

    private func sum(_ type: ElementType) -> LoopNest {
        LoopNest(
            form: .rows, extents: [10, 100], keptAxes: 1, reducedAxes: 1, slotCount: 2,
            loads: [.init(slot: 0, type: type, offset: 0, strides: [100, 1])], constants: [],
            steps: [], outputs: [],
            folds: [
                .init(
                    operation: .add, type: type, value: 0,
                    target: .init(slot: 1, type: type, offset: 0, strides: [1, 0]))
            ])
    }

    private func text(_ nest: LoopNest, _ form: KernelStructure.Form, _ target: KernelTarget) throws
        -> String
    {
        try NestRenderer.render(KernelStructure(nest, form, target)).text
    }

    private func compile(_ text: String, _ target: KernelTarget) throws -> [UInt8] {
        try CompileLock.shared.working {
            try LLVMLibrary(library: nil, program: nil).compile(
                KernelText(name: "kernel", text: text), for: target, level: 2)
        }
    }

    @Test func textsAreThese() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Texts")
        for (name, text) in [
            ("points.ll", try text(chain([0, 2]), .points, targets[2])),
            ("sums.ll", try text(sum(.float64), .trees, targets[1])),
        ] {
            let file = folder.appendingPathComponent(name)
            if ProcessInfo.processInfo.environment["LEGATE_WRITE_TEXTS"] != nil {
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            #expect(
                try String(contentsOf: file, encoding: .utf8) == text,
                "LEGATE_WRITE_TEXTS=1 writes Texts/\(name) anew")
        }
    }

    /// The text depends on the structure alone, and so does the key.
    @Test func shapesShareKernels() throws {
        var other = chain([0, 5])
        other.extents = [7, 100]
        other.loads[1].strides = [0, 6]
        other.loads[0].offset = 17
        other.constants[0].bits = (3.0.bitPattern, 0)
        let (a, b) = (
            KernelStructure(chain([0, 5]), .points, targets[2]),
            KernelStructure(other, .points, targets[2])
        )
        #expect(a.key == b.key)
        #expect(try NestRenderer.render(a).text == NestRenderer.render(b).text)
        #expect(KernelStructure(chain([0, 1]), .points, targets[2]).key != a.key)
        #expect(KernelStructure(chain([0, 2]), .points, targets[2]).key != a.key)
        #expect(KernelStructure(chain([0, 5]), .streamed, targets[2]).key != a.key)
    }

    /// Where the processor has masks, long rows have a border in front of them.
    @Test func longRowsBeginAtABorder() throws {
        var long = chain([0, 5])
        long.extents = [7, 1000]
        for target in targets {
            let (a, b) = (
                KernelStructure(chain([0, 5]), .points, target),
                KernelStructure(long, .points, target)
            )
            let (short, rest) = try (
                NestRenderer.render(a).text, NestRenderer.render(b).text
            )
            #expect((a.key == b.key) == (short == rest))
            #expect(!short.contains("border"))
            #expect(rest.contains("border") == (target.vectorBytes == 64))
        }
    }

    @Test(arguments: RandomNest.Kind.allCases)
    func everyTargetTakesTheTexts(_ kind: RandomNest.Kind) throws {
        var accepted = 0
        for seed in 0..<30 {
            var numbers = Numbers(seed: UInt64(seed) &* 31 &+ 7)
            let nest = RandomNest(&numbers, kind).nest
            let program = NestProgram(nest, workers: 1)
            guard let form = program.compiledForm else { continue }
            for target in targets {
                guard let text = try? text(nest, form, target) else { continue }
                do {
                    _ = try ObjectFile(compile(text, target))
                    accepted += 1
                } catch {
                    Issue.record(
                        "seed \(seed), \(target.cpu) \(target.vectorBytes): \(error)\n\(text)")
                    return
                }
            }
        }
        #expect(accepted > 40)
    }

    /// Folds that run from left to right have no form either.
    @Test func whatHasNoFormSaysWhy() throws {
        var nest = chain([10, 1])
        nest.steps[1] = .init(
            action: .apply(.nextafter, .float64), inputs: [3, 1], outputTypes: [.float64])
        #expect(throws: NotRenderable.self) { try text(nest, .points, targets[1]) }
        do {
            _ = try text(nest, .points, targets[1])
        } catch {
            #expect("\(error)" == "no compiled form of nextafter on float64")
        }
        #expect(FoldForm(.multiply, .float64) == nil)
        #expect(FoldForm(.add, .float16) == nil)
    }
}
