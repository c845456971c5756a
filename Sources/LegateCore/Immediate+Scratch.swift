/// Room for what one small operation on the calling thread cannot read or write where it is.
///
/// One operation uses it at a time; what stands in it then is nobody's. Only the repeated number
/// stays, because loops use the same numbers again.
import Kernels
import Shapes

extension Immediate {
    /// Elements that fit into a block.
    public static let capacity = 16384
    @usableFromInline static let blockBytes = capacity * 16
    @usableFromInline static let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: (Block.allCases.count + 1) * blockBytes, alignment: 64)

    /// What a block is for.
    public enum Block: Int, CaseIterable {
        /// Operands laid side by side.
        case first, second, third
        /// The same in the type that a kernel takes.
        case convertedFirst, convertedSecond, convertedThird
        /// Results on their way to where they belong.
        case result, secondResult
    }

    /// A block, aligned to a line of the cache.
    @inlinable public static func block(_ block: Block) -> UnsafeMutableRawPointer {
        scratch + block.rawValue &* blockBytes
    }

    /// The two blocks of one operand.
    struct Rooms {
        let gathered: UnsafeMutableRawPointer
        let converted: UnsafeMutableRawPointer

        static var first: Rooms { Rooms(.first, .convertedFirst) }
        static var second: Rooms { Rooms(.second, .convertedSecond) }
        static var third: Rooms { Rooms(.third, .convertedThird) }

        private init(_ gathered: Block, _ converted: Block) {
            self.gathered = Immediate.block(gathered)
            self.converted = Immediate.block(converted)
        }
    }

    /// What the last block is filled with.
    nonisolated(unsafe) private static var repeated: (bits: UInt64, size: Int, count: Int) =
        (0, 0, 0)

    /// An element of at most eight bytes, repeated.
    public static func repeated(_ bits: UInt64, size: Int, count: Int) -> UnsafeRawPointer {
        let room = scratch + Block.allCases.count &* blockBytes
        if repeated.bits != bits || repeated.size != size || repeated.count < count {
            withUnsafeBytes(of: bits) {
                LatticeCopy.fill(
                    $0.baseAddress.unsafelyUnwrapped, size: size, count: count, into: room)
            }
            repeated = (bits, size, count)
        }
        return UnsafeRawPointer(room)
    }
}
