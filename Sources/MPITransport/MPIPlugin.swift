/// Finds and opens the library that knows MPI. Nothing of it is linked: a run of one rank needs
/// neither it nor MPI.
///
/// It is `libLegateMPI.so` in the folder of the image that holds this code (the extension module,
/// or a test program), or whatever `LEGATE_MPI_PLUGIN` names.
internal import CPlatform
import Execution
import Glibc

struct MPIPlugin {
    let functions: lg_transport

    static let fileName = "libLegateMPI.so"

    /// - Throws: ``TransportError/failed(_:)`` with a sentence for the user.
    init() throws {
        let path = MPIPlugin.path
        guard access(path, R_OK) == 0 else {
            throw TransportError.failed(
                "a run of several ranks needs \(path), which is not there: build it with MPI installed "
                    + "(Debian: openmpi-bin, libopenmpi-dev)")
        }
        // Local: the program may bring other libraries that were linked to another MPI.
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw TransportError.failed("\(path) cannot be opened: \(String(cString: dlerror()))")
        }
        guard let entry = dlsym(library, LG_TRANSPORT_ENTRY) else {
            throw TransportError.failed("\(path) is not a transport of this program")
        }
        let table = unsafeBitCast(entry, to: lg_transport_entry.self)()!
        guard table.pointee.abi == UInt32(LG_TRANSPORT_ABI) else {
            throw TransportError.failed(
                "\(path) belongs to another version of this program (table \(table.pointee.abi), "
                    + "needed \(LG_TRANSPORT_ABI)): build it again")
        }
        functions = table.pointee
    }

    private static var path: String {
        if let named = getenv("LEGATE_MPI_PLUGIN") { return String(cString: named) }
        guard let name = lg_image_path(#dsohandle) else { return fileName }
        let own = realPath(String(cString: name))
        return own[..<(own.lastIndex(of: "/").map(own.index(after:)) ?? own.startIndex)] + fileName
    }

    private static func realPath(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    func words(for code: Int32) -> String { text { functions.describe(code, $0, $1) } }

    var hostName: String { text { functions.host($0, $1) } }

    private func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) {
            write($0.baseAddress!, $0.count)
            return String(cString: $0.baseAddress!)
        }
    }
}
