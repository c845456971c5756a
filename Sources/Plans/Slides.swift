/// Which operands of a window move together, learned from windows of one form.
///
///     window of one round            far[:, k]   far[k]   far
///     the next round                 far[:, k+1] far[k+1] far
///     slide                          1           2        0
///     moved by                       1 element   1 row    nothing
///
/// In: windows that are alike but for where their operands begin. Out: for each operand its slide.
/// Operands of one slide see one store, and have moved by the same number of bytes every time;
/// those of slide 0 have never moved. A plan made with slides knows how the operands of one slide
/// lie to each other, and takes operands of two slides of one store to meet anywhere. So it is right
/// for every window of the form in which each slide moves as a whole.
import Launches

public struct Slides {
    /// By operand, in the order of the launches' operands.
    private let slideOf: [UInt8]
    private let sizes: [Int]
    private let stores: [Int]
    /// Where operands begin in the window for which the plan was made.
    private let offsets: [Int]
    /// Slides, number 0 among them.
    public let count: Int

    /// Operands that move.
    public var movingCount: Int { slideOf.count { $0 != 0 } }

    /// No operand has moved yet.
    init(_ launches: [Launch], offsets: [Int]) {
        let operands = launches.flatMap { $0.inputs + $0.outputs }
        slideOf = [UInt8](repeating: 0, count: operands.count)
        sizes = operands.map(\.type.byteCount)
        stores = operands.map(\.store.windowOrdinal)
        self.offsets = offsets
        count = 1
    }

    /// Learns from another window of the form.
    ///
    /// - Returns: The slides of both, for a plan that is made for the other; `nil` where there are
    ///   more than can be told apart.
    func learned(from other: [Int]) -> Slides? { Slides(self, other) }

    private init?(_ earlier: Slides, _ other: [Int]) {
        var slides: [Move: Int] = [:]
        var result: [UInt8] = []
        result.reserveCapacity(other.count)
        for k in other.indices {
            let old = earlier.slideOf[k]
            let bytes = (other[k] &- earlier.offsets[k]) &* earlier.sizes[k]
            if old == 0 && bytes == 0 {
                result.append(0)
                continue
            }
            let move = Move(store: earlier.stores[k], slide: old, bytes: bytes)
            let slide = slides[move] ?? slides.count + 1
            guard let number = UInt8(exactly: slide) else { return nil }
            slides[move] = slide
            result.append(number)
        }
        slideOf = result
        (sizes, stores, offsets) = (earlier.sizes, earlier.stores, other)
        count = slides.count + 1
    }

    private struct Move: Hashable {
        var store: Int
        var slide: UInt8
        var bytes: Int
    }

    /// The shifts of the window for which the plan is made.
    var unmoved: [Int] { [Int](repeating: 0, count: count) }

    /// By how many bytes each slide has moved since the plan was made; `nil` where one did not move
    /// as a whole.
    func shifts(to other: UnsafeBufferPointer<Int>) -> [Int]? {
        var shifts = [Int](repeating: .min, count: count)
        shifts[0] = 0
        for k in other.indices {
            let bytes = (other[k] &- offsets[k]) &* sizes[k]
            let slide = Int(slideOf[k])
            if shifts[slide] != bytes {
                guard shifts[slide] == .min else { return nil }
                shifts[slide] = bytes
            }
        }
        return shifts
    }

    /// For each of a window's stores, whether some of its operands move.
    func movingStores(_ count: Int) -> [Bool] {
        var result = [Bool](repeating: false, count: count)
        for k in slideOf.indices where slideOf[k] != 0 { result[stores[k]] = true }
        return result
    }

    /// The launches of the window for which a plan is made, with views that tell their slides.
    func marked(_ launches: [Launch]) -> [Launch] {
        var operand = 0
        func marked(_ view: StoreView) -> StoreView {
            var view = view
            view.slide = slideOf[operand]
            operand += 1
            return view
        }
        return launches.map { launch in
            let copy = Launch(
                name: launch.name, domain: launch.domain, inputs: launch.inputs.map(marked),
                outputs: launch.outputs.map(marked), body: launch.body, source: launch.source)
            copy.windowPosition = launch.windowPosition
            copy.priority = launch.priority
            return copy
        }
    }
}
