/// The way of a kernel: compiled, found again, found on disk, and every way in which it can fail.
///
/// In: small texts. Each test has a folder and a compiler of its own.
import Foundation
import Testing

@testable import Kernels

/// What a text computes: `function(x, y, count)` adds `y` to `x`.
private typealias Adder = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> Void

@Suite(.serialized) struct CompilerTests {
    private let folder =
        NSTemporaryDirectory() + "legate-kernels-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    /// Adds `count` doubles, four at a time and then one at a time, plus a constant that makes
    /// texts differ.
    private func adder(_ constant: Int = 0) -> KernelText {
        let four = Array(repeating: "double \(constant).0", count: 4).joined(separator: ", ")
        return KernelText(
            name: "kernel",
            text: """
                define void @kernel(ptr %x, ptr %y, i64 %n) nounwind {
                entry:
                  %whole = and i64 %n, -4
                  br label %wide
                wide:
                  %i = phi i64 [ 0, %entry ], [ %next, %more ]
                  %inside = icmp slt i64 %i, %whole
                  br i1 %inside, label %more, label %narrow
                more:
                  %xs = getelementptr double, ptr %x, i64 %i
                  %ys = getelementptr double, ptr %y, i64 %i
                  %a = load <4 x double>, ptr %xs, align 8
                  %b = load <4 x double>, ptr %ys, align 8
                  %s = fadd <4 x double> %a, %b
                  %t = fadd <4 x double> %s, <\(four)>
                  store <4 x double> %t, ptr %xs, align 8
                  %next = add i64 %i, 4
                  br label %wide
                narrow:
                  %k = phi i64 [ %i, %wide ], [ %after, %one ]
                  %left = icmp slt i64 %k, %n
                  br i1 %left, label %one, label %end
                one:
                  %xk = getelementptr double, ptr %x, i64 %k
                  %yk = getelementptr double, ptr %y, i64 %k
                  %c = load double, ptr %xk, align 8
                  %d = load double, ptr %yk, align 8
                  %u = fadd double %c, %d
                  %v = fadd double %u, \(constant).0
                  store double %v, ptr %xk, align 8
                  %after = add i64 %k, 1
                  br label %narrow
                end:
                  ret void
                }
                """)
    }

    private func compiler(_ change: (inout KernelCompiler.Settings) -> Void = { _ in })
        -> KernelCompiler
    {
        var settings = KernelCompiler.Settings()
        settings.tier = .compiledAtOnce
        settings.cacheFolder = folder
        change(&settings)
        return KernelCompiler(settings)
    }

    private func result(_ kernel: CompiledKernel) throws -> [Double] {
        let function = unsafeBitCast(try #require(kernel.function), to: Adder.self)
        var x = (0..<11).map { Double($0) }
        let y = (0..<11).map { Double(100 * $0) }
        function(&x, y, x.count)
        return x
    }

    private func expected(_ constant: Int) -> [Double] {
        (0..<11).map { Double(101 * $0 + constant) }
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map {
            "\(folder)/\($0)"
        }
    }

    private func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: - The good way

    @Test func aKernelIsCompiledOnce() throws {
        defer { removeFolder() }
        let compiler = compiler()
        let kernel = compiler.kernel([1]) { adder(1) }
        #expect(kernel.state == .compiled)
        #expect(try result(kernel) == expected(1))
        #expect(compiler.kernel([1]) { adder(9) } === kernel)
        #expect(compiler.statistics.compiled == 1)
        #expect(compiler.statistics.codeBytes > 0)
    }

    @Test func theProgramDoesNotWait() throws {
        defer { removeFolder() }
        let compiler = compiler { $0.tier = .automatic }
        let kernels = (0..<20).map { k in compiler.kernel([k]) { adder(k) } }
        compiler.waitForAll()
        for (k, kernel) in kernels.enumerated() { #expect(try result(kernel) == expected(k)) }
    }

    @Test func theMostWantedIsNext() throws {
        let compiler = compiler { ($0.tier, $0.cacheFolder) = (.automatic, nil) }
        let order = Order()
        _ = compiler.kernel([0], weight: 1000) {
            order.waitForTheOthers()
            return adder()
        }
        for k in 1...5 {
            _ = compiler.kernel([k], weight: k == 4 ? 7 : 2) {
                order.add(k)
                return adder(k)
            }
        }
        _ = compiler.kernel([2], weight: 3) { adder() }
        order.go()
        compiler.waitForAll()
        #expect(order.numbers == [4, 2, 1, 3, 5])
    }

    @Test func aKernelComesFromTheDiskWithoutLLVM() throws {
        defer { removeFolder() }
        _ = compiler().kernel([1]) { adder(3) }
        #expect(files.count == 1)
        let second = compiler { $0.usesLibrary = false }
        #expect(second.isAvailable)
        let kernel = second.kernel([1]) { adder(3) }
        #expect(kernel.state == .fromDisk)
        #expect(try result(kernel) == expected(3))
        #expect(second.kernel([2]) { adder(4) }.function == nil)
    }

    // MARK: - Failures

    @Test func withoutLLVMAndFilesNothingIsTried() {
        let compiler = compiler { $0.usesLibrary = false }
        #expect(!compiler.isAvailable)
        #expect(compiler.kernel([1]) { adder() }.state == .failed("nothing compiles kernels here"))
    }

    @Test func textThatIsNoModuleFailsAlone() throws {
        let compiler = compiler { $0.cacheFolder = nil }
        let texts = [
            "syntax": "define void @kernel( {",
            "types": "define void @kernel(ptr %x) { %a = fadd double %x, 1.0\n ret void }",
            "dominance":
                "define i64 @kernel() { entry: %a = add i64 %b, 1\n %b = add i64 %a, 1\n ret i64 %a }",
            "name": "define void @other() { ret void }",
            "unknown call":
                "declare double @sin(double)\ndefine double @kernel(double %x) { %y = call double @sin(double %x)\n ret double %y }",
            "variable": "@v = global i64 0\ndefine ptr @kernel() { ret ptr @v }",
        ]
        for (k, (what, text)) in texts.enumerated() {
            let kernel = compiler.kernel([k]) { KernelText(name: "kernel", text: text) }
            guard case .failed(let why) = kernel.state else {
                Issue.record("\(what) did not fail")
                continue
            }
            #expect(!why.isEmpty && kernel.function == nil)
        }
        #expect(compiler.statistics.failed == texts.count)
        #expect(try result(compiler.kernel([99]) { adder(5) }) == expected(5))
    }

    @Test func aTextThatCannotBeWrittenFails() {
        let compiler = compiler { $0.cacheFolder = nil }
        let kernel = compiler.kernel([1]) { throw ObjectError("no compiled form of that") }
        #expect(kernel.state == .failed("no compiled form of that"))
    }

    @Test func theInterpreterAloneIsATier() {
        let compiler = compiler { $0.tier = .interpreted }
        #expect(!compiler.isAvailable)
        #expect(compiler.kernel([1]) { adder() }.function == nil)
    }

    // MARK: - Calls

    @Test func exactFunctionsOfTheCLibraryAreFound() throws {
        let text = """
            declare double @llvm.fma.f64(double, double, double)
            define double @kernel(double %x, double %y) nounwind {
              %r = frem double %x, %y
              %s = call double @llvm.fma.f64(double %r, double %r, double 1.0)
              ret double %s
            }
            """
        let kernel = compiler { $0.cacheFolder = nil }.kernel([1]) {
            KernelText(name: "kernel", text: text)
        }
        #expect(kernel.state == .compiled)
        let function = unsafeBitCast(
            try #require(kernel.function), to: (@convention(c) (Double, Double) -> Double).self)
        #expect(function(7.5, 2) == 1.5 * 1.5 + 1)
    }

    @Test func boundFunctionsAreCalled() throws {
        let twice: @convention(c) (Double) -> Double = { 2 * $0 }
        KernelSymbols.bind("legate_test_twice", to: unsafeBitCast(twice, to: UnsafeRawPointer.self))
        let text = """
            declare double @legate_test_twice(double)
            define double @kernel(double %x) nounwind {
              %y = call double @legate_test_twice(double %x)
              %z = fadd double %y, 1.0
              ret double %z
            }
            """
        let kernel = compiler { $0.cacheFolder = nil }.kernel([1]) {
            KernelText(name: "kernel", text: text)
        }
        #expect(kernel.state == .compiled)
        let function = unsafeBitCast(
            try #require(kernel.function), to: (@convention(c) (Double) -> Double).self)
        #expect(function(20) == 41)
    }

    @Test func nothingIsContracted() throws {
        let text = """
            define double @kernel(double %x, double %y, double %z) nounwind {
              %p = fmul double %x, %y
              %s = fadd double %p, %z
              ret double %s
            }
            """
        let kernel = compiler { $0.cacheFolder = nil }.kernel([1]) {
            KernelText(name: "kernel", text: text)
        }
        let function = unsafeBitCast(
            try #require(kernel.function),
            to: (@convention(c) (Double, Double, Double) -> Double).self)
        let x = 1 + 0x1p-30
        #expect(function(x, x, -1 - 0x1p-29) == x * x + (-1 - 0x1p-29))
        #expect(function(x, x, -1 - 0x1p-29) == 0)
    }
}

/// Notes who came when; the first waits until all the others have been asked for.
private final class Order: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private(set) var numbers: [Int] = []

    func waitForTheOthers() {
        condition.lock()
        while !isOpen { condition.wait() }
        condition.unlock()
    }

    func go() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    func add(_ number: Int) {
        condition.lock()
        numbers.append(number)
        condition.unlock()
    }
}
