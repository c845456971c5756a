/// Loops that idle workers help with, from inside of chunks and from outside.
import CPUBackend
import Glibc
import Synchronization
import Testing

extension CoreTests {
    @Suite struct SharedLoopTests {
        /// How often each number was called.
        private final class Calls: @unchecked Sendable {
            private let counts: UnsafeMutablePointer<Atomic<Int>>
            private let count: Int

            init(_ count: Int) {
                self.count = count
                counts = .allocate(capacity: max(1, count))
                for k in 0..<count { (counts + k).initialize(to: Atomic(0)) }
            }

            deinit { counts.deallocate() }

            func note(_ number: Int) { counts[number].wrappingAdd(1, ordering: .relaxed) }

            var areOnceEach: Bool {
                (0..<count).allSatisfy { counts[$0].load(ordering: .relaxed) == 1 }
            }
        }

        @Test(arguments: [1, 2, 5])
        func everyNumberOnce(_ workers: Int) {
            let backend = CPUBackend(workerCount: workers)
            for count in [0, 1, 2, 100, 5000] {
                let calls = Calls(count)
                backend.share(count) { calls.note($0) }
                #expect(calls.areOnceEach)
            }
        }

        /// A chunk of a job shares a loop while the other workers wait for the job's end.
        @Test func insideOfChunks() {
            let backend = CPUBackend(workerCount: 4)
            for round in 0..<200 {
                let calls = (0..<6).map { _ in Calls(50) }
                backend.forEachChunk(6) { chunk, _ in
                    if (chunk + round) % 2 == 0 { backend.share(50) { calls[chunk].note($0) } }
                }
                for (chunk, each) in calls.enumerated() where (chunk + round) % 2 == 0 {
                    #expect(each.areOnceEach)
                }
            }
        }

        /// Somebody else than the owner comes: the first number waits for the second one.
        @Test func othersHelp() {
            let backend = CPUBackend(workerCount: 2)
            let began = Atomic<Int>(0)
            backend.share(2) { _ in
                began.wrappingAdd(1, ordering: .acquiringAndReleasing)
                while began.load(ordering: .acquiring) < 2 { sched_yield() }
            }
            #expect(began.load(ordering: .relaxed) == 2)
        }

        @Test func aLoopInALoopIsDoneAlone() {
            let backend = CPUBackend(workerCount: 3)
            let calls = Calls(400)
            backend.share(20) { outer in backend.share(20) { calls.note(outer * 20 + $0) } }
            #expect(calls.areOnceEach)
        }
    }
}
