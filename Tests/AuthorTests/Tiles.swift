/// What the tiles of a launch were, noted by its body on any worker.
import Synchronization

final class Tiles: Sendable {
    private let seen = Mutex<(count: Int, origins: [Int: Int])>((0, [:]))

    func add(_ tile: Int, of count: Int, at origin: Int) {
        seen.withLock {
            $0.count = count
            $0.origins[tile] = origin
        }
    }

    var count: Int { seen.withLock(\.count) }
    /// By tile number.
    var origins: [Int] { seen.withLock { $0.origins.sorted { $0.key < $1.key }.map(\.value) } }
}
