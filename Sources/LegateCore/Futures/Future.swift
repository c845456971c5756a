/// Values that tasks compute and launches take, before anybody has seen them.
///
/// A future is a store of one element with a Swift type. Tasks write it as an output or contribute
/// to it as a reduction, read it as an input, and only ``value()`` waits. So a chain of tasks that
/// hand each other numbers runs without the program.
import Kernels
import Launches
import Shapes
import Tracing

/// A number that is going to be there.
public final class Future<Value: ArrayElement>: StoreConvertible {
    /// The element: a store without axes.
    public let store: LogicalStore

    public var storeView: StoreView { store.storeView }

    /// A future that a task is going to write.
    public init() throws { store = try LogicalStore(Value.elementType, shape: []) }

    /// A future whose value is known.
    public init(_ value: Value) throws { store = try LogicalStore([value], shape: []) }

    /// The only element of a store, whatever its shape.
    ///
    /// - Throws: ``CoreError`` when the store has more elements, or elements of another type.
    public init(of other: any StoreConvertible) throws {
        let view = other.storeView
        guard view.lattice.elementCount == 1 else {
            throw CoreError(.value, "a future has one element, not \(view.lattice.elementCount)")
        }
        guard view.type == Value.elementType else {
            throw CoreError(
                .type, "a future of \(Value.elementType.name) is no store of \(view.type.name)")
        }
        let lattice = Lattice(offset: view.lattice.offset, shape: [], strides: [])
        store = LogicalStore(StoreView(store: view.store, lattice: lattice, type: view.type))
    }

    /// Whether asking for the value waits for nothing.
    public var isReady: Bool { store.storeView.store.isReady }

    /// The value. Waits for it; what a task before it threw is thrown here.
    public func value() throws -> Value { try store.values(as: Value.self)[0] }
}

extension Future {
    /// Futures brought together in a tree over their order: the same bits always, and no wait.
    ///
    ///     a b c d e   →   (a ∘ b) ∘ (c ∘ (d ∘ e))
    ///
    /// - Throws: ``CoreError/Kind/value`` for no futures; ``CoreError/Kind/type`` where the type
    ///   has no such reduction.
    /// - Complexity: one launch for each future but the first; they fuse.
    public static func reduced(
        _ futures: [Future], by kind: ReductionKind, file: String = #fileID, line: Int = #line
    ) throws -> Future {
        guard !futures.isEmpty else { throw CoreError(.value, "there are no futures to reduce") }
        return try reduced(futures[...], kind, .here(file, line))
    }

    private static func reduced(
        _ futures: ArraySlice<Future>, _ kind: ReductionKind, _ source: SourceLocation
    ) throws -> Future {
        if futures.count == 1 { return futures[futures.startIndex] }
        let middle = futures.startIndex + futures.count / 2
        let left = try reduced(futures[..<middle], kind, source)
        let right = try reduced(futures[middle...], kind, source)
        let type = Value.elementType
        guard let (operation, _) = kind.resolved(type),
            let loop = OperationTable.loop(operation, type)
        else {
            throw CoreError(
                .type, "there is no reduction '\(kind)' of \(type.name)", source: source)
        }
        let result = try Future()
        try Runtime.shared.recordPointwise(
            Launch(
                name: "future.\(kind)", domain: [], inputs: [left.storeView, right.storeView],
                outputs: [result.storeView],
                body: .pointwise(
                    ScalarExpression(
                        inputTypes: [type, type], instructions: [.apply(operation, loop, 0, 1)],
                        results: [2])),
                source: source))
        return result
    }
}

extension LibraryTask {
    /// Launches a task for the number that it computes: its last output, or, where it has none, its
    /// last reduction, which begins with the neutral element.
    ///
    /// - Parameters:
    ///   - inputs: Stores and futures.
    ///   - outputs: All outputs but the future.
    /// - Throws: What ``launch(inputs:outputs:reductions:scalars:constraints:file:line:)`` throws.
    public func future<Value: ArrayElement>(
        of _: Value.Type = Value.self, inputs: [any StoreConvertible] = [],
        outputs: [any StoreConvertible] = [],
        scalars: [TaskScalar] = [], file: String = #fileID, line: Int = #line
    ) throws -> Future<Value> {
        let options = LaunchOptions(scalars: scalars, source: .here(file, line))
        let result = try Future<Value>()
        if declaration.outputs.count > outputs.count {
            try launch(inputs.views, outputs.views + [result.storeView], [], options)
            return result
        }
        guard let kind = reductionKinds.last else {
            throw CoreError(
                .value,
                "task '\(declaration.name)' has no output and no reduction that a future could be",
                source: options.source)
        }
        guard let (_, identity) = kind.resolved(Value.elementType) else {
            throw CoreError(
                .type, "there is no reduction '\(kind)' of \(Value.elementType.name)",
                source: options.source)
        }
        try result.store.fill(identity)
        try launch(inputs.views, outputs.views, [result.storeView], options)
        return result
    }
}

extension Tile {
    /// The only element: what a future is to a body.
    ///
    /// - Throws: ``CoreError`` when there are more, or they are of another type.
    public func value<T: ArrayElement>(of _: T.Type = T.self) throws -> T {
        guard count == 1 else {
            throw CoreError(.value, "operand '\(name)' has \(count) elements; only one has a value")
        }
        return try elements(of: T.self)[AxisList(repeating: 0, count: axisCount)]
    }
}
