/// When a nest is worth compiling, and when its outputs are worth storing past the caches. All constants of the choice
/// between tiers stand here. They are estimates: no benchmark has compared other values.
import Shapes

enum CompilationCost {
    /// Points times steps of one run from which a kernel is asked for at once: a kernel takes 4 to 7 ms on another core.
    private static let atOnce = 200_000

    /// Runs of one plan from which it counts as a loop.
    private static let repeated = 3

    /// Bytes of outputs that are taken to be beyond the second-level cache, where stores past the caches win.
    private static let streamedBytes = 4 << 20

    /// Bytes of operands that are taken to be beyond the second-level cache, where fetching ahead wins.
    private static let fetchedBytes = 2 << 20

    static func pays(work: Int, runs: Int) -> Bool {
        work >= atOnce || runs >= repeated || KernelCompiler.shared.compilesAtOnce
    }

    static func streams(outputBytes: Int) -> Bool { outputBytes >= streamedBytes }

    static func fetchesAhead(inputBytes: Int) -> Bool { inputBytes >= fetchedBytes }
}
