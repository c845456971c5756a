/// Arrow's C data interface: arrays and tables to and from any library that speaks it, over the
/// same memory.
///
/// Structures are passed by address, because every library brings a declaration of its own of them:
/// `struct ArrowSchema`, `struct ArrowArray`, `struct ArrowArrayStream` of Arrow's specification.
/// Nothing of Arrow's is linked.
///
///     var (schema, array) = (ArrowSchema(), ArrowArray())
///     try prices.exportToArrow(array: &array, schema: &schema)        // theirs now, until they release it
///     let mine = try LegateArray(arrow: &array, schema: &schema)      // takes over both, releases them once
internal import CPlatform

extension LegateArray {
    /// Fills the two structures, which are the taker's from then on. Waits for the elements.
    ///
    /// The elements stay where they are, and the taker reads them there until it releases the
    /// structure; a task that writes them meanwhile is seen. Copied are truth values and masks,
    /// which are bits in Arrow, and views with a step.
    ///
    /// - Parameters:
    ///   - array: Room for a `struct ArrowArray`.
    ///   - schema: Room for a `struct ArrowSchema`.
    /// - Throws: ``CoreError/Kind/type`` for complex numbers, which Arrow has not. Then neither is
    ///   touched.
    public func exportToArrow(array: UnsafeMutableRawPointer, schema: UnsafeMutableRawPointer)
        throws
    {
        ArrowReturns.settle()
        let (type, elements) = (try ArrowNode(schemaOf: self), try ArrowNode(of: self))
        type.fill(schema.assumingMemoryBound(to: ArrowSchema.self))
        elements.fill(array.assumingMemoryBound(to: ArrowArray.self))
    }

    /// An array over the memory of the two structures, which are taken over: they are marked as
    /// released, and what they name is released once, when the last store over it is gone, or at
    /// once where this throws.
    ///
    /// The memory may only be read: tasks refuse to write it. Copied are truth values and masks,
    /// which are bits in Arrow, views of texts, and what does not lie at multiples of its size.
    ///
    /// - Parameters:
    ///   - array: A `struct ArrowArray`.
    ///   - schema: The `struct ArrowSchema` of its type.
    /// - Throws: ``CoreError/Kind/value`` for structures that are released already or contradict
    ///   each other;
    ///   ``CoreError/Kind/notImplemented`` for types that there are no arrays of.
    public init(arrow array: UnsafeMutableRawPointer, schema: UnsafeMutableRawPointer) throws {
        ArrowReturns.settle()
        let type = try ArrowOwner<ArrowSchema>(taking: schema)
        self = try ArrowImport(ArrowOwner<ArrowArray>(taking: array)).array(type.structure)
    }
}

extension Table {
    /// Fills a stream of one batch, which is the taker's from then on. Waits for the elements.
    ///
    /// - Parameter stream: Room for a `struct ArrowArrayStream`.
    /// - Throws: What ``LegateArray/exportToArrow(array:schema:)`` throws.
    public func exportToArrow(stream: UnsafeMutableRawPointer) throws {
        ArrowReturns.settle()
        try ArrowStream(self).fill(stream.assumingMemoryBound(to: ArrowArrayStream.self))
    }

    /// A table over the memory of all batches of a stream, which is read to its end and released.
    /// The rows of several batches are copied behind each other.
    ///
    /// - Parameter stream: A `struct ArrowArrayStream` of structures.
    /// - Throws: ``CoreError/Kind/runtime`` with the stream's own words where it fails;
    ///   ``CoreError/Kind/type`` for a
    ///   stream of anything but structures; what ``LegateArray/init(arrow:schema:)`` throws.
    public init(arrowStream stream: UnsafeMutableRawPointer) throws {
        ArrowReturns.settle()
        self = try ArrowStream.read(stream.assumingMemoryBound(to: ArrowArrayStream.self))
    }

    /// The table of a batch of rows: an array of structures without a mask.
    ///
    /// - Throws: ``CoreError/Kind/type`` for an array of anything else; ``CoreError/Kind/value``
    ///   where rows are missing.
    public init(rows: LegateArray) throws {
        guard case .structure(let fields) = rows.type, case .fields(let columns) = rows.contents
        else {
            throw CoreError(.type, "rows of a table are structures, not \(rows.type)")
        }
        guard try rows.nullCount == 0 else {
            throw CoreError(.value, "rows of a table are all there")
        }
        try self.init(fields, columns)
    }
}
