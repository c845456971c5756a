/// Puts an object's image into memory that can be run.
///
/// Memory is written first and run afterwards, never both at once. It is never given back: somebody
/// may be inside.
internal import CPlatform
import Glibc

enum ObjectLoader {
    #if arch(arm64)
        static let machine = ELF.aarch64
    #else
        static let machine = ELF.x86_64
    #endif

    /// The address of the function `name` of `object`, and the bytes of memory that it took.
    ///
    /// - Throws: ``ObjectError`` if the object is damaged, for another processor, or has anything
    ///   in it that kernels do not have; if the system refuses memory that can be run.
    static func load(_ object: [UInt8], function name: String) throws -> (
        function: UnsafeRawPointer, byteCount: Int
    ) {
        let file = try ObjectFile(object)
        guard file.machine == machine else { throw ObjectError("an object for another processor") }
        let image = try ObjectImage(file)
        let offset = try image.offset(of: name)
        let addresses = try image.externals.map { name in
            guard let address = KernelSymbols.address(of: name) else {
                throw ObjectError("it calls \(name)")
            }
            return address
        }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let byteCount = (image.byteCount + page - 1) / page * page
        guard
            let memory = mmap(
                nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { throw ObjectError("no memory for code") }
        do {
            try image.write(
                to: UnsafeMutableRawBufferPointer(start: memory, count: byteCount),
                base: UInt(bitPattern: memory),
                addresses: addresses)
            guard mprotect(memory, byteCount, PROT_READ | PROT_EXEC) == 0 else {
                throw ObjectError("the system allows no new code")
            }
        } catch {
            munmap(memory, byteCount)
            throw error
        }
        lg_clear_instructions(memory, memory + byteCount)
        return (UnsafeRawPointer(memory + offset), byteCount)
    }
}
