/// A compiled kernel as a file: a header, who made it, and the object.
///
///     0   magic, 8 bytes
///     8   checksum of everything behind it
///     16  hash of the kernel's text and of what it was compiled for, two words
///     32  bytes of the maker's name, 4; bytes of the object, 4
///     40  the maker's name (LLVM's version), the object
///
/// Numbers are little-endian. A file that is damaged, truncated or of another kernel is no file.

struct KernelFile: Equatable {
    /// What finds a kernel again: a hash of everything that its code depends on.
    struct Key: Equatable, Hashable {
        var high: UInt64
        var low: UInt64

        /// - Parameters:
        ///   - build: What tells one build of this library from another: the tables that kernels
        ///     call through may differ.
        init(_ text: KernelText, for target: KernelTarget, level: Int, build: String) {
            let words = [
                build, target.triple, target.cpu, target.features, String(level), text.name,
                text.text,
            ]
            // The two halves start differently and multiply by different primes, so that they are
            // two hashes.
            var high: UInt64 = 0xcbf2_9ce4_8422_2325, low: UInt64 = 0x9ae1_6a3b_2f90_404f
            for word in words {
                for byte in word.utf8 {
                    high = (high ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
                    low = (low ^ UInt64(byte)) &* 0x9fb2_1c65_1e98_df25
                    low ^= low >> 29
                }
                high = (high ^ 0x100) &* 0x0000_0100_0000_01b3
                low = (low ^ 0x100) &* 0x9fb2_1c65_1e98_df25
            }
            (self.high, self.low) = (high, low)
        }

        /// Thirty-two digits.
        var fileName: String {
            [high, low].map { String(String($0 | 1 << 63, radix: 16)) }.joined() + ".kernel"
        }
    }

    var key: Key
    var maker: String
    var object: [UInt8]

    private static let magic: [UInt8] = Array("LGKERNL1".utf8)
    private static let headerBytes = 40

    init(key: Key, maker: String, object: [UInt8]) {
        (self.key, self.maker, self.object) = (key, maker, object)
    }

    /// Nil if `bytes` are not exactly such a file.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= KernelFile.headerBytes, bytes.starts(with: KernelFile.magic),
            KernelFile.word(bytes, 8) == KernelFile.checksum(bytes[16...])
        else { return nil }
        let lengths = KernelFile.word(bytes, 32)
        let makerBytes = Int(lengths & 0xffff_ffff), objectBytes = Int(lengths >> 32)
        guard bytes.count == KernelFile.headerBytes + makerBytes + objectBytes else { return nil }
        key = Key(high: KernelFile.word(bytes, 16), low: KernelFile.word(bytes, 24))
        let end = KernelFile.headerBytes + makerBytes
        maker = String(decoding: bytes[KernelFile.headerBytes..<end], as: UTF8.self)
        object = Array(bytes[end...])
    }

    var bytes: [UInt8] {
        var bytes = KernelFile.magic + [UInt8](repeating: 0, count: 8)
        let name = Array(maker.utf8)
        for word in [key.high, key.low, UInt64(name.count) | UInt64(object.count) << 32] {
            withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
        }
        bytes += name
        bytes += object
        withUnsafeBytes(of: KernelFile.checksum(bytes[16...]).littleEndian) {
            bytes.replaceSubrange(8..<16, with: $0)
        }
        return bytes
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt64 {
        bytes.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            var sum: UInt64 = 0x6c62_272e_07bb_0142
            for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            return sum
        }
    }
}

extension KernelFile.Key {
    fileprivate init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
}
