// Flags that tune the runtime itself: window, chunks, recycling, transport details.
import ArgumentParser

struct RuntimeFlags: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: .init("Largest exception a task may carry (default: 4096).", valueName: "bytes"),
        transform: Allowed.positive)
    var maxExceptionSize: Int?

    @Option(
        parsing: .unconditional,
        help: .init(
            "Smallest store that is spread over ranks (default: 16384).",
            valueName: "elements"),
        transform: Allowed.positive)
    var minCpuChunk: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Smallest store worth several GPUs.", valueName: "elements"),
        transform: Allowed.positive)
    var minGpuChunk: Int?

    @Option(
        parsing: .unconditional,
        help: .init("The same where --omps is used.", valueName: "elements"),
        transform: Allowed.positive)
    var minOmpChunk: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Launches that wait before a flush (default: 64).", valueName: "N"),
        transform: Allowed.positive)
    var windowSize: Int?

    @Option(
        parsing: .unconditional,
        help: .init("Share of memory held for reuse (default: 256).", valueName: "N"),
        transform: Allowed.positive)
    var fieldReuseFraction: Int?

    @Option(
        parsing: .unconditional,
        help: .init("How often freed memory is collected (default: 32).", valueName: "N"),
        transform: Allowed.positive)
    var fieldReuseFrequency: Int?

    @Flag(help: "Agree between ranks on freed stores, on one node too.")
    var consensus = false

    @Flag(help: "Start NCCL before the program.")
    var warmupNccl = false

    @Flag(help: "Do not start MPI.")
    var disableMpi = false

    @Flag(help: "Run everything on the thread that submits it: one worker.")
    var inlineTaskLaunch = false

    @Flag(help: .init("Run the program on rank 0 only.", visibility: .hidden))
    var singleControllerExecution = false

    @Flag(inversion: .prefixedNo, help: "Read HDF5 straight into GPUs.")
    var ioUseVfdGds: Bool?

    @Flag(help: .init("Choose copies by the experimental rules.", visibility: .hidden))
    var experimentalCopyPath = false

    @Flag(help: .init("Replace every task by an empty one.", visibility: .hidden))
    var useEmptyTask = false

    @Option(
        parsing: .unconditional,
        help: .init("The CUDA driver to open.", valueName: "file", visibility: .hidden))
    var cudaDriverPath: String?

    var withoutEffect: [NoEffect] {
        let recycled = "memory is used again as soon as it is free"
        return notes([
            ("--max-exception-size", maxExceptionSize != nil, "exceptions are passed on whole"),
            ("--min-gpu-chunk", minGpuChunk != nil, NoEffect.forGPUs),
            ("--field-reuse-fraction", fieldReuseFraction != nil, recycled),
            ("--field-reuse-frequency", fieldReuseFrequency != nil, recycled),
            ("--consensus", consensus, "all ranks free the same stores at the same call"),
            ("--warmup-nccl", warmupNccl, NoEffect.forGPUs),
            ("--disable-mpi", disableMpi, "one rank never starts MPI"),
            (
                "--single-controller-execution", singleControllerExecution,
                "every rank runs the program itself"
            ),
            ("--io-use-vfd-gds", ioUseVfdGds == true, NoEffect.forGPUs),
            ("--experimental-copy-path", experimentalCopyPath, "there is one way of copying"),
            ("--use-empty-task", useEmptyTask, "no task can be left out"),
            ("--cuda-driver-path", cudaDriverPath != nil, NoEffect.forGPUs),
        ])
    }
}
