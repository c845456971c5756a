/// The true elements of a mask, side by side, by vectors where the processor can.
///
/// In: a mask of bytes and elements that both lie side by side. Out: how far it came; what is left
/// is the caller's.
internal import CMath

/// Kernels that bring together what a mask selects.
public enum MaskKernels {
    /// Elements of the mask that were looked at, and how many of them were true.
    public typealias Progress = (seen: Int, taken: Int)

    /// Moves true elements of `size` bytes, at most `count`, side by side to `target`, where up to
    /// `count` elements may be written.
    public static func compress(
        _ mask: UnsafePointer<UInt8>, _ extent: Int, _ source: UnsafeRawPointer, size: Int,
        into target: UnsafeMutableRawPointer, count: Int
    ) -> Progress {
        let kind: legate_mask_kind
        switch size {
        case 4: kind = LEGATE_COMPRESS_4
        case 8: kind = LEGATE_COMPRESS_8
        case 16: kind = LEGATE_COMPRESS_16
        default: return (0, 0)
        }
        return walk(kind, mask, extent, source, target, count)
    }

    /// Writes the places of the true elements, at most `count`, counted from `first`.
    public static func places(
        _ mask: UnsafePointer<UInt8>, _ extent: Int, first: Int,
        into target: UnsafeMutablePointer<Int>, count: Int
    ) -> Progress {
        withUnsafePointer(to: Int64(first)) {
            walk(LEGATE_TRUE_PLACES, mask, extent, $0, target, count)
        }
    }

    private static func walk(
        _ kind: legate_mask_kind, _ mask: UnsafePointer<UInt8>, _ extent: Int,
        _ source: UnsafeRawPointer,
        _ target: UnsafeMutableRawPointer, _ count: Int
    ) -> Progress {
        guard let walk = legate_mask_walk_of(Int32(kind.rawValue)) else { return (0, 0) }
        let progress = walk(mask, extent, source, target, count)
        return (progress.seen, progress.taken)
    }
}
