/// How a manual launch sees its operands: the colors of its domain, and for each operand a rule from color to part.
import Shapes

struct ManualCut {
    /// The points of the launch domain, row by row.
    let colors: [AxisList]
    /// By operand number: a color's part of the operand, and the index of its first element. Others are seen whole.
    let pieces: [Int: (_ color: AxisList, _ lattice: Lattice) -> (Lattice, AxisList)]
}
