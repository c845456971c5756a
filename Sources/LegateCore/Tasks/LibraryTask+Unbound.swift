/// Launches with outputs whose shape the task decides.
///
/// Every tile gives its own elements (``Tile/bind(_:)``); they are put together in the order of
/// tiles along the first axis. The launch runs at once, because what follows needs the shape; on
/// several ranks the ranks tell each other their pieces.
import Launches
import Partitions
import Shapes

/// An output of a launch: a store, or what a store shall become.
public enum LaunchOutput {
    case store(StoreView)
    case unbound(ElementType, axes: Int = 1)
}

extension LibraryTask {
    /// Launches the task, waits for it, and returns the stores that its unbound outputs became.
    ///
    /// - Throws: ``CoreError/Kind/runtime`` when a tile gave an output no elements; what ``launch``
    ///   throws.
    public func launchUnbound(
        _ inputs: [StoreView], _ outputs: [LaunchOutput], _ reductions: [StoreView] = [],
        constraints extra: [TilingConstraint] = [], _ options: LaunchOptions = LaunchOptions()
    ) throws -> [LogicalStore] {
        guard !declaration.isTransparent else {
            throw CoreError(
                .value, "transparent task '\(declaration.name)' has outputs of a shape only",
                source: options.source)
        }
        let placeholders = try outputs.map { output in
            switch output {
            case .store(let view): view
            case .unbound(let type, _): StoreView(try Runtime.shared.makeStore(type, [1]))
            }
        }
        try checkCounts(inputs.count, outputs.count, reductions.count, options.source)
        var launch = TaskLaunch(self, inputs, placeholders, reductions, options)
        let unbound = outputs.indices.filter {
            if case .unbound = outputs[$0] { true } else { false }
        }
        for k in unbound { launch.unbound[k] = UnboundPieces() }
        // Outputs without a shape leave the cut to the others.
        let free = unbound.map { inputs.count + $0 }
        var operands = launch.tiledOperands
        for k in free { operands[k].role = .reduction }
        let bound = (constraints + extra).filter { !$0.operands.contains(where: free.contains) }
        var solution = try solve(launch, operands, bound)
        // A place of one byte-sized element for each tile: it orders the launch and is never read.
        var views = placeholders
        for k in unbound {
            views[k] = StoreView(
                try Runtime.shared.makeStore(placeholders[k].type, [solution.tiles]))
            views[k].store.handleCount += 1
            solution.partitions[inputs.count + k] = .blocks(axis: 0, count: 1)
        }
        defer { for k in unbound { views[k].store.handleCount -= 1 } }
        launch.outputs = views
        try launch.record(try LaunchForm(launch, solution))
        try Runtime.shared.waitForAll()
        return try unbound.map { k in
            guard case .unbound(let type, let axes) = outputs[k] else {
                preconditionFailure("an output without a shape")
            }
            return try launch.joined(k, type, axes: axes, tiles: solution.tiles)
        }
    }
}

/// An output of a manual launch: a partition or a store, or what a store shall become.
public enum ManualOutput {
    /// What is there.
    case operand(ManualOperand)
    /// What the points decide.
    case unbound(ElementType, axes: Int = 1)

    fileprivate var isUnbound: Bool { if case .unbound = self { true } else { false } }
}

extension LibraryTask {
    /// Launches the task on every point of a domain with one axis, waits for it, and returns the
    /// stores that its unbound outputs became: the points' pieces in their order.
    ///
    /// - Throws: ``CoreError/Kind/value`` for a domain with several axes;
    ///   ``CoreError/Kind/runtime`` when a point gave an output no elements; what
    ///   ``launchManually(over:inputs:outputs:reductions:_:)`` throws.
    public func launchManuallyUnbound(
        over domain: AxisList, inputs: [ManualOperand], outputs: [ManualOutput],
        reductions: [ManualOperand] = [], _ options: LaunchOptions = LaunchOptions()
    ) throws -> [LogicalStore] {
        guard domain.count == 1 else {
            throw CoreError(
                .value,
                "the pieces of an output without a shape lie along one axis: launch over one, "
                    + "not over \(domain)", source: options.source)
        }
        let operands = try outputs.map { try place(of: $0, over: domain) }
        let unbound = outputs.indices.filter { outputs[$0].isUnbound }
        for k in unbound { operands[k].view.store.handleCount += 1 }
        defer { for k in unbound { operands[k].view.store.handleCount -= 1 } }
        var (launch, solution) = try manualLaunch(domain, inputs, operands, reductions, options)
        for k in unbound { launch.unbound[k] = UnboundPieces() }
        try launch.record(try LaunchForm(launch, solution))
        try Runtime.shared.waitForAll()
        return try unbound.map { k in
            guard case .unbound(let type, let axes) = outputs[k] else {
                preconditionFailure("an output without a shape")
            }
            return try launch.joined(k, type, axes: axes, tiles: solution.tiles)
        }
    }

    /// Of an output without a shape one element for each point: it orders the launch and is never
    /// read.
    private func place(of output: ManualOutput, over domain: AxisList) throws -> ManualOperand {
        switch output {
        case .operand(let operand): return operand
        case .unbound(let type, _):
            let view = StoreView(try Runtime.shared.makeStore(type, domain))
            return ManualOperand(view, tileShape: [1], tiles: Array(domain.points))
        }
    }
}

extension TaskLaunch {
    /// The store that the tiles' pieces of an output are.
    func joined(_ output: Int, _ type: ElementType, axes: Int, tiles: Int) throws
        -> LogicalStore
    {
        let pieces = try UnboundPieces.gathered(unbound[output].unsafelyUnwrapped.all)
        let name = "'\(self.name(of: inputs.count + output))'"
        var shape = AxisList(repeating: 0, count: axes)
        for tile in 0..<tiles {
            guard let piece = pieces[tile] else {
                throw CoreError(
                    .runtime,
                    "task '\(task.declaration.name)' gave output \(name) no elements in tile \(tile)",
                    source: source)
            }
            guard piece.shape.count == axes,
                tile == 0 || piece.shape.dropFirst().elementsEqual(shape.dropFirst())
            else {
                throw CoreError(
                    .value,
                    "task '\(task.declaration.name)' gave output \(name) elements of shape \(piece.shape) in tile \(tile), "
                        + (piece.shape.count == axes
                            ? "after \(shape)" : "of a store with \(axes) axes"),
                    source: source)
            }
            let rows = (tile == 0 ? 0 : shape[0]) + piece.shape[0]
            shape = piece.shape
            shape[0] = rows
        }
        let result = try LogicalStore(type, shape: shape)
        let own = try Runtime.shared.materializeOwn(result.storeView.store)
        let wanted = own.lowerBound * type.byteCount..<own.upperBound * type.byteCount
        let memory = result.storeView.store.memory.unsafelyUnwrapped
        var start = 0
        for tile in 0..<tiles {
            let bytes = pieces[tile].unsafelyUnwrapped.bytes
            let shared = (start..<start + bytes.count).shared(with: wanted)
            if !shared.isEmpty {
                bytes.withUnsafeBytes {
                    memory.advanced(by: shared.lowerBound)
                        .copyMemory(
                            from: $0.baseAddress! + (shared.lowerBound - start),
                            byteCount: shared.count)
                }
            }
            start += bytes.count
        }
        return result
    }
}

extension UnboundPieces {
    /// The pieces of all ranks.
    static func gathered(_ own: [Int: Piece]) throws -> [Int: Piece] {
        guard Runtime.shared.rankCount > 1 else { return own }
        var message: [UInt8] = []
        func append(_ number: Int) { withUnsafeBytes(of: number) { message += $0 } }
        for (tile, piece) in own {
            append(tile)
            append(piece.shape.count)
            for extent in piece.shape { append(extent) }
            append(piece.bytes.count)
            message += piece.bytes
        }
        var result: [Int: Piece] = [:]
        for message in try Runtime.shared.allGather(message) {
            var position = 0
            func number() -> Int {
                defer { position += 8 }
                return message.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: position, as: Int.self)
                }
            }
            while position < message.count {
                let tile = number()
                let shape = AxisList((0..<number()).map { _ in number() })
                let count = number()
                result[tile] = Piece(
                    bytes: Array(message[position..<position + count]), shape: shape)
                position += count
            }
        }
        return result
    }
}
