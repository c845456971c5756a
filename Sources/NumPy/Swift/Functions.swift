/// Mathematical functions of arrays, point by point, and reductions along one axis, as Swift spells
/// them.
import LegateCore

public func sqrt(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.sqrt, a) }
public func exp(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.exp, a) }
public func log(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.log, a) }
public func sin(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.sin, a) }
public func cos(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.cos, a) }
public func tanh(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.tanh, a) }
public func abs(_ a: NDArray) throws -> NDArray { try Ufunc.unary(.absolute, a) }

/// The larger of two elements, point by point; NaN where one of them is.
public func maximum(_ a: NDArray, _ b: NDArray) throws -> NDArray {
    try Ufunc.binary(.maximum, a, b)
}
/// The smaller of two elements, point by point; NaN where one of them is.
public func minimum(_ a: NDArray, _ b: NDArray) throws -> NDArray {
    try Ufunc.binary(.minimum, a, b)
}

extension NDArray {
    /// The sum of all elements, as an array without axes. Bits do not depend on the number of
    /// workers.
    public func sum() throws -> NDArray { try Ufunc.reduce(.add, self, axes: nil) }
    /// The sums along one axis; a negative axis counts from the end.
    public func sum(axis: Int) throws -> NDArray { try Ufunc.reduce(.add, self, axes: [axis]) }
    /// The means along one axis.
    public func mean(axis: Int) throws -> NDArray { try mean(axes: [axis]) }
    /// The largest element.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for an array without elements.
    public func maximum() throws -> NDArray { try Ufunc.reduce(.maximum, self, axes: nil) }
    public func maximum(axis: Int) throws -> NDArray {
        try Ufunc.reduce(.maximum, self, axes: [axis])
    }
    /// The smallest element.
    ///
    /// - Throws: ``NumPyError/Kind/value`` for an array without elements.
    public func minimum() throws -> NDArray { try Ufunc.reduce(.minimum, self, axes: nil) }
    public func minimum(axis: Int) throws -> NDArray {
        try Ufunc.reduce(.minimum, self, axes: [axis])
    }

    /// The array with its axes in reverse order: a view.
    public var transposed: NDArray { viewed(lattice.transposed()) }
}
