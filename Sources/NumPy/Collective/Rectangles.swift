/// Rectangles of a matrix from the ranks that have its elements to those that need them, and back.
///
///     positions of a 4 × 5 matrix         rank 1 wants rows 1..<4, columns 1..<3
///     0 0 0 0 0                           . . . . .
///     0 0 1 1 1                           . 0 1 . .        sent by rank 0: 6
///     1 1 1 1 2                           . 1 1 . .        there already: 7 11 12
///     2 2 2 2 2                           . 2 2 . .        sent by rank 2: 16 17
///
/// Every rank can tell what everyone wants, so elements are all that is sent.
import LegateCore

struct Rectangle: Equatable {
    var rows: Range<Int>
    var columns: Range<Int>

    static let none = Rectangle(rows: 0..<0, columns: 0..<0)
    var count: Int { rows.count * columns.count }

    /// Calls `body(positions, place)` for each run of the rectangle's elements among given
    /// positions of a matrix with rows of `width`; `place` counts the rectangle's elements, row by
    /// row.
    func forEachRun(
        in positions: Range<Int>, width: Int,
        _ body: (_ positions: Range<Int>, _ place: Int) -> Void
    ) {
        guard count > 0, !positions.isEmpty else { return }
        for row in rows.shared(
            with: positions.lowerBound / width..<(positions.upperBound - 1) / width + 1)
        {
            let line = row * width
            let run = (line + columns.lowerBound..<line + columns.upperBound).shared(
                with: positions)
            if run.isEmpty { continue }
            body(
                run,
                (row - rows.lowerBound) * columns.count + run.lowerBound - line - columns.lowerBound
            )
        }
    }

    func count(in positions: Range<Int>, width: Int) -> Int {
        var total = 0
        forEachRun(in: positions, width: width) { run, _ in total += run.count }
        return total
    }
}

extension Exchange {
    /// The elements of a matrix that this rank wants, row by row; `wanted[r]` is what rank r wants.
    func rectangle(of matrix: CollectiveTile.Operand, wanted: [Rectangle]) throws -> Elements {
        let width = matrix.lattice.shape[1]
        if wanted.allSatisfy({ $0.count == 0 || $0.columns.count == width }) {
            return try elements(
                of: matrix,
                wanted: wanted.map { $0.rows.lowerBound * width..<$0.rows.upperBound * width })
        }
        let own = wanted[rank]
        let size = matrix.size
        let result = Elements(count: own.count, size: size)
        func take(_ positions: Range<Int>) {
            own.forEachRun(in: positions, width: width) { run, place in
                matrix.read(run, into: result.start + place * size)
            }
        }
        if matrix.isLocal || rankCount == 1 {
            take(0..<matrix.count)
            return result
        }
        let mine = matrix.positions(of: rank)
        let parts = wanted.enumerated().map { r, rectangle -> [UInt8] in
            guard r != rank else { return [] }
            var bytes: [UInt8] = []
            rectangle.forEachRun(in: mine, width: width) { run, _ in bytes += matrix.bytes(run) }
            return bytes
        }
        let counts = (0..<rankCount).map { r in
            r == rank ? 0 : own.count(in: matrix.positions(of: r), width: width) * size
        }
        let received = try toAll(parts, counts: counts)
        for r in 0..<rankCount where r != rank {
            received[r].withUnsafeBytes { buffer in
                guard var source = buffer.baseAddress else { return }
                own.forEachRun(in: matrix.positions(of: r), width: width) { run, place in
                    (result.start + place * size).copyMemory(
                        from: source, byteCount: run.count * size)
                    source += run.count * size
                }
            }
        }
        take(mine)
        return result
    }

    /// Brings a matrix's elements to their owners. `made[r]` are the rectangles that rank r made;
    /// `own` holds this rank's, each row by row.
    func deliver(_ own: [Elements], made: [[Rectangle]], to matrix: CollectiveTile.Operand) throws {
        let width = matrix.lattice.shape[1]
        let size = matrix.size
        let parts = (0..<rankCount).map { r -> [UInt8] in
            guard r != rank else { return [] }
            var bytes: [UInt8] = []
            for (rectangle, elements) in zip(made[rank], own) {
                rectangle.forEachRun(in: matrix.positions(of: r), width: width) { run, place in
                    bytes += UnsafeRawBufferPointer(
                        start: elements.start + place * size, count: run.count * size)
                }
            }
            return bytes
        }
        let mine = matrix.positions(of: rank)
        let counts = made.enumerated().map { r, rectangles in
            r == rank ? 0 : rectangles.reduce(0) { $0 + $1.count(in: mine, width: width) } * size
        }
        let received = try toAll(parts, counts: counts)
        for (r, rectangles) in made.enumerated() {
            if r == rank {
                for (rectangle, elements) in zip(rectangles, own) {
                    rectangle.forEachRun(in: mine, width: width) { run, place in
                        matrix.write(run, from: elements.start + place * size)
                    }
                }
                continue
            }
            received[r].withUnsafeBytes { buffer in
                guard var source = buffer.baseAddress else { return }
                for rectangle in rectangles {
                    rectangle.forEachRun(in: mine, width: width) { run, _ in
                        matrix.write(run, from: source)
                        source += run.count * size
                    }
                }
            }
        }
    }
}
