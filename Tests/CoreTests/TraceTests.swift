/// The recorder by itself: files, lanes, lines, and what happens when there is no room.
import Foundation
import Testing

@testable import Tracing

extension CoreTests {
    /// There is one recorder per process.
    @Suite(.serialized) struct TraceTests {
        /// Records into a fresh file and gives its bytes.
        private func recording(limitBytes: Int = 1 << 30, _ body: () -> Void) throws -> [UInt8] {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let prefix = folder.appendingPathComponent("run").path
            try Trace.start(
                prefix: prefix, rank: 3, rankCount: 4, workerCount: 2, limitBytes: limitBytes)
            body()
            Trace.close()
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: prefix + "_3.prof")))
        }

        /// The chunks of a file: lane, content, and what follows the header.
        private func chunks(_ bytes: [UInt8]) -> [(
            lane: UInt64, content: UInt64, body: ArraySlice<UInt8>
        )] {
            stride(from: 0, to: bytes.count, by: TraceFile.chunkBytes).map { start in
                let words = bytes.withUnsafeBytes { raw in
                    (0..<3).map {
                        raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self)
                    }
                }
                #expect(words[0] == TraceFile.magic)
                return (
                    words[1], words[2],
                    bytes[(start + TraceFile.headerBytes)..<(start + TraceFile.chunkBytes)]
                )
            }
        }

        private func text(_ bytes: [UInt8]) -> String {
            let parts = chunks(bytes).filter { $0.content == 2 }.flatMap {
                $0.body.prefix { $0 != 0 }
            }
            return String(decoding: parts, as: UTF8.self)
        }

        private func recordCount(_ bytes: [UInt8], lane: UInt64) -> Int {
            chunks(bytes).filter { $0.content == 1 && $0.lane == lane }.reduce(0) { count, chunk in
                let kinds = stride(
                    from: chunk.body.startIndex + 28, to: chunk.body.endIndex, by: 32)
                return count + kinds.count { chunk.body[$0] != 0 }
            }
        }

        @Test func lanesFillChunkAfterChunk() throws {
            let count = TraceFile.chunkBytes / 32 * 2 + 5
            let bytes = try recording {
                for k in 0..<count {
                    Trace.lanes[1].note(
                        .chunk, from: UInt64(k + 1), to: UInt64(k + 2), subject: 7, value: UInt64(k)
                    )
                }
                Trace.note(.last, since: Trace.now())
            }
            #expect(recordCount(bytes, lane: 1) == count)
            #expect(recordCount(bytes, lane: 0) == 1)
        }

        @Test func linesAreJSONWhateverTheyName() throws {
            let odd = "a\"b\\c\n\u{1}é\u{2028}"
            let bytes = try recording {
                var line = TraceLine("test")
                line.add("name", odd)
                line.add("numbers", [1, -2])
                line.add("nested", [[1], []]) { $0.put($1) }
                line.add("none", [Int]())
                line.write()
            }
            let line = try #require(text(bytes).split(separator: "\n").last)
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["about"] as? String == "test")
            #expect(object["name"] as? String == odd)
            #expect(object["numbers"] as? [Int] == [1, -2])
            #expect(object["nested"] as? [[Int]] == [[1], []])
            #expect(object["none"] as? [Int] == [])
        }

        @Test func textGoesOnInTheNextChunk() throws {
            let long = String(repeating: "x", count: 3 * TraceFile.chunkBytes)
            let bytes = try recording {
                var line = TraceLine("long")
                line.add("text", long)
                line.write()
            }
            #expect(text(bytes).contains(long))
        }

        @Test func aTraceThatIsFullStopsAndKeepsWhatItHas() throws {
            let bytes = try recording(limitBytes: 4 * TraceFile.chunkBytes) {
                for k in 1...100_000 { Trace.lanes[0].note(.wait, from: UInt64(k), to: UInt64(k)) }
                #expect(!Trace.isOn)
            }
            #expect(bytes.count == 4 * TraceFile.chunkBytes)
            #expect(recordCount(bytes, lane: 0) == 3 * (TraceFile.chunkBytes - 32) / 32)
        }

        @Test func aFileThatCannotBeMadeLeavesItOff() {
            #expect(throws: TraceError.self) {
                try Trace.start(
                    prefix: "/nowhere/at/all", rank: 0, rankCount: 1, workerCount: 1,
                    limitBytes: 1 << 20)
            }
            #expect(!Trace.isOn)
        }

        @Test func aSecondTraceKnowsNothingOfTheFirst() throws {
            for round in 1...2 {
                let bytes = try recording {
                    #expect(Trace.subject(named: "f") == 1)
                    for _ in 0..<round { Trace.lanes[1].note(.wait, from: 1, to: 2) }
                }
                #expect(recordCount(bytes, lane: 1) == round)
            }
        }

        @Test func workersThatComeLaterHaveLanes() throws {
            let bytes = try recording {
                Trace.meetWorkers(5)
                Trace.lanes[4].note(.wait, from: 1, to: 2)
            }
            #expect(recordCount(bytes, lane: 4) == 1)
        }

        @Test func placesAndNamesAreWrittenOnce() throws {
            let bytes = try recording {
                let place = SourceLocation(file: "a.py", line: 3)
                #expect(Trace.subject(of: place) == Trace.subject(of: place))
                #expect(
                    Trace.subject(of: place)
                        != Trace.subject(of: SourceLocation(file: "a.py", line: 4)))
                #expect(
                    Trace.subject(named: "f", at: place) == Trace.subject(named: "f", at: place))
                #expect(Trace.subject(named: "f") != Trace.subject(named: "f", at: place))
                #expect(Trace.subject(of: nil) == 0)
            }
            #expect(text(bytes).components(separatedBy: "\"about\":\"place\"").count == 3)
            #expect(text(bytes).components(separatedBy: "\"about\":\"name\"").count == 3)
        }

        @Test func smallOperationsAreCountedWhole() throws {
            let bytes = try recording {
                for _ in 0..<1000 { Counters.countImmediate() }
            }
            var total: UInt64 = 0
            for chunk in chunks(bytes) where chunk.content == 1 {
                for at in stride(from: chunk.body.startIndex, to: chunk.body.endIndex, by: 32)
                where chunk.body[at + 28] == UInt8(TraceRecord.Kind.immediate.rawValue) {
                    total += bytes.withUnsafeBytes {
                        $0.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self)
                    }
                }
            }
            #expect((900...1000).contains(total))
        }
    }
}
