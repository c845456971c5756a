/// When jobs are shared out: always where that gains, and seldom while it loses.
import Testing

@testable import CPUBackend
@testable import Plans

extension CoreTests {
    @Suite struct SharingBalanceTests {
        /// How many of `jobs` are shared; after each shared one the caller has waited `waiting`
        /// nanoseconds.
        private func shared(_ balance: inout SharingBalance, _ jobs: Int, waiting: (Int) -> Int)
            -> Int
        {
            var count = 0
            for job in 0..<jobs where !balance.restsNow() {
                count += 1
                // Each of eight chunks takes five microseconds; the others ran half of them.
                balance.note(own: 4, of: 8, working: 20_000, waiting: waiting(job))
            }
            return count
        }

        /// How many of `runs` a trial lets all workers do, where a run takes so long.
        private func sharedRuns(
            _ trial: inout SharingTrial, _ runs: Int, shared: (Int) -> Int, alone: (Int) -> Int
        ) -> Int {
            var count = 0
            for run in 0..<runs {
                let isAlone = trial.choosesAlone()
                trial.note(nanoseconds: isAlone ? alone(run) : shared(run), isAlone: isAlone)
                count += isAlone ? 0 : 1
            }
            return count
        }

        @Test func aTrialFollowsWhatTookLess() {
            var trial = SharingTrial()
            #expect(sharedRuns(&trial, 960, shared: { _ in 10_000 }, alone: { _ in 14_000 }) > 930)
            // The other cores become busy, and idle again.
            #expect(sharedRuns(&trial, 960, shared: { _ in 90_000 }, alone: { _ in 14_000 }) < 60)
            #expect(sharedRuns(&trial, 9600, shared: { _ in 9_000 }, alone: { _ in 14_000 }) > 8000)
            // A run that was disturbed says nothing for good.
            let rare = sharedRuns(
                &trial, 960, shared: { $0 % 50 == 0 ? 900_000 : 9_000 }, alone: { _ in 14_000 })
            #expect(rare > 930)
        }

        @Test func whatGainsIsAlwaysShared() {
            var balance = SharingBalance()
            let count = shared(&balance, 1000) { _ in 2_000 }
            #expect(count == 1000)
        }

        @Test func whatLosesIsSeldomShared() {
            var balance = SharingBalance()
            let count = shared(&balance, 10_000) { _ in 3_000_000 }
            #expect(count < 60)
        }

        /// A worker that loses its core in every tenth job costs more than it brings.
        @Test func rareLongWaitsCount() {
            var balance = SharingBalance()
            var noted = 0
            let count = shared(&balance, 10_000) { _ in
                noted += 1
                return noted % 10 == 0 ? 3_000_000 : 1_000
            }
            #expect(count < 2_000)
        }

        @Test func sharingComesBack() {
            var balance = SharingBalance()
            _ = shared(&balance, 10_000) { _ in 3_000_000 }
            let count = shared(&balance, 20_000) { _ in 1_000 }
            #expect(count > 12_000)
        }

        @Test func oneLossAmongManyGainsIsForgotten() {
            var balance = SharingBalance()
            _ = shared(&balance, 2000) { $0 == 1999 ? 3_000_000 : 1_000 }
            let count = shared(&balance, 2000) { _ in 1_000 }
            #expect(count > 1700)
        }

        /// Others that wake up too late are tried again at once.
        @Test func lateWorkersSayNothing() {
            var balance = SharingBalance()
            for _ in 0..<100 {
                let rests = balance.restsNow()
                #expect(!rests)
                balance.note(own: 8, of: 8, working: 40_000, waiting: 100)
            }
        }

        /// The caller lost its own core in the middle: that says nothing about the others.
        @Test func interruptedCallersSayNothing() {
            var balance = SharingBalance()
            _ = shared(&balance, 1) { _ in 3_000_000 }
            while balance.restsNow() {}
            balance.note(own: 4, of: 8, working: 4_000_000, waiting: 0)
            let count = shared(&balance, 100) { _ in 3_000_000 }
            #expect(count <= 8)
        }
    }
}
