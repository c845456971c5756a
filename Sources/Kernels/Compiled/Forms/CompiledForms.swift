/// The compiled forms of all operations: for each, the function that writes its instructions.
///
/// Forms stand in one file a family, beside each other as the tier 0 kernels do, and give the same
/// bits: every one is written after its kernel in `ElementwiseKernels+….swift`. An operation
/// without a form leaves its nest to tier 0.
import Launches
import Shapes

/// Writes the results of one operation on the points in hand. `type` is the loop's `compute` type.
typealias CompiledForm = (_ w: KernelWriter, _ x: [VectorValue], _ type: ElementType) ->
    [VectorValue]?

enum CompiledForms {
    private static let table: [Operation: CompiledForm] = {
        var table: [Operation: CompiledForm] = [:]
        for family in [arithmetic, relations, bits, division, rounding, extremes, copying] {
            table.merge(family) { first, _ in first }
        }
        return table
    }()

    /// Writes a step of a nest.
    ///
    /// - Throws: ``NotRenderable`` where the operation has no form on the type.
    static func write(_ w: KernelWriter, _ action: LoopNest.Step.Action, _ x: [VectorValue]) throws
        -> [VectorValue]
    {
        switch action {
        case .cast(let from, let to):
            guard let result = cast(w, x[0], to) else {
                throw NotRenderable("no compiled form of a cast from \(from.name) to \(to.name)")
            }
            return [result]
        case .apply(let operation, let type):
            if let form = table[operation], let results = form(w, x, type) { return results }
            if let results = functions(w, operation, x, type) { return results }
            throw NotRenderable("no compiled form of \(operation) on \(type.name)")
        }
    }

    // MARK: - Families of types

    /// A form for reals, written in the type that computes.
    static func reals(_ write: @escaping (KernelWriter, [String], String) -> String) -> CompiledForm
    {
        { w, x, type in
            guard type.isFloating else { return nil }
            return [w.stored(write(w, x.map(w.work), w.workName(type)), type)]
        }
    }

    /// The first of some forms that has the type.
    static func firstOf(_ forms: CompiledForm...) -> CompiledForm {
        { w, x, type in
            for form in forms { if let results = form(w, x, type) { return results } }
            return nil
        }
    }

    /// A form for integers (not bool); `write` is told the width, and whether the type is signed.
    static func integers(_ write: @escaping (KernelWriter, [String], Int, Bool) -> String)
        -> CompiledForm
    {
        { w, x, type in
            guard type.isInteger else { return nil }
            return [
                w.value(type, write(w, x.map(\.register), type.byteCount * 8, type.kind == .signed))
            ]
        }
    }

    /// A form for truth values, on conditions.
    static func truths(_ write: @escaping (KernelWriter, [String]) -> String) -> CompiledForm {
        { w, x, type in
            guard type == .bool else { return nil }
            return [w.truth(write(w, x.map(w.condition)))]
        }
    }

    /// A form for complex numbers.
    static func complex(
        _ write: @escaping (KernelWriter, [VectorValue], String) -> (String, String)
    ) -> CompiledForm {
        { w, x, type in
            guard type.isComplex else { return nil }
            let (real, imaginary) = write(w, x, type.irName)
            return [w.value(type, real, imaginary)]
        }
    }
}
