/// Trees of tasks: what many tasks made, brought together by a task, a few at a time.
///
///     radix 2     a b c d e   →   (a b) (c d) e   →   ((a b) (c d)) e   →   one
import Launches

extension LibraryTask {
    /// Brings stores together: the task reads up to `radix` of them, whole, and its output without
    /// a shape takes their place, until one is left. Waits, because each output's shape is the
    /// task's.
    ///
    /// - Parameters:
    ///   - parts: Not empty. The task names no operands, or as many inputs as `radix` and one
    ///     output.
    ///   - type: The type of the output's elements.
    /// - Throws: ``CoreError/Kind/value`` for no parts, or a radix below two; what
    ///   ``launchUnbound(_:_:_:constraints:_:)`` throws.
    /// - Complexity: ⌈(parts - 1) / (radix - 1)⌉ launches.
    public func treeReduced(
        _ parts: [any StoreConvertible], of type: ElementType, radix: Int = 4,
        file: String = #fileID, line: Int = #line
    ) throws -> LogicalStore {
        let options = LaunchOptions(source: .here(file, line))
        guard radix >= 2 else {
            throw CoreError(
                .value, "a tree joins at least two, not \(radix)", source: options.source)
        }
        guard !parts.isEmpty else {
            throw CoreError(.value, "there is nothing to reduce", source: options.source)
        }
        var parts = parts.map { LogicalStore($0.storeView) }
        repeat {
            parts = try stride(from: 0, to: parts.count, by: radix).map { first in
                let group = parts[first..<min(first + radix, parts.count)]
                let whole = try resolved(
                    (0..<group.count).map { .broadcast(.number($0)) }, operandCount: group.count + 1
                )
                return try launchUnbound(
                    group.map(\.storeView), [.unbound(type)], constraints: whole, options)[0]
            }
        } while parts.count > 1
        return parts[0]
    }
}
