/// What the package's Python code tells the trace, and asks about the run.
import CPlatform
import LegateCore
import NumPy

/// Methods of the module.
let traceMethods: [(String, FastCall)] = [
    ("is_traced", { _, _, _, _ in lg_bool(Trace.isOn ? 1 : 0) }),
    (
        "begin_phase",
        { _, arguments, _, _ in
            reporting {
                if Trace.isOn { Runtime.shared.beginPhase(try string(arguments![0]!)) }
                return lg_none()
            }
        }
    ),
    (
        "end_phase",
        { _, _, _, _ in
            Runtime.shared.endPhase()
            return lg_none()
        }
    ),
    (
        "end_trace",
        { _, _, _, _ in
            Runtime.shared.endWatching()
            return lg_none()
        }
    ),
    ("state", { _, arguments, _, _ in reporting { try pythonString(Runtime.shared.state(at: string(arguments![0]!))) } }),
]
