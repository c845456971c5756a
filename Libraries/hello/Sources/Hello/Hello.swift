/// The smallest library that does something: six tasks, each of which shows one thing that tasks
/// can do.
///
///     greet       does more than write its outputs; one replica for each point of a launch domain
///     iota        asks its tile where it begins
///     square      transparent: fuses with what is computed before and behind it, in whatever library
///     deviation   transparent, with an operand that broadcasts
///     quotient    transparent, with a scalar
///     total       brings all tiles to one element
import LegateCore

@c(legate_library) public func legateLibrary() -> UnsafeMutableRawPointer? {
    Library.entry { try Library.register("hello", tasks: helloTasks) }
}

private let helloTasks = [
    TaskDeclaration(
        "greet", scalars: ["message"], options: TaskOptions(hasSideEffects: true), body: greet),
    TaskDeclaration("iota", outputs: ["y"]) { context in try writeIndices(context.output("y")) },
    TaskDeclaration(transparent: "square", inputs: ["x"], outputs: ["y"]) { point in
        point["y"] = point["x"] * point["x"]
    },
    TaskDeclaration(transparent: "deviation", inputs: ["x", "mean"], outputs: ["y"]) { point in
        let deviation = point["x"] - point["mean"]
        point["y"] = deviation * deviation
    },
    TaskDeclaration(transparent: "quotient", inputs: ["x"], outputs: ["y"], scalars: ["divisor"]) {
        point in
        point["y"] = point["x"] / point.scalar("divisor")
    },
    TaskDeclaration("total", inputs: ["x"], reductions: [("sum", .add)]) { context in
        try addUp(context.input("x"), into: context.reduction("sum"))
    },
]
