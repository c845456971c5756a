/// Runs the points of a concurrent launch at the same time, each on a thread of its own.
///
/// Workers are too few for that: a point that waits for another would keep a worker from running
/// it.
import Glibc

struct PointThreads {
    private let threads: [pthread_t]

    /// - Parameters:
    ///   - points: The points that run here.
    ///   - count: Points of the launch, on all ranks.
    ///   - body: Runs a point; whether it returned without an error.
    static func start(
        _ points: Range<Int>, of count: Int, _ meeting: PointMeeting,
        _ body: @escaping (Int, TaskCommunicator) -> Bool
    ) -> PointThreads {
        PointThreads(
            threads: points.map { point in
                thread {
                    let returned = body(
                        point, TaskCommunicator(point: point, count: count, meeting: meeting))
                    meeting.end(point, failed: !returned)
                    RunningBodies.endThread()
                }
            })
    }

    /// Waits until all points have returned.
    func join() { for thread in threads { pthread_join(thread, nil) } }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private static func thread(_ body: @escaping () -> Void) -> pthread_t {
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, work)
        precondition(status == 0, "a thread for each point of a concurrent launch")
        return thread
    }
}
