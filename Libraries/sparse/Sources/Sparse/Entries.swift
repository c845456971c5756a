/// The rows of one tile, typed. In: a tile's operands. Out: pointers, and for each row its range of
/// entries.
import LegateCore

/// Elements of a one-dimensional tile at one stride.
struct Line<T> {
    let start: UnsafeMutablePointer<T>
    let stride: Int
    let count: Int
    /// The store's index of the first element.
    let origin: Int

    init(_ tile: Tile) {
        self.init(
            start: tile.start.assumingMemoryBound(to: T.self), stride: tile.strides.first ?? 0,
            count: tile.shape.first ?? 1, origin: tile.origin.first ?? 0)
    }

    init(start: UnsafeMutablePointer<T>, stride: Int, count: Int, origin: Int) {
        (self.start, self.stride, self.count, self.origin) = (start, stride, count, origin)
    }

    @inline(__always) subscript(i: Int) -> T {
        get { start[i &* stride] }
        nonmutating set { start[i &* stride] = newValue }
    }
    /// The elements side by side from the store's index 0 on; `nil` where they do not lie so.
    var contiguous: UnsafeMutablePointer<T>? { stride == 1 || count <= 1 ? start - origin : nil }
}

struct Entries<Index: FixedWidthInteger, Value: Number> {
    let starts: Line<Index>
    let stops: Line<Index>
    let columns: Line<Index>
    let values: Line<Value>

    init(_ context: TaskContext) throws {
        starts = Line(try context.input("starts"))
        stops = Line(try context.input("stops"))
        columns = Line(try context.input("columns"))
        values = Line(try context.input("values"))
    }

    /// Whether everything lies side by side.
    var isContiguous: Bool {
        columns.stride == 1 && values.stride == 1
            && (starts.count <= 1 || starts.stride == 1 && stops.stride == 1)
    }

    /// The row's entries, counted from the first that the tile sees.
    @inline(__always) func row(_ i: Int) -> Range<Int> {
        let first = Int(truncatingIfNeeded: starts[i]) &- columns.origin
        let end = Int(truncatingIfNeeded: stops[i]) &- columns.origin
        return Range(uncheckedBounds: (first, max(first, end)))
    }
}

/// What a task does with the rows of its tile, for any types.
protocol RowBody {
    func run<Index, Value>(_ entries: Entries<Index, Value>) throws
}

extension TaskContext {
    /// Runs a body with the types that the operands have.
    func withEntries(_ body: some RowBody) throws {
        switch try input("values").type {
        case .bool: try indexed(body, Bool.self)
        case .int8: try indexed(body, Int8.self)
        case .int16: try indexed(body, Int16.self)
        case .int32: try indexed(body, Int32.self)
        case .int64: try indexed(body, Int64.self)
        case .uint8: try indexed(body, UInt8.self)
        case .uint16: try indexed(body, UInt16.self)
        case .uint32: try indexed(body, UInt32.self)
        case .uint64: try indexed(body, UInt64.self)
        case .float32: try indexed(body, Float.self)
        case .float64: try indexed(body, Double.self)
        case .complex64: try indexed(body, Complex64.self)
        case .complex128: try indexed(body, Complex128.self)
        case .float16: throw CoreError(.type, "sparse matrices hold no float16")
        }
    }

    private func indexed<Value: Number>(_ body: some RowBody, _: Value.Type) throws {
        switch try input("columns").type {
        case .int32: try body.run(Entries<Int32, Value>(self))
        case .int64: try body.run(Entries<Int64, Value>(self))
        case let type: throw CoreError(.type, "column numbers are int32 or int64, not \(type.name)")
        }
    }
}
