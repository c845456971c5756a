/// Arrays in files: one for each tile, its elements row by row as memory holds them.
///
/// A task's tiles need not be the files': every tile of a task reads or writes, of every file that
/// it meets, its own elements only. So any number of workers and ranks works on one array, and none
/// waits for another.
///
///     files  | 0.0 | 0.1 |       rows of a task's tile are parts of 0.0 and 0.1, later of 1.0 and 1.1
///            | 1.0 | 1.1 |
import Glibc
import LegateCore

struct TiledFiles {
    let folder: String
    /// Where tiles begin along each axis; one more entry holds the end.
    let bounds: [[Int]]

    let isWritten: Bool

    init(_ context: TaskContext, isWritten: Bool) throws {
        self.isWritten = isWritten
        guard let folder = try context.scalar("folder").string,
            let lists = try context.scalar("bounds").list
        else {
            throw CoreError(.type, "files are named by a folder and bounds along each axis")
        }
        self.folder = folder
        bounds = lists.map { ($0.list ?? []).compactMap(\.int) }
    }

    /// Calls `body` with a file, the address and number of bytes of elements side by side, and
    /// their place in the file.
    func forEachRun(
        of tile: Tile,
        _ body: (borrowing TileFile, UnsafeMutableRawPointer, Int, Int) throws -> Void
    ) throws {
        guard tile.count > 0 else { return }
        let met = bounds.indices.map { axis in
            tiles(along: axis, meeting: tile.origin[axis], tile.shape[axis])
        }
        try forEachIndex(within: met.map { $0.count }) { index in
            let color = met.indices.map { met[$0][index[$0]] }
            let name = folder + "/" + color.map { "\($0)" }.joined(separator: ".")
            let file = try TileFile(name, isWritten: isWritten)
            try runs(of: tile, color) { try body(file, $0, $1, $2) }
        }
    }

    private func tiles(along axis: Int, meeting first: Int, _ count: Int) -> [Int] {
        let bounds = bounds[axis]
        return bounds.indices.dropLast().filter {
            max(bounds[$0], first) < min(bounds[$0 + 1], first + count)
        }
    }

    private func runs(
        of tile: Tile, _ color: [Int], _ body: (UnsafeMutableRawPointer, Int, Int) throws -> Void
    ) throws {
        let size = tile.type.byteCount
        let axes = 0..<bounds.count
        let low = axes.map { max(bounds[$0][color[$0]], tile.origin[$0]) }
        let extents = axes.map {
            min(bounds[$0][color[$0] + 1], tile.origin[$0] + tile.shape[$0]) - low[$0]
        }
        let shape = axes.map { bounds[$0][color[$0] + 1] - bounds[$0][color[$0]] }
        let fileStrides = rowMajorStrides(of: shape)
        // Trailing axes that lie side by side in both places are one run.
        var axis = bounds.count
        var run = 1
        while axis > 0,
            extents[axis - 1] == 1 || tile.strides[axis - 1] == run && fileStrides[axis - 1] == run
        {
            axis -= 1
            run *= extents[axis]
        }
        try forEachIndex(within: Array(extents[..<axis])) { index in
            var (memory, place) = (0, 0)
            for k in axes {
                let i = low[k] + (k < axis ? index[k] : 0)
                memory += (i - tile.origin[k]) * tile.strides[k]
                place += (i - bounds[k][color[k]]) * fileStrides[k]
            }
            try body(tile.start + memory * size, run * size, place * size)
        }
    }
}

private func rowMajorStrides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
}

/// Calls `body` with every index of a box, row by row.
private func forEachIndex(within extents: [Int], _ body: ([Int]) throws -> Void) rethrows {
    guard !extents.contains(where: { $0 <= 0 }) else { return }
    var index = [Int](repeating: 0, count: extents.count)
    while true {
        try body(index)
        guard let axis = index.indices.last(where: { index[$0] + 1 < extents[$0] }) else { return }
        index[axis] += 1
        for later in index.indices where later > axis { index[later] = 0 }
    }
}

/// An open file, closed when it goes out of scope.
struct TileFile: ~Copyable {
    private let name: String
    // `open` is variadic, and Swift's name for it is in no library's reach.
    private let stream: UnsafeMutablePointer<FILE>
    private var descriptor: Int32 { fileno(stream) }

    init(_ name: String, isWritten: Bool) throws {
        self.name = name
        guard let stream = fopen(name, isWritten ? "r+be" : "rbe") else {
            throw Self.error("opened", name)
        }
        self.stream = stream
    }

    deinit { fclose(stream) }

    func write(_ bytes: UnsafeMutableRawPointer, _ count: Int, at place: Int) throws {
        let descriptor = descriptor
        try forEachPart(count, "written") { pwrite(descriptor, bytes + $0, count - $0, place + $0) }
    }

    func read(_ bytes: UnsafeMutableRawPointer, _ count: Int, at place: Int) throws {
        let descriptor = descriptor
        try forEachPart(count, "read") { pread(descriptor, bytes + $0, count - $0, place + $0) }
    }

    /// Goes on where the system did part of the work.
    private func forEachPart(_ count: Int, _ what: String, _ move: (Int) -> Int) throws {
        var done = 0
        while done < count {
            let moved = move(done)
            if moved > 0 {
                done += moved
            } else if moved == 0 {
                throw CoreError(.file, "\(name) is shorter than its tile")
            } else if __errno_location().pointee != EINTR {
                throw Self.error(what, name)
            }
        }
    }

    private static func error(_ what: String, _ name: String) -> CoreError {
        let reason = String(cString: strerror(__errno_location().pointee))
        return CoreError(.file, "\(name) cannot be \(what): \(reason)")
    }
}
