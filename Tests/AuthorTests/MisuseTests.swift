/// What authors and users do wrong, and the sentence each of them reads.
import LegateCore
import Testing

private struct Refusal: Error {}

extension AuthorTests {
    @Suite struct Misuse {
        private let copy = TaskDeclaration(
            "copy", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
        ) {
            let (x, y) = (try $0.input("x", of: Double.self), try $0.output("y", of: Double.self))
            for i in 0..<x.count { y[i] = x[i] }
        }

        @Test func aLibraryIsRegisteredOnce() throws {
            let library = try makeLibrary([copy])
            #expect(
                sentence { try Library.register(library.name) }
                    == "a library named '\(library.name)' is registered already, by \(library.source)"
            )
            #expect(library.source.file == "AuthorTests/AuthorTests.swift")
            #expect(
                sentence { try library.register(copy) }
                    == "library '\(library.name)' has a task 'copy' already")
            #expect(
                sentence { _ = try library.task("cpy") }
                    == "library '\(library.name)' has no task 'cpy'; it has: copy")
            #expect(sentence { try Library.register("") } == "a library needs a name")
            #expect(try Library.find(library.name) === library)
        }

        @Test func operandsFitTheDeclaration() throws {
            let task = try makeLibrary([copy]).task("copy")
            let (x, y) = (try LogicalStore([1.0, 2]), try LogicalStore(.float64, shape: [3]))
            #expect(
                sentence { try task.launch(inputs: [x]) }
                    == "task 'copy' takes 1 (y) as outputs, not 0")
            #expect(
                sentence { try task.launch(inputs: [x], outputs: [y]) }
                    == "task 'copy': aligned stores need equal shapes: 'x' of shape (2), 'y' of shape (3)"
            )
            #expect(
                sentence {
                    try task.launch(inputs: [x], outputs: [x], constraints: [.align("x", "q")])
                }
                    == "task 'copy' has no operand 'q' to constrain; it has x, y")
        }

        @Test func aBodyThatAsksForAnotherTypeIsToldSo() throws {
            let task = try makeLibrary([copy]).task("copy")
            let y = try LogicalStore(.int32, shape: [2])
            let text = sentence {
                try task.launch(inputs: [try LogicalStore([Int32(1), 2])], outputs: [y])
                try Runtime.shared.fence(blocks: true)
            }
            #expect(text.hasSuffix("operand 'x' has elements of int32, not of float64"))
        }

        @Test func anErrorAppearsAtTheLaunchOfATaskThatMayThrow() throws {
            let library = try makeLibrary([
                TaskDeclaration("refuse", inputs: ["x"], options: TaskOptions(mayThrow: true)) {
                    _ in throw Refusal()
                }
            ])
            let x = try LogicalStore([1.0])
            #expect(throws: TaskError.self) { try library.task("refuse").launch(inputs: [x]) }
            try Runtime.shared.fence(blocks: true)
        }

        @Test func outputsDoNotShareElements() throws {
            let library = try makeLibrary([TaskDeclaration("two", outputs: ["a", "b"]) { _ in }])
            let x = try LogicalStore(.float64, shape: [10])
            #expect(
                sentence {
                    try library.task("two").launch(
                        outputs: [try x.sliced(axis: 0, 0..<6), try x.sliced(axis: 0, 5..<10)])
                } == "task 'two': two of its outputs share elements of one store")
            try library.task("two").launch(outputs: [
                try x.sliced(axis: 0, 0..<5), try x.sliced(axis: 0, 5..<10),
            ])
        }

        @Test func pointsOfAManualLaunchDoNotWriteOneTile() throws {
            let library = try makeLibrary([TaskDeclaration("write", outputs: ["y"]) { _ in }])
            let y = try LogicalStore(.float64, shape: [10])
            var launch = try library.manualTask("write", over: [2])
            launch.addOutput(try y.partitioned(by: [5])) { _ in [0] }
            #expect(
                sentence { try launch.execute() }
                    == "task 'write': points (0,) and (1,) would both write tile (0,) of output 'y'"
            )
            launch = try library.manualTask("write", over: [2])
            launch.addOutput(y)
            #expect(
                sentence { try launch.execute() }.hasPrefix(
                    "task 'write': all 2 points would write all of output 'y'"))
            launch = try library.manualTask("write", over: [3])
            launch.addOutput(try y.partitioned(by: [5]))
            #expect(
                sentence { try launch.execute() }
                    == "task 'write': point (2,) names tile (2,), but there are tiles (2,)")
        }

        @Test func tilesDoNotReadWhatOthersWrite() throws {
            let library = try makeLibrary([
                TaskDeclaration(
                    "shift", inputs: ["x"], outputs: ["y"], constraints: [.align("x", "y")]
                ) { _ in },
                TaskDeclaration(
                    "spread", inputs: ["x"], outputs: ["y"], constraints: [.broadcast("x")]
                ) { _ in },
            ])
            let x = try LogicalStore([Double](repeating: 1, count: 100_000))
            let (low, high) = (
                try x.sliced(axis: 0, 0..<99_999), try x.sliced(axis: 0, 1..<100_000)
            )
            let words =
                "tiles would read elements of 'x' that other tiles write as 'y'; align the two, or read from a copy"
            #expect(
                sentence { try library.task("shift").launch(inputs: [low], outputs: [high]) }
                    == "task 'shift': \(words)")
            #expect(
                sentence { try library.task("spread").launch(inputs: [x], outputs: [x]) }
                    == "task 'spread': \(words)")
            try library.task("shift").launch(inputs: [x], outputs: [x])
        }

        @Test func anErrorNamesTheLineOfTheLaunch() throws {
            let task = try makeLibrary([copy]).task("copy")
            let x = try LogicalStore([1.0, 2])
            let line = #line + 1
            do { try task.launch(inputs: [x]) } catch let error as CoreError {
                #expect(error.source == SourceLocation(file: #fileID, line: line))
                #expect(error.description.hasSuffix("(launched at \(#fileID):\(line))"))
            }
            var launch = AutoTask(task)
            launch.setProvenance("program.py", 7)
            #expect(throws: CoreError.self) { try launch.execute() }
            do { try launch.execute() } catch {
                #expect("\(error)".hasSuffix("(launched at program.py:7)"))
            }
        }

        @Test func anOutputWithoutElementsIsMissed() throws {
            let library = try makeLibrary([
                TaskDeclaration("none", inputs: ["x"], outputs: ["y"]) { _ in }
            ])
            let x = try LogicalStore([1.0])
            #expect(
                sentence {
                    _ = try library.task("none").launchUnbound([x.storeView], [.unbound(.float64)])
                }
                .hasPrefix("task 'none' gave output 'y' no elements in tile 0"))
        }

        @Test func anOutputWithoutAShapeIsNotRead() throws {
            let library = try makeLibrary([
                TaskDeclaration("reads", inputs: ["x"], outputs: ["y"]) {
                    _ = try $0.output("y", of: Double.self)[0]
                }
            ])
            let x = try LogicalStore([1.0])
            do {
                _ = try library.task("reads").launchUnbound(
                    [x.storeView], [.unbound(.float64)], [],
                    LaunchOptions(source: SourceLocation(file: "author.swift", line: 7)))
                Issue.record("nothing was thrown")
            } catch {
                #expect(
                    "\(error)".hasSuffix(
                        "operand 'y' has no shape yet: bind(_:) gives its elements"))
                #expect("\(error)".contains("launched at author.swift:7"))
            }
        }

        @Test func transparentTasksSayAllTheirOutputs() throws {
            let library = try makeLibrary([
                TaskDeclaration(transparent: "forgets", inputs: ["x"], outputs: ["y"]) { _ in },
                TaskDeclaration(transparent: "invents", inputs: ["x"], outputs: ["y"]) { p in
                    p["y"] = p["z"]
                },
            ])
            let (x, y) = (try LogicalStore([1.0]), try LogicalStore(.float64, shape: [1]))
            #expect(
                sentence { try library.task("forgets").launch(inputs: [x], outputs: [y]) }
                    == "transparent task 'forgets' gives no value to output 'y'")
            #expect(
                sentence { try library.task("invents").launch(inputs: [x], outputs: [y]) }
                    == "transparent task 'invents' has no input 'z'; it has x")
        }

        @Test func viewsStayInsideTheirStores() throws {
            let x = try LogicalStore([1.0, 2, 3, 4], shape: [2, 2])
            #expect(
                sentence { _ = try x.projected(axis: 0, index: 2) }
                    == "index 2 is out of range for axis 0 with extent 2")
            #expect(sentence { _ = try x.transposed([0, 0]) } == "[0, 0] is no order of 2 axes")
            #expect(
                sentence { _ = try x.sliced(axis: 1, 1..<3) }
                    == "slice 1..<3 is out of range for axis 1 with extent 2")
            #expect(try x.transposed([1, 0]).values() == [1.0, 3, 2, 4])
            #expect(try x.projected(axis: 1, index: -1).values() == [2.0, 4])
            #expect(
                sentence { _ = try LogicalStore(.float64, shape: [-1]) }
                    == "a store has no extent of -1: shape (-1,)")
        }
    }
}
