/// Reads a relocatable ELF object: its sections, symbols and relocations, every offset checked.
///
/// In: the bytes that LLVM emitted, perhaps long ago. Out: what `ObjectImage` needs to place it in
/// memory. Anything damaged or unknown is an error, never a crash.

struct ObjectError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

struct ObjectFile {
    struct Section {
        var type: Int
        var flags: Int
        var offset: Int
        var size: Int
        var link: Int
        var info: Int
        var alignment: Int
        var name: String

        var isLoaded: Bool {
            flags & ELF.allocated != 0 && type == ELF.programBits && size > 0 && name != ".eh_frame"
        }
    }

    struct Symbol {
        var name: String
        /// Number of its section, or one of the reserved numbers.
        var section: Int
        var value: Int
        var type: Int
    }

    struct Relocation {
        /// Number of the section it changes.
        var section: Int
        var offset: Int
        var type: Int
        var symbol: Int
        var addend: Int
    }

    let bytes: [UInt8]
    let machine: Int
    private(set) var sections: [Section] = []
    private(set) var symbols: [Symbol] = []
    private(set) var relocations: [Relocation] = []

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard bytes.count >= 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else {
            throw ObjectError("not a 64-bit little-endian ELF file")
        }
        machine = Int(ObjectFile.word16(bytes, 18))
        guard ObjectFile.word16(bytes, 16) == 1 else {
            throw ObjectError("not a relocatable object")
        }
        try readSections()
        try readSymbols()
        try readRelocations()
    }

    // MARK: - Tables

    private mutating func readSections() throws {
        let start = try number64(40), count = try number16(60), names = try number16(62)
        guard try number16(58) == 64, count > 0, names < count else {
            throw ObjectError("bad section headers")
        }
        try check(start, count * 64)
        for k in 0..<count {
            let at = start + k * 64
            let section = Section(
                type: try number32(at + 4), flags: try number64(at + 8),
                offset: try number64(at + 24),
                size: try number64(at + 32), link: try number32(at + 40),
                info: try number32(at + 44),
                alignment: max(1, try number64(at + 48)), name: "")
            if section.type != ELF.noBits { try check(section.offset, section.size) }
            sections.append(section)
        }
        for k in 0..<count {
            sections[k].name = try string(sections[names], try number32(start + k * 64))
        }
    }

    private mutating func readSymbols() throws {
        let tables = sections.filter { $0.type == ELF.symbolTable }
        guard let table = tables.first, tables.count == 1, table.link < sections.count else {
            throw ObjectError("no single symbol table")
        }
        for at in stride(from: table.offset, to: table.offset + table.size / 24 * 24, by: 24) {
            symbols.append(
                Symbol(
                    name: try string(sections[table.link], try number32(at)),
                    section: try number16(at + 6),
                    value: try number64(at + 8), type: Int(bytes[at + 4] & 15)))
        }
    }

    private mutating func readRelocations() throws {
        for table in sections
        where table.type == ELF.relocationsWithAddend || table.type == ELF.relocations {
            guard table.info < sections.count else {
                throw ObjectError("relocations of no section")
            }
            if !sections[table.info].isLoaded { continue }
            guard table.type == ELF.relocationsWithAddend else {
                throw ObjectError("relocations without addends")
            }
            for at in stride(from: table.offset, to: table.offset + table.size / 24 * 24, by: 24) {
                let relocation = Relocation(
                    section: table.info, offset: try number64(at), type: try number32(at + 8),
                    symbol: try number32(at + 12), addend: try number64(at + 16))
                guard relocation.symbol < symbols.count else {
                    throw ObjectError("a relocation of no symbol")
                }
                relocations.append(relocation)
            }
        }
    }

    // MARK: - Words

    private func check(_ offset: Int, _ size: Int) throws {
        guard offset >= 0, size >= 0, offset <= bytes.count, size <= bytes.count - offset else {
            throw ObjectError("an offset outside the file")
        }
    }

    private static func word16(_ bytes: [UInt8], _ at: Int) -> UInt16 {
        UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
    }

    private func number16(_ at: Int) throws -> Int {
        try check(at, 2)
        return Int(ObjectFile.word16(bytes, at))
    }

    private func number32(_ at: Int) throws -> Int {
        try check(at, 4)
        return Int(
            bytes.withUnsafeBytes {
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt32.self))
            })
    }

    private func number64(_ at: Int) throws -> Int {
        try check(at, 8)
        return bytes.withUnsafeBytes {
            Int(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Int.self))
        }
    }

    private func string(_ table: Section, _ offset: Int) throws -> String {
        guard table.type == ELF.stringTable, offset >= 0, offset < table.size || offset == 0 else {
            throw ObjectError("a name outside its table")
        }
        let rest = bytes[(table.offset + offset)..<(table.offset + table.size)]
        return String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// Numbers of the ELF format. Source: System V ABI, chapters 4 and 5.
enum ELF {
    static let programBits = 1, symbolTable = 2, stringTable = 3, relocationsWithAddend = 4,
        noBits = 8, relocations = 9
    static let written = 1, allocated = 2, threadLocal = 0x400
    static let function = 2
    static let undefinedSection = 0, absoluteSection = 0xfff1, firstReservedSection = 0xff00
    static let x86_64 = 62, aarch64 = 183
}
