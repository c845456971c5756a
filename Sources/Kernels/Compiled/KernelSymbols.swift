/// The functions outside a kernel that it may call by name.
///
/// The code generator turns some of what a text says into calls: copies of memory, remainders, and
/// on older processors fused multiply-adds and roundings. All of these are exact, so that no
/// library can give other bits. Whatever else a text calls must be bound here; a kernel that calls
/// anything unknown fails, and the interpreter serves.
import Glibc

public enum KernelSymbols {
    private static let lock = CompileLock.shared
    nonisolated(unsafe) private static var bound: [String: UInt] = [:]

    private static let exact: Set<String> = [
        "memcpy", "memmove", "memset", "fma", "fmaf", "fmod", "fmodf", "floor", "floorf", "ceil",
        "ceilf", "trunc", "truncf",
        "rint", "rintf", "nearbyint", "nearbyintf", "roundeven", "roundevenf", "sqrt", "sqrtf",
    ]

    /// Lets kernels call the C function at `address` as `name`. To be said before the first such
    /// kernel is asked for.
    public static func bind(_ name: String, to address: UnsafeRawPointer) {
        lock.locked { bound[name] = UInt(bitPattern: address) }
    }

    static func address(of name: String) -> UInt? {
        if let address = lock.locked({ bound[name] }) { return address }
        guard exact.contains(name), let address = dlsym(nil, name) else { return nil }
        return UInt(bitPattern: address)
    }
}
