/// libLLVM in its own process and in this one: the same objects, and every way in which the process
/// can end.
import Foundation
import Testing

@testable import Kernels

@Suite(.serialized) struct CompilerProcessTests {
    private func compiler(_ change: (inout KernelCompiler.Settings) -> Void = { _ in })
        -> KernelCompiler
    {
        var settings = KernelCompiler.Settings()
        settings.tier = .compiledAtOnce
        change(&settings)
        return KernelCompiler(settings)
    }

    private func text(_ number: Int) -> KernelText {
        KernelText(name: "answer", text: "define i64 @answer() nounwind { ret i64 \(number) }")
    }

    private func answer(_ kernel: CompiledKernel) -> Int? {
        kernel.function.map { unsafeBitCast($0, to: (@convention(c) () -> Int).self)() }
    }

    @Test func theProgramLiesBesideTheLibrary() throws {
        let program = try #require(KernelCompiler.Settings().program)
        #expect(access(program, X_OK) == 0, "\(program) is not built")
        #expect(compiler().library.isApart)
    }

    @Test func bothWaysGiveTheSameObject() throws {
        let target = try #require(KernelTarget.host())
        let objects = try CompileLock.shared.working {
            try [KernelCompiler.Settings().program, nil].map {
                try LLVMLibrary(library: nil, program: $0).compile(text(3), for: target, level: 2)
            }
        }
        #expect(objects[0] == objects[1])
    }

    @Test func nothingOfLLVMIsLoadedHere() throws {
        let status = inChild {
            let own = compiler()
            guard answer(own.kernel([1]) { text(4) }) == 4,
                own.kernel([2]) { text(5) }.state == .compiled
            else {
                return false
            }
            return (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8))?.contains(
                "libLLVM") == isHere
        }
        #expect(status)
    }

    /// Whether another test opened it in this process, which a forked child inherits.
    private var isHere: Bool {
        (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8))?.contains("libLLVM")
            == true
    }

    @Test(arguments: [true, false]) func anAbsentLibraryIsSaidOnce(_ isApart: Bool) {
        let missing = compiler {
            $0.library = "/nowhere/libLLVM.so"
            // In this process the library of another test would serve.
            if !isApart { $0.usesLibrary = false }
        }
        let kernel = missing.kernel([1]) { text(1) }
        guard case .failed(let why) = kernel.state else {
            Issue.record("compiled without a library")
            return
        }
        #expect(!why.isEmpty)
        #expect(!missing.isAvailable)
        #expect(missing.kernel([2]) { text(2) }.function == nil)
    }

    @Test func aProgramThatEndsIsStartedAgain() throws {
        let folder = NSTemporaryDirectory() + "legate-program-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let program = folder + "/legate-compiler",
            real = try #require(KernelCompiler.Settings().program)
        #expect(symlink("/bin/true", program) == 0)
        let own = compiler { $0.program = program }
        #expect(own.kernel([1]) { text(1) }.state == .failed("the process that compiles ended"))
        unlink(program)
        #expect(symlink(real, program) == 0)
        #expect(answer(own.kernel([2]) { text(2) }) == 2)
        unlink(program)
        #expect(symlink("/bin/false", program) == 0)
        // The one that runs goes on.
        #expect(answer(own.kernel([3]) { text(3) }) == 3)
    }

    @Test func aProgramThatAlwaysEndsIsLeftAlone() {
        let own = compiler { $0.program = "/bin/true" }
        for k in 0..<8 { #expect(own.kernel([k]) { text(k) }.function == nil) }
        #expect(own.statistics.failed == 8)
    }

    @Test func theProcessIsNoChildAndEndsWithItsUser() throws {
        let status = inChild {
            let own = compiler()
            guard answer(own.kernel([1]) { text(9) }) == 9 else { return false }
            return waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD
        }
        #expect(status)
    }

    private func inChild(_ body: () -> Bool) -> Bool {
        let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)
        let child = fork()
        if child == 0 {
            alarm(30)
            _exit(body() ? 0 : 1)
        }
        var status: Int32 = -1
        return child > 0 && waitpid(child, &status, 0) == child && status == 0
    }
}
