/// Operands without elements: there is nothing at the place where their first element would be.
import Kernels
import Launches
import LegateCore
import Shapes
import Testing

@Suite struct EmptyRowTests {
    private let nowhere = UnsafeRawPointer(bitPattern: 16)!

    @Test func rowsWithoutPointsReadNothing() throws {
        let kernel = try #require(KernelTable.block(.subtract, .float64))
        let output = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
        defer { output.deallocate() }
        for shape in [[0, 5], [5, 0], [2, 0, 5], [0, 2, 5], [0]] {
            #expect(
                Immediate.applyRows(
                    kernel, RowOperand(constant: nowhere), RowOperand(constant: nowhere), size: 8,
                    over: AxisList(shape), into: output, size: 8), "\(shape)")
        }
    }

    @Test func noCopiesOfAnElementReadNothing() {
        let target = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
        defer { target.deallocate() }
        for size in [1, 2, 4, 8, 16] {
            LatticeCopy.fill(nowhere, size: size, count: 0, into: target)
        }
    }
}
