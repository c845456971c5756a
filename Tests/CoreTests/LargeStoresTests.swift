import Launches
import Shapes
import Testing

/// The list of who holds the memory.
extension CoreTests {
    @Suite struct LargeStoresTests {
        private func listed(_ numbers: [UInt64]) -> [UInt64] {
            LargeStores.all.map(\.id).filter(numbers.contains).sorted()
        }

        /// Whatever order they die in, the others stay.
        @Test func deadStoresAreOffTheList() {
            var stores = (0..<6).map { _ in Store(type: .float64, shape: AxisList(8)) }
            let numbers = stores.map(\.id)
            for store in stores { LargeStores.insert(store) }
            #expect(listed(numbers) == numbers)
            for place in [1, 4, 0, 1, 1, 0] {
                stores.remove(at: place)
                #expect(listed(numbers) == stores.map(\.id))
            }
        }
    }
}
