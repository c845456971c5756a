/// Lays an object's sections out in one piece of memory and applies its relocations.
///
/// In: an object file, the address where it will lie, and the addresses of what it calls outside
/// itself. Out: the bytes. Nothing here touches memory or needs the host's processor, so that the
/// tests can read images for another one.
///
///     | .text … | .rodata … | slot of external 0 | slot of 1 | … | stub of external 0 | stub of 1 | … |
///
/// Code reaches names outside through stubs (calls) or through slots that hold the address (loads):
/// what it calls may lie anywhere in the address space.

struct ObjectImage {
    let object: ObjectFile
    /// Bytes of the whole image.
    let byteCount: Int
    /// Of each section; nil for one that is not loaded.
    private let places: [Int?]
    /// Names outside, each once, and the symbols that have a place in that list.
    let externals: [String]
    private let externalOfSymbol: [Int: Int]
    private let firstSlot: Int
    private let firstStub: Int

    static let slotBytes = 8
    static let stubBytes = 16

    /// - Throws: ``ObjectError`` if the object has anything in it that kernels do not have.
    init(_ object: ObjectFile) throws {
        self.object = object
        var end = 0
        places = try object.sections.map { section in
            if section.flags & ELF.allocated != 0 && section.size > 0 {
                guard section.flags & (ELF.written | ELF.threadLocal) == 0,
                    section.type != ELF.noBits
                else {
                    throw ObjectError("the section \(section.name) holds variables")
                }
            }
            guard section.isLoaded else { return nil }
            guard section.alignment <= 4096, section.alignment & (section.alignment - 1) == 0 else {
                throw ObjectError("the section \(section.name) has a strange alignment")
            }
            end = ObjectImage.aligned(end, to: section.alignment)
            defer { end += section.size }
            return end
        }
        var externals: [String] = [], externalOfSymbol: [Int: Int] = [:]
        for relocation in object.relocations where externalOfSymbol[relocation.symbol] == nil {
            let symbol = object.symbols[relocation.symbol]
            if symbol.section != ELF.undefinedSection { continue }
            guard !symbol.name.isEmpty else {
                throw ObjectError("a relocation of a symbol without a name")
            }
            externalOfSymbol[relocation.symbol] =
                externals.firstIndex(of: symbol.name) ?? externals.count
            if !externals.contains(symbol.name) { externals.append(symbol.name) }
        }
        // Slots also for local symbols that the code loads through the table of addresses.
        for relocation in object.relocations
        where Relocations.usesSlot(relocation.type, machine: object.machine) {
            if externalOfSymbol[relocation.symbol] == nil {
                throw ObjectError(
                    "an address of \(object.symbols[relocation.symbol].name) is taken through a table"
                )
            }
        }
        self.externals = externals
        self.externalOfSymbol = externalOfSymbol
        firstSlot = ObjectImage.aligned(end, to: 16)
        firstStub = ObjectImage.aligned(firstSlot + externals.count * ObjectImage.slotBytes, to: 16)
        byteCount = firstStub + externals.count * ObjectImage.stubBytes
    }

    private static func aligned(_ offset: Int, to alignment: Int) -> Int {
        (offset + alignment - 1) & -alignment
    }

    /// Where the function `name` begins, counted from the image's start.
    func offset(of name: String) throws -> Int {
        guard
            let symbol = object.symbols.first(where: { $0.name == name && $0.type == ELF.function }
            ),
            symbol.section < places.count, let place = places[symbol.section], symbol.value >= 0,
            symbol.value < object.sections[symbol.section].size
        else { throw ObjectError("the object has no function \(name)") }
        return place + symbol.value
    }

    /// Writes the image for address `base`.
    ///
    /// - Parameter addresses: Of `externals`, in their order.
    func write(to image: UnsafeMutableRawBufferPointer, base: UInt, addresses: [UInt]) throws {
        precondition(image.count >= byteCount && addresses.count == externals.count)
        for (section, place) in zip(object.sections, places) {
            guard let place else { continue }
            object.bytes.withUnsafeBytes {
                image.baseAddress!.advanced(by: place).copyMemory(
                    from: $0.baseAddress! + section.offset, byteCount: section.size)
            }
        }
        for (k, address) in addresses.enumerated() {
            image.storeBytes(
                of: UInt64(address), toByteOffset: firstSlot + k * ObjectImage.slotBytes,
                as: UInt64.self)
            Relocations.writeStub(
                in: image, at: firstStub + k * ObjectImage.stubBytes, to: address,
                machine: object.machine)
        }
        for relocation in object.relocations { try apply(relocation, image, base) }
    }

    private func apply(
        _ relocation: ObjectFile.Relocation, _ image: UnsafeMutableRawBufferPointer, _ base: UInt
    ) throws {
        let section = object.sections[relocation.section]
        let bytes = try Relocations.width(relocation.type, machine: object.machine)
        guard relocation.offset >= 0, relocation.offset <= section.size - bytes else {
            throw ObjectError("a relocation outside its section")
        }
        let place = places[relocation.section]! + relocation.offset
        try Relocations.apply(
            relocation.type, machine: object.machine, in: image, at: place,
            place: base &+ UInt(place),
            target: target(relocation, base), addend: relocation.addend)
    }

    /// The address that a relocation means: a symbol's own, or that of its slot or stub.
    private func target(_ relocation: ObjectFile.Relocation, _ base: UInt) throws -> UInt {
        if let k = externalOfSymbol[relocation.symbol] {
            if Relocations.usesSlot(relocation.type, machine: object.machine) {
                return base &+ UInt(firstSlot + k * ObjectImage.slotBytes)
            }
            return base &+ UInt(firstStub + k * ObjectImage.stubBytes)
        }
        let symbol = object.symbols[relocation.symbol]
        if symbol.section == ELF.absoluteSection { return UInt(bitPattern: symbol.value) }
        guard symbol.section < places.count, let place = places[symbol.section] else {
            throw ObjectError("\(symbol.name) lies in no section that is loaded")
        }
        return base &+ UInt(place) &+ UInt(bitPattern: symbol.value)
    }
}
