/// The guard's background work: read what the neighbours say, compare, tell them where this rank
/// is, watch the time.

extension LaunchGuard {
    /// - Returns: after how many nanoseconds to look again.
    func look(at now: UInt64) -> UInt64 {
        // This rank itself was stopped for long: it cannot tell whether the others were.
        if now > lastLook + limits.silence / 4 {
            for k in peers.indices { peers[k].heardAt = now }
        }
        lastLook = now
        let count = history.count
        if count != lastCount {
            lastCount = count
            lastChange = now
        }
        if announcedAt == nil, announced != nil { announcedAt = now }
        for k in peers.indices { read(from: k, now) }
        readFromAfar(now)
        if fault == nil {
            for k in peers.indices where fault == nil { compare(k) }
            allow(
                fault == nil && !isAnswering
                    ? (peers.map(\.agreed).min() ?? 0) + LaunchGuard.lead : 0)
            if fault == nil { watchTime(now) }
        }
        for k in peers.indices { tell(k, now) }
        if fault != nil { pursueFault(now) }
        if fault != nil { return min(limits.compare, limits.answer / 10) }
        return now - lastChange < 20 * limits.compare || announced != nil
            ? limits.compare : limits.idle
    }

    // MARK: - Messages

    func send(_ message: GuardMessage, to rank: Int, bytes: [UInt8] = []) {
        var message = message
        message.byteCount = bytes.count
        withUnsafeBytes(of: message) { transport.send($0, to: rank, tag: ReservedTag.guardState) }
        if !bytes.isEmpty {
            bytes.withUnsafeBytes { transport.send($0, to: rank, tag: ReservedTag.guardBytes) }
        }
    }

    /// The next header from a rank, if one is there.
    private func nextMessage(from rank: Int) -> GuardMessage? {
        guard transport.isThere(from: rank, tag: ReservedTag.guardState) else { return nil }
        var message = GuardMessage(kind: .state)
        do {
            try withUnsafeMutableBytes(of: &message) {
                try transport.receive(into: $0, from: rank, tag: ReservedTag.guardState)
            }
        } catch { return nil }
        return message
    }

    private func read(from k: Int, _ now: UInt64) {
        let rank = peers[k].rank
        while true {
            if let message = peers[k].waiting {
                guard transport.isThere(from: rank, tag: ReservedTag.guardBytes) else { return }
                peers[k].waiting = nil
                var bytes = [UInt8](repeating: 0, count: message.byteCount)
                do {
                    try bytes.withUnsafeMutableBytes {
                        try transport.receive(into: $0, from: rank, tag: ReservedTag.guardBytes)
                    }
                } catch { return }
                handle(message, bytes, from: rank, now)
                continue
            }
            guard let message = nextMessage(from: rank) else { return }
            peers[k].heardAt = now
            if message.byteCount > 0 {
                peers[k].waiting = message
            } else if message.kind == .state {
                if message.count != peers[k].state.count { peers[k].movedAt = now }
                peers[k].state = message
                peers[k].isCompared = false
                peers[k].agreed = max(peers[k].agreed, message.agreed)
            } else {
                handle(message, [], from: rank, now)
            }
        }
    }

    /// Claims and permissions go between rank 0 and ranks that are not its neighbours, too.
    private func readFromAfar(_ now: UInt64) {
        let others: Range<Int> =
            transport.rank == 0 ? 1..<transport.rankCount : fault != nil ? 0..<1 : 0..<0
        guard transport.rank != 0 || now >= nextClaims else { return }
        nextClaims = now + limits.idle
        for rank in others where !peers.contains(where: { $0.rank == rank }) {
            while let message = nextMessage(from: rank) { handle(message, [], from: rank, now) }
        }
    }

    private func tell(_ k: Int, _ now: UInt64) {
        var state = GuardMessage(kind: .state)
        let status = announced
        state.isAnnounced = status != nil
        state.status = status ?? 0
        state.hasEnded = hasEnded
        state.isWaiting = transport.waitsFor != nil
        state.hasUnsent = state.hasEnded && transport.hasUnsent
        state.count = history.count
        state.hash = history.hash(after: state.count)
        state.agreed = peers[k].agreed
        let sent = peers[k].sent
        let isNew = state.count != sent.count || state.agreed != sent.agreed
        let isUrgent = state.hasEnded != sent.hasEnded || state.isAnnounced != sent.isAnnounced
        let isHurried = isHeld.load(ordering: .acquiring)
        let age = now - peers[k].sentAt
        guard
            isUrgent || age >= limits.heartbeat || isNew && (isHurried || age >= limits.compare / 2)
        else { return }
        peers[k].sent = state
        peers[k].sentAt = now
        send(state, to: peers[k].rank)
    }

    // MARK: - Comparing

    private func compare(_ k: Int) {
        let peer = peers[k], state = peer.state, own = history.count
        if !peer.isCompared, state.count <= own {
            // What this rank no longer remembers the neighbour has agreed to: see `note`.
            if state.count > own - LaunchHistory.length, state.count >= peer.agreed,
                history.hash(after: state.count) != state.hash
            {
                return begin(.difference(with: peer.rank, count: state.count))
            }
            peers[k].agreed = max(peer.agreed, state.count)
            peers[k].isCompared = true
        }
        if state.hasEnded, own > state.count, peers[k].isCompared {
            begin(
                .wentOn(
                    rank: transport.rank, ended: peer.rank, count: state.count, status: state.status
                ))
        }
    }

    // MARK: - The clock

    private func watchTime(_ now: UInt64) {
        watchWaiting(now)
        if let status = announced, let announcedAt { watchEnd(now, status, announcedAt) }
        if fault == nil,
            let silent = peers.first(where: {
                !$0.state.hasEnded && now > $0.heardAt + limits.silence
            })
        {
            begin(.silent(rank: silent.rank))
        }
    }

    /// A rank that waits for one that has ended and sent all it had waits for ever.
    private func watchWaiting(_ now: UInt64) {
        guard let rank = transport.waitsFor,
            let peer = peers.first(where: {
                $0.rank == rank && $0.state.hasEnded && !$0.state.hasUnsent
            })
        else {
            waitsSince = nil
            return
        }
        let since = waitsSince ?? now
        waitsSince = since
        if now - since > limits.failure {
            begin(.waitsForEnded(rank: rank, count: peer.state.count, status: peer.state.status))
        }
    }

    private func watchEnd(_ now: UInt64, _ status: Int32, _ announcedAt: UInt64) {
        guard fault == nil else { return }
        let own = history.count
        let here = peers.filter { $0.state.count == own && $0.isCompared }
        if hasEnded,
            let other = here.first(where: { $0.state.hasEnded && $0.state.status != status })
        {
            return begin(.otherStatus(rank: other.rank, status: other.state.status))
        }
        let open = peers.filter { peer in
            !(peer.state.hasEnded && here.contains { $0.rank == peer.rank })
        }
        if open.isEmpty {
            if hasEnded { agreeOnEnd() }
            return
        }
        // Those that are about to end alike are given the time that a slow end may take.
        let others = open.filter { !($0.state.isAnnounced && $0.state.status == status) }
        if status != 0, let other = others.first, now - announcedAt > limits.failure {
            return begin(.notFollowed(by: other.rank, status: status))
        }
        if hasEnded,
            let stuck = open.first(where: { now > max($0.movedAt, announcedAt) + time(for: $0) })
        {
            begin(
                .stuck(
                    rank: stuck.rank, count: stuck.state.count,
                    seconds: time(for: stuck) / 1_000_000_000))
        }
    }

    private func time(for peer: Peer) -> UInt64 {
        peer.state.isWaiting ? limits.end : limits.patience
    }
}
