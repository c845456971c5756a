/// What the package's Python code tells the trace, and asks about the run.
import CPlatform
import LegateCore
import NumPy
import Tracing

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
        // From here on: once everything recorded has run.
        "start_trace",
        { _, arguments, _, _ in
            reporting {
                try RuntimeHooks.startTrace(prefix: try string(arguments![0]!))
                return lg_none()
            }
        }
    ),
    (
        "stop_trace",
        { _, arguments, _, _ in
            reporting {
                try RuntimeHooks.stopTrace(waits: PyObject_IsTrue(arguments![0]!) == 1)
                return lg_none()
            }
        }
    ),
    (
        "end_trace",
        { _, _, _, _ in
            Runtime.shared.endWatching()
            return lg_none()
        }
    ),
    (
        "answer_signal",
        { _, arguments, _, _ in
            reporting {
                Runtime.shared.answer(
                    signal: Int32(truncatingIfNeeded: try integer(arguments![0]!))
                ) {
                    SourceLocation.current.map { "\($0)" } ?? "an unknown line"
                }
                return lg_none()
            }
        }
    ),
    (
        // Nothing where the runtime itself has answered meanwhile.
        "state",
        { _, arguments, _, _ in
            reporting {
                pythonString(
                    StateWish.take() ? Runtime.shared.state(at: try string(arguments![0]!)) : "")
            }
        }
    ),
]
