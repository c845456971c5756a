/// Moves elements between strided memory and contiguous blocks, by element size only: bits, not
/// numbers.

enum StridedCopy {
    /// `target[i] = source[i * stride]` for `count` elements of `size` bytes. Stride in elements.
    static func gather(
        _ source: UnsafeRawPointer, stride: Int, size: Int, count: Int,
        into target: UnsafeMutableRawPointer
    ) {
        if stride == 1 {
            target.copyMemory(from: source, byteCount: count &* size)
            return
        }
        switch size {
        case 1: gather(UInt8.self, source, stride, count, target)
        case 2: gather(UInt16.self, source, stride, count, target)
        case 4: gather(UInt32.self, source, stride, count, target)
        case 8: gather(UInt64.self, source, stride, count, target)
        default: gather(SixteenBytes.self, source, stride, count, target)
        }
    }

    /// `target[i * stride] = source[i]`.
    static func scatter(
        _ source: UnsafeRawPointer, size: Int, count: Int, into target: UnsafeMutableRawPointer,
        stride: Int
    ) {
        if stride == 1 {
            target.copyMemory(from: source, byteCount: count &* size)
            return
        }
        switch size {
        case 1: scatter(UInt8.self, source, count, target, stride)
        case 2: scatter(UInt16.self, source, count, target, stride)
        case 4: scatter(UInt32.self, source, count, target, stride)
        case 8: scatter(UInt64.self, source, count, target, stride)
        default: scatter(SixteenBytes.self, source, count, target, stride)
        }
    }

    @inline(__always)
    private static func gather<T>(
        _: T.Type, _ source: UnsafeRawPointer, _ stride: Int, _ count: Int,
        _ target: UnsafeMutableRawPointer
    ) {
        let s = source.assumingMemoryBound(to: T.self)
        let t = target.assumingMemoryBound(to: T.self)
        // Strides that the compiler knows become vectors.
        switch stride {
        case 0:
            guard count > 0 else { return }
            let value = s.pointee
            for i in 0..<count { t[i] = value }
        case -1: for i in 0..<count { t[i] = s[0 &- i] }
        case 2: for i in 0..<count { t[i] = s[2 &* i] }
        default:
            var k = 0
            for i in 0..<count {
                t[i] = s[k]
                k &+= stride
            }
        }
    }

    @inline(__always)
    private static func scatter<T>(
        _: T.Type, _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutableRawPointer,
        _ stride: Int
    ) {
        let s = source.assumingMemoryBound(to: T.self)
        let t = target.assumingMemoryBound(to: T.self)
        if stride == -1 {
            for i in 0..<count { t[0 &- i] = s[i] }
            return
        }
        var k = 0
        for i in 0..<count {
            t[k] = s[i]
            k &+= stride
        }
    }
}
