/// One line of a trace's text: a JSON object whose first key says what it tells about.
///
/// Commas come by themselves: a value puts one in front of itself unless it stands first.

public struct TraceLine {
    private var bytes: [UInt8] = []

    /// Begins a line `{"about": what`.
    public init(_ what: String) {
        bytes.reserveCapacity(256)
        append("{\"about\":")
        put(what)
    }

    public mutating func add(_ key: String, _ number: Int) {
        begin(key)
        put(number)
    }

    public mutating func add(_ key: String, _ text: String) {
        begin(key)
        put(text)
    }

    public mutating func add(_ key: String, _ numbers: [Int]) {
        begin(key)
        put(numbers)
    }

    /// Adds a list whose items `body` puts.
    public mutating func add<S: Sequence>(
        _ key: String, _ items: S, _ body: (inout TraceLine, S.Element) -> Void
    ) {
        begin(key)
        group { line in for item in items { body(&line, item) } }
    }

    /// A list of what `body` puts.
    public mutating func group(_ body: (inout TraceLine) -> Void) {
        separate()
        append("[")
        body(&self)
        append("]")
    }

    public mutating func put(_ numbers: some Sequence<Int>) { put(Array(numbers)) }

    public mutating func put(_ numbers: [Int]) {
        group { line in for number in numbers { line.put(number) } }
    }

    public mutating func put(_ number: Int) {
        separate()
        append(number)
    }

    public mutating func put(_ text: String) {
        separate()
        append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        append("\"")
    }

    /// Ends the line and writes it.
    public consuming func write() {
        append("}\n")
        guard Trace.isOn else { return }
        bytes.withUnsafeBytes { Trace.text.append($0) }
    }

    private mutating func begin(_ key: String) {
        append(",\"")
        append(key)
        append("\":")
    }

    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "["), last != UInt8(ascii: ":") {
            append(",")
        }
    }

    /// The number's digits; a line has many, and is written while the program waits.
    private mutating func append(_ number: Int) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
