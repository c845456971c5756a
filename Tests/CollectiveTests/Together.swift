/// Runs collective launches over ranks of the loopback world, and compares them with the same
/// launch on one rank.
///
/// In: a block that calls the array library. Every collective launch in it is computed alone, as
/// always, and then again by R ranks. Each rank has memory of its own, poison but for the input
/// positions that are its share; the ranks' shares are cut at random, empty ones among them. Out:
/// nothing, or a difference in some rank's output positions.
import Execution
import Glibc
import LegateCore
import LoopbackTransport
import Testing

@testable import NumPy

/// Numbers from a seed (SplitMix64).
struct Dice {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func number(below limit: Int) -> Int { limit <= 1 ? 0 : Int(bits() % UInt64(limit)) }
}

final class Together {
    private let world: LoopbackWorld
    private let ranks: Int
    private var dice: Dice
    private(set) var launches = 0
    /// Bytes sent in the last launch.
    private(set) var bytes = 0
    /// Cuts every operand evenly and leaves no input local.
    var isEven = false
    /// Who helps the ranks' bodies.
    var workers = TaskWorkers.alone

    init(ranks: Int, seed: Int) {
        world = LoopbackWorld(rankCount: ranks, seed: UInt64(seed))
        self.ranks = ranks
        dice = Dice(seed &* 31 &+ ranks)
    }

    /// Calls the array library so that everything it can do together is done together.
    ///
    /// - Parameter launches: How many collective launches are expected at least.
    func callAsFunction<R>(launches expected: Int = 1, _ body: () throws -> R) throws -> R {
        let before = launches
        NDArray.treatsAllAsSpread = true
        NDArray.runAlone = { [unowned self] in try self.run($0, $1) }
        defer {
            NDArray.treatsAllAsSpread = false
            NDArray.runAlone = { try $1($0) }
        }
        let result = try body()
        try Runtime.shared.waitForAll()
        #expect(launches - before >= expected, "launches over several ranks")
        return result
    }

    // MARK: - One launch

    private func run(_ alone: CollectiveTile, _ body: (CollectiveTile) throws -> Void) throws {
        launches += 1
        let extents = Extents(alone.inputs + alone.outputs)
        let initial = extents.images { UnsafeRawPointer($0) }
        defer { initial.values.forEach { $0.deallocate() } }
        let cuts = Cuts(alone, ranks, &dice, isEven: isEven)
        try body(alone)
        let images = (0..<ranks).map { _ in extents.images { _ in nil } }
        defer { images.forEach { $0.values.forEach { $0.deallocate() } } }
        func address(
            _ images: [UnsafeMutableRawPointer: UnsafeMutableRawPointer],
            _ operand: CollectiveTile.Operand
        )
            -> UnsafeMutableRawPointer
        { images[operand.memory]! - extents.ranges[operand.memory]!.lowerBound }
        let tiles = (0..<ranks).map { rank -> CollectiveTile in
            func operand(_ k: Int, _ operand: CollectiveTile.Operand, isInput: Bool)
                -> CollectiveTile.Operand
            {
                let bounds = cuts.bounds[isInput ? k : alone.inputs.count + k]
                let isLocal = isInput && cuts.isLocal[k]
                let memory = address(images[rank], operand)
                if isInput {
                    let valid =
                        isLocal ? 0..<operand.lattice.elementCount : bounds[rank]..<bounds[rank + 1]
                    operand.forEachRun(valid) { offset, count, stride in
                        for i in 0..<count {
                            let byte = (offset + i * stride) * operand.type.byteCount
                            (memory + byte).copyMemory(
                                from: address(initial, operand) + byte,
                                byteCount: operand.type.byteCount)
                        }
                    }
                }
                return .init(
                    memory: memory, lattice: operand.lattice, type: operand.type,
                    positions: bounds[rank]..<bounds[rank + 1], bounds: bounds, isLocal: isLocal)
            }
            return CollectiveTile(
                rank: rank, rankCount: ranks,
                inputs: alone.inputs.enumerated().map { operand($0, $1, isInput: true) },
                outputs: alone.outputs.enumerated().map { operand($0, $1, isInput: false) },
                messenger: Communicator(world.transports[rank], tag: launches & 0xFFFF),
                workers: workers)
        }
        let sent = world.traffic.byteCount
        try world.run { try body(tiles[$0.rank]) }
        bytes = world.traffic.byteCount - sent
        #expect(world.undelivered == 0, "messages that nobody received")
        for tile in tiles {
            for (k, output) in tile.outputs.enumerated() {
                let expected = alone.outputs[k].bytes(output.positions)
                #expect(
                    output.bytes(output.positions) == expected,
                    "rank \(tile.rank) of \(ranks), output \(k)")
            }
        }
    }
}

/// The bytes of each memory that a launch touches.
private struct Extents {
    var ranges: [UnsafeMutableRawPointer: Range<Int>] = [:]

    init(_ operands: [CollectiveTile.Operand]) {
        for operand in operands {
            let bounds = operand.lattice.bounds ?? operand.lattice.offset...operand.lattice.offset
            let size = operand.type.byteCount
            var range = bounds.lowerBound * size..<(bounds.upperBound + 1) * size
            if let known = ranges[operand.memory] {
                range =
                    min(
                        known.lowerBound, range.lowerBound)..<max(
                        known.upperBound, range.upperBound)
            }
            ranges[operand.memory] = range
        }
    }

    /// Copies of them, or poison.
    func images(
        _ source: (UnsafeMutableRawPointer) -> UnsafeRawPointer?
    ) -> [UnsafeMutableRawPointer: UnsafeMutableRawPointer] {
        var result: [UnsafeMutableRawPointer: UnsafeMutableRawPointer] = [:]
        for (memory, range) in ranges {
            let image = UnsafeMutableRawPointer.allocate(byteCount: range.count, alignment: 64)
            image.initializeMemory(as: UInt8.self, repeating: 0xCD, count: range.count)
            if let bytes = source(memory) {
                image.copyMemory(from: bytes + range.lowerBound, byteCount: range.count)
            }
            result[memory] = image
        }
        return result
    }
}

/// How operands are cut: those of one shape often alike.
private struct Cuts {
    var bounds: [[Int]] = []
    var isLocal: [Bool] = []

    init(_ tile: CollectiveTile, _ ranks: Int, _ dice: inout Dice, isEven: Bool) {
        var known: [Int: [Int]] = [:]
        for operand in tile.inputs + tile.outputs {
            let count = operand.lattice.elementCount
            if known[count] == nil || dice.number(below: 3) == 0 && !isEven {
                known[count] = Cuts.cut(count, ranks, &dice, isEven: isEven)
            }
            bounds.append(known[count]!)
            isLocal.append(!isEven && dice.number(below: 4) == 0)
        }
        // A view that is an input and an output is cut once.
        for (k, output) in tile.outputs.enumerated() {
            for (i, input) in tile.inputs.enumerated()
            where input.memory == output.memory && input.lattice == output.lattice {
                bounds[i] = bounds[tile.inputs.count + k]
                isLocal[i] = false
            }
        }
    }

    static func cut(_ count: Int, _ ranks: Int, _ dice: inout Dice, isEven: Bool) -> [Int] {
        if isEven || dice.number(below: 2) == 0 { return (0...ranks).map { $0 * count / ranks } }
        let inner = (1..<max(ranks, 1)).map { _ in dice.number(below: count + 1) }
        return [0] + inner.sorted() + [count]
    }
}
