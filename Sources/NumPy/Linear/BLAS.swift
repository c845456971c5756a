/// The BLAS of this process: which library, opened when first needed.
///
/// Preferred is the one that NumPy brought along, because in a Python process it is loaded already:
/// its path is handed over (``open(path:)``) or found in the process's memory map. Then come the
/// system's libraries. Without any, products run through the loops in `ProductLoops.swift`: slower,
/// and right.
import CPlatform
import Glibc
import LegateCore

public enum BLAS {
    nonisolated(unsafe) private static var isDecided = false

    /// Opens a library and uses it from now on. `nil` or a library without a C interface to BLAS:
    /// none is used.
    ///
    /// - Returns: Whether a library is open.
    @discardableResult
    public static func open(path: String?) -> Bool {
        isDecided = true
        guard let path, !path.isEmpty else {
            lg_blas_close()
            return false
        }
        return lg_blas_open(path) == 1
    }

    /// What is open: a path, a library's name, or `nil` for none.
    public static var name: String? {
        decide()
        return lg_blas_name().map { String(cString: $0) }
    }

    /// Whether products of a type go through the library.
    @inline(__always) static func takes(_ type: ElementType) -> Bool {
        guard letter(type) != 0 else { return false }
        if !isDecided { decide() }
        return lg_blas_is_open() == 1
    }

    /// BLAS's letter of a type; 0 for types it does not know.
    @inline(__always) static func letter(_ type: ElementType) -> CChar {
        switch type {
        case .float32: return 0x73
        case .float64: return 0x64
        case .complex64: return 0x63
        case .complex128: return 0x7A
        default: return 0
        }
    }

    private static func decide() {
        guard !isDecided else { return }
        isDecided = true
        if let path = mappedLibrary(), lg_blas_open(path) == 1 { return }
        _ = lg_blas_open(nil)
    }

    /// A BLAS that this process has loaded already.
    private static func mappedLibrary() -> String? {
        guard let maps = fopen("/proc/self/maps", "r") else { return nil }
        defer { fclose(maps) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, maps) > 0 {
            guard let line, strstr(line, "openblas") != nil, let path = strchr(line, 0x2F) else {
                continue
            }
            return String(cString: path).split(separator: "\n").first.map(String.init)
        }
        return nil
    }
}
