/// Libraries that were built apart: a shared object that links the core it finds in the process,
/// and registers itself.
///
/// Such an object exports one C function, `legate_library`, that registers the library and returns
/// it:
///
///     @c(legate_library) public func legateLibrary() -> UnsafeMutableRawPointer? { Library.entry { try makeLibrary() } }
import Glibc

extension Library {
    /// What the exported function of a library returns: the library that `register` made, or the
    /// error it threw.
    public static func entry(_ register: () throws -> Library) -> UnsafeMutableRawPointer? {
        do { return Unmanaged.passUnretained(try register()).toOpaque() } catch {
            entryError = error
            return nil
        }
    }

    nonisolated(unsafe) private static var entryError: (any Error)?
    /// Libraries by the file they came from: opening a file twice gives the same library.
    nonisolated(unsafe) private static var opened: [String: Library] = [:]

    /// Loads a library's shared object, which registers itself.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when it cannot be loaded or is no library of Legate's;
    ///   what its registration throws.
    public static func open(_ path: String) throws -> Library {
        let file = realpath(path, nil).map { (resolved: UnsafeMutablePointer<CChar>) -> String in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard let file else {
            throw CoreError(.runtime, "there is no library at \(path): build it first")
        }
        if let known = opened[file] { return known }
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
            throw CoreError(
                .runtime,
                "\(path) cannot be loaded; was it built for this build of Legate? (\(reason))")
        }
        guard let symbol = dlsym(handle, "legate_library") else {
            throw CoreError(
                .runtime, "\(path) is no library of Legate's: it has no function legate_library")
        }
        let function = unsafeBitCast(
            symbol, to: (@convention(c) () -> UnsafeMutableRawPointer?).self)
        entryError = nil
        guard let pointer = function() else {
            throw entryError ?? CoreError(.runtime, "legate_library of \(path) returned nothing")
        }
        let library = Unmanaged<Library>.fromOpaque(pointer).takeUnretainedValue()
        opened[file] = library
        return library
    }
}
