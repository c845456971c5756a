/// Updates in place: what a launch means whose output overlaps one of its inputs.
///
/// In: a pointwise launch. Out: the same recorded, or two launches: one that computes into a
/// temporary, and one that puts that in its place.
import Launches
import Shapes

extension Runtime {
    /// Records a pointwise launch; where an output overlaps an input at other points, the results
    /// go through a temporary store first, so that the launch means what NumPy means: all reads
    /// before all writes.
    public func recordPointwise(_ launch: Launch) throws {
        guard case .pointwise(let expression) = launch.body else { return try record(launch) }
        var needsCopy = false
        for output in launch.outputs {
            for input in launch.inputs
            where input.store === output.store && Runtime.interferes(input, output) {
                needsCopy = true
            }
        }
        guard needsCopy else { return try record(launch) }
        let temporaries = try launch.outputs.map(temporary)
        // Recording may flush the window: until the last copy is recorded, the temporaries are not
        // dead.
        for temporary in temporaries { temporary.store.handleCount += 1 }
        defer { for temporary in temporaries { temporary.store.handleCount -= 1 } }
        try record(
            Launch(
                name: launch.name, domain: launch.domain, inputs: launch.inputs,
                outputs: temporaries,
                body: .pointwise(expression), source: launch.source))
        for (temporary, output) in zip(temporaries, launch.outputs) {
            try record(Launch.copy(from: temporary, to: output, source: launch.source))
        }
    }

    /// A new store whose elements lie in the order in which those of a view do, seen as the view
    /// sees its own: then both are walked alike, and the temporary can stream from the pass that
    /// computes it to the one that puts it in its place.
    ///
    ///     v = u.T     v[1:] += v[:-1]     the temporary's rows are columns of v, as those of u are
    private func temporary(like view: StoreView) throws -> StoreView {
        let lattice = view.lattice
        if lattice.isRowMajorOrdered { return StoreView(try makeStore(view.type, lattice.shape)) }
        let axes = Lattice.axes(by: lattice.strides)
        let store = try makeStore(view.type, AxisList(axes.map { lattice.shape[$0] }))
        let dense = Lattice(rowMajor: store.shape)
        var result = Lattice(offset: 0, shape: lattice.shape, strides: lattice.strides)
        for (k, axis) in axes.enumerated() {
            let isBackwards = lattice.strides[axis] < 0
            result.strides[axis] = isBackwards ? -dense.strides[k] : dense.strides[k]
            if isBackwards { result.offset += (lattice.shape[axis] - 1) * dense.strides[k] }
        }
        return StoreView(store: store, lattice: result, type: view.type)
    }

    /// Whether some point of `output` is read by another point of `input`.
    public static func interferes(_ input: StoreView, _ output: StoreView) -> Bool {
        if input.type == output.type {
            let (a, b) = (input.lattice.normalized, output.lattice.normalized)
            return a != b && a.overlaps(b)
        }
        return input.lattice.inBytes(elementSize: input.type.byteCount)
            .overlaps(output.lattice.inBytes(elementSize: output.type.byteCount))
    }
}

extension Lattice {
    /// Whether a row-major walk goes forward through memory, gaps or not.
    fileprivate var isRowMajorOrdered: Bool {
        var axis = 0
        while axis < shape.count {
            if strides[axis] < 0 || axis > 0 && strides[axis] > strides[axis &- 1] { return false }
            axis &+= 1
        }
        return true
    }
}
