/// The table: every family of rows, in one list. A new family is one more line here.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var all: [Row] {
        var rows: [Row] = []
        rows += creationFamily
        rows += conversionFamily
        rows += protocolFamily
        rows += reductionFamily
        rows += indexingFamily
        rows += sortingFamily
        rows += cumulativeFamily
        rows += shapingFamily
        rows += rangeCreationFamily
        rows += joiningFamily
        rows += compositionFamily
        rows += statisticsFamily
        rows += signalFamily
        rows += orderFamily
        rows += dataTypeFamily
        rows += applicationFamily
        rows += linearFamily
        rows += remainingMethods(known: rows)
        return rows
    }

    /// Methods that NumPy's arrays and scalars have and no row above: they run on the host.
    private static func remainingMethods(known: [Row]) -> [Row] {
        var names = Set(known.filter { $0.kinds.contains(.method) }.map(\.name))
        var result: [Row] = []
        for name in publicCallables(of: Host.arrayType) where names.insert(name).inserted {
            result.append(.host(name))
        }
        let scalarOnly = Set(known.filter { $0.kinds.contains(.scalarMethod) }.map(\.name))
        for type in [ElementType.float64, .int64, .complex128] {
            for name in publicCallables(of: Host.scalarTypes[type.index])
            where !scalarOnly.contains(name) && names.insert(name).inserted {
                result.append(.host(name, .scalarMethod))
            }
        }
        return result
    }

    private static func publicCallables(of type: Obj?) -> [String] {
        guard let type, let builtins = PyImport_ImportModule("builtins"),
            let listing = try? callMethod(builtins, "dir", type)
        else { return [] }
        defer { Py_DecRef(listing) }
        return borrowedItems(listing).compactMap { item in
            guard let name = try? string(item), !name.hasPrefix("_"),
                let member = PyObject_GetAttrString(type, name)
            else {
                PyErr_Clear()
                return nil
            }
            defer { Py_DecRef(member) }
            return PyCallable_Check(member) == 1 ? name : nil
        }
    }
}
