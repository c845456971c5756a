/// From a function of one element to the kernel of a block.
///
/// A *body* is a type with one static function; the loops here are generic over bodies and are
/// specialised by the compiler for each, so that a kernel is one tight loop over typed pointers,
/// without checks, which the compiler can turn into vector instructions. The closures capture
/// nothing.

/// Computes one result from one element.
protocol UnaryBody {
    associatedtype X
    associatedtype Result
    static func apply(_ x: X) -> Result
}

/// Computes one result from two elements.
protocol BinaryBody {
    associatedtype X
    associatedtype Y
    associatedtype Result
    static func apply(_ x: X, _ y: Y) -> Result
}

/// Computes one result from three elements.
protocol TernaryBody {
    associatedtype X
    associatedtype Y
    associatedtype Z
    associatedtype Result
    static func apply(_ x: X, _ y: Y, _ z: Z) -> Result
}

/// Computes two results from one element.
protocol SplittingBody {
    associatedtype X
    associatedtype First
    associatedtype Second
    static func apply(_ x: X) -> (First, Second)
}

/// Computes two results from two elements.
protocol PairSplittingBody {
    associatedtype X
    associatedtype First
    associatedtype Second
    static func apply(_ x: X, _ y: X) -> (First, Second)
}

func blockKernel<B: UnaryBody>(_: B.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: B.X.self)
        let result = outputs[0].assumingMemoryBound(to: B.Result.self)
        var i = 0
        while i < count {
            result[i] = B.apply(x[i])
            i &+= 1
        }
    }
}

func blockKernel<B: BinaryBody>(_: B.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: B.X.self)
        let y = inputs[1].assumingMemoryBound(to: B.Y.self)
        let result = outputs[0].assumingMemoryBound(to: B.Result.self)
        var i = 0
        while i < count {
            result[i] = B.apply(x[i], y[i])
            i &+= 1
        }
    }
}

func blockKernel<B: TernaryBody>(_: B.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: B.X.self)
        let y = inputs[1].assumingMemoryBound(to: B.Y.self)
        let z = inputs[2].assumingMemoryBound(to: B.Z.self)
        let result = outputs[0].assumingMemoryBound(to: B.Result.self)
        var i = 0
        while i < count {
            result[i] = B.apply(x[i], y[i], z[i])
            i &+= 1
        }
    }
}

func blockKernel<B: SplittingBody>(_: B.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: B.X.self)
        let first = outputs[0].assumingMemoryBound(to: B.First.self)
        let second = outputs[1].assumingMemoryBound(to: B.Second.self)
        var i = 0
        while i < count {
            (first[i], second[i]) = B.apply(x[i])
            i &+= 1
        }
    }
}

func blockKernel<B: PairSplittingBody>(_: B.Type) -> BlockKernel.Function {
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: B.X.self)
        let y = inputs[1].assumingMemoryBound(to: B.X.self)
        let first = outputs[0].assumingMemoryBound(to: B.First.self)
        let second = outputs[1].assumingMemoryBound(to: B.Second.self)
        var i = 0
        while i < count {
            (first[i], second[i]) = B.apply(x[i], y[i])
            i &+= 1
        }
    }
}

/// A cast is a unary body without the arrays of pointers.
func castKernel<B: UnaryBody>(_: B.Type) -> CastKernel.Function {
    { input, output, count in
        let x = input.assumingMemoryBound(to: B.X.self)
        let result = output.assumingMemoryBound(to: B.Result.self)
        var i = 0
        while i < count {
            result[i] = B.apply(x[i])
            i &+= 1
        }
    }
}
