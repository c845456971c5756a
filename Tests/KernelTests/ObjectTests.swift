/// The loader of objects: relocations of both processors read back from the image, and no damage
/// that crashes it.
import Foundation
import Testing

@testable import Kernels

struct ObjectTests {
    /// A table of constants, a jump table's worth of branches, calls outside: whatever needs a
    /// relocation.
    private static let text = """
        @table = internal constant [6 x double] [double 1.5, double 2.5, double 3.5, double 4.5, double 5.5, double 6.5]
        @bytes = internal constant [5 x i8] c"abcde"
        @words = internal constant [4 x i16] [i16 1, i16 2, i16 3, i16 4]
        @longs = internal constant [4 x i32] [i32 1, i32 2, i32 3, i32 4]
        declare double @legate_outside(double)
        define double @other(double %x) noinline nounwind {
          %y = fmul double %x, 3.25
          ret double %y
        }
        define <2 x double> @vectors(<2 x double> %x) noinline nounwind {
          %y = fadd <2 x double> %x, <double 7.25, double 8.125>
          ret <2 x double> %y
        }
        define double @kernel(i64 %k, double %x) nounwind {
          %slot = getelementptr [6 x double], ptr @table, i64 0, i64 %k
          %c = load double, ptr %slot, align 8
          %b0 = load i8, ptr getelementptr (i8, ptr @bytes, i64 1), align 1
          %w0 = load i16, ptr getelementptr (i16, ptr @words, i64 1), align 2
          %l0 = load i32, ptr getelementptr (i32, ptr @longs, i64 1), align 4
          %b1 = zext i8 %b0 to i64
          %w1 = zext i16 %w0 to i64
          %l1 = zext i32 %l0 to i64
          %s0 = add i64 %b1, %w1
          %s1 = add i64 %s0, %l1
          %s2 = sitofp i64 %s1 to double
          %d = call double @legate_outside(double %x)
          %e = call double @other(double %d)
          %f = fadd double %c, %e
          %g = fadd double %f, %s2
          ret double %g
        }
        """

    private func object(for target: KernelTarget) throws -> [UInt8] {
        try CompileLock.shared.working {
            try LLVMLibrary(library: nil, program: nil).compile(
                KernelText(name: "kernel", text: ObjectTests.text), for: target, level: 2)
        }
    }

    private let intel = KernelTarget(.x86_64, vectorBytes: 32, cpu: "x86-64-v3")
    private let arm = KernelTarget(.aarch64, vectorBytes: 16, cpu: "generic", features: "+neon")

    @Test func thisMachinesObjectRuns() throws {
        let outside: @convention(c) (Double) -> Double = { $0 + 10 }
        KernelSymbols.bind("legate_outside", to: unsafeBitCast(outside, to: UnsafeRawPointer.self))
        let host = try #require(KernelTarget.host())
        let (function, bytes) = try ObjectLoader.load(object(for: host), function: "kernel")
        #expect(bytes > 0)
        let kernel = unsafeBitCast(function, to: (@convention(c) (Int, Double) -> Double).self)
        let constants = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
        for k in 0..<6 {
            #expect(kernel(k, 2) == constants[k] + 12 * 3.25 + Double(UInt8(ascii: "b")) + 2 + 2)
        }
    }

    /// The image of `object` as it would lie at `base`.
    private func image(_ object: [UInt8], base: UInt, outside: UInt) throws -> (
        ObjectImage, [UInt8]
    ) {
        let image = try ObjectImage(ObjectFile(object))
        var bytes = [UInt8](repeating: 0, count: image.byteCount)
        try bytes.withUnsafeMutableBytes {
            try image.write(to: $0, base: base, addresses: image.externals.map { _ in outside })
        }
        return (image, bytes)
    }

    private func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt32.self) }
    }

    private func long(_ bytes: [UInt8], _ at: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt64.self) }
    }

    private func signed(_ value: UInt32, bits: Int) -> Int {
        Int(Int32(bitPattern: value << UInt32(32 - bits)) >> (32 - bits))
    }

    /// Follows every relocated instruction of an AArch64 image to where it points, and looks at
    /// what lies there.
    @Test func armInstructionsPointWhereTheyShould() throws {
        let base: UInt = 0x5555_0000_3000, outside: UInt = 0x7fff_1234_5678
        let (image, bytes) = try image(object(for: arm), base: base, outside: outside)
        #expect(image.externals == ["legate_outside"])
        let kernel = try image.offset(of: "kernel"), other = try image.offset(of: "other")
        var calls: [Int] = [], constants: Set<UInt64> = [], pages: [UInt32: Int] = [:]
        for at in stride(from: 0, to: max(kernel, other) + 400, by: 4) where at + 4 <= bytes.count {
            let code = word(bytes, at)
            if code >> 26 == 0b100101 { calls.append(at + 4 * signed(code & 0x3ff_ffff, bits: 26)) }
            if code & 0x9f00_0000 == 0x9000_0000 {
                let distance = signed((code >> 5 & 0x7ffff) << 2 | code >> 29 & 3, bits: 21)
                pages[code & 31] = (Int(base) + at) / 4096 * 4096 + distance * 4096
            }
            // An eight-byte floating load, and an add, whose base is such a page.
            if code & 0xffc0_0000 == 0xfd40_0000, let page = pages[code >> 5 & 31] {
                constants.insert(long(bytes, page + Int(code >> 10 & 0xfff) * 8 - Int(base)))
            }
            if code & 0xffc0_0000 == 0x3dc0_0000, let page = pages[code >> 5 & 31] {
                constants.insert(long(bytes, page + Int(code >> 10 & 0xfff) * 16 - Int(base)))
            }
            if code & 0xffc0_0000 == 0x9100_0000, let page = pages[code >> 5 & 31] {
                constants.insert(long(bytes, page + Int(code >> 10 & 0xfff) - Int(base)))
            }
        }
        let stub = try #require(calls.first { word(bytes, $0) == 0x5800_0050 })
        #expect(word(bytes, stub + 4) == 0xd61f_0200)
        #expect(long(bytes, stub + 8) == UInt64(outside))
        #expect(calls.contains(other))
        #expect(constants.contains((7.25).bitPattern))
        #expect(constants.contains((1.5).bitPattern))
    }

    @Test func intelCallsGoThroughAStub() throws {
        let base: UInt = 0x5555_0000_3000, outside: UInt = 0x7fff_1234_5678
        let (image, bytes) = try image(object(for: intel), base: base, outside: outside)
        #expect(image.externals == ["legate_outside"])
        let start = try image.offset(of: "kernel")
        let targets = (start..<(start + 200)).filter { bytes[$0] == 0xe8 }.map {
            $0 + 5 + Int(Int32(bitPattern: word(bytes, $0 + 1)))
        }
        let stub = try #require(
            targets.first { bytes.indices.contains($0 + 15) && word(bytes, $0) == 0x0002_25ff })
        #expect(long(bytes, stub + 8) == UInt64(outside))
        #expect(try targets.contains(image.offset(of: "other")))
    }

    /// The instruction fields by themselves, at their limits.
    @Test func armFieldsKeepTheirLimits() throws {
        func apply(_ type: Int, _ old: UInt32, target: UInt, place: UInt = 0x10000) throws -> UInt32
        {
            var word = old
            try withUnsafeMutableBytes(of: &word) {
                try Relocations.apply(
                    type, machine: ELF.aarch64, in: $0, at: 0, place: place, target: target,
                    addend: 0)
            }
            return word
        }
        #expect(try apply(Relocations.Arm.call, 0x9400_0000, target: 0x10008) == 0x9400_0002)
        #expect(try apply(Relocations.Arm.call, 0x9400_0000, target: 0xfffc) == 0x97ff_ffff)
        #expect(throws: ObjectError.self) {
            try apply(Relocations.Arm.call, 0, target: 0x10000 + 1 << 27)
        }
        #expect(throws: ObjectError.self) { try apply(Relocations.Arm.call, 0, target: 0x10002) }
        #expect(try apply(Relocations.Arm.page, 0x9000_0000, target: 0x13abc) == 0xf000_0000)
        #expect(throws: ObjectError.self) {
            try apply(Relocations.Arm.page, 0x9000_0000, target: 1 << 40)
        }
        #expect(
            try apply(Relocations.Arm.addLow, 0x9100_0000, target: 0x13abc) == 0x9100_0000 | 0xabc
                << 10)
        #expect(
            try apply(Relocations.Arm.low64, 0xfd40_0000, target: 0x13ab8) == 0xfd40_0000
                | (0xab8 >> 3) << 10)
        #expect(throws: ObjectError.self) {
            try apply(Relocations.Arm.low64, 0xfd40_0000, target: 0x13abc)
        }
        #expect(throws: ObjectError.self) { try apply(999, 0, target: 0x10000) }
    }

    @Test func damagedObjectsNeverCrash() throws {
        var numbers = Numbers(seed: 17)
        var refused = 0
        for target in [intel, arm] {
            let object = try object(for: target)
            for _ in 0..<4000 {
                var damaged = object
                for _ in 0...Int(numbers.next() % 3) {
                    damaged[Int(numbers.next() % UInt64(damaged.count))] =
                        [0, 1, 0x7f, 0x80, 0xff, UInt8(numbers.next() & 255)][
                            Int(numbers.next() % 6)]
                }
                if numbers.next() % 10 == 0 {
                    damaged.removeLast(Int(numbers.next() % UInt64(damaged.count)))
                }
                do {
                    let (image, _) = try image(damaged, base: 0x5555_0000_0000, outside: 0x1000)
                    _ = try image.offset(of: "kernel")
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 1000)
    }
}
