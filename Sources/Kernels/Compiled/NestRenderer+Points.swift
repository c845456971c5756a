/// The walk over points: every row from left to right, outputs stored as they come.
///
/// With stores past the caches, and in long rows, a row begins with as many points as bring the
/// first output to a vector's border; stores past the caches end with a fence.
import Shapes

extension NestRenderer {
    func writePoints() {
        w.beginFunction("define void @kernel(ptr %words)")
        readWords()
        let count = word(KernelStructure.pointsWord)
        let border = structure.border
        let streams = structure.form == .streamed && border != nil
        forEachRow {
            let first = border.map { self.pointsBefore($0, count) } ?? "0"
            self.walk(from: first, to: count, unrolled: self.structure.unrolled) {
                i, points, isMain in
                self.writeBlock(i, points, streams: isMain && streams)
            }
        }
        if streams {
            w.declare("declare void @llvm.x86.sse.sfence()")
            w.line("call void @llvm.x86.sse.sfence()")
        }
        w.endFunction("ret void")
    }

    private func writeBlock(_ i: String, _ points: Points, streams: Bool) {
        let folded = evaluate(i, points, streams: streams)
        if structure.form != .blocks { return }
        let first = structure.loads.count + structure.outputs.count
        let mask = pointsMask(points)
        for (k, value) in folded.enumerated() {
            put(first + k, structure.results[k], value, i, points, mask)
        }
    }

    /// Computes the points before the first whole vector of an output; gives their number.
    private func pointsBefore(
        _ border: (output: Int, leastPoints: Int), _ count: String
    ) -> String {
        let size = structure.outputs[border.output].type.byteCount
        let row = rows[structure.loads.count + border.output]
        let address = w.set("ptrtoint ptr \(row) to i64")
        let over = w.set("and i64 \(w.set("sub i64 0, \(address)")), \(lanes * size - 1)")
        var points = w.set("udiv i64 \(over), \(size)")
        if border.leastPoints > 0 {
            // A kernel of a compiled loop takes rows of any length.
            let isLong = w.set("icmp sge i64 \(count), \(border.leastPoints)")
            points = w.set("select i1 \(isLong), i64 \(points), i64 0")
        }
        let isShort = w.set("icmp slt i64 \(count), \(points)")
        let before = w.set("select i1 \(isShort), i64 \(count), i64 \(points)")
        if structure.usesMasks {
            w.loop("border", from: "0", to: before, step: "\(lanes)") { i, _ in
                self.writeBlock(
                    i, .first(count: self.w.set("sub nsw i64 \(before), \(i)")), streams: false)
                return []
            }
        } else {
            w.scalars {
                w.loop("border", from: "0", to: before, step: "1") { i, _ in
                    self.writeBlock(i, .all, streams: false)
                    return []
                }
            }
        }
        return before
    }
}
