/// The bytes that one rank sends another before or after a launch: intervals of one store's bytes, in order.
///
/// Both ends compute the same list from the plan, so no message says what it carries.

public struct TransferList {
    public private(set) var intervals: [Range<Int>] = []
    public private(set) var byteCount = 0

    public init() {}

    /// Appends an interval; one that continues the last extends it.
    public mutating func append(_ interval: Range<Int>) {
        guard !interval.isEmpty else { return }
        byteCount += interval.count
        if let last = intervals.last, last.upperBound == interval.lowerBound {
            intervals[intervals.count - 1] = last.lowerBound..<interval.upperBound
        } else {
            intervals.append(interval)
        }
    }

    /// The same bytes in memory order, each once.
    public func merged() -> TransferList {
        var sorted = intervals
        if zip(sorted, sorted.dropFirst()).contains(where: { $1.lowerBound < $0.upperBound }) {
            sorted.sort { $0.lowerBound < $1.lowerBound }
        } else {
            return self
        }
        var result = TransferList()
        var current = sorted[0]
        for interval in sorted.dropFirst() {
            if interval.lowerBound <= current.upperBound {
                current = current.lowerBound..<max(current.upperBound, interval.upperBound)
            } else {
                result.append(current)
                current = interval
            }
        }
        result.append(current)
        return result
    }

    public func pack(from memory: UnsafeRawPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for interval in intervals {
            bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: memory + interval.lowerBound, count: interval.count))
        }
        return bytes
    }

    public func unpack(_ bytes: [UInt8], into memory: UnsafeMutableRawPointer) {
        var position = 0
        for interval in intervals {
            bytes.withUnsafeBytes {
                (memory + interval.lowerBound).copyMemory(
                    from: $0.baseAddress! + position, byteCount: interval.count)
            }
            position += interval.count
        }
    }
}
