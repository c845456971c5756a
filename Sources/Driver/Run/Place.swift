// Where things are: the project's folder, the Python to run, and the version.
//
// `bin/legate` says both in LEGATE_PROJECT and LEGATE_PYTHON; a driver started by hand finds the
// project two folders above itself and uses the project's environment.
import Glibc

struct Place {
    /// The same as `__version__` in python/legate/__init__.py; a test compares them.
    static let version = "0.1.0"

    let project: String
    let python: String

    init(environment: [String: String]) {
        project = environment["LEGATE_PROJECT"] ?? Place.projectOfThisProgram
        python = environment["LEGATE_PYTHON"] ?? "\(project)/.venv/bin/python"
    }

    /// This program.
    var driver: String { linkTarget("/proc/self/exe") ?? "\(project)/build/bin/legate-driver" }

    /// The MPI half of the runtime, built where MPI was found.
    var plugin: String { "\(project)/build/python/libLegateMPI.so" }

    var hasPlugin: Bool { access(plugin, R_OK) == 0 }

    /// The program that compiles kernels for the runtime.
    var compiler: String { "\(project)/build/python/legate-compiler" }

    /// What Python loads first in ranks that are not heard.
    var hookFolder: String { "\(project)/python/rank_hooks" }

    /// The folders that Python needs on its path: the extension module, then the packages.
    var packageFolders: [String] { ["\(project)/build/python", "\(project)/python"] }

    /// Python must be there before the program's process becomes it.
    func refuseUnusablePython(in plan: RunPlan) throws {
        guard plan.command.contains(python), access(python, X_OK) != 0 else { return }
        let reason = errno == ENOENT ? "there is no such program" : String(cString: strerror(errno))
        throw DriverError.unusablePython(
            python, reason: "\(reason); bin/build makes the environment, or activate one with NumPy"
        )
    }

    /// The vector level of the build, as the set-up noted it.
    var buildLevel: String {
        let lines = linesOfFile("\(project)/build/stamp")
        return lines.count > 1 ? lines[1] : "unknown"
    }

    private static var projectOfThisProgram: String {
        guard let program = linkTarget("/proc/self/exe") else { return "." }
        return "/" + program.split(separator: "/").dropLast(3).joined(separator: "/")
    }
}

private func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return readlink(path, &buffer, Int(PATH_MAX)) > 0 ? String(cString: buffer) : nil
}

/// The working directory, or nothing when it was deleted.
func workingDirectory() -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return getcwd(&buffer, buffer.count) == nil ? nil : String(cString: buffer)
}

/// The lines of a small text file; none when it cannot be read.
func linesOfFile(_ path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
        lines.append(String(cString: buffer).filter { $0 != "\n" })
    }
    return lines
}

/// Whether the shell would find this program.
func isOnPath(_ name: String, environment: [String: String]) -> Bool {
    pathOfProgram(name, environment: environment) != nil
}

/// The file behind a program's name on PATH, with links followed.
func pathOfProgram(_ name: String, environment: [String: String]) -> String? {
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let places = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
    guard let found = places.first(where: { access($0, X_OK) == 0 }),
        let real = realpath(found, nil)
    else { return nil }
    defer { free(real) }
    return String(cString: real)
}
