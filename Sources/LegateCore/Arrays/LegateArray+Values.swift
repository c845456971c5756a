/// What arrays hold, as Swift's values, and parts of them as arrays.
///
/// Reading waits for the elements; parts are views, and nothing is copied.
import Shapes

extension LegateArray {
    /// The elements, `nil` where one is missing. Waits for them.
    ///
    /// - Throws: ``CoreError/Kind/type`` for elements of another type, or that are no numbers.
    /// - Complexity: O(elements).
    public func values<T: ArrayElement>(as _: T.Type = T.self) throws -> [T?] {
        guard case .elements(let store) = contents else {
            throw CoreError(.type, "an array of \(type) has no elements of \(T.elementType.name)")
        }
        return try masked(try store.values(as: T.self))
    }

    /// The texts, `nil` where one is missing. Waits for them.
    ///
    /// - Throws: ``CoreError/Kind/type`` for an array of anything else.
    public func texts() throws -> [String?] {
        guard type == .text else { throw CoreError(.type, "an array of \(type) has no texts") }
        return try pieces().map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// The bytes of texts and of binary elements, `nil` where one is missing. Waits for them.
    ///
    /// - Throws: ``CoreError/Kind/type`` for an array of anything else.
    public func bytes() throws -> [[UInt8]?] { try pieces().map { $0.map { Array($0) } } }

    private func pieces() throws -> [ArraySlice<UInt8>?] {
        guard case .bytes(let offsets, let bytes) = contents else {
            throw CoreError(.type, "an array of \(type) has no bytes of any length")
        }
        let all = try bytes.values(as: UInt8.self)
        return try masked(try offsets.integers().pairs { all[$0..<$1] })
    }

    /// The elements of each list, as parts of ``children``; `nil` where a list is missing. Waits
    /// for the offsets.
    ///
    /// - Throws: ``CoreError/Kind/type`` for an array of anything else.
    public func lists() throws -> [LegateArray?] {
        switch (type, contents) {
        case (_, .lists(let offsets, let values)):
            return try masked(try offsets.integers().pairs { $0..<$1 }).map {
                try $0.map { try values.sliced($0) }
            }
        case (.fixedList(_, let extent), .fixedLists(let values)):
            let ranges = (0..<count).map { $0 * extent..<($0 + 1) * extent }
            return try masked(ranges).map { try $0.map { try values.sliced($0) } }
        default: throw CoreError(.type, "an array of \(type) has no lists")
        }
    }

    /// The array of one field of structures.
    ///
    /// - Throws: ``CoreError/Kind/type`` for an array of anything else; ``CoreError/Kind/key`` for
    ///   a field that is none.
    public func field(_ name: String) throws -> LegateArray {
        guard case .structure(let fields) = type, case .fields(let arrays) = contents else {
            throw CoreError(.type, "elements of \(type) have no fields")
        }
        guard let k = fields.firstIndex(where: { $0.name == name }) else {
            let names = fields.map(\.name).joined(separator: ", ")
            throw CoreError(.key, "structures have no field '\(name)'; they have \(names)")
        }
        return arrays[k]
    }

    private func masked<T>(_ values: [T]) throws -> [T?] {
        guard let validity else { return values }
        return zip(values, try validity.values(as: Bool.self)).map { $1 ? $0 : nil }
    }

    // MARK: - Parts

    /// The elements of a range, over the same stores.
    ///
    /// - Throws: ``CoreError/Kind/index`` for a range outside of the array.
    public func sliced(_ range: Range<Int>) throws -> LegateArray {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw CoreError(.index, "elements \(range) of an array of \(count)")
        }
        func part(_ store: LogicalStore) throws -> LogicalStore { try store.sliced(axis: 0, range) }
        func offsets(_ store: LogicalStore) throws -> LogicalStore {
            try store.sliced(axis: 0, range.lowerBound..<range.upperBound + 1)
        }
        let contents: Contents =
            switch self.contents {
            case .nothing: .nothing
            case .elements(let store): .elements(try part(store))
            case .records(let store):
                .records(try RecordStore(store.type, over: try part(store.words)))
            case .bytes(let places, let bytes): .bytes(offsets: try offsets(places), bytes)
            case .lists(let places, let values): .lists(offsets: try offsets(places), values)
            case .fixedLists(let values): .fixedLists(try values.sliced(range.scaled(by: extent)))
            case .fields(let arrays): .fields(try arrays.map { try $0.sliced(range) })
            case .union(let tags, let places?, let arrays):
                .union(tags: try part(tags), places: try part(places), arrays)
            case .union(let tags, nil, let arrays):
                .union(tags: try part(tags), places: nil, try arrays.map { try $0.sliced(range) })
            case .dictionary(let indices, let values):
                .dictionary(indices: try part(indices), values)
            }
        return LegateArray(unchecked: type, range.count, try validity.map(part), contents)
    }

    /// The length of lists that have one.
    private var extent: Int { if case .fixedList(_, let extent) = type { extent } else { 0 } }
}

extension LogicalStore {
    /// Elements of `int32` or `int64`. Waits for them.
    func integers() throws -> [Int] {
        type == .int32 ? try values(as: Int32.self).map { Int($0) } : try values(as: Int.self)
    }
}

extension [Int] {
    /// What each element and its successor give.
    fileprivate func pairs<T>(_ body: (Int, Int) -> T) -> [T] { zip(self, dropFirst()).map(body) }
}

extension Range<Int> {
    fileprivate func scaled(by extent: Int) -> Range<Int> {
        lowerBound * extent..<upperBound * extent
    }
}
