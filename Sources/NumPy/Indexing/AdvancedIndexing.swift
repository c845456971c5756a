/// Index arrays.
import LegateCore

extension NDArray {
    func gathered(_ items: [IndexItem]) throws -> NDArray { throw NumPyError(.unsupported, "index arrays") }
    func scatter(_ value: Operand, at items: [IndexItem]) throws { throw NumPyError(.unsupported, "index arrays") }
}
