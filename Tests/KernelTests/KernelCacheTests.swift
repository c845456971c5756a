/// Kernels on disk: what is kept is found; what is damaged, foreign or unreadable is as good as
/// absent; several processes may share a folder; a forked child goes on by itself.
import Foundation
import Testing

@testable import Kernels

@Suite(.serialized) struct KernelCacheTests {
    private let root =
        NSTemporaryDirectory() + "legate-cache-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    private var folder: String { root + "/a/b" }

    private func text(_ number: Int) -> KernelText {
        KernelText(name: "answer", text: "define i64 @answer() nounwind { ret i64 \(number) }")
    }

    private func compiler(
        usesLibrary: Bool = true, folder other: String? = nil, capacity: Int = 1 << 20
    ) -> KernelCompiler {
        var settings = KernelCompiler.Settings()
        settings.tier = .compiledAtOnce
        settings.cacheFolder = other ?? folder
        settings.cacheCapacity = capacity
        settings.usesLibrary = usesLibrary
        return KernelCompiler(settings)
    }

    private func answer(_ kernel: CompiledKernel) -> Int? {
        kernel.function.map { unsafeBitCast($0, to: (@convention(c) () -> Int).self)() }
    }

    private func kernel(_ number: Int, of compiler: KernelCompiler) -> CompiledKernel {
        compiler.kernel([number]) { text(number) }
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map {
            "\(folder)/\($0)"
        }
    }

    private func removeFolder() { try? FileManager.default.removeItem(atPath: root) }

    private func onlyFile() throws -> (path: String, bytes: [UInt8]) {
        let path = try #require(files.first)
        #expect(files.count == 1)
        return (path, [UInt8](try #require(FileManager.default.contents(atPath: path))))
    }

    private func write(_ bytes: [UInt8], to path: String) {
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]))
    }

    // MARK: - Files that are not what they should be

    @Test func everyDamageIsNoticed() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        let (_, bytes) = try onlyFile()
        #expect(KernelFile(bytes)?.bytes == bytes)
        for k in bytes.indices {
            var damaged = bytes
            damaged[k] ^= UInt8(1 << (k % 8))
            #expect(KernelFile(damaged) == nil, "byte \(k)")
        }
        for count in 0..<bytes.count { #expect(KernelFile(Array(bytes.prefix(count))) == nil) }
        #expect(KernelFile(bytes + [0]) == nil)
    }

    @Test func aDamagedFileIsWrittenAnew() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        let (path, bytes) = try onlyFile()
        for damaged in [[], [1, 2, 3], Array(bytes.dropLast(5)), Array(bytes.reversed())] {
            write(damaged, to: path)
            let second = compiler()
            #expect(kernel(7, of: second).state == .compiled)
            #expect(second.statistics.cacheFaults == 1)
            #expect(try onlyFile().bytes == bytes)
        }
        #expect(kernel(7, of: compiler()).state == .fromDisk)
    }

    @Test func aFileUnderAnothersNameIsNotTaken() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        let seven = try onlyFile().bytes
        try FileManager.default.removeItem(atPath: files[0])
        _ = kernel(8, of: compiler())
        write(seven, to: files[0])
        let again = kernel(8, of: compiler())
        #expect(again.state == .compiled)
        #expect(answer(again) == 8)
    }

    @Test func aFileThatOthersCouldHaveWrittenIsNotRun() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        chmod(files[0], 0o666)
        #expect(kernel(7, of: compiler(usesLibrary: false)).function == nil)
        chmod(files[0], 0o600)
        #expect(answer(kernel(7, of: compiler(usesLibrary: false))) == 7)
    }

    @Test func anotherVersionsFileIsCompiledAnew() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        let (path, bytes) = try onlyFile()
        var file = try #require(KernelFile(bytes))
        file.maker = "0.0.1"
        write(file.bytes, to: path)
        // Before libLLVM was needed, whoever made it will do; afterwards only the same version.
        #expect(kernel(7, of: compiler()).state == .fromDisk)
        let second = compiler()
        _ = kernel(8, of: second)
        #expect(kernel(7, of: second).state == .compiled)
        #expect(
            KernelFile([UInt8](try #require(FileManager.default.contents(atPath: path))))
                == KernelFile(bytes))
    }

    @Test func anObjectThatCannotBeLoadedIsCompiledAnew() throws {
        defer { removeFolder() }
        _ = kernel(7, of: compiler())
        let (path, bytes) = try onlyFile()
        var file = try #require(KernelFile(bytes))
        file.object = [0x7f, 0x45, 0x4c, 0x46] + [UInt8](repeating: 0, count: 100)
        write(file.bytes, to: path)
        #expect(kernel(7, of: compiler()).state == .compiled)
    }

    // MARK: - Folders that are not what they should be

    @Test(arguments: ["/dev/null/kernels", "/proc/kernels", "/proc/self/exe"])
    func withoutAFolderKernelsAreCompiledAllTheSame(_ folder: String) {
        let compiler = compiler(folder: folder)
        #expect(answer(kernel(7, of: compiler)) == 7)
        #expect(compiler.statistics.cacheFaults > 0)
    }

    @Test func aFullDiskLeavesNothingBehind() throws {
        defer { removeFolder() }
        let status = inChild {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let compiler = compiler()
            return answer(kernel(7, of: compiler)) == 7 && compiler.statistics.cacheFaults == 1
        }
        #expect(status)
        #expect(files.isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder))
    }

    @Test func theOldestGo() throws {
        defer { removeFolder() }
        _ = kernel(0, of: compiler())
        let size = try onlyFile().bytes.count
        var times = [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)]
        utimes(files[0], &times)
        let small = compiler(capacity: 10 * size)
        for k in 1...10 { _ = kernel(k, of: small) }
        #expect(files.count == 7)
        let reader = compiler(usesLibrary: false)
        #expect(kernel(0, of: reader).function == nil)
        #expect(answer(kernel(10, of: reader)) == 10)
    }

    @Test func theFolderFollowsTheEnvironment() {
        #expect(KernelCache.folder { ["LEGATE_CACHE_DIR": "/a"][$0] } == "/a/kernels")
        #expect(KernelCache.folder { ["LEGATE_CACHE_DIR": "none", "HOME": "/h"][$0] } == nil)
        #expect(
            KernelCache.folder { ["XDG_CACHE_HOME": "/x", "HOME": "/h"][$0] } == "/x/legate/kernels"
        )
        #expect(
            KernelCache.folder { ["XDG_CACHE_HOME": "x", "HOME": "/h"][$0] }
                == "/h/.cache/legate/kernels")
        #expect(KernelCache.folder { _ in nil } == nil)
    }

    // MARK: - Several processes

    @Test func processesShareAFolder() throws {
        defer { removeFolder() }
        let children = (0..<4).map { _ in
            fork {
                let own = compiler()
                return (0..<30).allSatisfy { answer(kernel($0, of: own)) == $0 }
                    && own.statistics.cacheFaults == 0
            }
        }
        for child in children { #expect(wait(for: child)) }
        #expect(files.count == 30)
        let reader = compiler(usesLibrary: false)
        for k in 0..<30 { #expect(answer(kernel(k, of: reader)) == k) }
    }

    @Test func aForkedChildCompilesByItself() {
        defer { removeFolder() }
        var settings = KernelCompiler.Settings()
        settings.cacheFolder = nil
        let parent = KernelCompiler(settings)
        let early = (0..<50).map { kernel($0, of: parent) }
        // In the middle of the parent's work: the child has what was ready, and takes over what
        // waited.
        let status = inChild {
            parent.waitForAll()
            let late = kernel(77, of: parent)
            parent.waitForAll()
            return answer(late) == 77 && (0..<50).allSatisfy { answer(early[$0]) == $0 }
        }
        #expect(status)
        parent.waitForAll()
        #expect((0..<50).allSatisfy { answer(early[$0]) == $0 })
    }

    private func inChild(_ body: () -> Bool) -> Bool { wait(for: fork(body)) }

    /// A child that runs `body` and nothing else; ends after half a minute in any case.
    private func fork(_ body: () -> Bool) -> pid_t {
        let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)
        let child = fork()
        if child == 0 {
            alarm(30)
            _exit(body() ? 0 : 1)
        }
        return child
    }

    private func wait(for child: pid_t) -> Bool {
        var status: Int32 = -1
        return child > 0 && waitpid(child, &status, 0) == child && status == 0
    }
}
