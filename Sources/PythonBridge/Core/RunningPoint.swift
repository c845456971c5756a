/// The points of concurrent launches whose bodies are in Python, while they run: what they speak
/// through.
///
/// In: a point's number and bytes. Out: the bytes of all points. A point that waits for others has
/// let go of Python's lock, because they need it.
import CPlatform
import LegateCore
import Synchronization

/// One point while its body runs. Valid until the body has returned: a context that was kept finds
/// nothing.
struct RunningPoint {
    /// By which Python names it.
    let number: Int

    private static let running = Mutex<(next: Int, points: [Int: TaskCommunicator])>((0, [:]))

    /// `nil` for a task that is not concurrent.
    init?(_ context: TaskContext) throws {
        guard context.declaration.options.isConcurrent else { return nil }
        let communicator = try context.communicator
        number = RunningPoint.running.withLock {
            $0.next += 1
            $0.points[$0.next] = communicator
            return $0.next
        }
    }

    func end() { _ = RunningPoint.running.withLock { $0.points.removeValue(forKey: number) } }

    static func find(_ number: Int) throws -> TaskCommunicator {
        if let point = running.withLock({ $0.points[number] }) { return point }
        throw CoreError(.runtime, "the body has returned: its points speak no more")
    }
}

/// `core_meet(point, parts)`: without parts a barrier; bytes go to all points; a tuple has bytes
/// for each of them. Gives a tuple of what each point said.
func meetPoints(_ arguments: ArgumentPointer) throws -> Obj? {
    let point = try RunningPoint.find(try integer(arguments[0]!))
    let said = arguments[1]!
    if lg_is_none(said) == 1 {
        try withoutLock { try point.barrier() }
        return lg_none()
    }
    let heard: [[UInt8]]
    if lg_kind(said) == .tuple {
        let parts = try borrowedItems(said).map { try bytes(of: $0) }
        heard = try withoutLock { try point.allToAll(parts) }
    } else {
        let own = try bytes(of: said)
        heard = try withoutLock { try point.allGather(own) }
    }
    return tuple(
        heard.map { part in
            part.withUnsafeBytes { PyBytes_FromStringAndSize($0.baseAddress, $0.count) }
        })
}

private func withoutLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    let state = PyEval_SaveThread()
    defer { PyEval_RestoreThread(state) }
    return try body()
}

private func bytes(of object: Obj) throws -> [UInt8] {
    var buffer = Py_buffer()
    try check(PyObject_GetBuffer(object, &buffer, PyBUF_C_CONTIGUOUS))
    defer { PyBuffer_Release(&buffer) }
    return Array(UnsafeRawBufferPointer(start: buffer.buf, count: buffer.len))
}
