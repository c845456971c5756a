/// What the points of a concurrent launch speak through: barriers, and values that go to all of
/// them.
///
/// Every point makes the same calls in the same order. A point that throws or returns early does
/// not leave the others waiting: they get an error at their call. Points run at the same time, each
/// on a thread of its own, so there may be more of them than workers.
import Shapes

/// The other points of a running launch, as one of them sees them. Valid only while the body runs.
public struct TaskCommunicator {
    /// The point's number, and how many there are.
    public let point: Int
    /// Points of the launch.
    public let count: Int
    let meeting: PointMeeting

    /// Returns when every point has called it.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when a point failed, returned, or made another call.
    public func barrier() throws { _ = try meeting.meet(point, .barrier, [[]]) }

    /// Every point's values, in the order of points.
    ///
    /// - Complexity: Every point gets all values.
    public func allGather<T: BitwiseCopyable>(_ values: [T]) throws -> [[T]] {
        try meeting.meet(point, .allGather, [bytes(values)]).map { elements($0[0]) }
    }

    /// `parts[p]` goes to point *p*; what each point sent here, in the order of points.
    ///
    /// - Throws: ``CoreError/Kind/value`` when there is not one part for each point.
    public func allToAll<T: BitwiseCopyable>(_ parts: [[T]]) throws -> [[T]] {
        guard parts.count == count else {
            throw CoreError(
                .value, "all-to-all needs a part for each of \(count) points, not \(parts.count)")
        }
        return try meeting.meet(point, .allToAll, parts.map(bytes)).map { elements($0[point]) }
    }

    /// The points' values brought together element by element, in a tree over point numbers that is
    /// always the same: every point gets the same bits.
    ///
    /// - Throws: ``CoreError/Kind/value`` when points give different numbers of values.
    public func allReduce<T: BitwiseCopyable>(_ values: [T], _ join: (T, T) -> T) throws -> [T] {
        let all = try allGather(values)
        guard all.allSatisfy({ $0.count == values.count }) else {
            throw CoreError(
                .value, "all-reduce needs as many values of every point, not \(all.map(\.count))")
        }
        return values.indices.map { k in TaskCommunicator.tree(all, k, 0..<count, join) }
    }

    /// The same of one value.
    public func allReduce<T: BitwiseCopyable>(_ value: T, _ join: (T, T) -> T) throws -> T {
        try allReduce([value], join)[0]
    }

    private static func tree<T>(_ all: [[T]], _ k: Int, _ points: Range<Int>, _ join: (T, T) -> T)
        -> T
    {
        if points.count == 1 { return all[points.lowerBound][k] }
        let middle = points.lowerBound + points.count / 2
        return join(
            tree(all, k, points.lowerBound..<middle, join),
            tree(all, k, middle..<points.upperBound, join))
    }

    private func bytes<T: BitwiseCopyable>(_ values: [T]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    private func elements<T: BitwiseCopyable>(_ bytes: [UInt8]) -> [T] {
        let count = bytes.count / MemoryLayout<T>.stride
        return [T](unsafeUninitializedCapacity: count) { buffer, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            filled = count
        }
    }
}

extension TaskContext {
    /// What the points of the launch speak through.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when the task is not declared as concurrent
    ///   (``TaskOptions/isConcurrent``).
    public var communicator: TaskCommunicator {
        get throws {
            if let point { return point }
            guard form.declaration.options.isConcurrent else {
                throw CoreError(
                    .runtime,
                    "the points of task '\(declaration.name)' do not run at the same time: declare it with "
                        + "TaskOptions(isConcurrent: true)")
            }
            return TaskCommunicator(point: 0, count: 1, meeting: PointMeeting(1))
        }
    }
}
