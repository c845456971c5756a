/// Both tiers give the same bits: random nests, run by the interpreter and by kernels of every
/// vector width.

import Foundation
import Launches
import Shapes
import Testing

@testable import Kernels

/// Compilers for every width. Where the processor has no registers of a width, libLLVM makes do
/// with the ones there are: the text is the same.
private let compilers: [KernelCompiler] = [16, 32, 64].compactMap { bytes in
    var settings = KernelCompiler.Settings()
    settings.tier = .compiledAtOnce
    guard var target = KernelTarget.host() else { return nil }
    target.vectorBytes = bytes
    return KernelCompiler(settings, target: target)
}

extension RandomNest {
    /// The contents of all stores after a run.
    func run(workers: Int, _ compiler: KernelCompiler?, streams: Bool = false) -> (
        stores: [[UInt8]], tier: String
    ) {
        let program = NestProgram(nest, workers: workers)
        if let compiler { program.compile(compiler, streams: streams) }
        let memory = stores.map { bytes -> UnsafeMutableRawPointer in
            let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
            copy.copyMemory(from: bytes, byteCount: bytes.count)
            return copy
        }
        let partials = UnsafeMutableRawPointer.allocate(
            byteCount: max(16, program.partialByteCount), alignment: 64)
        defer {
            memory.forEach { $0.deallocate() }
            partials.deallocate()
        }
        let scratch = Scratch()
        memory.withUnsafeBufferPointer { memory in
            let frame = program.frame(memory: memory.baseAddress!, scratch: scratch)
            for chunk in program.chunks.reversed() { program.run(chunk, frame, partials: partials) }
            if program.partialByteCount > 0 { program.finish(frame, partials: partials) }
        }
        withExtendedLifetime(scratch) {}
        return (
            zip(memory, stores).map { Array(UnsafeRawBufferPointer(start: $0, count: $1.count)) },
            program.tier
        )
    }

    /// The type of each slot's elements.
    var types: [ElementType] {
        var types = [ElementType](repeating: .uint8, count: stores.count)
        for operand in nest.loads + nest.outputs.map(\.target) + nest.folds.map(\.target) {
            types[operand.slot] = operand.type
        }
        return types
    }

    /// Whether two results are equal bit for bit; all NaNs count as one.
    func agree(_ a: [[UInt8]], _ b: [[UInt8]]) -> Bool {
        zip(types, zip(a, b)).allSatisfy { type, pair in
            if pair.0 == pair.1 { return true }
            guard type.isInexact else { return false }
            let size = type.partBits / 8
            return stride(from: 0, to: pair.0.count, by: size).allSatisfy { k in
                let (x, y) = (Array(pair.0[k..<k + size]), Array(pair.1[k..<k + size]))
                return x == y
                    || (k + RandomNest.border < pair.0.count + size && isNaN(x) && isNaN(y))
            }
        }
    }

    private func isNaN(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes {
            switch bytes.count {
            case 2: return $0.loadUnaligned(as: Float16.self).isNaN
            case 4: return $0.loadUnaligned(as: Float.self).isNaN
            default: return $0.loadUnaligned(as: Double.self).isNaN
            }
        }
    }
}

@Suite(.serialized)
struct CompiledNestTests {
    /// `LEGATE_TEST_CASES` asks for more of them.
    static let caseCount =
        ProcessInfo.processInfo.environment["LEGATE_TEST_CASES"].flatMap { Int($0) } ?? 120

    @Test(arguments: RandomNest.Kind.allCases)
    func tiersAgree(_ kind: RandomNest.Kind) throws {
        try #require(!compilers.isEmpty)
        var compiled = 0
        var reasons: [String: Int] = [:]
        for seed in 0..<Self.caseCount {
            var numbers = Numbers(seed: UInt64(seed) &* 977 &+ 5)
            let random = RandomNest(&numbers, kind)
            let expected = random.run(workers: 1 + seed % 3, nil).stores
            for compiler in compilers {
                let (stores, tier) = random.run(
                    workers: 1 + seed % 3, compiler, streams: seed % 4 == 0)
                if tier == "tier 1" { compiled += 1 } else { reasons[tier, default: 0] += 1 }
                if !random.agree(stores, expected) {
                    Issue.record(
                        "seed \(seed), \(compiler.target.vectorBytes) bytes: \(random.nest)")
                    if let text = try? random.text(compiler) { print(text) }
                    return
                }
            }
        }
        if ProcessInfo.processInfo.environment["LEGATE_TEST_CASES"] != nil {
            for (reason, count) in reasons.sorted(by: { $0.value > $1.value }) {
                print(count, reason)
            }
            print(compiled, "compiled")
        }
        // Most nests must really have run on tier 1.
        #expect(compiled * 2 > Self.caseCount * compilers.count)
    }
}

extension CompiledNestTests {
    /// Lengths around every place where the tree splits: eight accumulators, leaves of 128 (64
    /// complex) points, chunks.
    private static let lengths = [
        1, 2, 3, 4, 7, 8, 9, 15, 16, 60, 63, 64, 65, 67, 68, 71, 72, 73, 100, 127, 128, 129, 130,
        135, 136, 137, 143, 144, 145, 200, 255,
        256, 257, 264, 272, 273, 512, 1000, 4099, 16384, 16385, 16392, 33000,
    ]

    @Test(arguments: [ElementType.float32, .float64, .complex64, .complex128])
    func sumsWalkTheTree(_ type: ElementType) {
        for length in Self.lengths {
            var numbers = Numbers(seed: UInt64(length))
            let random = RandomNest(sumOf: type, rows: length < 300 ? 3 : 1, length, &numbers)
            let expected = random.run(workers: 1, nil).stores
            for compiler in compilers {
                let (stores, tier) = random.run(workers: 1, compiler)
                #expect(tier == "tier 1")
                #expect(
                    stores == expected, "\(length) points, \(compiler.target.vectorBytes) bytes")
            }
        }
    }
}

extension RandomNest {
    /// Sums of rows of numbers of many magnitudes, none of them a NaN.
    init(sumOf type: ElementType, rows: Int, _ length: Int, _ numbers: inout Numbers) {
        var bytes: [UInt8] = []
        for _ in 0..<rows * length * (type.isComplex ? 2 : 1) {
            let value = numbers.nextReal()
            if type.realPart == .float32 {
                withUnsafeBytes(of: Float(value)) { bytes += $0 }
            } else {
                withUnsafeBytes(of: value) { bytes += $0 }
            }
        }
        stores = [bytes, [UInt8](repeating: 0, count: rows * type.byteCount)]
        nest = LoopNest(
            form: .rows, extents: [rows, length], keptAxes: 1, reducedAxes: 1, slotCount: 2,
            loads: [.init(slot: 0, type: type, offset: 0, strides: [length, 1])], constants: [],
            steps: [], outputs: [],
            folds: [
                .init(
                    operation: .add, type: type, value: 0,
                    target: .init(slot: 1, type: type, offset: 0, strides: [1, 0]))
            ])
    }

    func text(_ compiler: KernelCompiler) throws -> String {
        let program = NestProgram(nest, workers: 1)
        program.compile(compiler)
        guard let form = program.compiled?.form else { return "no form" }
        return try NestRenderer.render(KernelStructure(nest, form, compiler.target)).text
    }
}
