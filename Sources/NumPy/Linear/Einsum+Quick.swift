/// The short way of `einsum` of two small arrays at rest that is no matrix product, such as
/// `ij,j->i` and `i,i->`: subscripts are read where they stand, and sums of products along one axis
/// are taken line by line.
///
/// Every line is summed in the fixed tree that a launch would use. `nil` stands for all that is not
/// of this kind, mistakes among it.
import LegateCore

extension Einsum {
    private static let mostAxes = 4

    /// Where the axes of one operand are named in the text.
    private struct Labels {
        var letters: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        var count = 0

        /// Whether the letter is new and there is room for it.
        mutating func take(_ letter: UInt8) -> Bool {
            guard count < Einsum.mostAxes, Einsum.isLetter(letter), place(of: letter) == nil else {
                return false
            }
            withUnsafeMutableBytes(of: &letters) { $0[count] = letter }
            count &+= 1
            return true
        }

        subscript(axis: Int) -> UInt8 { withUnsafeBytes(of: letters) { $0[axis] } }

        func place(of letter: UInt8) -> Int? {
            for axis in 0..<count where self[axis] == letter { return axis }
            return nil
        }
    }

    private static func read(_ text: UnsafeBufferPointer<UInt8>) -> (Labels, Labels, Labels)? {
        var parts = (Labels(), Labels(), Labels())
        var i = 0
        while i < text.count, text[i] != UInt8(ascii: ",") {
            guard parts.0.take(text[i]) else { return nil }
            i &+= 1
        }
        i &+= 1
        while i < text.count, text[i] != UInt8(ascii: "-") {
            guard parts.1.take(text[i]) else { return nil }
            i &+= 1
        }
        guard i &+ 1 < text.count, text[i &+ 1] == UInt8(ascii: ">") else { return nil }
        i &+= 2
        while i < text.count {
            guard parts.2.take(text[i]) else { return nil }
            i &+= 1
        }
        return parts
    }

    /// `einsum(text, x, y)` where one label is summed, which both operands have as their last axis.
    static func quick(_ text: UnsafeBufferPointer<UInt8>, _ x: NDArray, _ y: NDArray) -> NDArray? {
        guard let (a, b, output) = read(text), a.count == x.axisCount, b.count == y.axisCount,
            a.count > 0, b.count > 0, a[a.count &- 1] == b[b.count &- 1],
            output.place(of: a[a.count &- 1]) == nil, x.type == y.type, x.isSmallAtRest,
            y.isSmallAtRest
        else { return nil }
        let inner = x.shape[a.count &- 1]
        guard inner > 0, inner == y.shape[b.count &- 1], x.isEven, y.isEven else { return nil }
        var left = Lattice(offset: x.lattice.offset, shape: AxisList(), strides: AxisList())
        var right = Lattice(offset: y.lattice.offset, shape: AxisList(), strides: AxisList())
        var (inLeft, inRight) = (0, 0)
        for k in 0..<output.count {
            let (i, j) = (a.place(of: output[k]), b.place(of: output[k]))
            guard i != nil || j != nil else { return nil }
            let extent = i.map { x.shape[$0] } ?? y.shape[j.unsafelyUnwrapped]
            if let j, y.shape[j] != extent { return nil }
            inLeft &+= i == nil ? 0 : 1
            inRight &+= j == nil ? 0 : 1
            left.shape.append(extent)
            left.strides.append(i.map { x.strides[$0] } ?? 0)
            right.shape.append(extent)
            right.strides.append(j.map { y.strides[$0] } ?? 0)
        }
        // All but the summed label are wanted, and no two operands both have labels of their own:
        // that would be a matrix product.
        guard inLeft == a.count &- 1, inRight == b.count &- 1,
            inLeft == output.count || inRight == output.count
        else { return nil }
        return lines(x, left, y, right, inner)
    }

    private static func lines(
        _ x: NDArray, _ left: Lattice, _ y: NDArray, _ right: Lattice, _ inner: Int
    ) -> NDArray? {
        let count = left.shape.product
        guard count > 0, Runtime.shared.isImmediate(count &* inner),
            let result = NDArray.quickNew(left.shape, x.type)
        else { return nil }
        let size = x.type.byteCount
        let (first, second) = (x.store.memory.unsafelyUnwrapped, y.store.memory.unsafelyUnwrapped)
        for k in 0..<count {
            guard
                Immediate.sumOfProducts(
                    x.type, UnsafeRawPointer(first + left.uncheckedOffset(at: k) &* size),
                    UnsafeRawPointer(second + right.uncheckedOffset(at: k) &* size), count: inner,
                    into: result.firstByte + k &* size)
            else { return nil }
        }
        return left.shape.count == 0 ? result.flagged(isScalar: true) : result
    }
}

extension NDArray {
    /// Whether neighbours along the last axis are neighbours in memory.
    fileprivate var isEven: Bool { strides[axisCount &- 1] == 1 || shape[axisCount &- 1] == 1 }

    /// `einsum` of two small arrays, where it is quick.
    public static func quickEinsum(
        _ text: UnsafeBufferPointer<UInt8>, _ x: NDArray, _ y: NDArray
    ) -> NDArray? {
        Einsum.quick(text, x, y)
    }
}
