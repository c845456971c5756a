/// Temporaries of a window that never get memory: what reads them reads the views that they are
/// copies of.
import Launches
import Partitions
import Shapes

public struct CopiedStores {
    /// A box of the temporary, and the view whose elements it holds.
    struct Piece {
        var lower: [Int]
        var source: StoreView

        /// The points along an axis.
        func range(_ axis: Int) -> Range<Int> {
            lower[axis]..<lower[axis] + source.lattice.shape[axis]
        }

        func overlaps(_ other: Piece) -> Bool {
            lower.indices.allSatisfy { range($0).overlaps(other.range($0)) }
        }
    }

    private var all: [Int: [Piece]] = [:]
    /// For each store, the copies' positions in the window.
    private var positions: [Int: [Int]] = [:]

    public init() {}

    var isEmpty: Bool { all.isEmpty }

    mutating func insert(_ store: Store, _ pieces: [Piece], copiedBy launches: [Launch]) {
        all[store.windowOrdinal] = pieces
        positions[store.windowOrdinal] = launches.map { $0.windowPosition }
    }

    /// `nil` for stores that lie in memory.
    func pieces(of store: Store) -> [Piece]? { all.isEmpty ? nil : all[store.windowOrdinal] }

    /// The sources of all temporaries.
    var sources: [StoreView] { all.values.flatMap { $0.map(\.source) } }

    /// What a launch reads in memory.
    func reads(of launch: Launch) -> [StoreView] {
        if isEmpty { return launch.inputs }
        return launch.inputs.flatMap { view in pieces(of: view.store)?.map(\.source) ?? [view] }
    }

    /// The copies that are done with each group: with the last one that reads what they would have
    /// made.
    func positions(doneWith groups: [FusedGroup]) -> [Int: [Int]] {
        if isEmpty { return [:] }
        var lastReader: [Int: Int] = [:]
        for group in groups where group.readsCopies {
            for launch in group.launches {
                for view in launch.inputs where pieces(of: view.store) != nil {
                    lastReader[view.store.windowOrdinal] = group.index
                }
            }
        }
        var result: [Int: [Int]] = [:]
        for (store, group) in lastReader { result[group, default: []] += positions[store] ?? [] }
        return result.mapValues { $0.sorted() }
    }

    /// The positions of all copies.
    var allPositions: [Int] { positions.values.flatMap { $0 } }

    /// The boxes into which a domain is cut so that each of some views is one view of memory in
    /// each of them.
    func boxes(of domain: AxisList, reading views: [StoreView]) -> [PointBox] {
        var boxes = [PointBox(extents: Array(domain))]
        let pieces = views.flatMap { self.pieces(of: $0.store) ?? [] }
        for axis in domain.indices where !pieces.isEmpty {
            let ends = Set(pieces.map { $0.lower[axis] }).union([0]).sorted() + [domain[axis]]
            boxes = boxes.flatMap { box in
                zip(ends, ends.dropFirst()).map { low, high in
                    var box = box
                    box.lower[axis] = low
                    box.extents[axis] = high - low
                    return box
                }
            }
        }
        return boxes
    }

    /// The view of memory that a view over a domain is within one of its boxes.
    func view(_ view: StoreView, in box: PointBox) -> StoreView {
        let piece = pieces(of: view.store)?.first { piece in
            box.lower.indices.allSatisfy { piece.range($0).contains(box.lower[$0]) }
        }
        var result = piece?.source ?? view
        for axis in box.lower.indices {
            let steps = box.lower[axis] - (piece?.lower[axis] ?? 0)
            result.lattice.offset += steps * result.lattice.strides[axis]
            result.lattice.shape[axis] = box.extents[axis]
        }
        return result
    }
}
