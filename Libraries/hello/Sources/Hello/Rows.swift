/// A tile row by row: what lies along its last axis, at one stride. Tasks on any number of axes are
/// loops over rows.
import LegateCore

/// Elements at one stride.
struct Row<T> {
    let start: UnsafeMutablePointer<T>
    let stride: Int
    let count: Int
    /// The place of the row's first element, counted row by row over the whole tile.
    let position: Int

    subscript(i: Int) -> T {
        get { start[i &* stride] }
        nonmutating set { start[i &* stride] = newValue }
    }
}

extension Tile {
    /// Calls `body` with every row. A tile without axes is one row of one element.
    func forEachRow<T: ArrayElement>(of _: T.Type, _ body: (Row<T>) -> Void) {
        guard count > 0 else { return }
        let first = start.assumingMemoryBound(to: T.self)
        guard let length = shape.last, let stride = strides.last else {
            return body(Row(start: first, stride: 0, count: 1, position: 0))
        }
        let outer = Lattice(
            offset: 0, shape: AxisList(shape.dropLast()), strides: AxisList(strides.dropLast()))
        var index = AxisList(repeating: 0, count: outer.axisCount)
        for row in 0..<outer.elementCount {
            body(
                Row(
                    start: first + outer.uncheckedOffset(of: index), stride: stride, count: length,
                    position: row &* length))
            index.advance(within: outer.shape)
        }
    }
}

extension AxisList {
    /// The next index of a box, row by row; the first again behind the last.
    mutating func advance(within shape: AxisList) {
        for axis in indices.reversed() {
            self[axis] += 1
            if self[axis] < shape[axis] { return }
            self[axis] = 0
        }
    }
}
