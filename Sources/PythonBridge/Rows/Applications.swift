/// Functions of the program's own applied to parts of an array: `apply_along_axis`,
/// `apply_over_axes`, `mask_indices`.
///
/// The program's function gets our arrays and may use all of them lazily; NumPy's functions give
/// ours for them, too.
import CPlatform
import LegateCore
import NumPy

extension Row {
    static var applicationFamily: [Row] {
        [
            Row("apply_along_axis", "func1d, axis, arr, *args", object: { try applyAlongAxis($0) }),
            Row("apply_over_axes", "func, a, axes", object: { try applyOverAxes($0) }),
            Row(
                "mask_indices", "n, mask_func, k=0",
                object: { args in
                    let n = try args.int(0)
                    let ones = try check(wrap(NDArray.full([n, n], .int64, .integer(1))))
                    defer { Py_DecRef(ones) }
                    let shift = args.slots[2].map { lg_newref($0)! } ?? PyLong_FromSsize_t(0)!
                    defer { Py_DecRef(shift) }
                    let mask = try call(args.slots[1], ones, shift)
                    defer { Py_DecRef(mask) }
                    return try PythonTuple(arrays: arrayLike(mask).nonzero()).pythonObject()
                }),
        ]
    }

    /// Each line along the axis goes to the function; what it gives stands where the line stood.
    private static func applyAlongAxis(_ args: Arguments) throws -> Obj? {
        let array = try args.array(2).unscalared
        let axis = try Axes.tuple([args.int(1)], array.axisCount)[0]
        let kept = (0..<array.axisCount).filter { $0 != axis }
        let lines = try array.transposed(kept + [axis])
        let outer = AxisList(lines.shape.dropLast())
        guard outer.product > 0 else {
            throw valueError("Cannot apply_along_axis when any iteration dimensions are 0")
        }
        let function = args.slots[0]!
        let rest = borrowedItems(args.slots[3]!)
        var result: NDArray?
        for k in 0..<outer.product {
            let line = lines.viewed(lines.lattice.part(k, of: outer))
            let arguments = tuple([wrap(line)] + rest.map { lg_newref($0) })
            defer { Py_DecRef(arguments) }
            let object = try check(PyObject_Call(function, arguments, nil))
            defer { Py_DecRef(object) }
            let values = try arrayLike(object)
            if result == nil {
                result = try NDArray.new(AxisList(Array(outer) + Array(values.shape)), values.type)
            }
            let target = result.unsafelyUnwrapped
            try target.viewed(target.lattice.part(k, of: outer)).assign(.array(values), at: [])
        }
        let whole = result.unsafelyUnwrapped
        let own = Array(kept.count..<whole.axisCount)
        return wrap(try whole.transposed(Array(0..<axis) + own + Array(axis..<kept.count)))
    }

    /// The function reduces one axis after another, which stay as axes of extent one.
    private static func applyOverAxes(_ args: Arguments) throws -> Obj? {
        let array = try args.array(1).unscalared
        var value = try check(isArray(args.slots[1]!) ? lg_newref(args.slots[1]!) : wrap(array))
        defer { Py_DecRef(value) }
        for axis in try args.integers(2) {
            let place = axis < 0 ? axis + array.axisCount : axis
            let number = PyLong_FromSsize_t(place)
            defer { Py_DecRef(number) }
            let given = try call(args.slots[0], value, number)
            defer { Py_DecRef(given) }
            let axisCount = withNode(value) { $0.axisCount }
            var reduced = try arrayLike(given).unscalared
            if reduced.axisCount != axisCount {
                reduced = try reduced.expandingAxes([place])
                guard reduced.axisCount == axisCount else {
                    throw valueError("function is not returning an array of the correct shape")
                }
            }
            let next = try check(wrap(reduced))
            Py_DecRef(value)
            value = next
        }
        return lg_newref(value)
    }
}

extension Lattice {
    /// The part at the `k`-th point, in row-major order, of the leading axes.
    fileprivate func part(_ k: Int, of outer: AxisList) -> Lattice {
        var result = Lattice(
            offset: offset, shape: AxisList(shape.dropFirst(outer.count)),
            strides: AxisList(strides.dropFirst(outer.count)))
        var rest = k
        for axis in (0..<outer.count).reversed() {
            result.offset += rest % outer[axis] * strides[axis]
            rest /= outer[axis]
        }
        return result
    }
}
