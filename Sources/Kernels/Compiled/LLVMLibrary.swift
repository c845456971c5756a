/// libLLVM as Swift sees it: one call from text to object.
///
/// The library lives in a process of its own, `legate-compiler` beside this library: it takes 60 MB
/// and cannot be unloaded, and an error that it calls fatal ends a process; and a program that ends
/// while another thread is inside the library ends badly. Where `legate-compiler` is not there,
/// nothing is compiled. Nothing of libLLVM is loaded before the first kernel must really be
/// compiled. `LEGATE_LLVM` names the library, or is `none`.
internal import CPlatform
import Glibc

/// - Threads: `compile` and `isForked` are called under the compiler's job lock; `status` anywhere.
final class LLVMLibrary {
    /// How far the search for the library came.
    enum Status: Sendable, Equatable {
        /// Nobody needed it yet.
        case notOpened
        /// The file's name and its version.
        case opened(name: String, version: String)
        /// A sentence.
        case absent(String)
    }

    private let library: String?
    /// The program that compiles; nil to compile here, for tests.
    private let program: String?
    private var socket: Int32 = -1
    private var startedInProcess: pid_t = 0
    /// Processes that ended over a text.
    private var crashCount = 0
    private var current = Status.notOpened

    private static let crashLimit = 5
    static let programName = "legate-compiler"

    init(library: String?, program: String?) {
        self.library = library
        self.program = program
        if let program, access(program, X_OK) != 0 { current = .absent("\(program) is not there") }
    }

    deinit { if socket >= 0 { close(socket) } }

    var status: Status { CompileLock.shared.locked { current } }

    /// The version of the library, once it was needed.
    var version: String? {
        if case .opened(_, let version) = status { return version }
        return nil
    }

    /// Whether kernels are compiled in another process.
    var isApart: Bool { program != nil }

    /// The relocatable object for `text`.
    ///
    /// - Parameter level: Of the code generator, 0 to 3.
    /// - Throws: ``ObjectError`` with a sentence.
    func compile(_ text: KernelText, for target: KernelTarget, level: Int) throws -> [UInt8] {
        if case .absent(let why) = status { throw ObjectError(why) }
        var reply = lg_compile_reply()
        withRequest(text, target, level) { request in
            guard program != nil else { return compileHere(request, &reply) }
            ask(request, &reply)
        }
        note(reply)
        guard Int(reply.status) == LG_COMPILED else {
            throw ObjectError(LLVMLibrary.text(of: reply.error))
        }
        defer { free(reply.object) }
        return [UInt8](UnsafeRawBufferPointer(start: reply.object, count: reply.size))
    }

    private func withRequest(
        _ text: KernelText, _ target: KernelTarget, _ level: Int,
        _ body: (UnsafePointer<lg_compile_request>) -> Void
    ) {
        let path: UnsafeMutablePointer<CChar>? = library.map { strdup($0) }
        let strings: [String] = [target.triple, target.cpu, target.features, text.text]
        let words: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { (words + [path]).forEach { free($0) } }
        var request = lg_compile_request(
            library: path, triple: words[0], cpu: words[1], features: words[2], level: Int32(level),
            text: words[3],
            length: text.text.utf8.count)
        body(&request)
    }

    private func note(_ reply: lg_compile_reply) {
        let status: Status
        switch Int(reply.status) {
        case LG_NO_LIBRARY: status = .absent(LLVMLibrary.text(of: reply.error))
        case LG_NO_COMPILER: return
        default:
            status = .opened(
                name: LLVMLibrary.text(of: reply.name), version: LLVMLibrary.text(of: reply.version)
            )
        }
        CompileLock.shared.locked { current = status }
    }

    // MARK: - In another process

    private func ask(_ request: UnsafePointer<lg_compile_request>, _ reply: inout lg_compile_reply)
    {
        // One that was idle has ended; a forked child must not talk on its parent's line.
        for isNew in [false, true] {
            if isNew || socket < 0 || startedInProcess != getpid() { start() }
            guard socket >= 0, crashCount < LLVMLibrary.crashLimit else { break }
            lg_compiler_ask(socket, request, &reply)
            if Int(reply.status) != LG_NO_COMPILER { return }
        }
        // A process of its own that ended at once ended over this text.
        crashCount += 1
        reply.status = Int32(LG_NO_COMPILER)
        LLVMLibrary.set(&reply.error, "the process that compiles ended")
        if socket >= 0 { close(socket) }
        socket = -1
    }

    private func start() {
        if socket >= 0 { close(socket) }
        startedInProcess = getpid()
        socket = lg_compiler_start(program!)
    }

    // MARK: - In this process

    private func compileHere(
        _ request: UnsafePointer<lg_compile_request>, _ reply: inout lg_compile_reply
    ) {
        lg_compile(request, &reply)
    }

    // MARK: - Texts

    private static func text<Characters>(of characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func set<Characters>(_ characters: inout Characters, _ text: String) {
        withUnsafeMutableBytes(of: &characters) { target in
            for (k, byte) in (Array(text.utf8) + [0]).enumerated() where k < target.count {
                target[k] = byte
            }
        }
    }
}
