/// Arithmetic of a block with one number: `x + 2`, `2 / x`. The number stands once and stays in a
/// register, where the kernels of two blocks would read it again for every element. Element by
/// element the arithmetic is theirs.
import Launches
import Shapes

private protocol RealBody {
    static func value<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T
}
private enum Sum: RealBody {
    @inline(__always) static func value<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x + y }
}
private enum Difference: RealBody {
    @inline(__always) static func value<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x - y }
}
private enum Product: RealBody {
    @inline(__always) static func value<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x * y }
}
private enum Quotient: RealBody {
    @inline(__always) static func value<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x / y }
}

/// `x[i] ∘ number`: the second input shows one element.
private func numberBehind<B: RealBody, T: BinaryFloatingPoint>(_: B.Type, _: T.Type)
    -> BlockKernel.Function
{
    { inputs, outputs, count in
        let x = inputs[0].assumingMemoryBound(to: T.self)
        let number = inputs[1].load(as: T.self)
        let result = outputs[0].assumingMemoryBound(to: T.self)
        var i = 0
        while i < count {
            result[i] = B.value(x[i], number)
            i &+= 1
        }
    }
}

/// `number ∘ y[i]`: the first input shows one element.
private func numberInFront<B: RealBody, T: BinaryFloatingPoint>(_: B.Type, _: T.Type)
    -> BlockKernel.Function
{
    { inputs, outputs, count in
        let number = inputs[0].load(as: T.self)
        let y = inputs[1].assumingMemoryBound(to: T.self)
        let result = outputs[0].assumingMemoryBound(to: T.self)
        var i = 0
        while i < count {
            result[i] = B.value(number, y[i])
            i &+= 1
        }
    }
}

extension KernelEntries {
    func enterNumbers() {
        enter(.add, Sum.self)
        enter(.subtract, Difference.self)
        enter(.multiply, Product.self)
        enter(.divide, Quotient.self)
    }

    private func enter<B: RealBody>(_ operation: Operation, _ body: B.Type) {
        enter(
            operation, .float64, numberBehind(body, Double.self), numberInFront(body, Double.self))
        enter(operation, .float32, numberBehind(body, Float.self), numberInFront(body, Float.self))
    }

    private func enter(
        _ operation: Operation, _ type: ElementType, _ behind: @escaping BlockKernel.Function,
        _ inFront: @escaping BlockKernel.Function
    ) {
        let place = (operation.index * ElementType.count + type.index) * 2
        numbers[place] = BlockKernel(behind)
        numbers[place + 1] = BlockKernel(inFront)
    }
}
