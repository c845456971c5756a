/// What a user may set about compiled kernels, through the environment.
internal import CPlatform
import Glibc

extension KernelCompiler {
    struct Settings {
        enum Tier { case automatic, interpreted, compiledAtOnce }
        /// `LEGATE_TIER`: `auto`, `0` (interpret everything), `1` (compile everything, and wait for
        /// it).
        var tier = Tier.automatic
        /// `LEGATE_LLVM`: the library's path; nil for the usual names.
        var library: String?
        /// `LEGATE_LLVM=none`: only what lies on disk.
        var usesLibrary = true
        /// The program that compiles, beside the file that holds this code; nil to compile in this
        /// process, for tests.
        var program = Settings.image.map {
            String($0[...$0.lastIndex(of: "/")!]) + LLVMLibrary.programName
        }
        /// `LEGATE_CACHE_DIR`; nil for no cache.
        var cacheFolder: String?
        var cacheCapacity = KernelCache.capacity
        /// `LEGATE_VECTOR_BYTES`: 16, 32 or 64; registers are no wider.
        var vectorBytes = 64
        /// Effort of the code generator, 0 to 3.
        var level = 2

        static func fromEnvironment(
            _ variable: (String) -> String? = { getenv($0).map { String(cString: $0) } }
        ) -> Settings {
            var settings = Settings()
            switch variable("LEGATE_TIER") {
            case "0": settings.tier = .interpreted
            case "1": settings.tier = .compiledAtOnce
            default: break
            }
            let library = variable("LEGATE_LLVM") ?? ""
            settings.usesLibrary = library != "none"
            settings.library = library.isEmpty || library == "none" ? nil : library
            settings.cacheFolder = KernelCache.folder(variable)
            if let bytes = variable("LEGATE_VECTOR_BYTES").flatMap({ Int($0) }),
                [16, 32, 64].contains(bytes)
            {
                settings.vectorBytes = bytes
            }
            return settings
        }

        /// The file that holds this code.
        private static let image: String? = {
            guard let name = lg_image_path(#dsohandle), let path = realpath(name, nil) else {
                return nil
            }
            defer { free(path) }
            return String(cString: path)
        }()

        /// Tells one build of this library from another: the file that holds it, its size and time.
        static let build: String = {
            var status = stat()
            guard let image, stat(image, &status) == 0 else { return "" }
            return "1 \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
        }()
    }
}
