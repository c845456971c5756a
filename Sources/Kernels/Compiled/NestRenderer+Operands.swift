/// How a compiled nest reads and writes its operands: whole vectors, elements apart, under a mask.
///
/// In: an operand of the kernel, the point in hand, the points that count. Out: its values as a
/// vector, or the vector stored. Neighbours are read at once, turned around, or taken out of a few
/// whole vectors; others are gathered and scattered.
import Launches
import Shapes

extension NestRenderer {
    // MARK: - Reading

    func fetch(_ k: Int, _ i: String, _ points: Points, _ mask: String?) -> VectorValue {
        let load = structure.loads[k]
        let (t, size) = (load.type.irName, load.type.byteCount)
        switch load.inner {
        case .none: return inHand(uniforms[k].unsafelyUnwrapped)
        case .forward: return fetchForward(k, load.type, i, points, mask)
        case .backward where !load.type.isComplex && w.lanes > 1:
            let back = w.set("sub i64 0, \(scaled(i, size))")
            let last = w.set("getelementptr i8, ptr \(rows[k]), i64 \(back)")
            let place = w.set("getelementptr i8, ptr \(last), i64 \(-(w.lanes - 1) * size)")
            let order = Array((0..<w.lanes).reversed())
            let turned = mask.map { w.shuffled($0, "i1", count: w.lanes, order) }
            return w.value(
                load.type,
                w.shuffled(read(t, w.lanes, place, size, turned), t, count: w.lanes, order))
        case .two, .three, .four:
            if w.lanes > 1, mask == nil, let step = load.inner.nearStep {
                return fetchNear(k, load.type, i, step)
            }
            return w.value(load.type, gather(t, self.places(k, i), load.type.partBits / 8, mask))
        case .backward, .other:
            let places = self.places(k, i)
            let first = gather(t, places, load.type.partBits / 8, mask)
            if !load.type.isComplex { return w.value(load.type, first) }
            return w.value(load.type, first, gather(t, beside(places, size / 2), size / 2, mask))
        }
    }

    func fetchForward(
        _ k: Int, _ type: ElementType, _ i: String, _ points: Points, _ mask: String?
    ) -> VectorValue {
        let (t, size) = (type.irName, type.byteCount)
        let place = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size))")
        if w.lanes > 1, mask == nil { fetchAhead(k, place) }
        if !type.isComplex { return w.value(type, read(t, w.lanes, place, size, mask)) }
        let pairs = read(t, 2 * w.lanes, place, size / 2, pairMask(points))
        return w.value(type, half(pairs, t, 0), half(pairs, t, 1))
    }

    /// Points `step` elements apart, for whole vectors: all that lies from the first to the last is
    /// read, and the points are picked. The last read ends with the last point, so that nothing
    /// behind the array is touched.
    ///
    ///     step 2     0 · 2 · 4 · 6 ·          read first       of eight lanes here four
    ///                      · 6 · 8 · 10 · …   read second
    private func fetchNear(_ k: Int, _ type: ElementType, _ i: String, _ step: Int) -> VectorValue {
        let (t, size, lanes) = (type.irName, type.byteCount, w.lanes)
        let first = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size * step))")
        let last = step * (lanes - 1) - (lanes - 1)
        let begins = (0..<step).map { min($0 * lanes, last) }
        let parts = begins.map { begin in
            read(t, lanes, w.set("getelementptr i8, ptr \(first), i64 \(begin * size)"), size, nil)
        }
        var picked = parts[0]
        for part in 1..<step {
            let order = (0..<lanes).map { lane -> Int in
                let owner = min(lane * step / lanes, step - 1)
                if owner == part { return lanes + lane * step - begins[part] }
                return part == 1 && owner == 0 ? lane * step : lane
            }
            picked = w.shuffled(picked, with: parts[part], t, count: lanes, order)
        }
        return w.value(type, picked)
    }

    /// Asks for what will be read soon, into the second-level cache.
    private func fetchAhead(_ k: Int, _ place: String) {
        guard let distance = fetchDistances[k] else { return }
        let ahead = w.set("getelementptr i8, ptr \(place), i64 \(distance)")
        w.declare("declare void @llvm.prefetch.p0(ptr, i32 immarg, i32 immarg, i32 immarg)")
        w.line("call void @llvm.prefetch.p0(ptr \(ahead), i32 0, i32 2, i32 1)")
    }

    private func scaled(_ i: String, _ size: Int) -> String {
        size == 1 ? i : w.set("mul nsw i64 \(i), \(size)")
    }

    private func read(_ t: String, _ count: Int, _ place: String, _ alignment: Int, _ mask: String?)
        -> String
    {
        let type = "<\(count) x \(t)>"
        guard let mask else { return w.set("load \(type), ptr \(place), align \(alignment)") }
        let name = "@llvm.masked.load.\(w.suffix(t, lanes: count)).p0"
        w.declare("declare \(type) \(name)(ptr, i32 immarg, <\(count) x i1>, \(type))")
        return w.set(
            "call \(type) \(name)(ptr \(place), i32 \(alignment), <\(count) x i1> \(mask), \(type) zeroinitializer)"
        )
    }

    /// The addresses of the points from `i` on, where they do not lie side by side.
    private func places(_ k: Int, _ i: String) -> String {
        let first = w.set("mul i64 \(i), \(pointSteps[k])")
        let start = w.set("getelementptr i8, ptr \(rows[k]), i64 \(first)")
        let steps = w.binary(
            "mul", w.splat(pointSteps[k], "i64"), NestRenderer.counting(w.lanes), "i64")
        return w.set("getelementptr i8, ptr \(start), \(w.vector("i64")) \(steps)")
    }

    private func beside(_ places: String, _ byteCount: Int) -> String {
        w.set("getelementptr i8, \(w.vector("ptr")) \(places), i64 \(byteCount)")
    }

    private func gather(_ t: String, _ places: String, _ alignment: Int, _ mask: String?) -> String
    {
        let type = w.vector(t)
        if w.lanes == 1 {
            let place = w.set("extractelement <1 x ptr> \(places), i64 0")
            return w.set("load \(type), ptr \(place), align \(alignment)")
        }
        let name = "@llvm.masked.gather.\(w.suffix(t)).\(w.suffix("ptr"))"
        w.declare(
            "declare \(type) \(name)(\(w.vector("ptr")), i32 immarg, \(w.vector("i1")), \(type))")
        return w.set(
            "call \(type) \(name)(\(w.vector("ptr")) \(places), i32 \(alignment), "
                + "\(w.vector("i1")) \(mask ?? w.constant("i1", "true")), \(type) zeroinitializer)")
    }

    /// Every second of some pairs.
    private func half(_ pairs: String, _ t: String, _ part: Int) -> String {
        w.shuffled(pairs, t, count: 2 * w.lanes, (0..<w.lanes).map { 2 * $0 + part })
    }

    private func pairMask(_ points: Points) -> String? {
        guard case .first(let count) = points else { return nil }
        return mask(.first(count: w.set("mul nsw i64 \(count), 2")), 2 * w.lanes)
    }

    // MARK: - Writing

    func put(
        _ k: Int, _ operand: KernelStructure.Operand, _ value: VectorValue, _ i: String,
        _ points: Points, _ mask: String?,
        streams: Bool = false
    ) {
        let (t, size) = (operand.type.irName, operand.type.byteCount)
        let register = w.register(of: value)
        if operand.inner == .forward {
            let place = w.set("getelementptr i8, ptr \(rows[k]), i64 \(scaled(i, size))")
            if !operand.type.isComplex {
                return write(register, t, w.lanes, place, size, mask, streams: streams)
            }
            let order = (0..<w.lanes).flatMap { [$0, w.lanes + $0] }
            let pairs = w.shuffled(register, with: value.imaginary, t, count: w.lanes, order)
            return write(pairs, t, 2 * w.lanes, place, size / 2, pairMask(points))
        }
        let places = self.places(k, i)
        scatter(register, t, places, operand.type.partBits / 8, mask)
        if operand.type.isComplex {
            scatter(value.imaginary, t, beside(places, size / 2), size / 2, mask)
        }
    }

    private func write(
        _ value: String, _ t: String, _ count: Int, _ place: String, _ alignment: Int,
        _ mask: String?, streams: Bool = false
    ) {
        let type = "<\(count) x \(t)>"
        guard let mask else {
            let how = streams ? "align \(count * alignment), !nontemporal !0" : "align \(alignment)"
            return w.line("store \(type) \(value), ptr \(place), \(how)")
        }
        let name = "@llvm.masked.store.\(w.suffix(t, lanes: count)).p0"
        w.declare("declare void \(name)(\(type), ptr, i32 immarg, <\(count) x i1>)")
        w.line(
            "call void \(name)(\(type) \(value), ptr \(place), i32 \(alignment), <\(count) x i1> \(mask))"
        )
    }

    private func scatter(
        _ value: String, _ t: String, _ places: String, _ alignment: Int, _ mask: String?
    ) {
        let type = w.vector(t)
        if w.lanes == 1 {
            let place = w.set("extractelement <1 x ptr> \(places), i64 0")
            return w.line("store \(type) \(value), ptr \(place), align \(alignment)")
        }
        let name = "@llvm.masked.scatter.\(w.suffix(t)).\(w.suffix("ptr"))"
        w.declare(
            "declare void \(name)(\(type), \(w.vector("ptr")), i32 immarg, \(w.vector("i1")))")
        w.line(
            "call void \(name)(\(type) \(value), \(w.vector("ptr")) \(places), i32 \(alignment), "
                + "\(w.vector("i1")) \(mask ?? w.constant("i1", "true")))")
    }
}
