/// Where kernels are asked for: one table by structure, a queue, and a thread that compiles in the
/// background.
///
/// In: a key that identifies a nest's structure, and a closure that writes its text. Out: a handle,
/// at once. The program never waits, unless `LEGATE_TIER=1` says so: until the handle has a
/// function, the interpreter serves.
///
///     kernel(key) ── known ──▶ its handle
///          │ new
///          ▼
///       queue ──▶ thread: write the text ──▶ on disk? ── yes ──▶ load ──▶ handle has a function
///                                                │ no                      ▲
///                                                └──▶ libLLVM ──▶ keep ────┘
internal import CPlatform
import Glibc

/// Compiles kernels, each once, in the background.
///
/// - Threads: everything may be called on any thread.
public final class KernelCompiler: @unchecked Sendable {
    /// The process's own, set by the environment.
    public static let shared = KernelCompiler(.fromEnvironment())

    /// The processor that texts are to be written for.
    public let target: KernelTarget
    let settings: Settings

    /// Under the state lock: the next five.
    private var kernels: [[Int]: CompiledKernel] = [:]
    var queue: [CompiledKernel] = []
    var isWorking = false
    var counts = Counts()
    private var startedInProcess: pid_t = 0
    let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Used under the job lock only.
    let cache: KernelCache?
    let library: LLVMLibrary
    let build: String

    /// Kernels that a process has at most; what comes later is interpreted.
    static let kernelLimit = 8192

    /// - Parameter chosen: A processor to compile for, if not this machine's.
    init(_ settings: Settings, target chosen: KernelTarget? = nil) {
        self.settings = settings
        let host = KernelTarget.host(vectorBytes: settings.vectorBytes)
        target = chosen ?? host ?? KernelTarget(.x86_64, vectorBytes: 16, cpu: "x86-64")
        counts.isSupported = host != nil
        library = LLVMLibrary(library: settings.library, program: settings.program)
        build = Settings.build
        cache =
            build.isEmpty
            ? nil
            : settings.cacheFolder.map { KernelCache(folder: $0, capacity: settings.cacheCapacity) }
        if !settings.usesLibrary && cache?.isEmpty ?? true { counts.isSupported = false }
        pthread_cond_init(changed, nil)
    }

    /// Whether it is worth asking: compiled kernels are wanted, and nothing is known that would
    /// keep all from coming.
    public var isAvailable: Bool {
        settings.tier != .interpreted && CompileLock.shared.locked { counts.isSupported }
    }

    /// Whether `kernel` waits until the kernel is there.
    public var compilesAtOnce: Bool { settings.tier == .compiledAtOnce }

    /// The handle of the kernel with this key; the same key gives the same handle.
    ///
    /// - Parameters:
    ///   - key: Identifies the structure completely: equal keys have equal texts.
    ///   - weight: How much is waiting for it. Of the kernels that wait, the one with the largest
    ///     sum comes next.
    ///   - text: Writes the text, once at most, on another thread.
    /// - Complexity: one look-up.
    public func kernel(_ key: [Int], weight: Int = 1, text: @escaping () throws -> KernelText)
        -> CompiledKernel
    {
        let lock = CompileLock.shared
        return lock.locked {
            let kernel: CompiledKernel
            if let known = kernels[key] {
                kernel = known
            } else {
                kernel = CompiledKernel(wanted: 0, text: text)
                kernels[key] = kernel
                if let why = refusal {
                    kernel.settle(.failed(why), nil)
                    counts.failed += 1
                } else {
                    queue.append(kernel)
                }
            }
            kernel.wanted = kernel.wanted.addingReportingOverflow(weight).partialValue
            if kernel.isWaiting {
                startThread()
                pthread_cond_broadcast(changed)
                while compilesAtOnce && kernel.isWaiting { lock.wait(for: changed) }
            }
            return kernel
        }
    }

    /// Under the state lock: why no further kernel is taken.
    private var refusal: String? {
        if settings.tier == .interpreted { return "compiled kernels are switched off" }
        if !counts.isSupported { return "nothing compiles kernels here" }
        return kernels.count > KernelCompiler.kernelLimit
            ? "there are \(KernelCompiler.kernelLimit) kernels already" : nil
    }

    /// Waits until nothing is left to compile. For tests and benchmarks.
    public func waitForAll() {
        let lock = CompileLock.shared
        lock.locked {
            if !queue.isEmpty { startThread() }
            while !queue.isEmpty || isWorking { lock.wait(for: changed) }
        }
    }

    /// Under the state lock. In a forked child, which has no threads, a new one takes over what
    /// waited.
    private func startThread() {
        if startedInProcess == getpid() { return }
        startedInProcess = getpid()
        isWorking = false
        pthread_cond_init(changed, nil)
        CompileThread.start(self)
    }
}
