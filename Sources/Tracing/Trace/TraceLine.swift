/// One line of a trace's text: a JSON object whose first key says what it tells about.

public struct TraceLine {
    private var bytes: [UInt8] = []

    /// Begins a line `{"about": what`.
    public init(_ what: String) {
        bytes.reserveCapacity(256)
        put("{\"about\":")
        quote(what)
    }

    public mutating func add(_ key: String, _ number: Int) {
        begin(key)
        put(number)
    }

    public mutating func add(_ key: String, _ text: String) {
        begin(key)
        quote(text)
    }

    public mutating func add(_ key: String, _ numbers: some Sequence<Int>) {
        begin(key)
        list(numbers) { line, number in line.put(number) }
    }

    /// Adds a list whose items `body` appends.
    public mutating func add<S: Sequence>(
        _ key: String, _ items: S, _ body: (inout TraceLine, S.Element) -> Void
    ) {
        begin(key)
        list(items, body)
    }

    public mutating func list<S: Sequence>(_ items: S, _ body: (inout TraceLine, S.Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for item in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            body(&self, item)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    public mutating func put(_ number: Int) { put(String(number)) }

    public mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32: put("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func comma() { bytes.append(UInt8(ascii: ",")) }

    /// Ends the line and writes it.
    public consuming func write() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        guard Trace.isOn else { return }
        bytes.withUnsafeBytes { Trace.text.append($0) }
    }

    private mutating func begin(_ key: String) {
        comma()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
