/// What every transport promises, as checks that any of them can run: objects in one process as
/// well as processes under MPI. Each check is called by all ranks with the same arguments and
/// throws at the first broken promise.
import Execution
import Glibc

public struct ContractFailure: Error, CustomStringConvertible {
    public var description: String
}

public struct TransportContract {
    public let transport: any Transport
    private var rank: Int { transport.rank }
    private var count: Int { transport.rankCount }

    public init(_ transport: any Transport) { self.transport = transport }

    /// Name and body of each check. `large` is the size in bytes of the largest message.
    public static func checks(large: Int) -> [(
        name: String, run: (TransportContract) throws -> Void
    )] {
        [
            ("sizes", { try $0.checkSizes(large: large) }),
            ("order", { try $0.checkOrder() }),
            ("anyTagFirst", { try $0.checkAnyTagFirst() }),
            ("itself", { try $0.checkItself() }),
            ("sendNeverWaits", { try $0.checkSendNeverWaits(large: large) }),
            ("sendCopies", { try $0.checkSendCopies() }),
            ("fill", { try $0.checkFill() }),
            ("farTags", { try $0.checkFarTags() }),
            ("isThere", { try $0.checkIsThere() }),
            ("wait", { try $0.checkWait() }),
            ("randomExchange", { try $0.checkRandomExchange() }),
            ("barrier", { try $0.checkBarrier() }),
            ("broadcast", { try $0.checkBroadcast() }),
            ("allGather", { try $0.checkAllGather() }),
            ("allToAll", { try $0.checkAllToAll() }),
            ("allReduce", { try $0.checkAllReduce() }),
        ]
    }

    func expect(_ condition: Bool, _ words: @autoclosure () -> String) throws {
        if !condition { throw ContractFailure(description: "rank \(rank): \(words())") }
    }

    // MARK: - Messages

    /// Bytes that tell who sent what to whom.
    func pattern(_ size: Int, from: Int, to: Int, _ number: Int) -> [UInt8] {
        let seed = from &* 131 &+ to &* 31 &+ number &* 7
        // A period that divides no piece that a transport may cut.
        let period = min(size, 61)
        return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            for k in 0..<period { bytes[k] = UInt8(truncatingIfNeeded: seed &+ k &* 13) }
            count = period
            while count < size {
                let more = min(count, size - count)
                (bytes.baseAddress! + count).update(from: bytes.baseAddress!, count: more)
                count += more
            }
        }
    }

    /// Equality of whole blocks; the library's goes element by element where it is not specialised.
    func same(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && memcmp(a, b, a.count) == 0
    }

    func send(_ bytes: [UInt8], to rank: Int, tag: Int) {
        bytes.withUnsafeBytes { transport.send($0, to: rank, tag: tag) }
    }

    func receive(_ size: Int, from rank: Int, tag: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: size)
        try bytes.withUnsafeMutableBytes { try transport.receive(into: $0, from: rank, tag: tag) }
        return bytes
    }

    private var peers: [Int] { (1...max(count, 2) - 1).map { (rank + $0) % count } }

    private func checkSizes(large: Int) throws {
        for (number, size) in [0, 1, 8, 63, 64, 4095, 4096, 4097, 65_536, 1_000_003, large]
            .enumerated()
        {
            for peer in peers {
                send(pattern(size, from: rank, to: peer, number), to: peer, tag: 5)
            }
            for peer in peers {
                let found = try receive(size, from: peer, tag: 5)
                try expect(
                    same(found, pattern(size, from: peer, to: rank, number)),
                    "message of \(size) bytes from \(peer)")
            }
        }
    }

    private func checkOrder() throws {
        for number in 0..<300 {
            for peer in peers {
                send([UInt8(number % 251), UInt8(number / 251)], to: peer, tag: 9)
            }
        }
        for peer in peers {
            for number in 0..<300 {
                let found = try receive(2, from: peer, tag: 9)
                try expect(
                    found == [UInt8(number % 251), UInt8(number / 251)],
                    "message \(number) of \(peer)")
            }
        }
    }

    /// A receiver may ask for tags in any order.
    private func checkAnyTagFirst() throws {
        for tag in 0..<40 {
            for peer in peers {
                send(pattern(100 + tag, from: rank, to: peer, tag), to: peer, tag: tag)
            }
        }
        for tag in (0..<40).reversed() {
            for peer in peers {
                let found = try receive(100 + tag, from: peer, tag: tag)
                try expect(
                    same(found, pattern(100 + tag, from: peer, to: rank, tag)),
                    "tag \(tag) of \(peer)")
            }
        }
    }

    private func checkItself() throws {
        for size in [0, 8, 100_000] {
            send(pattern(size, from: rank, to: rank, 1), to: rank, tag: 3)
            let found = try receive(size, from: rank, tag: 3)
            try expect(
                same(found, pattern(size, from: rank, to: rank, 1)),
                "message to itself of \(size) bytes")
        }
    }

    /// All ranks send much before anybody receives: a send that waited would stop them for ever.
    private func checkSendNeverWaits(large: Int) throws {
        for number in 0..<8 {
            for peer in peers {
                send(pattern(large / 8, from: rank, to: peer, number), to: peer, tag: 40 + number)
            }
        }
        for number in 0..<8 {
            for peer in peers {
                let found = try receive(large / 8, from: peer, tag: 40 + number)
                try expect(
                    same(found, pattern(large / 8, from: peer, to: rank, number)),
                    "large message of \(peer)")
            }
        }
    }

    private func checkSendCopies() throws {
        for size in [8, 3000, 300_000] {
            var bytes = pattern(size, from: rank, to: 0, 2)
            for peer in peers {
                send(bytes, to: peer, tag: 11)
            }
            for k in bytes.indices { bytes[k] = 0 }
            for peer in peers {
                let found = try receive(size, from: peer, tag: 11)
                try expect(
                    same(found, pattern(size, from: peer, to: 0, 2)),
                    "\(size) bytes, overwritten after sending")
            }
        }
    }

    private func checkFill() throws {
        for size in [0, 8, 9000] {
            for peer in peers {
                let bytes = pattern(size, from: rank, to: peer, 4)
                transport.send(byteCount: size, to: peer, tag: 12) { $0.copyBytes(from: bytes) }
            }
            for peer in peers {
                let found = try receive(size, from: peer, tag: 12)
                try expect(
                    same(found, pattern(size, from: peer, to: rank, 4)),
                    "\(size) filled bytes of \(peer)")
            }
        }
    }

    private func checkFarTags() throws {
        let tags = [
            0, 32_767, 32_768, 1 << 23, (1 << 23) + 1, 1 << 30, (1 << 31) - 1,
            ReservedTag.first + 255,
        ]
        for tag in tags {
            for peer in peers { send(pattern(24, from: rank, to: peer, tag), to: peer, tag: tag) }
        }
        for tag in tags.reversed() {
            for peer in peers {
                let found = try receive(24, from: peer, tag: tag)
                try expect(
                    same(found, pattern(24, from: peer, to: rank, tag)), "tag \(tag) of \(peer)")
            }
        }
    }

    private func checkIsThere() throws {
        let next = (rank + 1) % count, last = (rank + count - 1) % count
        try expect(!transport.isThere(from: last, tag: 77), "a message that nobody sent is there")
        try transport.barrier()
        send([1, 2, 3], to: next, tag: 77)
        while !transport.isThere(from: last, tag: 77) { transport.progress() }
        try expect(!transport.isThere(from: last, tag: 78), "a message with another tag is there")
        let found = try receive(3, from: last, tag: 77)
        try expect(found == [1, 2, 3], "message after isThere")
        try expect(!transport.isThere(from: last, tag: 77), "a message that was received is there")
    }

    private func checkWait() throws {
        let next = (rank + 1) % count, last = (rank + count - 1) % count
        send([9], to: next, tag: 80)
        try transport.wait(until: { transport.isThere(from: last, tag: 80) })
        let found = try receive(1, from: last, tag: 80)
        try expect(found == [9], "message after wait")
    }

    /// Many messages of random sizes and tags between random pairs, received in another random
    /// order.
    private func checkRandomExchange() throws {
        var numbers = SystemIndependentBits(state: 12_345)
        var messages: [(from: Int, to: Int, tag: Int, size: Int)] = []
        for _ in 0..<400 {
            messages.append(
                (
                    from: numbers.next(below: count), to: numbers.next(below: count),
                    tag: numbers.next(below: 12),
                    size: numbers.next(below: 10) == 0
                        ? numbers.next(below: 200_000) : numbers.next(below: 600)
                ))
        }
        for (number, message) in messages.enumerated() where message.from == rank {
            send(
                pattern(message.size, from: rank, to: message.to, number), to: message.to,
                tag: message.tag)
        }
        // Within one pair and tag the order is kept; boxes are emptied in an order of their own.
        var boxes: [[Int]: [Int]] = [:]
        for (number, message) in messages.enumerated() where message.to == rank {
            boxes[[message.from, message.tag], default: []].append(number)
        }
        var keys = boxes.keys.sorted { $0.lexicographicallyPrecedes($1) }
        while !keys.isEmpty {
            let chosen = numbers.next(below: keys.count)
            let number = boxes[keys[chosen]]!.removeFirst()
            let message = messages[number]
            let found = try receive(message.size, from: message.from, tag: message.tag)
            try expect(
                same(found, pattern(message.size, from: message.from, to: rank, number)),
                "random message \(number)")
            if boxes[keys[chosen]]!.isEmpty { keys.remove(at: chosen) }
        }
    }
}

/// Random numbers that are the same on every rank (a linear congruential generator).
struct SystemIndependentBits {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
