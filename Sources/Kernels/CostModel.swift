/// The few measured numbers by which one way of doing work is chosen over another: at once or
/// recorded, one worker or all, interpreted or compiled, past the caches or through them.
///
/// In: the defaults below, or the file that `legate calibrate` wrote for this processor. Out: the
/// numbers. No result depends on them: all ways give the same bits.
internal import CPlatform
import Glibc

public struct CostModel: Equatable, Sendable {
    /// Arrays up to this many elements are computed at once on the calling thread, on one rank.
    public var immediatePoints = 12_288
    /// Work from which it is shared out to all workers, in additions (``NestProgram/work``): some
    /// 20 microseconds of it.
    public var parallelWork = 400_000
    /// Element operations of one run from which a kernel is asked for at once: one takes 4 to 7 ms
    /// on another core.
    public var compiledWork = 200_000
    /// Bytes of outputs from which they are stored past the caches.
    public var streamedBytes = 4 << 20
    /// Bytes of operands from which they are fetched ahead.
    public var fetchedBytes = 2 << 20
    /// Elements that one operation of a compiled loop may have if they are doubles; of narrower ones
    /// as many as take the same bytes. Of more, what Python takes for the calls counts less than
    /// what plans make one of several statements.
    public var loopPoints = 65_536
    /// Elements of an expression that such a loop makes only to fold them, which plans do not make.
    public var foldedLoopPoints = 32_768

    public init() {}

    /// The numbers of this process.
    public static let current = measured ?? CostModel()
    /// Whether they were measured on this processor.
    public static var isMeasured: Bool { measured != nil }
    private static let measured = path.flatMap(readText).flatMap {
        CostModel(text: $0, processor: processor)
    }

    /// What a file may say; the others are the same for all processors.
    private static let fields: [(name: String, field: WritableKeyPath<CostModel, Int> & Sendable)] =
        [
            ("immediate-points", \.immediatePoints), ("parallel-work", \.parallelWork),
            ("compiled-work", \.compiledWork), ("streamed-bytes", \.streamedBytes),
            ("fetched-bytes", \.fetchedBytes),
        ]

    /// Names and values, in the order of the file.
    public var named: [(name: String, value: Int)] {
        CostModel.fields.map { ($0.name, self[keyPath: $0.field]) }
    }
}

// MARK: - The file

extension CostModel {
    /// The text of a file: a head that names form and processor, then a name and a number in each
    /// line.
    ///
    /// - Returns: `nil` if the text is no such file, or one of another processor.
    init?(text: String, processor: String) {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        guard lines.count >= 2, lines[0] == "legate-costs 1", lines[1] == "processor \(processor)"
        else { return nil }
        for line in lines.dropFirst(2) {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Int(words[1]), value > 0 else { return nil }
            guard let known = CostModel.fields.first(where: { $0.name == words[0] }) else {
                continue
            }
            self[keyPath: known.field] = value
        }
    }

    /// `LEGATE_COSTS` (a file, or `none`), else the file `costs` beside the kept kernels.
    public static var path: String? {
        if let named = getenv("LEGATE_COSTS").map({ String(cString: $0) }), !named.isEmpty {
            return named == "none" ? nil : named
        }
        let folder = KernelCache.folder { name in getenv(name).map { String(cString: $0) } }
        return folder.map { $0 + "/costs" }
    }

    /// What the processor calls itself; a file counts only where it was measured.
    public static var processor: String {
        var name = [CChar](repeating: 0, count: 64)
        lg_cpu_name(&name)
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static func readText(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
