/// Products of stacks of matrices: small ones at once, large ones as opaque tasks over the fixed
/// grid.
///
/// In: two arrays of one type with at least two axes, whose leading axes broadcast. Out: a new
/// row-major array. Operands that BLAS cannot read where they lie (no unit stride, negative
/// strides) are copied first.
import LegateCore

enum MatrixProduct {
    /// Most multiplications that are done at once on the calling thread: some ten microseconds.
    static let immediateWork = 1 << 18

    /// `c = a · b` for arrays of type `type`; `c` is new (nothing recorded reads or writes it).
    static func compute(_ a: NDArray, _ b: NDArray, into c: NDArray) throws {
        let inner = a.shape[a.axisCount - 1]
        guard c.count > 0 else { return }
        guard inner > 0 else { return try c.fill(.make(c.type, integer: 0)) }
        let whole = ProductGrid(
            c.type, rows: c.shape[c.axisCount - 2], columns: c.shape[c.axisCount - 1], inner: inner,
            leftRowStride: a.strides[a.axisCount - 2], rightColumnStride: b.strides[b.axisCount - 1]
        )
        let grid =
            SymmetricProduct.isOne(a, b)
            ? whole.symmetric(columns: c.shape[1], inner: inner) : whole
        let (x, y) = (try readable(a, grid, isRight: false), try readable(b, grid, isRight: true))
        if grid.isSymmetric, grid.innerPiece == 0 {
            if try runAtOnce(x, y, c, grid, inner) {
                return SymmetricProduct.mirrorAtOnce(matrix(c.view), grid)
            }
            try launch(x.view, y.view, c.view, grid, inner)
            return try SymmetricProduct.mirror(c, grid)
        }
        if c.axisCount == 2 {
            if grid.innerPiece > 0 {
                if try sumOfRunsAtOnce(x, y, into: c, grid, inner) { return }
                return try sumOfRuns(x.view, y.view, c, grid, inner)
            }
            if try runAtOnce(x, y, c, grid, inner) { return }
            return try launch(x.view, y.view, c.view, grid, inner)
        }
        let stack = AxisList(c.shape.prefix(c.axisCount - 2))
        try computeStack(stretched(x, stack), stretched(y, stack), c, grid, inner, stack)
    }

    /// The operand where it lies, or a copy that the grid's calls can read.
    private static func readable(_ a: NDArray, _ grid: ProductGrid, isRight: Bool) throws -> NDArray
    {
        let n = a.axisCount
        let (rows, columns) = (a.shape[n - 2], a.shape[n - 1])
        let (rowStride, columnStride) = (a.strides[n - 2], a.strides[n - 1])
        if grid.usesLibrary {
            if Matrix.layout(rows, columns, rowStride, columnStride) != nil { return a }
        } else if !isRight || columnStride == 1 || columns < 4 {
            return a
        }
        return try a.copied()
    }

    private static func stretched(_ a: NDArray, _ stack: AxisList) throws -> StoreView {
        var shape = stack
        shape.append(a.shape[a.axisCount - 2])
        shape.append(a.shape[a.axisCount - 1])
        guard let lattice = a.lattice.broadcast(to: shape) else {
            throw NumPyError(
                .value,
                "operands could not be broadcast together with shapes \(a.shape.tight) \(shape.tight) "
            )
        }
        return StoreView(store: a.store, lattice: lattice, type: a.type)
    }

    static func isSmall(_ elements: Int, _ inner: Int) -> Bool {
        let work = elements.multipliedReportingOverflow(by: inner)
        return !work.overflow && work.partialValue <= immediateWork
    }

    @inline(__always)
    static func matrix(_ view: StoreView) -> Matrix {
        let lattice = view.lattice
        let n = lattice.axisCount
        return Matrix(
            start: view.store.memory.unsafelyUnwrapped + lattice.offset &* view.type.byteCount,
            rows: lattice.shape[n - 2], columns: lattice.shape[n - 1],
            rowStride: lattice.strides[n - 2],
            columnStride: lattice.strides[n - 1])
    }

    fileprivate static func matrix(_ operand: TaskTile.Operand, offset: Int = 0) -> Matrix {
        let lattice = operand.lattice
        let n = lattice.axisCount
        return Matrix(
            start: operand.start + offset &* operand.type.byteCount, rows: lattice.shape[n - 2],
            columns: lattice.shape[n - 1], rowStride: lattice.strides[n - 2],
            columnStride: lattice.strides[n - 1])
    }

    // MARK: - Launches

    /// One product: its pieces are the units' grains.
    private static func launch(
        _ a: StoreView, _ b: StoreView, _ c: StoreView, _ grid: ProductGrid, _ inner: Int
    ) throws {
        if NDArray.isSpread(NDArray(a), NDArray(b), NDArray(c)) {
            return try together(a, b, c, grid, inner, output: NDArray(c))
        }
        let units = c.lattice.shape[grid.cutsRows ? 0 : 1]
        let axis = OpaqueTask.Partition.along(grid.cutsRows ? 0 : 1)
        // Work that no second thread would shorten stays in one tile; the pieces are the same.
        let grain = isSmall(c.lattice.elementCount, inner) ? units : grid.piece
        try submit(
            "matmul", units: units, a, b, c,
            OpaqueTask(
                units: units, grain: grain,
                inputs: grid.cutsRows ? [axis, .whole] : [.whole, axis],
                outputs: [axis],
                body: { tile in
                    guard !tile.units.isEmpty else { return }
                    grid.multiply(
                        matrix(tile.inputs[0]), matrix(tile.inputs[1]),
                        into: matrix(tile.outputs[0]),
                        row: tile.units.lowerBound)
                }))
    }

    /// A product over a long inner axis: one product for each run of it, then their sum.
    private static func sumOfRuns(
        _ a: StoreView, _ b: StoreView, _ c: NDArray, _ grid: ProductGrid, _ inner: Int
    ) throws {
        let runs = (inner + grid.innerPiece - 1) / grid.innerPiece
        let (rows, columns) = (c.shape[0], c.shape[1])
        let products = try NDArray.new([runs, rows, columns], c.type)
        if NDArray.isSpread(NDArray(a), NDArray(b), products) {
            try together(a, b, c.view, grid, inner, output: products)
        } else {
            try submit(
                "matmul", units: runs, a, b, products.view,
                OpaqueTask(
                    units: runs, grain: 1, inputs: [.whole, .whole], outputs: [.along(0)],
                    body: { tile in
                        let (x, y) = (matrix(tile.inputs[0]), matrix(tile.inputs[1]))
                        for (k, run) in tile.units.enumerated() {
                            let z = matrix(tile.outputs[0], offset: k &* rows &* columns)
                            grid.multiply(run: run, x, y, into: z)
                        }
                    }))
        }
        try InnerProduct.sum(
            [products], products.shape, reduced: [true, false, false], into: c,
            c.lattice.insertingAxis(at: 0))
    }

    /// One product by all ranks, or the products over the runs of the inner axis.
    private static func together(
        _ a: StoreView, _ b: StoreView, _ c: StoreView, _ grid: ProductGrid, _ inner: Int,
        output: NDArray
    ) throws {
        let (left, right) = (ProductFactor(a.lattice), ProductFactor(b.lattice))
        let product = CollectiveProduct(
            grid: grid, left: left, right: right, rows: c.lattice.shape[0],
            columns: c.lattice.shape[1], inner: inner)
        try NDArray.collectively(
            "matmul", inputs: [left.view(a), right.view(b)], outputs: [output],
            body: grid.innerPiece > 0 ? product.runs : product.run)
    }

    private static func submit(
        _ name: String, units: Int, _ a: StoreView, _ b: StoreView, _ c: StoreView,
        _ task: OpaqueTask
    ) throws {
        try NDArray.submit(
            Launch(
                name: name, domain: AxisList(units), inputs: [a, b], outputs: [c],
                body: .opaque(task),
                source: NDArray.source))
    }

    /// A stack of products: few large ones are launched one by one, many small ones share tiles
    /// along the longest axis of the stack.
    private static func computeStack(
        _ a: StoreView, _ b: StoreView, _ c: NDArray, _ grid: ProductGrid, _ inner: Int,
        _ stack: AxisList
    ) throws {
        let each = c.shape[c.axisCount - 2] * c.shape[c.axisCount - 1]
        if stack.product <= 16, !isSmall(each, inner) {
            return try forEachMatrix(stack, a.lattice, b.lattice, c.lattice) { x, y, z in
                try launch(
                    StoreView(store: a.store, lattice: x, type: a.type),
                    StoreView(store: b.store, lattice: y, type: b.type),
                    StoreView(store: c.store, lattice: z, type: c.type), grid, inner)
            }
        }
        let axis = stack.indices.max { stack[$0] < stack[$1] }!
        let perUnit = max(1, stack.product / stack[axis] * each * inner)
        let task = OpaqueTask(
            units: stack[axis], grain: max(1, immediateWork / perUnit),
            inputs: [.along(axis), .along(axis)], outputs: [.along(axis)],
            body: { tile in
                guard !tile.units.isEmpty else { return }
                multiplyStack(tile.inputs[0], tile.inputs[1], into: tile.outputs[0], grid)
            })
        let runtime = Runtime.shared
        if isSmall(c.count, inner), runtime.isImmediate(c.count), a.store.isReady, b.store.isReady,
            runtime.isIdle(c.store)
        {
            Counters.countImmediate()
            func operand(_ view: StoreView) -> TaskTile.Operand {
                .init(memory: view.store.memory!, lattice: view.lattice, type: view.type)
            }
            return multiplyStack(operand(a), operand(b), into: operand(c.view), grid)
        }
        try submit("matmul", units: stack[axis], a, b, c.view, task)
    }

    private static func multiplyStack(
        _ a: TaskTile.Operand, _ b: TaskTile.Operand, into c: TaskTile.Operand, _ grid: ProductGrid
    ) {
        let count = c.lattice.axisCount - 2
        var index = AxisCounter(axes: count)
        func offset(_ lattice: Lattice) -> Int {
            var result = 0
            for axis in 0..<count { result &+= index[axis] &* lattice.strides[axis] }
            return result
        }
        while true {
            grid.multiply(
                matrix(a, offset: offset(a.lattice)), matrix(b, offset: offset(b.lattice)),
                into: matrix(c, offset: offset(c.lattice)))
            var axis = count - 1
            while axis >= 0 {
                index[axis] &+= 1
                if index[axis] < c.lattice.shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    private static func forEachMatrix(
        _ stack: AxisList, _ a: Lattice, _ b: Lattice, _ c: Lattice,
        _ body: (Lattice, Lattice, Lattice) throws -> Void
    ) throws {
        func first(_ lattice: Lattice, _ index: Int) -> Lattice {
            lattice.projected(axis: 0, at: index)
        }
        guard let extent = stack.first else { return try body(a, b, c) }
        let rest = AxisList(stack.dropFirst())
        for k in 0..<extent { try forEachMatrix(rest, first(a, k), first(b, k), first(c, k), body) }
    }
}
