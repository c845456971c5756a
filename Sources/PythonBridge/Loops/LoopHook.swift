/// Now and then, between two bytecodes, the package looks whether the program is in a loop that is
/// worth compiling: after every thousand small operations or so.
import CPlatform
import LegateCore

enum LoopHook {
    /// What looks.
    nonisolated(unsafe) private static var look: Obj?

    /// `set_loop_hook(function)`; `None` ends it. Where small operations are recorded, because ranks
    /// compare what they record or somebody wants to see it, loops are recorded, too.
    static func set(_ function: Obj?) {
        let runtime = Runtime.shared
        guard runtime.keepsSmallArrays, runtime.configuration.simulatedRanks == nil else { return }
        look = function.flatMap { lg_is_none($0) != 0 ? nil : lg_newref($0) }
        Counters.watcher = look == nil ? nil : { LoopHook.ask() }
    }

    /// Views and scalars count, too: loops over elements make nothing else.
    @inline(__always) static func count() {
        made &+= 1
        if made & 4095 == 0, look != nil { ask() }
    }
    nonisolated(unsafe) private static var made = 0

    /// Large operations are counted by their windows.
    static func step() {
        guard look != nil, Counters.shared.windows & 31 == 31 else { return }
        ask()
    }

    /// One look at a time: where tracing is on, CPython 3.11 never gets past the first instruction of
    /// a pending call while another one waits.
    @inline(never)
    private static func ask() {
        guard !isAsked else { return }
        isAsked = true
        let added = Py_AddPendingCall(
            { _ in
                defer { LoopHook.isAsked = false }
                guard let look = LoopHook.look else { return 0 }
                // A look raises nothing of its own; what comes out is a signal's, and the program's.
                guard let result = PyObject_CallNoArgs(look) else { return -1 }
                Py_DecRef(result)
                return 0
            }, nil)
        if added != 0 { isAsked = false }
    }
    nonisolated(unsafe) private static var isAsked = false
}

/// The functions of compiled loops in the extension module.
let loopMethods: [(String, FastCall)] = [
    ("compile_loop", { _, arguments, _, _ in reporting { try compileLoop(arguments![0]!) } }),
    (
        "set_loop_hook",
        { _, arguments, _, _ in
            LoopHook.set(arguments![0])
            return lg_none()
        }
    ),
]
