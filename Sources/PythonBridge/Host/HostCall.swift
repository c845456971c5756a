/// One call that runs through NumPy on the host: our arrays among the arguments become NumPy arrays
/// on the same memory, NumPy's arrays among the results become ours, and the user is told once per
/// line of the program.
import CPlatform
import LegateCore
import NumPy
import Tracing

final class HostCall {
    private let name: Name
    private let isSilent: Bool
    private let start = Trace.isOn ? Trace.now() : 0
    private var owned: [Obj] = []
    /// NumPy arrays made from ours, so that a result that is one of them comes back as the same
    /// object.
    private var views: [(view: Obj, original: Obj)] = []
    private var lent: [LentView] = []
    /// NumPy's own arrays among the arguments: a result that is one of them stays it.
    private var foreign: [Obj] = []
    /// The lists, tuples and dictionaries that are being converted, from the outermost in: one that
    /// is in itself, and what lies deeper than any array has axes, goes to NumPy as it is.
    private var nesting: [Obj] = []
    private static let deepestNesting = 64
    private var resultDepth = 0
    private var gatheredByteCount = 0
    private var hasGathered = false
    /// Whether some of it had to come from other ranks.
    private var hasMoved = false

    /// What the function is called, which is said only to those who want to know.
    enum Name {
        case text(String)
        /// Text of Python's.
        case object(Obj)

        fileprivate var text: String {
            switch self {
            case .text(let text): return text
            case .object(let object): return (try? string(object)) ?? "a function"
            }
        }
    }

    init(name: Name, isSilent: Bool = false) {
        self.name = name
        self.isSilent = isSilent
    }

    convenience init(name: String, isSilent: Bool = false) {
        self.init(name: .text(name), isSilent: isSilent)
    }

    /// Drops the converted arguments. Call when the results have been converted.
    func finish() {
        if start > 0 { trace() }
        views.removeAll()
        for object in owned { Py_DecRef(object) }
        owned.removeAll()
        for view in lent { view.end() }
        lent.removeAll()
    }

    private func trace() {
        let subject = Trace.subject(named: name.text, at: currentSourceLocation())
        Trace.note(.host, since: start, subject: subject, value: gatheredByteCount)
    }

    /// What NumPy shall see instead of `object`; borrowed from this call.
    func argument(_ object: Obj) throws -> Obj {
        switch lg_kind(object) {
        case .float, .int, .bool, .complex, .none, .ellipsis, .string: return object
        case .list, .tuple: return try nested(object, container)
        case .dict: return try nested(object, dictionary)
        case .slice: return object
        case .other: break
        }
        if isArray(object) { return try view(of: object) }
        if isScalar(object) {
            gather(object)
            return own(try hostScalar(object))
        }
        if Host.isExactArray(object) { foreign.append(object) }
        if let ufunc = hostUfunc(behind: object) { return ufunc }
        return object
    }

    /// Where the call is an error (`LEGATE_STRICT`) nothing is gathered for it: arguments are
    /// weighed before.
    func weigh(_ arguments: [Obj]) throws {
        guard HostWarnings.isStrict else { return }
        var seen: Set<Obj> = []
        for argument in arguments { weigh(argument, &seen, depth: 0) }
        try warn()
        (gatheredByteCount, hasGathered, hasMoved) = (0, false, false)
    }

    private func weigh(_ object: Obj, _ seen: inout Set<Obj>, depth: Int) {
        guard depth < HostCall.deepestNesting else { return }
        switch lg_kind(object) {
        case .list where seen.insert(object).inserted, .tuple where seen.insert(object).inserted:
            for item in borrowedItems(object) { weigh(item, &seen, depth: depth + 1) }
        case .dict where seen.insert(object).inserted:
            var position = 0
            var key: Obj?
            var value: Obj?
            while PyDict_Next(object, &position, &key, &value) != 0 {
                weigh(value!, &seen, depth: depth + 1)
            }
        case .other where isOurs(object) && seen.insert(object).inserted: gather(object)
        default: break
        }
    }

    /// Whether NumPy gets the argument as it is, and no result can be a part of it.
    static func passes(_ object: Obj) -> Bool {
        switch lg_kind(object) {
        case .float, .int, .bool, .complex, .none, .ellipsis, .string, .slice: return true
        case .list, .tuple, .dict: return false
        case .other:
            return !isOurs(object) && !Host.isExactArray(object) && !isUfunc(object)
        }
    }

    /// A result that takes no looking into; `nil` where it does. Takes over the reference.
    static func plainResult(_ object: Obj) throws -> Obj? {
        switch lg_kind(object) {
        case .float, .int, .bool, .complex, .none, .ellipsis, .string, .slice, .dict: return object
        case .tuple, .list: return nil
        case .other: break
        }
        guard Host.isExactArray(object), let copy = Host.smallCopy(of: object) else { return nil }
        Py_DecRef(object)
        return try check(wrap(copy))
    }

    /// From so many bytes on arrays count as large.
    private static let largeByteCount = 1 << 16
    /// Whether arrays of ours are large, or there are others.
    var mayBeLarge: Bool { gatheredByteCount >= HostCall.largeByteCount || !foreign.isEmpty }

    /// A tuple of small new arrays and numbers, converted, and a named tuple of them; `nil` for any
    /// other object.
    private static func smallTuple(of object: Obj) -> Obj? {
        guard lg_is_instance_of(object, Obj(tupleType)) == 1 else { return nil }
        let isNamed = lg_kind(object) != .tuple
        if isNamed, PyObject_HasAttrString(object, "_make") == 0 { return nil }
        let count = PyTuple_Size(object)
        guard count > 0, count <= 8, let items = PyTuple_New(count) else { return nil }
        for i in 0..<count {
            let item = PyTuple_GetItem(object, i).unsafelyUnwrapped
            // Held by the tuple alone: no argument, and nothing that somebody keeps.
            if Host.isExactArray(item), lg_refcount(item) == 1,
                let copy = Host.smallCopy(of: item), let own = wrap(copy)
            {
                PyTuple_SetItem(items, i, own)
            } else if lg_kind(item) == .float || lg_kind(item) == .int || lg_kind(item) == .none {
                PyTuple_SetItem(items, i, lg_newref(item))
            } else {
                Py_DecRef(items)
                return nil
            }
        }
        guard isNamed else { return items }
        defer { Py_DecRef(items) }
        guard let make = tupleMaker else { return nil }
        let arguments: (Obj?, Obj?) = (Obj(lg_type(object)), items)
        return withUnsafeBytes(of: arguments) {
            PyObject_Vectorcall(make, $0.baseAddress!.assumingMemoryBound(to: Obj?.self), 2, nil)
        }
    }

    private func own(_ object: Obj) -> Obj {
        owned.append(object)
        return object
    }

    private func gather(_ object: Obj) {
        hasGathered = true
        gatheredByteCount += withNode(object) {
            guard $0.isAway else { return $0.count * $0.type.byteCount }
            hasMoved = true
            return $0.store.byteCount
        }
    }

    private func view(of object: Obj) throws -> Obj {
        if let known = views.first(where: { $0.original == object }) { return known.view }
        gather(object)
        let view: Obj
        if let own = LentView(object) {
            lent.append(own)
            view = own.view
        } else {
            view = own(try hostView(object))
        }
        views.append((view, object))
        return view
    }

    private func nested(_ object: Obj, _ convert: (Obj) throws -> Obj) throws -> Obj {
        guard nesting.count < HostCall.deepestNesting, !nesting.contains(object) else {
            return object
        }
        nesting.append(object)
        defer { nesting.removeLast() }
        return try convert(object)
    }

    private func container(_ object: Obj) throws -> Obj {
        let items = borrowedItems(object)
        var changed = false
        let converted = try items.map { item -> Obj in
            let result = try argument(item)
            changed = changed || result != item
            return result
        }
        guard changed else { return object }
        if lg_kind(object) == .tuple {
            return own(try check(tuple(converted.map { lg_newref($0) })))
        }
        let list = try check(PyList_New(items.count))
        for (i, item) in converted.enumerated() { PyList_SetItem(list, i, lg_newref(item)) }
        return own(list)
    }

    private func dictionary(_ object: Obj) throws -> Obj {
        let copy = own(try check(PyDict_New()))
        var position = 0
        var key: Obj?
        var value: Obj?
        while PyDict_Next(object, &position, &key, &value) != 0 {
            try check(PyDict_SetItem(copy, key, argument(value!)))
        }
        return copy
    }

    /// From so many bytes on that other ranks had to send, calls that belong on the host tell of
    /// them, too.
    private static let worthTelling = 1 << 16

    /// Tells the user, once per line, that data is brought to the host.
    func warn() throws {
        let isMove =
            hasMoved && Runtime.shared.rankCount > 1 && gatheredByteCount >= HostCall.worthTelling
        guard hasGathered, !isSilent || isMove else { return }
        try HostWarnings.report(name.text, byteCount: gatheredByteCount, hasMoved: hasMoved)
    }

    /// Converts what NumPy gave. Takes over the reference.
    func result(_ object: Obj) throws -> Obj {
        if let small = HostCall.smallTuple(of: object) {
            Py_DecRef(object)
            return small
        }
        switch lg_kind(object) {
        case .float, .int, .bool, .complex, .none, .ellipsis, .string, .slice, .dict: return object
        case .tuple, .list: return try resultContainer(object)
        case .other: break
        }
        if Host.isExactArray(object) { return try resultArray(object) }
        if lg_is_instance_of(object, Obj(tupleType)) == 1 { return try resultNamedTuple(object) }
        if let hook = HostCall.resultHook {
            defer { Py_DecRef(object) }
            return try call(hook, object)
        }
        return object
    }

    /// Python functions that stand for methods of arrays where several ranks run: they get the
    /// array and the arguments.
    nonisolated(unsafe) static var methodHooks: [String: Obj] = [:]

    /// A Python function that wraps further kinds of results, such as random generators.
    nonisolated(unsafe) static var resultHook: Obj?

    private func resultArray(_ object: Obj) throws -> Obj {
        if foreign.contains(object) { return object }
        if let known = views.first(where: { $0.view == object }) {
            Py_DecRef(object)
            return lg_newref(known.original)
        }
        if let copy = Host.smallCopy(of: object) {
            Py_DecRef(object)
            return try check(wrap(copy))
        }
        if let view = try viewOfArgument(object) {
            Py_DecRef(object)
            return try check(wrap(view))
        }
        guard let array = try adopted(object, mayTakeOver: true) else { return object }
        Py_DecRef(object)
        return try check(wrap(array))
    }

    /// A view of ours with the same points, where NumPy gave a view of an argument's memory.
    private func viewOfArgument(_ object: Obj) throws -> NDArray? {
        guard !views.isEmpty, lg_host_array(object).unsafelyUnwrapped.pointee.base != nil else {
            return nil
        }
        var buffer = Py_buffer()
        guard PyObject_GetBuffer(object, &buffer, PyBUF_FULL_RO) == 0 else {
            PyErr_Clear()
            return nil
        }
        defer { PyBuffer_Release(&buffer) }
        guard let type = elementType(format: buffer.format, itemSize: buffer.itemsize),
            let start = buffer.buf
        else { return nil }
        for (_, original) in views {
            let source = node(original)
            guard let memory = source.store.memory, start >= memory,
                start < memory + source.store.byteCount
            else { continue }
            return view(of: source, type, start - memory, buffer)
        }
        return nil
    }

    private func view(of source: NDArray, _ type: ElementType, _ offset: Int, _ buffer: Py_buffer)
        -> NDArray?
    {
        let size = type.byteCount
        guard offset % size == 0 else { return nil }
        var lattice = Lattice(offset: offset / size, shape: AxisList(), strides: AxisList())
        for axis in 0..<Int(buffer.ndim) {
            guard buffer.strides[axis] % size == 0 else { return nil }
            lattice.shape.append(buffer.shape[axis])
            lattice.strides.append(buffer.strides[axis] / size)
        }
        return source.viewed(lattice, as: type, isWritable: buffer.readonly == 0)
    }

    private func resultContainer(_ object: Obj) throws -> Obj {
        let items = borrowedItems(object)
        guard resultDepth < HostCall.deepestNesting,
            items.contains(where: {
                Host.isExactArray($0) || lg_kind($0) == .list || lg_kind($0) == .tuple
            })
        else { return object }
        let isTuple = lg_kind(object) == .tuple
        resultDepth += 1
        defer { resultDepth -= 1 }
        let converted = try results(releasing: object)
        if isTuple { return try check(tuple(converted)) }
        let list = try check(PyList_New(converted.count))
        for (i, item) in converted.enumerated() { PyList_SetItem(list, i, item) }
        return list
    }

    /// The items of a tuple or list, converted. The container goes first, so that an array that is
    /// only in there can be taken over instead of copied.
    private func results(releasing container: Obj) throws -> [Obj] {
        let items = borrowedItems(container).map { lg_newref($0)! }
        Py_DecRef(container)
        return try items.map(result)
    }

    private func resultNamedTuple(_ object: Obj) throws -> Obj {
        guard PyObject_HasAttrString(object, "_make") == 1 else { return object }
        let type = lg_newref(Obj(lg_type(object)))
        defer { Py_DecRef(type) }
        let list = PySequence_List(object)
        Py_DecRef(object)
        let items = tuple(try results(releasing: check(list)))
        defer { Py_DecRef(items) }
        return try callMethod(type, "_make", items)
    }
}

private let tupleType = lg_tuple_type()
/// `tuple.__new__`, which named tuples are made by, too.
nonisolated(unsafe) private let tupleMaker = PyObject_GetAttrString(Obj(tupleType), "__new__")
