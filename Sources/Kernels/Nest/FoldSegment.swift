/// The results of a nest's folds over a part of its points: one for each node of the tree that the
/// part consists of.
///
/// Ranks hand each other segments. Two segments of neighbouring parts make the segment of both:
/// where two nodes are the halves of one, they meet. What comes out does not depend on who met whom
/// first, because the tree says how:
///
///     positions   0 ........ 37 | 38 ......... 99        nodes of each part in their parents, up to the rows' roots
import Glibc
import Launches

public final class FoldSegment {
    public let positions: Range<Int>
    /// The inner points it holds results for, columns form.
    public let columns: Range<Int>
    let nodes: [FoldTree.Node]
    let memory: UnsafeMutableRawPointer
    /// Bytes of each fold's result, and where they begin in a node's.
    private let sizes: [Int]
    let offsets: [Int]
    private let nodeSize: Int

    init(_ program: NestProgram, _ positions: Range<Int>, _ columns: Range<Int>) {
        self.positions = positions
        self.columns = columns
        nodes = program.tree.nodes(positions)
        sizes = program.nest.folds.map { $0.type.byteCount * columns.count }
        var offsets: [Int] = []
        var end = 0
        for size in sizes {
            offsets.append(end)
            end += (size + 15) / 16 * 16
        }
        self.offsets = offsets
        nodeSize = end
        memory = .allocate(byteCount: max(16, nodes.count * end), alignment: 64)
    }

    deinit { memory.deallocate() }

    func result(_ node: Int, fold: Int) -> UnsafeMutableRawPointer {
        memory + node * nodeSize + offsets[fold]
    }

    /// Bytes of a message that carries it.
    public var byteCount: Int { nodes.count * sizes.reduce(0, +) }

    public func pack(into message: UnsafeMutableRawPointer) {
        var target = message
        for node in nodes.indices {
            for fold in sizes.indices {
                target.copyMemory(from: result(node, fold: fold), byteCount: sizes[fold])
                target += sizes[fold]
            }
        }
    }

    public func unpack(from message: UnsafeRawPointer) {
        var source = message
        for node in nodes.indices {
            for fold in sizes.indices {
                result(node, fold: fold).copyMemory(from: source, byteCount: sizes[fold])
                source += sizes[fold]
            }
        }
    }
}

extension NestProgram {
    /// An empty segment, to receive into.
    public func segment(_ positions: Range<Int>, columns: Range<Int>? = nil) -> FoldSegment {
        FoldSegment(self, positions, columns ?? 0..<innerCount)
    }

    /// Bytes of a message that carries the segment of some positions.
    public func segmentByteCount(_ positions: Range<Int>, columns: Range<Int>? = nil) -> Int {
        tree.nodes(positions).count * (columns?.count ?? innerCount)
            * nest.folds.reduce(0) { $0 + $1.type.byteCount }
    }

    /// The segment of the points that this program computed: from its partial results, or from the
    /// results it stored.
    public func segment(
        _ positions: Range<Int>, columns: Range<Int>? = nil, _ frame: BlockInterpreter.Frame,
        partials: UnsafeMutableRawPointer?
    ) -> FoldSegment {
        let segment = self.segment(positions, columns: columns)
        guard let partials, partialByteCount > 0 else {
            for (k, node) in segment.nodes.enumerated() {
                for fold in 0..<folders.count {
                    forEachTarget(fold, node.row, segment.columns) { element, i in
                        (segment.result(k, fold: fold) + i &* folders[fold].size).copyMemory(
                            from: frame.memory[folders[fold].slot] + element &* folders[fold].size,
                            byteCount: folders[fold].size)
                    }
                }
            }
            return segment
        }
        // Leaves stand in the order of the nodes they belong to.
        var leaf = 0
        for (k, node) in segment.nodes.enumerated() {
            for fold in 0..<folders.count {
                var next = leaf
                meetLeaves(
                    node.range, fold, segment.columns, partials, &next,
                    into: segment.result(k, fold: fold))
                if fold == folders.count - 1 { leaf = next }
            }
        }
        return segment
    }

    private func meetLeaves(
        _ range: Range<Int>, _ fold: Int, _ columns: Range<Int>,
        _ partials: UnsafeMutableRawPointer, _ next: inout Int,
        into target: UnsafeMutableRawPointer
    ) {
        let size = folders[fold].size
        if range.count <= tree.limit {
            let source =
                nest.form == .rows
                ? partials + next &* partialSize + folders[fold].partialOffset
                : partials + columnPartial(fold, next) + columns.lowerBound &* size
            target.copyMemory(from: source, byteCount: columns.count &* size)
            next += 1
            return
        }
        let middle = tree.middle(range)
        let right = UnsafeMutableRawPointer.allocate(
            byteCount: columns.count &* size, alignment: 64)
        defer { right.deallocate() }
        meetLeaves(range.lowerBound..<middle, fold, columns, partials, &next, into: target)
        meetLeaves(middle..<range.upperBound, fold, columns, partials, &next, into: right)
        meet(fold, target, right, into: target, columns.count)
    }

    private func meet(
        _ fold: Int, _ left: UnsafeMutableRawPointer, _ right: UnsafeMutableRawPointer,
        into target: UnsafeMutableRawPointer, _ count: Int
    ) {
        if nest.form == .rows {
            folders[fold].meeting(left, right, into: target)
        } else {
            folders[fold].meetBlocks(left, right, into: target, count)
        }
    }

    /// The segment of two neighbouring parts.
    public func merge(_ left: FoldSegment, _ right: FoldSegment) -> FoldSegment {
        let merged = segment(
            left.positions.lowerBound..<right.positions.upperBound, columns: left.columns)
        var cursor = 0
        func value(_ node: FoldTree.Node, _ fold: Int, into target: UnsafeMutableRawPointer) {
            let isLeft = cursor < left.nodes.count
            let known = isLeft ? cursor : cursor - left.nodes.count
            let segment = isLeft ? left : right
            if segment.nodes[known] == node {
                target.copyMemory(
                    from: segment.result(known, fold: fold),
                    byteCount: merged.columns.count &* folders[fold].size)
                cursor += 1
                return
            }
            let middle = tree.middle(node.range)
            let other = UnsafeMutableRawPointer.allocate(
                byteCount: max(16, merged.columns.count &* folders[fold].size), alignment: 64)
            defer { other.deallocate() }
            value(.init(row: node.row, range: node.range.lowerBound..<middle), fold, into: target)
            value(.init(row: node.row, range: middle..<node.range.upperBound), fold, into: other)
            meet(fold, target, other, into: target, merged.columns.count)
        }
        for fold in 0..<folders.count {
            cursor = 0
            for (k, node) in merged.nodes.enumerated() {
                value(node, fold, into: merged.result(k, fold: fold))
            }
        }
        return merged
    }

    /// Writes the results of whole rows to the folds' targets.
    public func store(_ segment: FoldSegment, _ frame: BlockInterpreter.Frame) {
        for (k, node) in segment.nodes.enumerated() {
            for fold in 0..<folders.count {
                forEachTarget(fold, node.row, segment.columns) { element, i in
                    (frame.memory[folders[fold].slot] + element &* folders[fold].size).copyMemory(
                        from: segment.result(k, fold: fold) + i &* folders[fold].size,
                        byteCount: folders[fold].size)
                }
            }
        }
    }

    /// Calls `body` with the element of the target's store for each of some results of one outer
    /// row.
    private func forEachTarget(
        _ fold: Int, _ row: Int, _ columns: Range<Int>, _ body: (_ element: Int, _ i: Int) -> Void
    ) {
        for (i, inner) in columns.enumerated() {
            body(targetOffset(fold, row: row, inner: inner), i)
        }
    }
}
