/// libLLVM as Swift sees it: opened when the first kernel must really be compiled, one call from text to object.
///
/// `LEGATE_LLVM` names the library, or is `none`. Called under the compiler's job lock only, `status` aside.
internal import CPlatform
import Glibc

enum LLVMLibrary {
    /// How far the search for the library came.
    public enum Status: Sendable, Equatable {
        /// Nobody needed it yet.
        case notOpened
        /// The file's name and its version.
        case opened(name: String, version: String)
        /// A sentence.
        case absent(String)
    }

    nonisolated(unsafe) private static var current = Status.notOpened

    static var status: Status { CompileLock.shared.locked { current } }

    static var version: String? {
        if case .opened(_, let version) = status { return version }
        return nil
    }

    /// - Throws: ``ObjectError`` with a sentence, the same one each time.
    static func open(_ path: String?) throws {
        switch status {
        case .opened: return
        case .absent(let why): throw ObjectError(why)
        case .notOpened: break
        }
        let why = reason { lg_llvm_open(path, $0, $1) != 0 }
        if why == nil { endJobsAtExit() }
        let status = why.map { Status.absent($0) }
            ?? .opened(name: String(cString: lg_llvm_name()), version: String(cString: lg_llvm_version()))
        CompileLock.shared.locked { current = status }
        if let why { throw ObjectError(why) }
    }

    /// The relocatable object for `text`.
    ///
    /// - Parameter level: Of the code generator, 0 to 3.
    static func compile(_ text: KernelText, for target: KernelTarget, level: Int) throws -> [UInt8] {
        var object: UnsafeMutableRawPointer?, size = 0
        var source = text.text
        let why = source.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                reason {
                    lg_llvm_compile(
                        target.triple, target.cpu, target.features, Int32(level), bytes.baseAddress, bytes.count, &object,
                        &size, $0, $1) != 0
                }
            }
        }
        if let why { throw ObjectError(why) }
        defer { free(object) }
        if !hasCompiled { endJobsAtExit() }
        hasCompiled = true
        return [UInt8](UnsafeRawBufferPointer(start: object, count: size))
    }

    nonisolated(unsafe) private static var hasCompiled = false

    /// What is registered last comes first at the end of the process, and libLLVM registers some of its own clean-up when
    /// it is loaded and some when it is used. None of it may meet a thread that compiles.
    private static func endJobsAtExit() { atexit { CompileLock.shared.endJobs() } }

    /// What a C function that failed wrote into its last two arguments; nil if it did not fail.
    private static func reason(_ call: (UnsafeMutablePointer<CChar>, Int) -> Bool) -> String? {
        var text = [CChar](repeating: 0, count: 1024)
        let done = text.withUnsafeMutableBufferPointer { call($0.baseAddress!, $0.count) }
        return done ? nil : text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}
