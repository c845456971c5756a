/// What the guard over the ranks is told: a hash of each recorded launch, of what all ranks must have alike.
///
/// Stores take part by their shape and the view, not by their number: a rank may make small arrays of its own, to
/// print them, say. Constants take part, so that a number that differs between ranks is found where it enters.
import Execution
import Launches
import Shapes
import Tracing

extension Runtime {
    /// Tells the guard of a launch. Called on several ranks only.
    func note(_ launch: Launch, _ watch: LaunchGuard) {
        var hash = StreamHash()
        for byte in launch.name.utf8 { hash.add(UInt64(byte)) }
        hash.add(launch.domain)
        for view in launch.inputs { hash.add(view) }
        for view in launch.outputs { hash.add(view) }
        switch launch.body {
        case .pointwise(let expression), .reduction(let expression, _):
            for constant in expression.constants {
                hash.add(constant.bits.0)
                hash.add(constant.bits.1)
            }
            hash.add(UInt64(expression.instructions.count))
        case .opaque(let task): hash.add(UInt64(task.units))
        }
        watch.note(hash.value, launch.name, source: launch.source)
    }
}

/// The same on every rank and in every run, unlike Swift's own hashes.
private struct StreamHash {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
    }

    mutating func add(_ list: AxisList) {
        for number in list { add(UInt64(bitPattern: Int64(number))) }
    }

    mutating func add(_ view: StoreView) {
        add(UInt64(view.type.rawValue) | (view.store.isTiled ? 256 : 0))
        add(view.store.shape)
        add(UInt64(bitPattern: Int64(view.lattice.offset)))
        add(view.lattice.shape)
        add(view.lattice.strides)
    }
}
