/// Ranks as processes under MPI.
///
/// One thread is inside MPI at a time, under a lock: two at once cost far more than they gain.
/// Whoever waits for a message drives MPI itself; what is left over while all compute (large sends,
/// the background work) is driven by the communication thread, which sleeps when there is nothing
/// to do.
///
///     send      copy into a recycled buffer -> MPI_Isend, tested once -> on the list of pending sends if not yet done
///     receive   MPI_Irecv into the caller's memory -> MPI_Test again and again: spinning, yielding, then sleeping
internal import CPlatform
import Execution
import Glibc
import Synchronization

public final class MPITransport: Transport {
    public let rank: Int
    public let rankCount: Int
    /// The name of this rank's machine.
    public let hostName: String
    public var background: ((UInt64) -> UInt64)? {
        get { thread.background }
        set { thread.background = newValue }
    }

    /// With several waiting threads, that of one of them.
    public var waitsFor: Int? {
        let rank = waiting.load(ordering: .relaxed)
        return rank < 0 ? nil : rank
    }
    public var hasUnsent: Bool {
        lock.take()
        defer { lock.give() }
        return !pending.isEmpty
    }
    public func hastenBackground() { thread.hasten() }

    private let plugin: MPIPlugin
    private let lock = Lock()
    private var buffers = SendBuffers()
    private var pending: [PendingSend] = []
    private let waiting = Atomic<Int>(-1)
    private let thread = CommunicationThread()
    /// How often other threads drove MPI, and how much of it the communication thread has seen.
    private var turns = 0, turnsSeen = 0
    private let startedInProcess = getpid()
    private var isClosed = false

    private struct PendingSend {
        var request: UInt64
        var buffer: SendBuffers.Buffer
    }

    /// MPI counts bytes in 32 bits; larger messages go in parts of this size.
    static let partBytes = 1 << 30
    /// Copies up to this size are made under the lock.
    private static let shortCopy = 16 << 10

    /// Pending sends are done in about the order of their sending.
    private static let testsAtOnce = 16

    /// Starts MPI; returns when all ranks have started.
    ///
    /// - Parameter tagLimit: the largest tag to give to MPI; 0 for what it allows. Tests lower it.
    /// - Throws: ``TransportError/failed(_:)`` with a sentence for the user.
    public init(tagLimit: Int = 0) throws {
        plugin = try MPIPlugin()
        var number: Int32 = 0, count: Int32 = 0
        let code = plugin.functions.start(&number, &count, Int64(tagLimit))
        guard code == 0 else {
            throw TransportError.failed("MPI did not start: \(plugin.words(for: code))")
        }
        rank = Int(number)
        rankCount = Int(count)
        hostName = plugin.hostName
        thread.start { [unowned self] in driveInBackground() }
    }

    // MARK: - Sending

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int) {
        send(byteCount: bytes.count, to: rank, tag: tag) { part, offset in
            part.copyMemory(from: .init(rebasing: bytes[offset..<offset + part.count]))
        }
    }

    public func send(
        byteCount: Int, to rank: Int, tag: Int, fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        if byteCount <= MPITransport.partBytes {
            send(byteCount: byteCount, to: rank, tag: tag) { part, _ in fill(part) }
        } else {
            let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
            defer { whole.deallocate() }
            fill(whole)
            send(UnsafeRawBufferPointer(whole), to: rank, tag: tag)
        }
    }

    private func send(
        byteCount: Int, to rank: Int, tag: Int,
        fill: (UnsafeMutableRawBufferPointer, _ offset: Int) -> Void
    ) {
        check(rank, tag)
        var offset = 0
        repeat {
            let count = min(MPITransport.partBytes, byteCount - offset)
            lock.take()
            if !pending.isEmpty { testPending(atMost: 2) }
            let buffer = buffers.take(count)
            let part = UnsafeMutableRawBufferPointer(start: buffer.memory, count: count)
            if count > MPITransport.shortCopy {
                lock.give()
                fill(part, offset)
                lock.take()
            } else {
                fill(part, offset)
            }
            var request: UInt64 = 0
            let code = plugin.functions.send(
                buffer.memory, count, Int32(rank), Int64(tag), &request)
            if request == 0 {
                buffers.give(buffer)
            } else {
                pending.append(.init(request: request, buffer: buffer))
            }
            let isPending = request != 0
            lock.give()
            if code != 0 { fail(code) }
            if isPending { thread.wake() }
            offset += count
        } while offset < byteCount
    }

    // MARK: - Receiving

    public func receive(into buffer: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int) throws
    {
        check(rank, tag)
        var offset = 0
        repeat {
            let count = min(MPITransport.partBytes, buffer.count - offset)
            let found = receivePart(buffer.baseAddress.map { $0 + offset }, count, rank, tag)
            guard found == count else {
                throw TransportError.length(
                    from: rank, to: self.rank, tag: tag, expected: buffer.count,
                    found: found < 0 ? -1 : offset + found)
            }
            offset += count
        } while offset < buffer.count
    }

    /// - Returns: the length of the message, negative for one that is longer than `count`.
    private func receivePart(
        _ memory: UnsafeMutableRawPointer?, _ count: Int, _ rank: Int, _ tag: Int
    ) -> Int {
        var request: UInt64 = 0, done: Int32 = 0, found: Int64 = 0
        lock.take()
        var code = plugin.functions.receive(memory, count, Int32(rank), Int64(tag), &request)
        if code == 0 { code = plugin.functions.test(&request, &done, &found) }
        lock.give()
        var patience = Patience()
        while code == 0, done == 0 {
            // The guard's own messages do not count.
            if tag < ReservedTag.first { waiting.store(rank, ordering: .relaxed) }
            patience.pause()
            lock.take()
            code = plugin.functions.test(&request, &done, &found)
            turns &+= 1
            lock.give()
        }
        if tag < ReservedTag.first { waiting.store(-1, ordering: .relaxed) }
        if code != 0 { fail(code) }
        return Int(found)
    }

    public func isThere(from rank: Int, tag: Int) -> Bool {
        check(rank, tag)
        var there: Int32 = 0
        lock.take()
        let code = plugin.functions.probe(Int32(rank), Int64(tag), &there)
        lock.give()
        if code != 0 { fail(code) }
        return there != 0
    }

    public func progress() {
        drive()
        sched_yield()
    }

    public func wait(until condition: () -> Bool) throws {
        var patience = Patience()
        while !condition() {
            drive()
            patience.pause()
        }
    }

    // MARK: - Moving along

    /// Tests the oldest pending sends, which lets MPI move everything else as well. Called under
    /// the lock.
    private func testPending(atMost limit: Int) {
        var done: Int32 = 0, index = 0
        while index < min(pending.count, limit) {
            let code = plugin.functions.test(&pending[index].request, &done, nil)
            if code != 0 { fail(code) }
            if done != 0 {
                buffers.give(pending[index].buffer)
                pending.remove(at: index)
            } else {
                index += 1
            }
        }
    }

    /// What a thread that waits for something else than a message does. Does nothing while another
    /// thread is inside: that one moves things, too.
    private func drive() {
        guard lock.tryTake() else { return }
        turns &+= 1
        testPending(atMost: MPITransport.testsAtOnce)
        lock.give()
    }

    /// What the communication thread does: it stays out as long as others drive MPI. A thread that
    /// lost its core inside would make all of them wait.
    ///
    /// - Returns: whether sends are pending.
    private func driveInBackground() -> Bool {
        guard lock.tryTake() else { return true }
        defer { lock.give() }
        if turns == turnsSeen { testPending(atMost: MPITransport.testsAtOnce) }
        turnsSeen = turns
        return !pending.isEmpty
    }

    // MARK: - Ends

    public func abort(_ reason: String, code: Int32) {
        let line = "legate: rank \(rank) on \(hostName): \(reason)\n"
        _ = line.withCString { Glibc.write(2, $0, strlen($0)) }
        end(code)
    }

    /// Leaves the lock to a thread that is stuck inside MPI.
    private func end(_ code: Int32) -> Never {
        for _ in 0..<100 {
            if lock.tryTake() { break }
            usleep(1000)
        }
        plugin.functions.abort(code)
        _exit(code)
    }

    private func fail(_ code: Int32) -> Never {
        let line = "legate: rank \(rank) on \(hostName): MPI failed: \(plugin.words(for: code))\n"
        _ = line.withCString { Glibc.write(2, $0, strlen($0)) }
        end(70)
    }

    /// Sends what is pending and ends MPI; waits for all ranks to do the same. To be called once,
    /// when nothing else uses the transport any more; does nothing in a forked child.
    public func close() {
        guard !isClosed, startedInProcess == getpid() else { return }
        isClosed = true
        thread.stop()
        try? wait(until: { pending.isEmpty })
        lock.take()
        plugin.functions.stop()
        lock.give()
    }

    public func now() -> UInt64 { Patience.now() }

    private func check(_ rank: Int, _ tag: Int) {
        precondition((0..<rankCount).contains(rank), "no such rank")
        precondition(
            (0..<ReservedTag.first + ReservedTag.count).contains(tag), "tag \(tag) is out of range")
    }
}
