/// A growing set of axis-aligned boxes that answers "which boxes touch this one" in logarithmic
/// time.
///
/// Kept as a forest of static bounding-volume trees of doubling sizes: an insertion merges the
/// small trees, as a binary counter carries, so that n insertions cost O(n log² n) in all and every
/// tree is balanced.

struct Box {
    var low: SIMD4<Int>
    var high: SIMD4<Int>

    func touches(_ other: Box) -> Bool {
        all(low .<= other.high) && all(other.low .<= high)
    }

    func union(_ other: Box) -> Box {
        Box(
            low: low.replacing(with: other.low, where: other.low .< low),
            high: high.replacing(with: other.high, where: other.high .> high))
    }
}

struct BoxForest {
    private struct Node {
        var box: Box
        /// First child for inner nodes (the second follows its subtree), entry for leaves.
        var skip: Int32
        var entry: Int32
    }
    private typealias Item = (box: Box, entry: Int32)

    private var trees: [(items: [Item], nodes: [Node])] = []
    private var tail: [Item] = []

    mutating func insert(_ box: Box, entry: Int) {
        tail.append((box, Int32(entry)))
        guard tail.count == 16 else { return }
        var items = tail
        tail.removeAll(keepingCapacity: true)
        while let last = trees.last, last.items.count <= items.count {
            items += last.items
            trees.removeLast()
        }
        var nodes: [Node] = []
        nodes.reserveCapacity(2 * items.count)
        BoxForest.build(&items, 0..<items.count, into: &nodes)
        trees.append((items, nodes))
    }

    /// Calls `body` with every entry whose box touches `box`.
    /// - Complexity: O(log n + answers) for boxes that overlap little.
    func forEach(touching box: Box, _ body: (Int) -> Void) {
        for item in tail where item.box.touches(box) { body(Int(item.entry)) }
        for tree in trees {
            tree.nodes.withUnsafeBufferPointer { nodes in
                var k = 0
                while k < nodes.count {
                    if nodes[k].box.touches(box) {
                        if nodes[k].entry >= 0 { body(Int(nodes[k].entry)) }
                        k += 1
                    } else {
                        k = Int(nodes[k].skip)
                    }
                }
            }
        }
    }

    /// Appends the tree over `range` in preorder; `skip` is where the walk goes on when a box does
    /// not touch.
    private static func build(_ items: inout [Item], _ range: Range<Int>, into nodes: inout [Node])
    {
        let own = nodes.count
        var box = items[range.lowerBound].box
        for k in range.dropFirst() { box = box.union(items[k].box) }
        if range.count == 1 {
            nodes.append(Node(box: box, skip: Int32(own + 1), entry: items[range.lowerBound].entry))
            return
        }
        nodes.append(Node(box: box, skip: 0, entry: -1))
        let extents = box.high &- box.low
        var axis = 0
        for k in 1..<4 where extents[k] > extents[axis] { axis = k }
        items[range].sort {
            $0.box.low[axis] &+ $0.box.high[axis] < $1.box.low[axis] &+ $1.box.high[axis]
        }
        let middle = range.lowerBound + range.count / 2
        build(&items, range.lowerBound..<middle, into: &nodes)
        build(&items, middle..<range.upperBound, into: &nodes)
        nodes[own].skip = Int32(nodes.count)
    }
}
