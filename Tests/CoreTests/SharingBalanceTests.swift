/// When jobs are shared out: always where that gains, and seldom while it loses.
import Testing

@testable import CPUBackend

extension CoreTests {
    @Suite struct SharingBalanceTests {
        /// Jobs of eight chunks of five microseconds, one after another.
        private struct Jobs {
            var balance = SharingBalance()
            var now = 0

            /// How many of `count` jobs are shared; after each shared one, of which the others ran half,
            /// the caller has waited `waiting` nanoseconds.
            mutating func shared(_ count: Int, waiting: (Int) -> Int) -> Int {
                var shared = 0
                for job in 0..<count {
                    guard !balance.rests(at: now) else {
                        now += 40_000
                        continue
                    }
                    shared += 1
                    now += 20_000 + waiting(job)
                    balance.note(own: 4, of: 8, working: 20_000, waiting: waiting(job), at: now)
                }
                return shared
            }
        }

        @Test func whatGainsIsAlwaysShared() {
            var jobs = Jobs()
            #expect(jobs.shared(1000) { _ in 2_000 } == 1000)
        }

        /// However short the jobs are, little time is lost.
        @Test func whatLosesIsSeldomShared() {
            var jobs = Jobs()
            let count = jobs.shared(100_000) { _ in 3_000_000 }
            #expect(count < 60 && jobs.now < 100_000 * 42_000)
        }

        /// A worker that loses its core in every tenth job costs more than it brings.
        @Test func rareLongWaitsCount() {
            var jobs = Jobs()
            var noted = 0
            _ = jobs.shared(100_000) { _ in
                noted += 1
                return noted % 10 == 0 ? 3_000_000 : 1_000
            }
            #expect(jobs.now < 100_000 * 46_000)
        }

        @Test func sharingComesBack() {
            var jobs = Jobs()
            _ = jobs.shared(10_000) { _ in 3_000_000 }
            #expect(jobs.shared(20_000) { _ in 1_000 } > 12_000)
        }

        @Test func oneLossAmongManyGainsIsForgotten() {
            var jobs = Jobs()
            _ = jobs.shared(2000) { $0 == 1999 ? 3_000_000 : 1_000 }
            #expect(jobs.shared(4000) { _ in 1_000 } > 3000)
        }

        /// A few long chunks gain, however long the wait for the last one: a loss is made up for.
        @Test func longChunksComeBack() {
            var balance = SharingBalance()
            for _ in 0..<4 {
                balance.note(own: 2, of: 5, working: 400_000, waiting: 4_000_000, at: 0)
            }
            var (count, now) = (0, 0)
            for _ in 0..<2000 {
                now += 1_000_000
                if balance.rests(at: now) { continue }
                count += 1
                balance.note(own: 2, of: 5, working: 400_000, waiting: 210_000, at: now)
            }
            #expect(count > 1500)
        }

        /// Others that wake up too late are tried again at once.
        @Test func lateWorkersSayNothing() {
            var balance = SharingBalance()
            for now in 0..<100 {
                #expect(!balance.rests(at: now))
                balance.note(own: 8, of: 8, working: 40_000, waiting: 100, at: now)
            }
        }

        /// The caller lost its own core in the middle: that says nothing about the others.
        @Test func interruptedCallersSayNothing() {
            var jobs = Jobs()
            _ = jobs.shared(1) { _ in 3_000_000 }
            let end = jobs.now + 100_000_000
            jobs.now = end
            #expect(!jobs.balance.rests(at: end))
            jobs.balance.note(own: 4, of: 8, working: 4_000_000, waiting: 0, at: end)
            #expect(jobs.shared(100) { _ in 3_000_000 } <= 8)
        }
    }
}
