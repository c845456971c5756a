/// What may stand between the brackets of `array[…]` in Swift: numbers, ranges, `.all`, `.newAxis`,
/// slices with steps.
///
///     grid[0]                        a row
///     grid[1..<n, 1..<m]             a rectangle
///     grid[.all, 0]                  a column
///     grid[.slice(to: -1), .slice(by: 2)]

/// One index, along one axis (or, for `.newAxis` and `.ellipsis`, along none or several).
public struct AxisIndex: Sendable {
    enum Kind: Sendable {
        case integer(Int)
        case slice(Int?, Int?, Int?)
        case newAxis
        case ellipsis
    }
    let kind: Kind

    var item: IndexItem {
        switch kind {
        case .integer(let index): return .integer(index)
        case .slice(let start, let stop, let step):
            return .slice(start: start, stop: stop, step: step)
        case .newAxis: return .newAxis
        case .ellipsis: return .ellipsis
        }
    }
}

/// What can be used as an index along an axis.
public protocol AxisIndexing {
    var axisIndex: AxisIndex { get }
}

extension AxisIndex: AxisIndexing {
    public var axisIndex: AxisIndex { self }
}

extension AxisIndexing where Self == AxisIndex {
    /// The whole axis.
    public static var all: AxisIndex { AxisIndex(kind: .slice(nil, nil, nil)) }
    /// A new axis of extent one.
    public static var newAxis: AxisIndex { AxisIndex(kind: .newAxis) }
    /// As many whole axes as are left.
    public static var ellipsis: AxisIndex { AxisIndex(kind: .ellipsis) }

    /// Python's slice: negative bounds count from the end, bounds beyond the axis are cut to it, a
    /// negative step walks backwards.
    public static func slice(from start: Int? = nil, to stop: Int? = nil, by step: Int = 1)
        -> AxisIndex
    {
        AxisIndex(kind: .slice(start, stop, step))
    }
}

extension Int: AxisIndexing {
    /// One index; negative numbers count from the end.
    public var axisIndex: AxisIndex { AxisIndex(kind: .integer(self)) }
}
extension Range: AxisIndexing where Bound == Int {
    public var axisIndex: AxisIndex { AxisIndex(kind: .slice(lowerBound, upperBound, nil)) }
}
extension ClosedRange: AxisIndexing where Bound == Int {
    public var axisIndex: AxisIndex {
        // In Python's slices, an end of 0 would mean "nothing" for -1.
        AxisIndex(kind: .slice(lowerBound, upperBound == -1 ? nil : upperBound + 1, nil))
    }
}
extension PartialRangeFrom: AxisIndexing where Bound == Int {
    public var axisIndex: AxisIndex { AxisIndex(kind: .slice(lowerBound, nil, nil)) }
}
extension PartialRangeUpTo: AxisIndexing where Bound == Int {
    public var axisIndex: AxisIndex { AxisIndex(kind: .slice(nil, upperBound, nil)) }
}
extension PartialRangeThrough: AxisIndexing where Bound == Int {
    public var axisIndex: AxisIndex {
        AxisIndex(kind: .slice(nil, upperBound == -1 ? nil : upperBound + 1, nil))
    }
}

extension NDArray {
    /// A view of part of the array: writes through it are seen in the array.
    ///
    /// A single element comes as an array without axes that later writes do not change; see
    /// ``value(as:)``.
    ///
    /// - Throws: ``NumPyError/Kind/index`` for an index outside its axis, or too many indices.
    public subscript<A: AxisIndexing>(_ a: A) -> NDArray {
        get throws { try subscripted([a.axisIndex.item]) }
    }
    public subscript<A: AxisIndexing, B: AxisIndexing>(_ a: A, _ b: B) -> NDArray {
        get throws { try subscripted([a.axisIndex.item, b.axisIndex.item]) }
    }
    public subscript<A: AxisIndexing, B: AxisIndexing, C: AxisIndexing>(_ a: A, _ b: B, _ c: C)
        -> NDArray
    {
        get throws { try subscripted([a.axisIndex.item, b.axisIndex.item, c.axisIndex.item]) }
    }
    public subscript<A: AxisIndexing, B: AxisIndexing, C: AxisIndexing, D: AxisIndexing>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) -> NDArray {
        get throws {
            try subscripted([
                a.axisIndex.item, b.axisIndex.item, c.axisIndex.item, d.axisIndex.item,
            ])
        }
    }

    /// The elements where a bool array is true, or those that an integer array names: a copy.
    public subscript(_ selection: NDArray) -> NDArray {
        get throws { try subscripted([.array(selection)]) }
    }
}
