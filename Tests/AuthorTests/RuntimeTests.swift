/// What the runtime is told from outside, and what its errors hold.
import Glibc
import LegateCore
import Testing

extension AuthorTests {
    @Suite struct Runtimes {
        /// The configuration of an environment with these settings besides its own.
        private func configuration(_ settings: [String: String]) -> Configuration {
            for (name, value) in settings { setenv(name, value, 1) }
            defer { for name in settings.keys { unsetenv(name) } }
            return Configuration.fromEnvironment()
        }

        @Test func settingsComeFromTheEnvironment() {
            let plain = configuration([:])
            #expect(
                plain.windowSize == 64 && plain.aheadPoints == 64_000_000
                    && plain.cutBytes == 1 << 20
                    && plain.aheadLaunches == 24)
            #expect(
                !plain.explains && plain.keepsPlans && plain.replayRanks == 0
                    && plain.replaySeed == 1)
            #expect(
                plain.rankCount == 1 && plain.simulatedRanks == nil
                    && plain.minimumTiledElements == 16_384)
            #expect(
                plain.tracePrefix == nil && plain.traceLimitBytes == 1 << 30
                    && plain.taskSeconds == 0)
            #expect(!plain.showsProgress && !plain.writesSteps && plain.immediateSize >= 0)
            let other = configuration([
                "LEGATE_CPUS": "3", "LEGATE_SYSMEM": "7", "LEGATE_WINDOW_SIZE": "5",
                "LEGATE_EXPLAIN": "1",
                "LEGATE_KEEP_PLANS": "0", "LEGATE_MIN_CPU_CHUNK": "100", "LEGATE_TRACE": "/tmp/x",
                "LEGATE_TRACE_LIMIT": "2",
                "LEGATE_TASK_SECONDS": "1.5", "LEGATE_SIMULATE_RANKS": "8,2",
                "LEGATE_SHOW_PROGRESS": "1",
                "LEGATE_PROGRESS_LINES": "1",
            ])
            #expect(
                other.workerCount == 3 && other.ceilingBytes == 7 << 20 && other.windowSize == 5)
            #expect(other.explains && !other.keepsPlans && other.minimumTiledElements == 100)
            #expect(
                other.tracePrefix == "/tmp/x" && other.traceLimitBytes == 2 << 20
                    && other.taskSeconds == 1.5)
            #expect(other.simulatedRanks.map { [$0.rank, $0.rankCount] } == [2, 8])
            #expect(other.showsProgress && other.writesSteps)
            #expect(configuration(["LEGATE_SIMULATE_RANKS": "8"]).simulatedRanks?.rank == 4)
            #expect(configuration(["LEGATE_SIMULATE_RANKS": "2,2"]).simulatedRanks == nil)
        }

        @Test func aStoreThatDoesNotFitSaysWhoHoldsWhat() throws {
            let held = try LogicalStore([Double](repeating: 1, count: 1 << 20))
            do {
                _ = try LogicalStore(.float64, shape: [1 << 44])
                Issue.record("it fits")
            } catch let error as MemoryCeilingError {
                #expect(
                    error.requestedBytes == 1 << 47 && error.ceilingBytes < 1 << 47
                        && error.usedBytes > 0)
                #expect(error.launchSource == nil && error.holders.count <= 8)
                #expect(
                    error.message.hasPrefix(
                        "cannot allocate 131072.0 GiB: the ceiling (--sysmem) is"))
            }
            #expect(try held.sliced(axis: 0, 0..<1).values() == [1.0])
        }

        @Test func launchesMayForgetTheirErrors() throws {
            struct Refused: Error {}
            let library = try makeLibrary([
                TaskDeclaration("fails", outputs: ["y"], options: TaskOptions(mayThrow: true)) {
                    _ in throw Refused()
                }
            ])
            let y = try LogicalStore(.float64, shape: [1])
            var options = LaunchOptions()
            #expect(!options.ignoresErrors)
            options.ignoresErrors = true
            try library.task("fails").launch([], [y.storeView], [], options)
            try Runtime.shared.fence(blocks: true)
            #expect(throws: TaskError.self) { try library.task("fails").launch(outputs: [y]) }
        }
    }
}
