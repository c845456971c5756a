/// When a nest is worth compiling, and when its outputs are worth storing past the caches: the
/// choice between tiers.
import Shapes

enum CompilationCost {
    /// Runs of one plan from which it counts as a loop.
    private static let repeated = 2

    static func pays(work: Int, runs: Int) -> Bool {
        work >= CostModel.current.compiledWork || runs >= repeated
            || KernelCompiler.shared.compilesAtOnce
    }

    static func streams(outputBytes: Int) -> Bool { outputBytes >= CostModel.current.streamedBytes }

    static func fetchesAhead(inputBytes: Int) -> Bool {
        inputBytes >= CostModel.current.fetchedBytes
    }
}
