/// The thread in the background: takes the most wanted kernel, finds or makes its code, and settles
/// its handle.
///
/// It does little itself: it writes a text, reads a file, or asks the process that compiles. That
/// one gives way to the program; the thread does not, which behind spinning workers took several
/// times as long to bring a kernel from the disk.
internal import CPlatform
import Glibc
import Tracing

enum CompileThread {
    /// LLVM recurses deeply over large texts.
    private static let stackBytes = 8 << 20

    /// Under the state lock.
    static func start(_ compiler: KernelCompiler) {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        let argument = Unmanaged.passRetained(compiler)
        let failed = pthread_create(
            &thread, &attributes,
            { argument in
                CompileThread.run(
                    Unmanaged<KernelCompiler>.fromOpaque(argument!).takeRetainedValue())
                return nil
            }, argument.toOpaque())
        pthread_attr_destroy(&attributes)
        if failed != 0 {
            argument.release()
            compiler.giveUp("no thread to compile on")
        }
    }

    private static func run(_ compiler: KernelCompiler) {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let lock = CompileLock.shared
        while true {
            // Nothing is taken from the queue outside the job lock: a child inherits it whole.
            lock.locked { while compiler.queue.isEmpty { lock.wait(for: compiler.changed) } }
            lock.working {
                guard let kernel = lock.locked({ compiler.next() }) else { return }
                let outcome = compiler.make(kernel)
                lock.locked { compiler.settle(kernel, outcome) }
                // Texts are written in a heap of the thread's own, which would keep a megabyte.
                if lock.locked({ compiler.queue.isEmpty }) { lg_trim_heaps() }
            }
        }
    }
}

extension KernelCompiler {
    /// What became of one kernel.
    struct Outcome {
        var state: CompiledKernel.State
        var function: UnsafeRawPointer?
        var codeBytes = 0
        var nanoseconds: UInt64 = 0
        var faultCount = 0
        /// Why no other kernel will come either.
        var hopeless: String?
    }

    /// Under the state lock: the most wanted of those that wait, the oldest of equals.
    fileprivate func next() -> CompiledKernel? {
        guard var best = queue.indices.first else { return nil }
        for k in queue.indices where queue[k].wanted > queue[best].wanted { best = k }
        isWorking = true
        return queue.remove(at: best)
    }

    fileprivate func settle(_ kernel: CompiledKernel, _ outcome: Outcome) {
        kernel.settle(outcome.state, outcome.function)
        Log.kernels.write(
            outcome.function == nil ? .warning : .info,
            "kernel \(outcome.state), \(outcome.codeBytes) bytes, \(outcome.nanoseconds / 1000) us")
        counts.add(outcome)
        isWorking = false
        if let why = outcome.hopeless { giveUp(why) }
        pthread_cond_broadcast(changed)
    }

    /// Under the state lock: nothing will ever be compiled.
    fileprivate func giveUp(_ why: String) {
        counts.isSupported = false
        for kernel in queue {
            kernel.settle(.failed(why), nil)
            counts.failed += 1
            counts.lastFailure = why
        }
        queue = []
    }

    /// Under the job lock.
    fileprivate func make(_ kernel: CompiledKernel) -> Outcome {
        let start = CompileThread.now()
        var outcome: Outcome
        do {
            outcome = try code(kernel.text!())
        } catch {
            outcome = Outcome(state: .failed("\(error)"), function: nil)
            if case .absent(let why) = library.status, cache?.isEmpty ?? true {
                outcome.hopeless = why
            }
        }
        outcome.nanoseconds = CompileThread.now() - start
        outcome.faultCount = cache?.faultCount ?? 0
        return outcome
    }

    private func code(_ text: KernelText) throws -> Outcome {
        let key = KernelFile.Key(text, for: target, level: settings.level, build: build)
        if let file = cache?.file(key), library.version == nil || library.version == file.maker,
            let code = try? ObjectLoader.load(file.object, function: text.name)
        {
            return Outcome(state: .fromDisk, function: code.function, codeBytes: code.byteCount)
        }
        guard settings.usesLibrary else {
            throw ObjectError("libLLVM is switched off, and the kernel is not on disk")
        }
        let object = try library.compile(text, for: target, level: settings.level)
        let code = try ObjectLoader.load(object, function: text.name)
        cache?.keep(KernelFile(key: key, maker: library.version ?? "", object: object))
        return Outcome(state: .compiled, function: code.function, codeBytes: code.byteCount)
    }
}

extension CompileThread {
    fileprivate static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
