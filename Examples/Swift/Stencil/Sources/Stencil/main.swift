/// Heat spreading over a plate: the 5-point stencil, in place, on slices; the same program as
/// `Examples/stencil.py`.
///
/// A square plate of n × n inner points has a hot top edge and cold other edges. Each step replaces
/// every inner point by the mean of itself and its four neighbours. The five views of the grid
/// overlap; the update writes through one of them. Nothing is computed until a value is asked for,
/// and one step is one pass over memory.
import NumPy

let n = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2000
let steps = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 100

let grid = try NDArray(repeating: 0.0, shape: [n + 2, n + 2])
try grid[0, .all].assign(100)
try grid[.all, 0].assign(-20)
try grid[.all, -1].assign(20)
try grid[-1, .all].assign(-5)

let inner = 1..<n + 1
let center = try grid[inner, inner]
let north = try grid[0..<n, inner]
let east = try grid[inner, 2..<n + 2]
let west = try grid[inner, 0..<n]
let south = try grid[2..<n + 2, inner]

let clock = ContinuousClock()
let time = try clock.measure {
    for _ in 0..<steps { try center.assign(0.2 * (center + north + east + west + south)) }
    _ = try grid[1, 1].value(as: Double.self)
}

let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
print(
    "\(n * n) points, \(steps) steps in \(seconds) s: \(Double(n * n * steps) / seconds / 1e6) million points per second"
)
print("mean temperature:", try center.mean().value(as: Double.self))
print("near the top:", try grid[1, n / 2].value(as: Double.self))
print("checksum:", try abs(grid).sum().value(as: Double.self))
print("coldest and warmest:", try grid.minimum(), try grid.maximum())
