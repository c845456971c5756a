/// An array that is allocated once and read without counting references; whoever made it frees it.

public struct Table<Element> {
    public let pointer: UnsafeMutablePointer<Element>
    public let count: Int

    public init(_ elements: [Element]) {
        count = elements.count
        pointer = .allocate(capacity: max(1, elements.count))
        pointer.initialize(from: elements, count: elements.count)
    }

    @inlinable public subscript(k: Int) -> Element {
        @inline(__always) unsafeAddress { UnsafePointer(pointer + k) }
    }

    public func deallocate() {
        pointer.deinitialize(count: count)
        pointer.deallocate()
    }
}
