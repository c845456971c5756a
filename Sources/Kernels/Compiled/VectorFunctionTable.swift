/// The addresses of all functions of vectors in one table that every kernel gets: where a function
/// stands in it is the same in every process, the address is not.
import Launches
import Shapes

enum VectorFunctionTable {
    private static let widths = [16, 32, 64]

    /// Where a function stands.
    static func place(_ operation: Operation, _ type: ElementType, vectorBytes: Int) -> Int {
        let width = vectorBytes == 64 ? 2 : vectorBytes == 32 ? 1 : 0
        return (operation.index * 2 + (type == .float64 ? 1 : 0)) * widths.count + width
    }

    /// The table; zero where there is no function.
    static let addresses: UnsafePointer<Int> = {
        let count = Operation.count * 2 * widths.count
        let table = UnsafeMutablePointer<Int>.allocate(capacity: count)
        table.initialize(repeating: 0, count: count)
        for operation in Operation.allCases {
            for type in [ElementType.float32, .float64] {
                for width in widths {
                    if let address = VectorMath.function(operation, type, vectorBytes: width) {
                        table[place(operation, type, vectorBytes: width)] = Int(bitPattern: address)
                    }
                }
            }
        }
        return UnsafePointer(table)
    }()
}
