/// Checks a fused plan against its meaning, in debug builds: every launch is in exactly one group,
/// and every two launches that conflict either stand in groups in program order or meet point by
/// point inside one group.
///
/// Brute force over pairs with the exact lattice test; independent of the index that fusion uses.
import Launches
import Shapes

public enum PlanVerifier {
    /// Pairs are checked only up to this many launches.
    private static let pairLimit = 300

    public static func verify(
        _ launches: [Launch], _ copies: CopiedStores = CopiedStores(), _ groups: [FusedGroup]
    ) {
        var groupOf: [ObjectIdentifier: (group: Int, position: Int)] = [:]
        for group in groups {
            for (k, launch) in group.launches.enumerated() {
                let old = groupOf.updateValue((group.index, k), forKey: ObjectIdentifier(launch))
                invariant(old == nil, "Fuse", "launch \(launch.name) stands in two groups")
            }
        }
        invariant(groupOf.count == launches.count, "Fuse", "a launch was lost")
        guard launches.count <= pairLimit else { return }
        for (k, later) in launches.enumerated() {
            for earlier in launches[..<k] where conflict(earlier, later, copies) {
                let a = groupOf[ObjectIdentifier(earlier)]!
                let b = groupOf[ObjectIdentifier(later)]!
                invariant(
                    a.group < b.group || (a.group == b.group && a.position < b.position), "Fuse",
                    "\(later.name) runs before \(earlier.name), which it depends on")
            }
        }
    }

    /// Every chunk is begun once, behind all it waits for.
    static func verify(_ segments: [Segment]) {
        for segment in segments {
            var place = [Int](repeating: -1, count: segment.chunkCount)
            for k in 0..<segment.chunkCount {
                let chunk = Int(segment.order[k])
                invariant(place[chunk] == -1, "OrderChunks", "chunk \(chunk) is begun twice")
                place[chunk] = k
            }
            for chunk in 0..<segment.chunkCount {
                for k in Int(segment.needStart[chunk])..<Int(segment.needStart[chunk + 1]) {
                    let need = segment.needs[k]
                    for flag in Int(need.first)...Int(need.last) {
                        let chunks =
                            flag < segment.chunkCount
                            ? flag..<flag + 1 : segment.chunks(of: flag - segment.chunkCount)
                        invariant(
                            chunks.allSatisfy { place[$0] < place[chunk] }, "OrderChunks",
                            "chunk \(chunk) is begun before what it waits for")
                    }
                }
            }
        }
    }

    /// In a stream in bands, a chunk's place is not used again before the next step has taken what
    /// lies there.
    static func verify(_ segments: [Segment], _ steps: [Plan.Step]) {
        for segment in segments {
            for step in segment.steps {
                guard steps[step].streams, let bands = steps[step].stream?.bands else { continue }
                let first = segment.chunks(of: step - segment.steps.lowerBound)
                for unit in 0..<segment.unitCount {
                    // Whoever takes the unit: what it puts into its own ring it takes out again.
                    var held: [Int: Int] = [:]
                    for place in segment.places(of: unit) {
                        let chunk = Int(segment.order[place]) - first.lowerBound
                        if first.contains(chunk + first.lowerBound) {
                            let old = held.updateValue(
                                chunk, forKey: bands.place(of: chunk, worker: 0))
                            invariant(
                                old == nil, "StreamTemporaries",
                                "chunk \(chunk) is put where another lies")
                        } else if (bands.chunkCount..<2 * bands.chunkCount).contains(chunk) {
                            let place = bands.place(of: chunk - bands.chunkCount, worker: 0)
                            let found = held.removeValue(forKey: place)
                            invariant(
                                found == nil && place < bands.edgeCount
                                    || found == chunk - bands.chunkCount,
                                "StreamTemporaries",
                                "chunk \(chunk - bands.chunkCount) is not where it is taken")
                        }
                    }
                }
            }
        }
    }

    private static func conflict(_ a: Launch, _ b: Launch, _ copies: CopiedStores) -> Bool {
        let (read, later) = (copies.reads(of: a), copies.reads(of: b))
        return a.outputs.contains { x in
            later.contains { overlap(x, $0) } || b.outputs.contains { overlap(x, $0) }
        }
            || read.contains { x in b.outputs.contains { overlap(x, $0) } }
    }

    private static func overlap(_ a: StoreView, _ b: StoreView) -> Bool {
        guard a.store === b.store else { return false }
        if a.slide != b.slide { return true }
        return a.lattice.inBytes(elementSize: a.type.byteCount)
            .overlaps(b.lattice.inBytes(elementSize: b.type.byteCount))
    }
}

/// Stops the program when something of ours, not the user's, is wrong.
func invariant(_ condition: Bool, _ pass: String, _ message: @autoclosure () -> String) {
    if !condition { fatalError("legate: broken invariant in \(pass): \(message())") }
}
