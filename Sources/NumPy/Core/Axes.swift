/// Axis arguments as NumPy reads them: negative from the end, no repeats.
import LegateCore

public enum Axes {
    /// One axis, counted from the front.
    static func normalized(_ axis: Int, _ count: Int) throws -> Int {
        guard axis >= -count, axis < count else {
            throw NumPyError(.axis, "axis \(axis) is out of bounds for array of dimension \(count)")
        }
        return axis < 0 ? axis + count : axis
    }

    static func normalized(_ axes: [Int], _ count: Int) throws -> [Int] {
        let result = try axes.map { try normalized($0, count) }
        guard result.count < 2 || Set(result).count == result.count else {
            throw NumPyError(.value, "duplicate value in 'axis'")
        }
        return result
    }

    /// For each axis whether it is named; all when `axes` is nil.
    static func flags(_ axes: [Int]?, _ count: Int) throws -> [Bool] {
        guard let axes else { return [Bool](repeating: true, count: count) }
        if count == 0, axes.allSatisfy({ $0 == 0 || $0 == -1 }) { return [] }
        var flags = [Bool](repeating: false, count: count)
        for axis in try normalized(axes, count) { flags[axis] = true }
        return flags
    }
}
