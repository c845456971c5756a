/// The rows of the operation table: loops as NumPy picks them, names, and a kernel behind every
/// loop.

import Kernels
import Launches
import Shapes
import Testing

struct OperationTableTests {
    @Test func everyLoopHasItsKernel() {
        for operation in Operation.allCases {
            #expect(OperationTable.row(operation).operation == operation)
            for type in ElementType.allCases {
                guard let loop = OperationTable.loop(operation, type) else { continue }
                #expect(KernelTable.block(operation, loop.compute) != nil, "\(operation) \(type)")
                let row = OperationTable.row(operation)
                let isFoldable = row.inputCount == 2 && row.outputCount == 1
                if isFoldable && loop.input0 == loop.input1 && loop.input0 == loop.output0 {
                    #expect(
                        KernelTable.fold(operation, loop.compute) != nil, "\(operation) \(type)")
                    #expect(
                        KernelTable.scan(operation, loop.compute) != nil, "\(operation) \(type)")
                }
            }
        }
    }

    @Test(arguments: [
        (Operation.divide, ElementType.int8, ElementType.float64), (.sqrt, .int8, .float16),
        (.sqrt, .uint16, .float32), (.sin, .bool, .float16), (.exp, .int64, .float64),
        (.power, .bool, .int8), (.floatPower, .float32, .float64), (.floor, .int32, .int32),
        (.rint, .int32, .float64), (.less, .complex64, .bool), (.logicalAnd, .float32, .bool),
        (.absolute, .complex128, .float64), (.bitwiseCount, .int64, .uint8),
        (.signbit, .int8, .bool),
    ])
    func resultTypes(_ operation: Operation, _ common: ElementType, _ result: ElementType) {
        #expect(OperationTable.loop(operation, common)?.output0 == result)
    }

    @Test func refusedTypes() {
        #expect(OperationTable.loop(.subtract, .bool) == nil)
        #expect(OperationTable.loop(.negative, .bool) == nil)
        #expect(OperationTable.loop(.floor, .complex64) == nil)
        #expect(OperationTable.loop(.bitwiseAnd, .float32) == nil)
        #expect(OperationTable.loop(.gcd, .bool) == nil)
    }

    @Test func irregularLoops() {
        #expect(OperationTable.loop(.ldexp, .float32)?.input1 == .int64)
        #expect(OperationTable.loop(.frexp, .float64)?.output1 == .int32)
        #expect(OperationTable.loop(.select, .int16)?.input0 == .bool)
        #expect(OperationTable.loop(.complexFromParts, .float32)?.output0 == .complex64)
    }

    @Test func namesAndAliases() {
        #expect(OperationTable.operation(named: "add") == .add)
        #expect(OperationTable.operation(named: "true_divide") == .divide)
        #expect(OperationTable.operation(named: "acosh") == .arccosh)
        #expect(OperationTable.operation(named: "radians") == .deg2rad)
        #expect(OperationTable.operation(named: "") == nil)
        #expect(OperationTable.operation(named: "matmul") == nil)
    }
}
