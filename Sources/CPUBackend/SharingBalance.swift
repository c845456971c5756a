/// Whether sharing out jobs pays at the moment.
///
/// A worker whose core is busy with something else may take a chunk and then not run for
/// milliseconds, for which the caller waits. In: what each shared job took, and when. Out: which of
/// the next jobs the caller begins alone. While sharing loses, it rests between two tries for some
/// times what the last one lost; each loss doubles the rest, and gains halve it. A wait longer than
/// any worker is kept from its core says that the whole process was halted, and counts for nothing.
/// No result depends on it.
///
///     gain = time the others' chunks would have taken the caller - time it waited for them
struct SharingBalance {
    /// Nanoseconds won lately: of some sixty jobs.
    private var balance = 0
    /// Until when jobs are begun alone, and for how long after the next try.
    private var restEnd = Int.min
    private var restLength = 0

    /// The rest after a first loss, in losses.
    private static let restFactor = 4
    private static let longestRest = 100_000_000
    /// The most that one job counts for: a caller that lost its core in the middle of one seems to
    /// have won milliseconds.
    private static let mostGain = 200_000
    private static let mostDebt = -3_000_000
    /// So long no scheduler lets a worker wait beside a few others.
    private static let longestWait = 20_000_000
    /// Less lost than this is no loss: a wait for the last chunk.
    private static let slack = 5_000
    /// A job that the caller began alone is shared after all when it has worked on it for so many
    /// nanoseconds.
    static let patience = 1_000_000

    /// Asked before each job, with the time.
    func rests(at now: Int) -> Bool { now < restEnd }

    /// Notes a job of `count` chunks of which the caller ran `own` in `working` nanoseconds, and
    /// then waited, until `now`.
    mutating func note(own: Int, of count: Int, working: Int, waiting: Int, at now: Int) {
        // Where the caller did all of it before the others woke up, nothing is known.
        guard own > 0, own < count, working <= SharingBalance.patience,
            waiting <= SharingBalance.longestWait
        else { return }
        // Where chunks are long, so is the wait for the last one: the difference is what counts.
        let gain = min(working / own * (count - own) - waiting, SharingBalance.mostGain)
        balance = max(balance + gain - balance / 64, SharingBalance.mostDebt)
        if gain < -SharingBalance.slack {
            restLength = min(
                max(2 * restLength, SharingBalance.restFactor * -gain), SharingBalance.longestRest)
        } else {
            restLength /= 2
        }
        if balance < -SharingBalance.slack { restEnd = now + restLength }
    }
}
