/// `cov` and `corrcoef`: rows are brought to mean zero and multiplied with one another, as recorded
/// operations.
import LegateCore

extension NDArray {
    /// What `cov` is told about its samples.
    public struct CovarianceOptions {
        /// Another set of variables, put below the first.
        public var other: NDArray?
        /// Whether each row is a variable; otherwise each column is.
        public var hasRowVariables = true
        /// What is taken from the number of samples, without frequencies and weights.
        public var ddof = 1
        /// How often each sample was seen.
        public var frequencies: NDArray?
        /// How much each sample counts.
        public var weights: NDArray?
        /// The type to compute in; float64 or wider otherwise.
        public var dtype: ElementType?

        /// Each row a variable, each sample once, one degree of freedom less.
        public init() {}
    }

    /// NumPy: `numpy.cov`.
    ///
    /// - Returns: The matrix, an array without axes for one variable; and whether degrees of
    ///   freedom were left.
    /// - Throws: ``NumPyError/Kind/value`` for more than two axes and negative weights,
    ///   ``NumPyError/Kind/runtime`` for weights of another length.
    /// - Complexity: O(variables² × samples). Weights are waited for, because they decide about
    ///   errors.
    public func covariance(_ options: CovarianceOptions) throws -> (
        matrix: NDArray, hasFreedom: Bool
    ) {
        guard axisCount <= 2 else { throw NumPyError(.value, "m has more than 2 dimensions") }
        if let other = options.other, other.axisCount > 2 {
            throw NumPyError(.value, "y has more than 2 dimensions")
        }
        var type = self.type.promoted(with: .float64)
        if let other = options.other { type = type.promoted(with: other.type) }
        if let dtype = options.dtype { type = dtype }
        guard type.isInexact, type != .float16 else {
            throw NumPyError(.unsupported, "covariances in \(type.name)")
        }
        var x = try samples(type, isFlipped: !options.hasRowVariables && axisCount != 1)
        if x.shape[0] == 0 { return (try NDArray.empty([0, 0], .float64), true) }
        if let other = options.other {
            let first = other.axisCount == 2 ? other.shape[0] : 1
            let below = try other.samples(type, isFlipped: !options.hasRowVariables && first != 1)
            x = try NDArray.concatenated([x, below], axis: 0)
        }
        let weights = try x.sampleWeights(options)
        let (center, factor) = try x.centerAndFreedom(weights, options)
        let column = try center.expandingAxes([1])
        x = try Ufunc.binary(.subtract, x, column)
        if x.type != type { x = try x.cast(to: type) }
        let weighted = try weights.map { try Ufunc.binary(.multiply, x, $0) } ?? x
        let right = weighted.viewed(weighted.lattice.transposed())
        var matrix = try x.dot(type.isComplex ? Ufunc.unary(.conjugate, right) : right)
        let scale = 1 / max(factor, 0)
        matrix = try Ufunc.binary(.multiply, .array(matrix), .float(scale))
        if matrix.type != type { matrix = try matrix.cast(to: type) }
        return (try matrix.squeezed(nil), factor > 0)
    }

    /// The variables as rows of a matrix.
    private func samples(_ type: ElementType, isFlipped: Bool) throws -> NDArray {
        let matrix = try atLeast(axes: 2)
        let rows = isFlipped ? matrix.viewed(matrix.lattice.transposed()) : matrix
        return rows.type == type ? rows : try rows.cast(to: type)
    }

    /// The product of frequencies and weights, checked.
    private func sampleWeights(_ options: CovarianceOptions) throws -> NDArray? {
        let kinds = [(options.frequencies, "fweights"), (options.weights, "aweights")]
        let parts = try kinds.compactMap { given, name -> NDArray? in
            guard let given else { return nil }
            let part = try given.cast(to: .float64)
            if name == "fweights" {
                let whole = try Ufunc.binary(.equal, part, Ufunc.unary(.rint, part))
                guard try whole.isAllTrue() else {
                    throw NumPyError(.type, "fweights must be integer")
                }
            }
            guard part.axisCount <= 1 else {
                throw NumPyError(.runtime, "cannot handle multidimensional \(name)")
            }
            guard part.axisCount == 1 else { throw NumPyError(.unsupported, "a single weight") }
            guard part.count == shape[1] else {
                throw NumPyError(.runtime, "incompatible numbers of samples and \(name)")
            }
            let negative = try Ufunc.binary(.less, .array(part), .integer(0))
            guard try Ufunc.unary(.logicalNot, negative).isAllTrue() else {
                throw NumPyError(.value, "\(name) cannot be negative")
            }
            return part
        }
        guard let first = parts.first else { return nil }
        return try parts.dropFirst().reduce(first) { try Ufunc.binary(.multiply, $0, $1) }
    }

    /// The mean of each row, and what the sums of products are divided by.
    private func centerAndFreedom(
        _ weights: NDArray?, _ options: CovarianceOptions
    ) throws -> (center: NDArray, freedom: Double) {
        let ddof = Double(options.ddof)
        guard let weights else { return (try mean(axes: [1]), Double(shape[1]) - ddof) }
        let (center, sums) = try average(weights: weights, axes: [1], keepDims: false)
        guard case .float(let sum) = try Ufunc.reduce(.add, weights, axes: nil).item() else {
            return (center, Double(sums.count))
        }
        if ddof == 0 { return (center, sum) }
        guard let own = options.weights else { return (center, sum - ddof) }
        let products = try Ufunc.binary(.multiply, weights, own.cast(to: .float64))
        guard case .float(let total) = try Ufunc.reduce(.add, products, axes: nil).item() else {
            return (center, sum)
        }
        return (center, sum - ddof * total / sum)
    }

    /// Correlations from this matrix of covariances, as `numpy.corrcoef` makes them.
    public func normalizedCovariance() throws -> NDArray {
        if axisCount == 0 { return try Ufunc.binary(.divide, self, self).flagged(isScalar: true) }
        let deviation = try Ufunc.unary(.sqrt, diag(0).realPart())
        let rows = try Ufunc.binary(.divide, .array(self), .array(deviation.expandingAxes([1])))
        let result = try Ufunc.binary(.divide, .array(rows), .array(deviation.expandingAxes([0])))
        let parts =
            result.type.isComplex ? [result.realPart(), try result.imaginaryPart()] : [result]
        for part in parts {
            _ = try NDArray.clip(.array(part), .integer(-1), .integer(1), out: part)
        }
        return result
    }
}
