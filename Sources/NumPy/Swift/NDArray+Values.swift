/// Arrays from Swift values and back.
import LegateCore

extension NDArray {
    public typealias Shape = AxisList

    /// An array of equal elements.
    ///
    /// - Throws: ``NumPyError/Kind/memory`` when it does not fit under the ceiling; overflow when
    ///   the type cannot hold the number.
    public convenience init<N: ArrayNumber>(
        repeating value: N, shape: AxisList, type: ElementType = .float64
    ) throws {
        self.init(try NDArray.full(shape, type, value.operand).view)
    }

    /// A vector of the given values, or an array of the given shape filled with them row by row.
    ///
    /// - Throws: ``NumPyError/Kind/value`` when the shape does not have as many elements as there
    ///   are values.
    public convenience init<T: ArrayElement>(_ values: [T], shape: AxisList? = nil) throws {
        let shape = shape ?? AxisList(values.count)
        guard shape.product == values.count else {
            throw NumPyError(
                .value, "cannot reshape array of size \(values.count) into shape \(shape.tight)")
        }
        let made = try values.withUnsafeBytes { bytes in
            let strides = AxisList(
                Lattice.rowMajorStrides(of: shape).map { $0 * MemoryLayout<T>.size })
            return try NDArray.copying(
                bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!, shape: shape,
                byteStrides: strides,
                type: T.elementType)
        }
        self.init(made.view)
    }

    /// The elements row by row, converted. Waits for them.
    ///
    /// - Complexity: O(elements).
    public func values<T: ArrayElement>(as type: T.Type = T.self) throws -> [T] {
        let plain =
            self.type == T.elementType && lattice.isRowMajorContiguous
            ? self : try cast(to: T.elementType)
        return try plain.withElements { _, start in
            Array(UnsafeBufferPointer(start: start.assumingMemoryBound(to: T.self), count: count))
        }
    }

    /// The only element, converted. Waits for it.
    ///
    /// - Throws: ``NumPyError/Kind/value`` when there is not exactly one element.
    public func value<T: ArrayElement>(as type: T.Type = T.self) throws -> T {
        guard count == 1 else {
            throw NumPyError(.value, "can only convert an array of size 1 to a scalar")
        }
        return try values(as: type)[0]
    }

    /// `self[...] = value`.
    public func assign<N: ArrayNumber>(_ value: N) throws { try assign(value.operand) }
}

extension NDArray: CustomStringConvertible {
    /// The elements in nested brackets, long axes cut in the middle. Waits for them.
    public var description: String {
        do {
            let isCut = count > 1000
            let shown = isCut && isAway ? try edges(3) : self
            return try shown.withElements { array, start in
                array.text(0, start, isCut: isCut)
            }
        } catch {
            return "\(type.name) array of shape \(shape): \(error)"
        }
    }

    /// The elements from an address on, behind the indices of the first axes.
    private func text(_ axis: Int, _ address: UnsafeRawPointer, isCut: Bool) -> String {
        if axis == axisCount { return NDArray.text(NDArray.number(at: address, type)) }
        let extent = shape[axis]
        let isCutHere = isCut && extent > 6
        let shown = isCutHere ? Array(0..<3) + Array((extent - 3)..<extent) : Array(0..<extent)
        var parts = shown.map {
            text(axis + 1, address + $0 * strides[axis] * type.byteCount, isCut: isCut)
        }
        if isCutHere { parts.insert("...", at: 3) }
        let separator =
            axis == axisCount - 1 ? ", " : ",\n" + String(repeating: " ", count: axis + 1)
        return "[" + parts.joined(separator: separator) + "]"
    }

    private static func text(_ number: Operand) -> String {
        switch number {
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .unsigned(let value): return "\(value)"
        case .float(let value): return "\(value)"
        case .complex(let real, let imaginary):
            return "\(real)\(imaginary < 0 ? "-" : "+")\(abs(imaginary))i"
        case .array: return ""
        }
    }
}
