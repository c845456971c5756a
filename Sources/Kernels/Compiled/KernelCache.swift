/// Compiled kernels on disk, one file each, shared by all processes of a user.
///
/// A file is written under another name and renamed, so that nobody ever reads half of one.
/// Whatever goes wrong with the folder is counted and otherwise ignored: the kernel is compiled, or
/// kept for this process only.
internal import CPlatform
import Glibc

final class KernelCache {
    let folder: String
    /// Files that were not what they should be, and writes that failed.
    private(set) var faultCount = 0
    /// Bytes in the folder as far as this process knows; nil before it looked.
    private var byteCount: Int?
    private var writeCount = 0

    /// Most bytes of all files.
    let capacity: Int
    static let capacity = 64 << 20

    init(folder: String, capacity: Int = KernelCache.capacity) {
        (self.folder, self.capacity) = (folder, capacity)
    }

    /// `LEGATE_CACHE_DIR` (`none`: no folder), else the user's folder for such things.
    static func folder(_ variable: (String) -> String?) -> String? {
        var path = [CChar](repeating: 0, count: 4096)
        let size = path.count
        let found = lg_kernel_folder(
            variable("LEGATE_CACHE_DIR"), variable("XDG_CACHE_HOME"), variable("HOME"), &path, size)
        return found != 0 ? path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } : nil
    }

    // MARK: - Reading

    /// The file of `key`, if there is a sound one that this user or the system's owner wrote.
    func file(_ key: KernelFile.Key) -> KernelFile? {
        let descriptor = open(path(key), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 {
            if errno != ENOENT && errno != ENOTDIR { faultCount += 1 }
            return nil
        }
        defer { close(descriptor) }
        guard let bytes = trusted(descriptor), let file = KernelFile(bytes), file.key == key else {
            faultCount += 1
            return nil
        }
        return file
    }

    /// The bytes, unless somebody else could have written them: they are going to be run.
    private func trusted(_ descriptor: Int32) -> [UInt8]? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & 0o022 == 0,
            status.st_uid == geteuid() || status.st_uid == 0, status.st_size <= capacity
        else { return nil }
        // The oldest go first: what is used stays young.
        if status.st_mtim.tv_sec < time(nil) - 86_400 { futimens(descriptor, nil) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return count == bytes.count ? bytes : nil
    }

    private func path(_ key: KernelFile.Key) -> String { "\(folder)/\(key.fileName)" }

    /// Whether there are files at all.
    var isEmpty: Bool {
        var found = false
        forEachFile { name, _ in if name.hasSuffix(".kernel") { found = true } }
        return !found
    }

    // MARK: - Writing

    func keep(_ file: KernelFile) {
        makeFolder()
        writeCount += 1
        let draft = "\(folder)/draft.\(getpid()).\(writeCount)"
        let bytes = file.bytes
        guard write(bytes, to: draft), rename(draft, path(file.key)) == 0 else {
            unlink(draft)
            faultCount += 1
            return
        }
        byteCount = byteCount.map { $0 + bytes.count } ?? sweep(downTo: capacity)
        if byteCount! > capacity { byteCount = sweep(downTo: capacity / 4 * 3) }
    }

    private func makeFolder() {
        var part = ""
        for name in folder.split(separator: "/", omittingEmptySubsequences: false) {
            part +=
                part.isEmpty && name.isEmpty
                ? "/" : part.isEmpty || part == "/" ? String(name) : "/" + name
            if !name.isEmpty { mkdir(part, 0o700) }
        }
    }

    private func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        return close(descriptor) == 0 && count == bytes.count
    }

    /// Removes the oldest files until `limit` bytes are left, and drafts that somebody left behind.
    /// Returns the bytes left.
    private func sweep(downTo limit: Int) -> Int {
        var kernels: [(name: String, time: Int, size: Int)] = [], total = 0
        forEachFile { name, status in
            if name.hasSuffix(".kernel") {
                let time = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
                kernels.append((name, time, Int(status.st_size)))
                total += Int(status.st_size)
            } else if name.hasPrefix("draft."), Int(status.st_mtim.tv_sec) < Glibc.time(nil) - 3600
            {
                unlink("\(folder)/\(name)")
            }
        }
        for file in kernels.sorted(by: { $0.time < $1.time }) where total > limit {
            if unlink("\(folder)/\(file.name)") == 0 { total -= file.size }
        }
        return total
    }

    private func forEachFile(_ body: (String, stat) -> Void) {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            if lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                body(name, status)
            }
        }
    }
}
