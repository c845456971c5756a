/// A backend that runs nothing: what a program would ask of a machine, counted.
///
/// Stores get addresses and read as zeros; pages come only where somebody writes. So one rank of
/// thousands can be planned for on a laptop, with its part of arrays that would fill them all.
import Execution
import Glibc

public final class NullBackend: Backend {
    /// Blocks that were given back, by size; foreign code may have written to them.
    private var kept: [Int: [UnsafeMutableRawPointer]] = [:]
    /// Bytes of address space in use, and of them those of parts that a rank would fill.
    public private(set) var mappedBytes = 0
    public private(set) var usedBytes = 0
    public private(set) var mostUsedBytes = 0
    private var parts: [UnsafeMutableRawPointer: Int] = [:]

    public init(workerCount: Int) { self.workerCount = workerCount }

    public let workerCount: Int
    public var computes: Bool { false }

    public func allocate(byteCount: Int) throws -> UnsafeMutableRawPointer {
        try allocate(byteCount: byteCount, using: 0..<byteCount)
    }

    public func allocate(byteCount: Int, using part: Range<Int>) throws -> UnsafeMutableRawPointer {
        let size = NullBackend.mappedSize(byteCount)
        let block: UnsafeMutableRawPointer
        if let last = kept[size]?.popLast() {
            block = last
        } else {
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
            guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
                memory != MAP_FAILED
            else {
                throw OutOfMemory(
                    requestedBytes: byteCount, usedBytes: usedBytes, ceilingBytes: .max)
            }
            block = memory
        }
        parts[block] = part.count
        mappedBytes += byteCount
        usedBytes += part.count
        mostUsedBytes = max(mostUsedBytes, usedBytes)
        return block
    }

    public func deallocate(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
        kept[NullBackend.mappedSize(byteCount), default: []].append(memory)
        mappedBytes -= byteCount
        usedBytes -= parts.removeValue(forKey: memory) ?? 0
    }

    /// Whole pages, small blocks all alike.
    private static func mappedSize(_ byteCount: Int) -> Int {
        max(1 << 16, (byteCount + 4095) / 4096 * 4096)
    }

    public func begin(
        _ count: Int, isOrdered: Bool, isAwaited: Bool, _ body: @escaping (Int, Int) -> Void
    ) {}
    public func finish(_ look: () throws -> Void) rethrows {}
    public func pause(_ spins: Int) {}
}
