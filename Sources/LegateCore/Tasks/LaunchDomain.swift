/// The points of a manual launch, row by row: tile *u* of the launch is point *u*.
import Shapes

struct LaunchDomain {
    let shape: AxisList
    let colors: [AxisList]

    init(_ shape: AxisList) {
        self.shape = shape
        colors = shape.points
    }
}

extension AxisList {
    /// All points of a domain with these extents, row by row.
    var points: [AxisList] {
        var result: [AxisList] = [[]]
        for extent in self {
            result = result.flatMap { point in
                (0..<extent).map {
                    var next = point
                    next.append($0)
                    return next
                }
            }
        }
        return result
    }
}
