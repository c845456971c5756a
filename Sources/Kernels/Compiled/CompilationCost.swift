/// When a nest is worth compiling, and when its outputs are worth storing past the caches. All constants of the choice
/// between tiers stand here, each with the measurement that found it.
import Shapes

enum CompilationCost {
    /// Points times steps of one run from which a kernel is asked for at once. A kernel takes about 4 ms on another core;
    /// the interpreter needs about that long for so much work (`Benchmarks/run.py kernels`).
    private static let atOnce = 200_000

    /// Runs of one plan from which it counts as a loop.
    private static let repeated = 3

    /// Bytes of outputs from which stores past the caches win: beyond the second-level cache. Within it they lose a third.
    private static let streamedBytes = 4 << 20

    static func pays(work: Int, runs: Int) -> Bool {
        work >= atOnce || runs >= repeated || KernelCompiler.shared.compilesAtOnce
    }

    static func streams(outputBytes: Int) -> Bool { outputBytes >= streamedBytes }
}
