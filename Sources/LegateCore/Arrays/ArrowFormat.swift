/// Arrow's one-line spelling of types, in both directions: `"g"` is float64, `"tsu:UTC"` a
/// timestamp.
///
/// In: an array, or the text of a schema. Out: the text, or the type. What has children is spelled
/// here, and read by ``ArrowImport``, which sees them.
import Shapes

enum ArrowFormat {
    private static let numbers: [ElementType: String] = [
        .bool: "b", .int8: "c", .uint8: "C", .int16: "s", .uint16: "S", .int32: "i", .uint32: "I",
        .int64: "l",
        .uint64: "L", .float16: "e", .float32: "f", .float64: "g",
    ]
    private static let types = Dictionary(uniqueKeysWithValues: numbers.map { ($1, $0) })

    /// The spelling of an array's type, with offsets as wide as they are.
    ///
    /// - Throws: ``CoreError/Kind/type`` for complex numbers, which Arrow has not.
    static func text(of array: LegateArray) throws -> String {
        switch array.type {
        case .number(let type): try number(type)
        case .text: array.isWide ? "U" : "u"
        case .binary: array.isWide ? "Z" : "z"
        case .list: array.isWide ? "+L" : "+l"
        case .map: "+m"
        case .structure: "+s"
        case .fixedList(_, let count): "+w:\(count)"
        case .union(_, let tags, let isDense):
            (isDense ? "+ud:" : "+us:") + tags.map { "\($0)" }.joined(separator: ",")
        case .dictionary(_, let indices, _): try number(indices)
        default: plain(array.type)
        }
    }

    private static func number(_ type: ElementType) throws -> String {
        if let text = numbers[type] { return text }
        throw CoreError(.type, "Arrow has no \(type.name): give the real and the imaginary parts")
    }

    private static func plain(_ type: ArrayType) -> String {
        switch type {
        case .fixedBinary(let bytes): "w:\(bytes)"
        case .decimal(let precision, let scale, 128): "d:\(precision),\(scale)"
        case .decimal(let precision, let scale, let bits): "d:\(precision),\(scale),\(bits)"
        case .date: "tdD"
        case .longDate: "tdm"
        case .time(let unit): "tt\(unit.rawValue)"
        case .timestamp(let unit, let zone): "ts\(unit.rawValue):\(zone)"
        case .duration(let unit): "tD\(unit.rawValue)"
        case .interval(let unit): "ti\(unit.rawValue)"
        default: "n"
        }
    }

    /// The type of a spelling without children; `nil` for others.
    static func type(of text: String) -> ArrayType? {
        if let number = types[text] { return .number(number) }
        switch text {
        case "n": return .null
        case "u", "U", "vu": return .text
        case "z", "Z", "vz": return .binary
        case "tdD": return .date
        case "tdm": return .longDate
        default: break
        }
        if text.hasPrefix("w:") { return Int(text.dropFirst(2)).map { .fixedBinary(bytes: $0) } }
        if text.hasPrefix("d:") { return decimal(text.dropFirst(2)) }
        return text.hasPrefix("t") ? time(text.dropFirst()) : nil
    }

    private static func decimal(_ text: Substring) -> ArrayType? {
        let numbers = text.split(separator: ",").map { Int($0) }
        guard numbers.count == 2 || numbers.count == 3, let precision = numbers[0],
            let scale = numbers[1],
            let bits = numbers.count == 3 ? numbers[2] : 128, [32, 64, 128, 256].contains(bits)
        else { return nil }
        return .decimal(precision: precision, scale: scale, bits: bits)
    }

    /// Times, without their first letter: a letter for the kind, one for the unit, of moments a
    /// zone.
    private static func time(_ text: Substring) -> ArrayType? {
        guard text.count >= 2 else { return nil }
        let (kind, rest) = (text.first, text.dropFirst())
        if kind == "i" {
            return ArrayType.IntervalUnit(rawValue: String(rest)).map { .interval($0) }
        }
        guard let unit = ArrayType.TimeUnit(rawValue: String(rest.prefix(1))) else { return nil }
        switch (kind, rest.dropFirst()) {
        case ("t", ""): return .time(unit)
        case ("D", ""): return .duration(unit)
        case ("s", let zone) where zone.hasPrefix(":"):
            return .timestamp(unit, zone: String(zone.dropFirst()))
        default: return nil
        }
    }
}

extension LegateArray {
    /// Whether offsets have 64 bits.
    var isWide: Bool {
        switch contents {
        case .bytes(let offsets, _), .lists(let offsets, _): offsets.type == .int64
        default: false
        }
    }
}
