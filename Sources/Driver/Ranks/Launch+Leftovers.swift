// Removes what a launcher left in memory because it was killed.
//
// In: the id of the ended launcher. An `mpirun` that ends by itself removes its session folder
// (`/dev/shm/ompi.<host>.<user>/pid.<id>`), and with it the segments that ranks shared; one that
// was killed does not, and its memory would stay taken until the machine restarts.
import Glibc

extension Launch {
    func removeLeftovers(of launcher: pid_t) {
        let top = "/dev/shm"
        for name in entries(of: top)
        where name.hasPrefix("ompi.") && name.hasSuffix(".\(geteuid())") {
            let session = "\(top)/\(name)/pid.\(launcher)"
            guard access(session, F_OK) == 0 else { continue }
            removeTree(session)
            rmdir("\(top)/\(name)")  // Stays if another run is in it.
        }
    }
}

private func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}

/// Removes a folder and everything in it; links are removed, not followed.
private func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    for name in entries(of: path) { removeTree("\(path)/\(name)") }
    rmdir(path)
}
