/// Mathematical functions: calls of the one definition that both tiers use, a vector at a time.
///
/// Addresses differ from process to process, so a kernel finds the functions in a table that it
/// gets with each call.
import Launches
import Shapes

extension CompiledForms {
    /// Writes the call of a function; `nil` where there is none for the operation and type.
    static func functions(
        _ w: KernelWriter, _ operation: Operation, _ x: [VectorValue], _ type: ElementType
    ) -> [VectorValue]? {
        guard type.isFloating else { return nil }
        let computed: ElementType = type == .float16 ? .float32 : type
        guard let result = w.call(operation, computed, x.map(w.work)) else { return nil }
        return [w.stored(result, type)]
    }
}

extension KernelWriter {
    /// A call of a function on all lanes: cut into several calls where no vector holds them, filled
    /// up where the smallest vector holds more. What fills up is the first lane's operand.
    fileprivate func call(_ operation: Operation, _ type: ElementType, _ operands: [String])
        -> String?
    {
        let size = type.byteCount
        let wanted = max(16, lanes * size)
        guard
            let width = [64, 32, 16].first(where: {
                $0 <= wanted && $0 <= target.vectorBytes
                    && VectorMath.function(operation, type, vectorBytes: $0) != nil
            })
        else { return nil }
        let count = width / size
        let t = type.irName
        let place = VectorFunctionTable.place(operation, type, vectorBytes: width)
        let entry = set("getelementptr i8, ptr \(functionTable), i64 \(place * 8)")
        let address = set("load ptr, ptr \(entry), align 8")
        let vector = "<\(count) x \(t)>"
        func one(_ operands: [String]) -> String {
            set(
                "call \(vector) \(address)(\(operands.map { "\(vector) \($0)" }.joined(separator: ", ")))"
            )
        }
        if lanes == count { return one(operands) }
        if lanes < count {
            let order = (0..<count).map { $0 < lanes ? $0 : 0 }
            let result = one(operands.map { shuffled($0, t, count: lanes, order) })
            return shuffled(result, t, count: count, Array(0..<lanes))
        }
        var pieces = stride(from: 0, to: lanes, by: count).map { first in
            one(operands.map { shuffled($0, t, count: lanes, Array(first..<first + count)) })
        }
        var length = count
        while pieces.count > 1 {
            pieces = stride(from: 0, to: pieces.count, by: 2).map {
                shuffled(pieces[$0], with: pieces[$0 + 1], t, count: length, Array(0..<2 * length))
            }
            length *= 2
        }
        return pieces[0]
    }
}
