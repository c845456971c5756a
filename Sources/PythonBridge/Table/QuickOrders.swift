/// The short ways of calls that order elements, as all of `QuickCalls.swift`.
import CPlatform
import LegateCore
import NumPy

extension QuickRow {
    static var orders: [QuickRow] {
        [
            QuickRow("argsort", .method) { object, _, count in order(of: alone(object, count)) },
            QuickRow("argsort", .function) { order(of: only($1, $2)) },
            QuickRow("unique", .function) { _, arguments, count in
                guard let object = only(arguments, count),
                    let result = withNode(object, { NDArray.quickUnion($0, nil) })
                else { return nil }
                return arrayShells.make(result)
            },
            QuickRow("union1d", .function) { _, arguments, count in
                guard let (a, b) = pair(arguments, count),
                    let result = withNode(a, { a in withNode(b) { NDArray.quickUnion(a, $0) } })
                else { return nil }
                return arrayShells.make(result)
            },
            QuickRow("lexsort", .function) { _, arguments, count in
                guard count == 1, let keys = arguments.unsafelyUnwrapped[0] else { return nil }
                return lexicalOrder(keys)
            },
        ]
    }
}

/// An array with one axis is ordered as the only key.
@inline(__always) private func order(of object: Obj?) -> Obj? {
    guard let object,
        let order = withNode(object, { NDArray.quickLexicalOrder([$0]) })
    else { return nil }
    return arrayShells.make(order)
}

/// A few arrays in a tuple or a list, the most important key last.
private func lexicalOrder(_ keys: Obj) -> Obj? {
    let isTuple = lg_kind(keys) == .tuple
    guard isTuple || lg_kind(keys) == .list else { return nil }
    let count = isTuple ? PyTuple_Size(keys) : PyList_Size(keys)
    guard count > 0, count <= 8 else { return nil }
    var arrays: [NDArray] = []
    arrays.reserveCapacity(count)
    for i in 0..<count {
        let key = (isTuple ? PyTuple_GetItem(keys, i) : PyList_GetItem(keys, i)).unsafelyUnwrapped
        guard isArray(key) else { return nil }
        arrays.append(node(key))
    }
    return NDArray.quickLexicalOrder(arrays).flatMap { arrayShells.make($0) }
}
