/// Arrays whose elements follow from their place: `eye`, `indices`, `meshgrid`, `tril_indices`,
/// `vander`.
import LegateCore

extension NDArray {
    /// NumPy: `numpy.eye`.
    public static func eye(rows: Int, columns: Int, offset: Int, _ type: ElementType) throws
        -> NDArray
    {
        guard rows >= 0, columns >= 0 else {
            throw NumPyError(.value, "negative dimensions are not allowed")
        }
        let result = try full([rows, columns], type, .integer(0))
        let diagonal = result.lattice.diagonal(offset, axis: 0, 1)
        if diagonal.elementCount > 0 {
            try result.viewed(diagonal).fill(Operand.integer(1).constant(as: type))
        }
        return result
    }

    /// NumPy: `numpy.indices(..., sparse=True)`: one array per axis, to be broadcast together.
    public static func sparseIndices(_ shape: AxisList, _ type: ElementType) throws -> [NDArray] {
        try shape.enumerated().map { axis, extent in
            var open = AxisList(repeating: 1, count: shape.count)
            open[axis] = extent
            return try counting(extent, as: type).reshaped(to: open)
        }
    }

    /// NumPy: `numpy.indices`.
    public static func indices(_ shape: AxisList, _ type: ElementType) throws -> NDArray {
        var full = shape
        full.insert(shape.count, at: 0)
        let result = try new(full, type)
        for (axis, part) in try sparseIndices(shape, type).enumerated() {
            try result.viewed(result.lattice.projected(axis: 0, at: axis)).assign(part)
        }
        return result
    }

    /// NumPy: `numpy.meshgrid`.
    ///
    /// - Parameter isMatrix: Whether the first two axes keep their order (`indexing='ij'`).
    public static func meshgrid(
        _ arrays: [NDArray], isMatrix: Bool, isSparse: Bool, copies: Bool
    ) throws -> [NDArray] {
        let n = arrays.count
        var results = try arrays.enumerated().map { k, array -> NDArray in
            var open = AxisList(repeating: 1, count: n)
            open[k] = -1
            if !isMatrix, n > 1, k < 2 {
                open = AxisList(repeating: 1, count: n)
                open[1 - k] = -1
            }
            return try array.reshaped(to: open)
        }
        if !isSparse {
            let shape = try broadcastShapes(results.map(\.shape))
            results = results.map { array in
                guard array.shape != shape else { return array }
                return array.viewed(array.lattice.broadcast(to: shape)!, isWritable: copies)
            }
        }
        return copies ? try results.map { try $0.copied() } : results
    }

    /// NumPy: `numpy.tril_indices` and `numpy.triu_indices`: rows and columns of a triangle, row by
    /// row.
    public static func triangleIndices(
        rows: Int, columns: Int, offset: Int, lower: Bool
    ) throws -> (rows: NDArray, columns: NDArray) {
        func span(_ row: Int) -> Range<Int> {
            let edge = lower ? row + offset + 1 : row + offset
            let cut = min(max(edge, 0), columns)
            return lower ? 0..<cut : cut..<columns
        }
        let count = (0..<max(rows, 0)).reduce(0) { $0 + span($1).count }
        let results = try (0..<2).map { _ in try empty([count], .int64) }
        guard count > 0 else { return (results[0], results[1]) }
        if isSpread(results[0]) {
            try collectively("triangle indices", inputs: [], outputs: results) { tile, _ in
                for (output, isRow) in zip(tile.outputs, [true, false]) {
                    let room = output.room(output.positions)
                    let target = room.start.assumingMemoryBound(to: Int.self)
                    var first = 0
                    for row in 0..<rows {
                        let columns = span(row)
                        let part = (first..<first + columns.count).shared(with: output.positions)
                        for k in part {
                            target[k - output.positions.lowerBound] =
                                isRow ? row : columns.lowerBound + k - first
                        }
                        first += columns.count
                    }
                    output.finish(output.positions, room)
                }
            }
            return (results[0], results[1])
        }
        let task = OpaqueTask(units: 1, grain: 1, inputs: [], outputs: [.whole, .whole]) { tile in
            let (first, second) = (tile.outputs[0], tile.outputs[1])
            let rowTarget = first.start.assumingMemoryBound(to: Int.self)
            let columnTarget = second.start.assumingMemoryBound(to: Int.self)
            let (rowStep, columnStep) = (first.lattice.strides[0], second.lattice.strides[0])
            var k = 0
            for row in 0..<rows {
                for column in span(row) {
                    rowTarget[k &* rowStep] = row
                    columnTarget[k &* columnStep] = column
                    k &+= 1
                }
            }
        }
        try rethrowing {
            try Runtime.shared.record(
                Launch(
                    name: lower ? "tril_indices" : "triu_indices", domain: [1], inputs: [],
                    outputs: results.map(\.view), body: .opaque(task), source: source))
        }
        return (results[0], results[1])
    }

    /// NumPy: `numpy.vander`: powers of `self` as columns, by repeated products.
    public func vandermonde(columns: Int?, increasing: Bool) throws -> NDArray {
        guard axisCount == 1 else {
            throw NumPyError(.value, "x must be a one-dimensional array or sequence.")
        }
        let n = columns ?? shape[0]
        let wide = type.promoted(with: .int64)
        let result = try NDArray.new([shape[0], n], wide)
        var previous: NDArray?
        for power in 0..<max(n, 0) {
            let column = result.viewed(
                result.lattice.projected(axis: 1, at: increasing ? power : n - 1 - power))
            if let last = previous {
                try column.assign(
                    power == 1 ? self : Ufunc.binary(.multiply, .array(last), .array(self)))
            } else {
                try column.fill(Operand.integer(1).constant(as: wide))
            }
            previous = column
        }
        return result
    }
}
