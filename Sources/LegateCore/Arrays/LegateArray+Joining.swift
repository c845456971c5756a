/// Arrays of one type behind each other, as one: new stores, into which the parts are copied.
///
/// Elements are copied by launches and nobody waits; of what has offsets, these are read and
/// written anew.
import Shapes

extension LegateArray {
    /// The elements of some arrays of one type, one array's behind the other's.
    ///
    /// - Throws: ``CoreError/Kind/value`` for no array, or dictionaries of more values than their
    ///   indices count;
    ///   ``CoreError/Kind/type`` for arrays of different types.
    public init(joining arrays: [LegateArray]) throws {
        guard let first = arrays.first else { throw CoreError(.value, "no arrays to be joined") }
        if let other = arrays.first(where: { $0.type != first.type }) {
            throw CoreError(
                .type, "an array of \(other.type) is not joined to one of \(first.type)")
        }
        if arrays.count == 1 {
            self = first
            return
        }
        self.init(
            unchecked: first.type, arrays.reduce(0) { $0 + $1.count },
            try LegateArray.joinedMasks(arrays),
            try LegateArray.joinedContents(arrays))
    }

    private static func joinedMasks(_ arrays: [LegateArray]) throws -> LogicalStore? {
        guard arrays.contains(where: { $0.validity != nil }) else { return nil }
        return try LogicalStore(
            joining: try arrays.map { array in
                if let validity = array.validity { return validity }
                let all = try LogicalStore(.bool, shape: [array.count])
                try all.fill(.bool(true))
                return all
            })
    }

    private static func joinedContents(_ arrays: [LegateArray]) throws -> Contents {
        /// What the contents of each array are where they are of one kind, as those of equal types
        /// are.
        func parts<T>(_ part: (Contents) -> T?) -> [T] { arrays.compactMap { part($0.contents) } }
        switch arrays[0].contents {
        case .nothing: return .nothing
        case .elements:
            return .elements(
                try LogicalStore(
                    joining: parts { if case .elements(let x) = $0 { x } else { nil } }))
        case .records(let first):
            let words = parts { if case .records(let x) = $0 { x.words } else { nil } }
            return .records(try RecordStore(first.type, over: try LogicalStore(joining: words)))
        case .bytes:
            let (offsets, ranges) = try joinedOffsets(
                parts { if case .bytes(let x, _) = $0 { x } else { nil } })
            let bytes = parts { if case .bytes(_, let x) = $0 { x } else { nil } }
            return .bytes(
                offsets: offsets,
                try LogicalStore(joining: try zip(bytes, ranges).map { try $0.sliced(axis: 0, $1) })
            )
        case .lists:
            let (offsets, ranges) = try joinedOffsets(
                parts { if case .lists(let x, _) = $0 { x } else { nil } })
            let values = parts { if case .lists(_, let x) = $0 { x } else { nil } }
            return .lists(
                offsets: offsets,
                try LegateArray(joining: try zip(values, ranges).map { try $0.sliced($1) }))
        case .fixedLists:
            return .fixedLists(try LegateArray(joining: arrays.map { $0.children[0] }))
        case .fields: return .fields(try joinedChildren(arrays))
        case .union: return try joinedUnions(arrays)
        case .dictionary: return try joinedDictionaries(arrays)
        }
    }

    private static func joinedChildren(_ arrays: [LegateArray]) throws -> [LegateArray] {
        try arrays[0].children.indices.map { k in
            try LegateArray(joining: arrays.map { $0.children[k] })
        }
    }

    /// Offsets of all elements, and which range of each array's values they mean.
    private static func joinedOffsets(_ parts: [LogicalStore]) throws -> (
        LogicalStore, [Range<Int>]
    ) {
        var (ends, ranges) = ([0], [Range<Int>]())
        for part in parts {
            let offsets = try part.integers()
            let shift = ends[ends.count - 1] - offsets[0]
            ends += offsets.dropFirst().map { $0 + shift }
            ranges.append(offsets[0]..<offsets[offsets.count - 1])
        }
        let isWide = parts.contains { $0.type == .int64 } || ends[ends.count - 1] > Int(Int32.max)
        return (isWide ? try LogicalStore(ends) : try LogicalStore(ends.map { Int32($0) }), ranges)
    }

    private static func joinedUnions(_ arrays: [LegateArray]) throws -> Contents {
        var (tags, places) = ([LogicalStore](), [Int32]())
        guard case .union(_, let names, let isDense) = arrays[0].type else {
            return arrays[0].contents
        }
        var before = [Int](repeating: 0, count: names.count)
        for array in arrays {
            guard case .union(let own, let ownPlaces, let members) = array.contents else {
                continue
            }
            tags.append(own)
            guard let ownPlaces else { continue }
            for (tag, place) in zip(
                try own.values(as: Int8.self), try ownPlaces.values(as: Int32.self))
            {
                places.append(place + Int32(names.firstIndex(of: tag).map { before[$0] } ?? 0))
            }
            for (k, member) in members.enumerated() { before[k] += member.count }
        }
        return .union(
            tags: try LogicalStore(joining: tags), places: isDense ? try LogicalStore(places) : nil,
            try joinedChildren(arrays))
    }

    /// The values of all dictionaries, and indices that begin where the earlier ones end.
    private static func joinedDictionaries(_ arrays: [LegateArray]) throws -> Contents {
        guard case .dictionary(_, let kind, _) = arrays[0].type else { return arrays[0].contents }
        let total = arrays.reduce(0) { $0 + $1.children[0].count }
        let isSigned = kind.kind == .signed
        let bits = 8 * kind.byteCount - (isSigned ? 1 : 0)
        guard bits >= 63 || total <= 1 << bits else {
            throw CoreError(
                .value,
                "\(total) values of dictionaries are more than indices of \(kind.name) count")
        }
        var (indices, before) = ([LogicalStore](), 0)
        for array in arrays {
            guard case .dictionary(let own, let values) = array.contents else { continue }
            indices.append(before == 0 ? own : try own.shifted(by: before))
            before += values.count
        }
        return .dictionary(
            indices: try LogicalStore(joining: indices), try joinedChildren(arrays)[0])
    }
}

extension LogicalStore {
    /// The elements of some stores of one type along their first axis, one store's behind the
    /// other's.
    convenience init(joining stores: [LogicalStore]) throws {
        var shape = stores[0].shape
        shape[0] = stores.reduce(0) { $0 + $1.shape[0] }
        try self.init(stores[0].type, shape: shape)
        var start = 0
        for store in stores {
            let end = start + store.shape[0]
            try sliced(axis: 0, start..<end).copy(from: store)
            start = end
        }
    }

    /// A store of integers with a number added to each.
    fileprivate func shifted(by number: Int) throws -> LogicalStore {
        let result = try LogicalStore(type, shape: shape)
        try CoreTasks.shift.launch(inputs: [self], outputs: [result], scalars: [.integer(number)])
        return result
    }
}
