/// Rows and columns that an update in place reads of what it updates are copied first, not the
/// whole result.
///
///     reach |= reach[:, k:k+1] & reach[k]
///
///     recorded so far    t = column & row                   every point of `reach` reads others that the update changes:
///                        reach = reach | t                  `t` would have to be complete before
///     recorded instead   c = column, r = row                so few elements that nobody minds,
///                        t = c & r, reach = reach | t       and these two become one pass over `reach`
///
/// In: a pointwise launch, before it is recorded. Out: the same, or one that reads copies. Launches
/// just before it that read such parts are recorded again with copies. On several ranks everything
/// stays as it was: copies would be messages.
import Launches
import Plans
import Shapes

extension Runtime {
    /// A part of which as many points of a launch read each element is small.
    private static let leastReaders = 16
    /// Updates of fewer bytes are not worth two launches more.
    private static let leastBytes = 128 << 10
    /// Launches that are recorded again at most.
    private static let mostAgain = 4

    /// Calls `record` with the launch to record instead of `launch`.
    func settingSmallOperandsApart(_ launch: Launch, record: (Launch) throws -> Void) throws {
        guard launch.outputs.count == 1,
            launch.outputs[0].store.pendingReads > 0 || launch.readsWhatItWrites,
            !Store.areTiled, !isFlushing,
            launch.domain.product &* launch.outputs[0].type.byteCount >= Runtime.leastBytes
        else { return try record(launch) }
        let output = launch.outputs[0]
        if let first = firstReader(ofSmallParts: output, before: launch) {
            try recordAgain(from: first, output)
        }
        try apart(launch, output, record)
    }

    /// The first of the launches just recorded over the same points that reads a small part of
    /// `output`, where `launch` goes on with what they computed.
    private func firstReader(ofSmallParts output: StoreView, before launch: Launch) -> Int? {
        var first: Int?
        var isNeeded = false
        for k in window.indices.reversed().prefix(Runtime.mostAgain) {
            let earlier = window[k]
            guard case .pointwise = earlier.body, earlier.domain == launch.domain,
                earlier.outputs.allSatisfy({ $0.store !== output.store })
            else { break }
            isNeeded =
                isNeeded
                || earlier.outputs.contains { made in
                    launch.inputs.contains { $0.store === made.store }
                }
            if earlier.inputs.contains(where: { isSmallPart($0, of: output, earlier.domain) }) {
                first = k
            }
        }
        return isNeeded ? first : nil
    }

    private func isSmallPart(_ input: StoreView, of output: StoreView, _ domain: AxisList) -> Bool {
        input.store === output.store
            && input.lattice.distinctCount &* Runtime.leastReaders <= domain.product
            && Runtime.interferes(input, output)
    }

    /// Takes launches out of the window and records them with copies of the small parts of `output`
    /// that they read.
    private func recordAgain(from first: Int, _ output: StoreView) throws {
        let again = Array(window[first...])
        window.removeSubrange(first...)
        signature.cut(to: first)
        for launch in again {
            windowWork &-= launch.domain.product
            Counters.shared.launches &-= 1
            launch.endPending()
        }
        // Recording may flush the window: until all readers are recorded again, what they read is
        // not dead.
        let made = again.flatMap(\.outputs)
        for view in made { view.store.handleCount += 1 }
        defer { for view in made { view.store.handleCount -= 1 } }
        for launch in again { try apart(launch, output) { try self.record($0) } }
    }

    /// Calls `record` with a launch like `launch` that reads copies of small parts of `output`.
    private func apart(_ launch: Launch, _ output: StoreView, _ record: (Launch) throws -> Void)
        throws
    {
        guard launch.inputs.contains(where: { isSmallPart($0, of: output, launch.domain) }) else {
            return try record(launch)
        }
        // Recording may flush the window: until their reader is recorded, the copies are not dead.
        var copies: [Store] = []
        defer { for copy in copies { copy.handleCount -= 1 } }
        let inputs = try launch.inputs.map { input in
            guard isSmallPart(input, of: output, launch.domain) else { return input }
            let part = input.lattice.distinct
            let copy = StoreView(try makeStore(input.type, part.shape))
            copy.store.handleCount += 1
            copies.append(copy.store)
            let source = StoreView(store: input.store, lattice: part, type: input.type)
            try self.record(Launch.copy(from: source, to: copy, source: launch.source))
            return StoreView(
                store: copy.store, lattice: copy.lattice.spread(as: input.lattice), type: input.type
            )
        }
        try record(
            Launch(
                name: launch.name, domain: launch.domain, inputs: inputs, outputs: launch.outputs,
                body: launch.body,
                source: launch.source))
    }
}

extension Launch {
    fileprivate var readsWhatItWrites: Bool { inputs.contains { $0.store === outputs[0].store } }
}

extension Lattice {
    /// The same points, without axes along which every index shows the same.
    fileprivate var distinct: Lattice {
        let axes = shape.indices.filter { strides[$0] != 0 }
        return Lattice(
            offset: offset, shape: AxisList(axes.map { shape[$0] }),
            strides: AxisList(axes.map { strides[$0] }))
    }

    fileprivate var distinctCount: Int {
        var result = 1
        for axis in shape.indices where strides[axis] != 0 { result &*= shape[axis] }
        return result
    }

    /// A copy of the distinct points of `lattice`, seen as that sees its own.
    fileprivate func spread(as lattice: Lattice) -> Lattice {
        var result = Lattice(offset: offset, shape: lattice.shape, strides: lattice.strides)
        var own = 0
        for axis in lattice.shape.indices where lattice.strides[axis] != 0 {
            result.strides[axis] = strides[own]
            own += 1
        }
        return result
    }
}
