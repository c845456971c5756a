/// What may stand where NumPy takes an array: an array, or a Python number, whose type is weak in promotion.
import LegateCore

public enum Operand {
    case array(NDArray)
    case bool(Bool)
    case integer(Int)
    /// A Python int outside Int64 but inside UInt64.
    case unsigned(UInt64)
    case float(Double)
    case complex(Double, Double)
}

/// One item of an index expression between the brackets.
public enum IndexItem {
    case integer(Int)
    case slice(start: Int?, stop: Int?, step: Int?)
    case ellipsis
    case newAxis
    case boolean(Bool)
    /// An integer or boolean array.
    case array(NDArray)
}
