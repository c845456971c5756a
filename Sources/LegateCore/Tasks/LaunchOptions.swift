/// What a launch may say besides its operands, and the calls by which every kind of launch says it.
import Tracing

/// Everything about one launch that is no operand.
public struct LaunchOptions {
    /// Values that every tile sees.
    public var scalars: [TaskScalar] = []
    /// The kind of each reduction, for tasks that declare no operands; `nil` takes the declared
    /// ones.
    public var kinds: [ReductionKind]?
    /// The launch waits, and what the body throws is thrown at its line.
    public var mayThrow = false
    /// What the body throws is forgotten: nobody waits for it, and nobody is told.
    public var ignoresErrors = false
    /// What the body finds in its context: for bridges to other languages.
    public var payload: AnyObject?
    /// The line of the program that errors, traces and `legate explain` name.
    public var source: SourceLocation?

    /// Options with scalars; everything else as declared.
    public init(
        scalars: [TaskScalar] = [], kinds: [ReductionKind]? = nil, mayThrow: Bool = false,
        ignoresErrors: Bool = false,
        payload: AnyObject? = nil, source: SourceLocation? = SourceLocation.current
    ) {
        self.scalars = scalars
        self.kinds = kinds
        self.mayThrow = mayThrow
        self.ignoresErrors = ignoresErrors
        self.payload = payload
        self.source = source
    }
}

/// A launch that is filled in step by step, then executed: ``AutoTask`` or ``ManualTask``.
public protocol LaunchBuilder {
    /// The task to be launched.
    var task: LibraryTask { get }
    /// Scalars, kinds of reductions, and how errors appear.
    var options: LaunchOptions { get set }
}

extension LaunchBuilder {
    /// Adds a value that every tile sees, in the order of the declaration.
    public mutating func addScalar(_ value: TaskScalar) { options.scalars.append(value) }

    /// The launch waits, and what the body throws is thrown at its line.
    public mutating func throwsErrors() { options.mayThrow = true }

    /// The line that errors and traces name, in place of the one that executes the launch.
    public mutating func setProvenance(_ file: String, _ line: Int) {
        options.source = SourceLocation(file: file, line: line)
    }

    /// Notes the kind of the next reduction: the declared one where `kind` is `nil`.
    mutating func addKind(_ kind: ReductionKind?) {
        let declared = task.reductionKinds
        let known = options.kinds ?? []
        options.kinds =
            known + [kind ?? (known.count < declared.count ? declared[known.count] : .add)]
    }
}

extension SourceLocation {
    /// The line of the program that runs now; the given one where nobody knows.
    @inline(__always)
    static func here(_ file: String, _ line: Int) -> SourceLocation {
        current ?? SourceLocation(file: file, line: line)
    }
}
