/// What a nest costs: the unit of ``CostModel``'s work, an addition of two elements in a compiled
/// kernel (some 0.05 ns).
///
/// Only the way in which a nest is run is chosen by it, never a result. The weights are estimates,
/// of the right order and no more: `Benchmarks/function_speed.py` prints what functions take, most
/// of them up to twice their weight.
import Launches

extension NestProgram {
    /// The work of one run.
    public var work: Int {
        let operations = pointCount &* nest.workPerPoint
        let isCompiled = compiledForm != nil && KernelCompiler.shared.isAvailable
        return (isCompiled ? operations : 4 &* operations) &+ memoryWork
    }

    /// What the caches do not hold comes from memory: about as many additions as bytes.
    private var memoryWork: Int {
        var size = 0
        for load in nest.loads { size = max(size, load.type.byteCount) }
        for output in nest.outputs { size = max(size, output.target.type.byteCount) }
        let bytes = nest.slotCount &* pointCount &* size
        return bytes > NestProgram.cachedBytes ? bytes : 0
    }

    private static let cachedBytes = 1 << 20
}

extension LoopNest {
    /// Work at each point: its operations, and a turn of the loop with what it reads and writes.
    var workPerPoint: Int {
        var work = 1 + folds.count
        for step in steps {
            if case .apply(let operation, _) = step.action {
                work += operation.weight
            } else {
                work += 1
            }
        }
        return work
    }
}

extension Operation {
    /// The time of one element, in additions.
    var weight: Int {
        switch self {
        case .divide, .reciprocal, .sqrt: 4
        case .floorDivide, .remainder, .fmod, .divmod, .hypot, .exp, .exp2, .log, .log2, .log10: 10
        case .expm1, .log1p, .sin, .cos, .cbrt, .arctan, .arcsin, .arccos, .sinh, .cosh, .tanh: 16
        case .power, .floatPower, .tan, .arctan2, .arcsinh, .arccosh, .arctanh, .logaddexp,
            .logaddexp2:
            30
        default: 1
        }
    }
}
