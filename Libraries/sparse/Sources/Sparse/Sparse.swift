/// Sparse matrices by compressed rows (CSR): what runs on tiles. Everything about construction is
/// in Python.
///
///     row i's entries are columns[k], values[k] for k in starts[i] ..< stops[i]
///
/// A launch cuts rows evenly, and columns and values where the rows say: tile *u* has the entries
/// of its own rows only.
import LegateCore

@c(legate_library) public func legateLibrary() -> UnsafeMutableRawPointer? {
    Library.entry { try Library.register("sparse", tasks: sparseTasks) }
}

private let matrix = ["starts", "stops", "columns", "values"]

private let sparseTasks = [
    TaskDeclaration("product", inputs: matrix + ["x"], outputs: ["y"]) { context in
        try context.withEntries(ProductBody(context))
    },
    TaskDeclaration("diagonal", inputs: matrix, outputs: ["y"], scalars: ["shift"]) { context in
        try context.withEntries(DiagonalBody(context))
    },
]
