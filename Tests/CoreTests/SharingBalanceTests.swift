/// When jobs are shared out: always where that gains, and seldom while it loses.
import Testing

@testable import CPUBackend

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

        /// A few long chunks gain, however long the wait for the last one: a loss is made up for.
        @Test func longChunksComeBack() {
            var balance = SharingBalance()
            for _ in 0..<4 { balance.note(own: 2, of: 5, working: 400_000, waiting: 4_000_000) }
            var count = 0
            for _ in 0..<2000 where !balance.restsNow() {
                count += 1
                balance.note(own: 2, of: 5, working: 400_000, waiting: 210_000)
            }
            #expect(count > 1500)
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
