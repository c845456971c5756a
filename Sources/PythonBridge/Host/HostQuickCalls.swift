/// The short ways of functions that else run through NumPy on the host, by NumPy's dotted name: as
/// those of rows, they give an object or have done nothing.
import CPlatform
import LegateCore
import NumPy

enum HostQuickCalls {
    /// The place of a function's short way, counted from 1; 0 where there is none.
    static func place(of name: String) -> Int {
        (all.firstIndex { $0.name == name } ?? -1) + 1
    }

    @inline(__always)
    static func call(_ place: Int, _ arguments: ArgumentPointer?, _ count: Int) -> Obj? {
        all[place &- 1].call(nil, arguments, count)
    }

    private static let all: [QuickRow] = [
        QuickRow("linalg.inv", .function) { _, arguments, count in
            guard let a = only(arguments, count) else { return nil }
            return withNode(a) { $0.quickInverse() }.flatMap { arrayShells.make($0) }
        },
        QuickRow("linalg.solve", .function) { _, arguments, count in
            guard let (a, b) = pair(arguments, count) else { return nil }
            let result = withNode(a) { a in withNode(b) { a.quickSolution($0) } }
            return result.flatMap { arrayShells.make($0) }
        },
        QuickRow("linalg.det", .function) { _, arguments, count in
            guard let a = only(arguments, count),
                var result = withNode(a, { $0.quickDeterminant() })
            else { return nil }
            return makeScalar(&result, .float64)
        },
    ]
}
