// Flags that measure a run: profiles, and what they are called.
import ArgumentParser

struct ProfilingFlags: ParsableArguments {
    @Flag(help: "Write a page that shows the run: <logdir>/legate_prof/index.html.")
    var profile = false

    @Option(
        parsing: .unconditional,
        help: .init("Name of the files of --profile (default: legate).", valueName: "name"))
    var profileName: String?

    @Flag(inversion: .prefixedNo, help: "Record the source line of every call.")
    var provenance: Bool?

    @Flag(help: "Profile the Python side into <logdir>/legate_<rank>.cprof.")
    var cprofile = false

    @Flag(help: "Run under nvprof, into <logdir>/legate_<rank>.nvvp.")
    var nvprof = false

    @Flag(help: "Run under Nsight Systems, into <logdir>/legate_<rank>.")
    var nsys = false

    @Option(
        parsing: .unconditional,
        help: .init(
            "What Nsight Systems traces (default: cublas,cuda,cudnn,nvtx,ucx).",
            valueName: "list"))
    var nsysTargets: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: .init("More words for Nsight Systems; may be repeated.", valueName: "words"),
        transform: Allowed.words)
    var nsysExtra: [[String]] = []

    @Flag(help: "Write what the program reports as benchmarks into <logdir>.")
    var benchmarkToFile = false

    var withoutEffect: [NoEffect] {
        notes([
            ("--provenance", provenance == true, "every call's source line is recorded anyway"),
            (
                "--no-provenance", provenance == false,
                "errors name source lines, which are always recorded"
            ),
            ("--nsys-targets", nsysTargets != nil && !nsys, "there is no --nsys"),
            ("--nsys-extra", !nsysExtra.isEmpty && !nsys, "there is no --nsys"),
            ("--benchmark-to-file", benchmarkToFile, "there is no benchmark_log() to write"),
        ])
    }
}
