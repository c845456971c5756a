/// The relocations that compiled kernels have, for x86-64 and AArch64; any other is an error, and
/// the kernel is compiled anew or not used.
///
/// S is the symbol's address, A the addend, P the address of what is changed. Sources: System V
/// ABI, AMD64 supplement, table 4.10; ELF for the Arm 64-bit Architecture, sections 5.7.

enum Relocations {
    /// Bytes that a relocation changes.
    static func width(_ type: Int, machine: Int) throws -> Int {
        switch machine {
        case ELF.x86_64: return type == X86.absolute64 || type == X86.relative64 ? 8 : 4
        case ELF.aarch64: return type == Arm.absolute64 || type == Arm.relative64 ? 8 : 4
        default: throw ObjectError("an object for another processor")
        }
    }

    /// Whether the code loads the address from a slot.
    static func usesSlot(_ type: Int, machine: Int) -> Bool {
        machine == ELF.x86_64
            ? [X86.slot, X86.slotRelaxable, X86.slotRelaxableLong].contains(type)
            : [Arm.slotPage, Arm.slotLow].contains(type)
    }

    /// A jump to `address`, sixteen bytes.
    static func writeStub(
        in image: UnsafeMutableRawBufferPointer, at offset: Int, to address: UInt, machine: Int
    ) {
        if machine == ELF.x86_64 {
            // jmp *2(%rip); two bytes to fill up; the address.
            image.storeBytes(of: 0x0002_25ff, toByteOffset: offset, as: UInt32.self)
            image.storeBytes(of: 0x9090_0000, toByteOffset: offset + 4, as: UInt32.self)
        } else {
            // ldr x16, .+8; br x16; the address.
            image.storeBytes(of: 0x5800_0050, toByteOffset: offset, as: UInt32.self)
            image.storeBytes(of: 0xd61f_0200, toByteOffset: offset + 4, as: UInt32.self)
        }
        image.storeBytes(of: UInt64(address), toByteOffset: offset + 8, as: UInt64.self)
    }

    static func apply(
        _ type: Int, machine: Int, in image: UnsafeMutableRawBufferPointer, at offset: Int,
        place: UInt, target: UInt,
        addend: Int
    ) throws {
        let word = Word(image: image, offset: offset)
        // S + A, and S + A - P.
        let absolute = target &+ UInt(bitPattern: addend)
        let relative = Int(bitPattern: absolute &- place)
        if machine == ELF.x86_64 {
            try x86(type, word, absolute, relative)
        } else {
            try arm(
                type, word, absolute, relative,
                Int(bitPattern: (absolute & ~0xfff) &- (place & ~0xfff)))
        }
    }

    // MARK: - x86-64

    enum X86 {
        static let absolute64 = 1, relative32 = 2, call = 4, slot = 9, unsigned32 = 10,
            signed32 = 11, relative64 = 24
        static let slotRelaxable = 41, slotRelaxableLong = 42
    }

    private static func x86(_ type: Int, _ word: Word, _ absolute: UInt, _ relative: Int) throws {
        switch type {
        case X86.absolute64: word.store(UInt64(absolute))
        case X86.relative64: word.store(UInt64(bitPattern: Int64(relative)))
        case X86.relative32, X86.call, X86.slot, X86.slotRelaxable, X86.slotRelaxableLong:
            word.store(UInt32(bitPattern: try narrow(relative)))
        case X86.signed32: word.store(UInt32(bitPattern: try narrow(Int(bitPattern: absolute))))
        case X86.unsigned32:
            guard let low = UInt32(exactly: absolute) else {
                throw ObjectError("an address out of reach")
            }
            word.store(low)
        default: throw ObjectError("relocation \(type) is not known")
        }
    }

    private static func narrow(_ value: Int) throws -> Int32 {
        guard let narrow = Int32(exactly: value) else {
            throw ObjectError("an address out of reach")
        }
        return narrow
    }

    // MARK: - AArch64

    enum Arm {
        static let absolute64 = 257, absolute32 = 258, relative64 = 260, relative32 = 261
        static let address21 = 274, page = 275, addLow = 277, low8 = 278, low16 = 284, low32 = 285,
            low64 = 286
        static let low128 = 299, testBranch = 279, branch19 = 280, jump = 282, call = 283,
            slotPage = 311, slotLow = 312
    }

    private static func arm(
        _ type: Int, _ word: Word, _ absolute: UInt, _ relative: Int, _ pages: Int
    ) throws {
        switch type {
        case Arm.absolute64: word.store(UInt64(absolute))
        case Arm.relative64: word.store(UInt64(bitPattern: Int64(relative)))
        case Arm.relative32: word.store(UInt32(bitPattern: try narrow(relative)))
        case Arm.address21: try word.insertAddress(relative)
        case Arm.page, Arm.slotPage: try word.insertAddress(pages >> 12)
        case Arm.addLow, Arm.low8: try word.insertLow(absolute, scale: 0)
        case Arm.low16: try word.insertLow(absolute, scale: 1)
        case Arm.low32: try word.insertLow(absolute, scale: 2)
        case Arm.low64, Arm.slotLow: try word.insertLow(absolute, scale: 3)
        case Arm.low128: try word.insertLow(absolute, scale: 4)
        case Arm.testBranch: try word.insertDistance(relative, bits: 14, at: 5)
        case Arm.branch19: try word.insertDistance(relative, bits: 19, at: 5)
        case Arm.jump, Arm.call: try word.insertDistance(relative, bits: 26, at: 0)
        default: throw ObjectError("relocation \(type) is not known")
        }
    }
}

/// The instruction or number that a relocation changes.
private struct Word {
    let image: UnsafeMutableRawBufferPointer
    let offset: Int

    func store(_ value: UInt32) {
        image.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    func store(_ value: UInt64) {
        image.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    private func insert(_ field: UInt32, mask: UInt32) {
        let old = UInt32(littleEndian: image.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        store(old & ~mask | field & mask)
    }

    private func check(_ value: Int, bits: Int) throws {
        guard value >= -(1 << (bits - 1)), value < 1 << (bits - 1) else {
            throw ObjectError("an address out of reach")
        }
    }

    /// ADR and ADRP: the two low bits stand apart.
    func insertAddress(_ value: Int) throws {
        try check(value, bits: 21)
        let bits = UInt32(truncatingIfNeeded: value)
        insert((bits & 3) << 29 | ((bits >> 2) & 0x7ffff) << 5, mask: 3 << 29 | 0x7ffff << 5)
    }

    /// The address within its page, counted in units of the load's size.
    func insertLow(_ address: UInt, scale: Int) throws {
        let low = UInt32(address & 0xfff)
        guard low & ((1 << scale) - 1) == 0 else {
            throw ObjectError("an address that is not aligned")
        }
        insert((low >> scale) << 10, mask: 0xfff << 10)
    }

    /// A distance in instructions.
    func insertDistance(_ distance: Int, bits: Int, at shift: Int) throws {
        guard distance & 3 == 0 else { throw ObjectError("an address that is not aligned") }
        try check(distance >> 2, bits: bits)
        let mask = UInt32((1 << bits) - 1)
        insert((UInt32(truncatingIfNeeded: distance >> 2) & mask) << shift, mask: mask << shift)
    }
}
