/// What the compiler did so far, for `explain`, `--info` and benchmarks.

extension KernelCompiler {
    public struct Counts: Sendable {
        /// Kernels that libLLVM made, that came from the disk, and that never will.
        public var compiled = 0
        public var fromDisk = 0
        public var failed = 0
        /// Memory of their code, in whole pages.
        public var codeBytes = 0
        /// Time on the background thread: all, and the longest of one kernel (libLLVM's loading
        /// included).
        public var nanoseconds: UInt64 = 0
        public var longestNanoseconds: UInt64 = 0
        /// Why the last one failed.
        public var lastFailure: String?
        /// Files of the cache that were not what they should be, and writes that failed.
        public var cacheFaults = 0
        /// Whether there is anything on this machine to compile for and with.
        var isSupported = true

        mutating func add(_ outcome: Outcome) {
            switch outcome.state {
            case .waiting: break
            case .compiled: compiled += 1
            case .fromDisk: fromDisk += 1
            case .failed(let why):
                failed += 1
                lastFailure = why
            }
            codeBytes += outcome.codeBytes
            nanoseconds += outcome.nanoseconds
            longestNanoseconds = max(longestNanoseconds, outcome.nanoseconds)
            cacheFaults = outcome.faultCount
        }
    }

    /// The library that compiles and its version, or why there is none; nil before it was needed.
    public var libraryDescription: String? {
        switch library.status {
        case .notOpened: return nil
        case .opened(let name, let version): return "\(name) \(version)"
        case .absent(let why): return "none: \(why)"
        }
    }

    /// Where kernels are kept; nil where they are not.
    public var cacheFolder: String? { cache?.folder }

    /// What was done up to now.
    public var statistics: Counts { CompileLock.shared.locked { counts } }
}
