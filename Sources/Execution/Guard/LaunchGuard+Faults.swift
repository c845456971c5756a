/// What the guard does once something is wrong: find the first launch that differs, ask rank 0
/// whether another rank is already speaking, say one sentence, and end the run.

extension LaunchGuard {
    enum Cause {
        /// The hashes after `count` launches differ.
        case difference(with: Int, count: Int)
        case wentOn(rank: Int, ended: Int, count: Int, status: Int32)
        case otherStatus(rank: Int, status: Int32)
        case notFollowed(by: Int, status: Int32)
        case stuck(rank: Int, count: Int, seconds: UInt64)
        case waitsForEnded(rank: Int, count: Int, status: Int32)
        case silent(rank: Int)
    }

    struct Fault {
        var cause: Cause
        var sentence: String?
        var code: Int32 = LaunchGuard.differenceCode
        /// When to go on without the answer that is waited for; 0: not yet begun.
        var deadline: UInt64 = 0
        var hasClaimed = false
        var maySpeak = false
    }

    func begin(_ cause: Cause) {
        guard fault == nil else { return }
        allow(0)
        fault = Fault(cause: cause)
        let own = history.count
        switch cause {
        case .difference(let rank, let count):
            let agreed = peers.first { $0.rank == rank }!.agreed
            var message = GuardMessage(kind: .history)
            message.agreed = agreed
            message.count = count
            let hashes = stride(from: agreed + 1, through: count, by: 1).map {
                history.hash(after: $0)
            }
            send(message, to: rank, bytes: hashes.withUnsafeBytes { Array($0) })
        case .wentOn(_, let ended, let count, let status):
            fault?.sentence =
                "rank \(ended) ended\(words(status)) after \(launches(count)), but rank \(transport.rank) went on "
                + "at \(history.words(for: count))"
            fault?.code = status == 0 ? LaunchGuard.differenceCode : status
        case .otherStatus(let rank, let status):
            let own = announced ?? 0
            let parts = [(transport.rank, own), (rank, status)].sorted { $0.0 < $1.0 }
            fault?.sentence = parts.map { "rank \($0.0) ended with exit status \($0.1)" }.joined(
                separator: ", ")
            fault?.code = own == 0 ? status : own
        case .notFollowed(let rank, let status):
            fault?.sentence =
                "ended with exit status \(status) after \(launches(own)), but rank \(rank) did not "
                + "(\(launches(peers.first { $0.rank == rank }!.state.count)) so far)"
            fault?.code = status
        case .stuck(let rank, let count, let seconds):
            fault?.sentence =
                "ended after \(launches(own)), but rank \(rank) has stayed at \(launches(count)) for \(seconds) s"
                + nextWords(after: count)
        case .waitsForEnded(let rank, let count, let status):
            fault?.sentence =
                "waits for a message from rank \(rank), which ended\(words(status)) after \(launches(count))"
                + (own > 0 ? "; the last launch here was \(history.words(for: own - 1))" : "")
            fault?.code = status == 0 ? LaunchGuard.differenceCode : status
        case .silent(let rank):
            fault?.sentence = "rank \(rank) has been silent for \(limits.silence / 1_000_000_000) s"
        }
    }

    /// Called at every look while there is a fault.
    func pursueFault(_ now: UInt64) {
        if fault!.deadline == 0 { fault!.deadline = now + limits.answer }
        let isLate = now > fault!.deadline
        guard let sentence = fault!.sentence else {
            if isLate, case .difference(let rank, let count) = fault!.cause {
                fault!.sentence =
                    "rank \(rank) differs within its first \(launches(count)) and does not say where"
            }
            return
        }
        if fault!.maySpeak || fault!.hasClaimed && isLate && now > quietUntil {
            // Ending a run takes a while, in which others might lose patience: rank 0 no longer
            // answers their claims.
            let others = transport.rank == 0 ? Array(1..<transport.rankCount) : peers.map(\.rank)
            for rank in others { send(GuardMessage(kind: .permission), to: rank) }
            transport.background = nil
            transport.abort(sentence, code: fault!.code)
        } else if !fault!.hasClaimed {
            fault!.hasClaimed = true
            fault!.deadline = now + limits.answer
            if transport.rank == 0 {
                if hasGivenPermission { keepQuiet(now) } else { fault!.maySpeak = true }
                hasGivenPermission = true
            } else {
                send(GuardMessage(kind: .claim), to: 0)
            }
        }
    }

    func handle(_ message: GuardMessage, _ bytes: [UInt8], from rank: Int, _ now: UInt64) {
        switch message.kind {
        case .state: break
        case .history: answerHistory(message, bytes, to: rank)
        case .words:
            let own = (rank: transport.rank, words: history.words(for: message.count))
            let other = (rank: rank, words: String(decoding: bytes, as: UTF8.self))
            let parts = [own, other].sorted { $0.rank < $1.rank }
            fault?.sentence =
                parts.map { "rank \($0.rank) at \($0.words)" }.joined(separator: ", ")
                + (own.words == other.words ? ", with other operands" : "")
                + ": the ranks run different programs from launch "
                + "\(message.count + 1) on"
        case .claim:
            var answer = GuardMessage(kind: .permission)
            answer.status = hasGivenPermission ? 0 : 1
            hasGivenPermission = true
            send(answer, to: rank)
        case .permission:
            if message.status == 1 { fault?.maySpeak = true } else { keepQuiet(now) }
        }
    }

    private func keepQuiet(_ now: UInt64) { quietUntil = now + 10 * limits.answer }

    /// Finds the first launch after which the sender's hash differs from this rank's.
    private func answerHistory(_ message: GuardMessage, _ bytes: [UInt8], to rank: Int) {
        let own = history.count
        isAnswering = true
        allow(0)
        let oldest = max(message.agreed + 1, own - LaunchHistory.length + 1)
        let differing = bytes.withUnsafeBytes { bytes in
            stride(from: oldest, through: min(message.count, own), by: 1).first {
                bytes.loadUnaligned(fromByteOffset: ($0 - message.agreed - 1) * 8, as: UInt64.self)
                    != history.hash(after: $0)
            }
        }
        var answer = GuardMessage(kind: .words)
        answer.count = (differing ?? message.count) - 1
        send(answer, to: rank, bytes: Array(history.words(for: answer.count).utf8))
    }

    // MARK: - Words

    private func launches(_ count: Int) -> String { count == 1 ? "1 launch" : "\(count) launches" }

    private func words(_ status: Int32) -> String {
        status == 0 ? "" : " with exit status \(status)"
    }

    /// Where this rank was when it recorded what the other has not.
    private func nextWords(after count: Int) -> String {
        let own = history.count
        guard count < own, count > own - LaunchHistory.length else { return "" }
        return "; here the next was \(history.words(for: count))"
    }
}
