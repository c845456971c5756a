/// The processor that kernels are written for: found without LLVM, so that a kernel from the disk
/// needs none.
internal import CPlatform

/// A kind of processor, as far as a kernel's text depends on it, and its names in LLVM.
public struct KernelTarget: Sendable, Hashable {
    public enum Architecture: String, Sendable { case x86_64, aarch64 }
    public var architecture: Architecture
    /// Bytes of one vector register: 16, 32 or 64.
    public var vectorBytes: Int
    /// LLVM's name of the processor. Levels, not models: the same level has the same code.
    public var cpu: String
    /// LLVM's list of features beyond those of `cpu`.
    public var features: String

    public init(_ architecture: Architecture, vectorBytes: Int, cpu: String, features: String = "")
    {
        self.architecture = architecture
        self.vectorBytes = vectorBytes
        self.cpu = cpu
        self.features = features
    }

    public var triple: String { "\(architecture.rawValue)-unknown-linux-gnu" }

    /// This machine's, with vectors of at most `vectorBytes`.
    public static func host(vectorBytes: Int = 64) -> KernelTarget? {
        #if arch(x86_64)
            let level = Int(lg_cpu_level())
            let widest = [16, 16, 32, 64][level - 1]
            let cpu = level == 1 ? "x86-64" : "x86-64-v\(level)"
            return KernelTarget(.x86_64, vectorBytes: min(widest, max(16, vectorBytes)), cpu: cpu)
        #elseif arch(arm64)
            return KernelTarget(.aarch64, vectorBytes: 16, cpu: "generic", features: "+neon")
        #else
            return nil
        #endif
    }
}
