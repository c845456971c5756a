// Flags that put a tool around the run or ask the runtime to explain itself.
import ArgumentParser

struct DebuggingFlags: ParsableArguments {
    @Flag(help: "Run under gdb.")
    var gdb = false

    @Flag(help: "Run under cuda-gdb.")
    var cudaGdb = false

    @Flag(help: "Run under compute-sanitizer.")
    var memcheck = false

    @Flag(help: "Run under valgrind.")
    var valgrind = false

    @Flag(help: "A process that crashes stays, and says how to attach a debugger.")
    var freezeOnError = false

    @Flag(help: "Write a GASNet trace into <logdir>.")
    var gasnetTrace = false

    @Flag(help: "Log dependences for a checker; here --dataflow and --event draw them.")
    var spy = false

    @Flag(help: "Draw stores and launches into <logdir>/dataflow_legate.pdf.")
    var dataflow = false

    @Flag(help: "Draw tasks, copies and messages into <logdir>/event_graph_legate.pdf.")
    var event = false

    @Flag(help: "Print the command that the binding of ranks makes.")
    var bindDetail = false

    @Option(
        parsing: .unconditionalSingleValue,
        help: .init("Run under this command, outermost; may be repeated.", valueName: "words"),
        transform: Allowed.words)
    var wrapper: [[String]] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: .init(
            "Run under this command, next to the interpreter; may be repeated.",
            valueName: "words"),
        transform: Allowed.words)
    var wrapperInner: [[String]] = []

    @Flag(help: "Run under rlwrap.")
    var rlwrap = false

    var withoutEffect: [NoEffect] {
        notes([
            (
                "--spy", spy,
                "there is no log for a checker of dependences; --dataflow and --event draw them"
            ),
            ("--gasnet-trace", gasnetTrace, "messages go through MPI, not GASNet"),
        ])
    }
}
