/// Counting, grouping and joining over columns, and arrays in files: what runs on tiles. What
/// decides shapes and types is in Python.
///
///     counting   count, add, lowest, highest      rows with the number of their group, to one element for each group
///     groups     distinct, merged, placed         keys to sorted distinct keys, and each row's place among them
///     joins      matched                          pairs of rows with equal keys
///     bins       binned, weighed                  rows to the bins between edges
///     files      stored, loaded                   each tile reads and writes its own elements
import LegateCore

@c(legate_library) public func legateLibrary() -> UnsafeMutableRawPointer? {
    Library.entry {
        try Library.register("tabular", tasks: countTasks + groupTasks + binTasks + fileTasks)
    }
}

private let countTasks = [
    TaskDeclaration("count", inputs: ["places"], reductions: [("counts", .add)]) { context in
        try context.input("places").withInteger(Count(context))
    },
    TaskDeclaration(
        "add", inputs: ["places", "values"], reductions: [("sums", .add)],
        constraints: [.align("places", "values")]
    ) { context in
        try context.input("values").withReal(Add(context))
    },
    TaskDeclaration(
        "lowest", inputs: ["places", "values"], reductions: [("best", .minimum)],
        constraints: [.align("places", "values")]
    ) { context in
        try context.input("values").withReal(Extreme(context, isLowest: true))
    },
    TaskDeclaration(
        "highest", inputs: ["places", "values"], reductions: [("best", .maximum)],
        constraints: [.align("places", "values")]
    ) { context in
        try context.input("values").withReal(Extreme(context, isLowest: false))
    },
]

private let groupTasks = [
    TaskDeclaration("distinct", inputs: ["keys"], outputs: ["found"]) { context in
        try context.input("keys").withInteger(Distinct(context))
    },
    TaskDeclaration(
        "merged", inputs: ["part", "keys"], outputs: ["found"],
        constraints: [.weights("part", [Int](repeating: 1, count: mergeParts)), .broadcast("keys")]
    ) { context in
        try context.input("keys").withInteger(Merged(context))
    },
    TaskDeclaration(
        "placed", inputs: ["keys", "sorted"], outputs: ["places"],
        constraints: [.align("keys", "places"), .broadcast("sorted")]
    ) { context in
        try context.input("keys").withInteger(Placed(context))
    },
    TaskDeclaration(
        "matched", inputs: ["keys", "sorted", "rows"], outputs: ["left", "right"],
        constraints: [.broadcast("sorted", "rows")]
    ) { context in
        try context.input("keys").withInteger(Matched(context))
    },
]

private let binTasks = [
    TaskDeclaration(
        "binned", inputs: ["values", "edges"], reductions: [("counts", .add)], scalars: ["even"],
        constraints: [.broadcast("edges")]
    ) { context in
        try context.input("values").withReal(Binned(context, weights: nil))
    },
    TaskDeclaration(
        "weighed", inputs: ["values", "weights", "edges"], reductions: [("sums", .add)],
        scalars: ["even"],
        constraints: [.align("values", "weights"), .broadcast("edges")]
    ) { context in
        try context.input("values").withReal(Binned(context, weights: context.input("weights")))
    },
]

private let fileTasks = [
    TaskDeclaration("meet", options: TaskOptions(mayThrow: true)) { _ in },
    TaskDeclaration(
        "stored", inputs: ["values"], scalars: ["folder", "bounds"],
        options: TaskOptions(mayThrow: true, hasSideEffects: true)
    ) { context in
        let values = try context.input("values")
        try TiledFiles(context, isWritten: true).forEachRun(of: values) {
            try $0.write($1, $2, at: $3)
        }
    },
    TaskDeclaration(
        "loaded", outputs: ["values"], scalars: ["folder", "bounds"],
        options: TaskOptions(mayThrow: true)
    ) { context in
        let values = try context.output("values")
        try TiledFiles(context, isWritten: false).forEachRun(of: values) {
            try $0.read($1, $2, at: $3)
        }
    },
]
