/// The public face of the core: what a library author imports. Whole rooms where all of them is the
/// author's language; of kernels and of tracing the few types that bodies of one's own need.
@_exported import struct Kernels.BlockKernel
@_exported import struct Kernels.CastKernel
@_exported import struct Kernels.FoldKernel
@_exported import class Kernels.FreeNest
@_exported import enum Kernels.KernelTable
@_exported import enum Kernels.LatticeCopy
@_exported import enum Kernels.MaskKernels
@_exported import enum Kernels.PairwiseTree
@_exported import enum Kernels.RowExtremes
@_exported import enum Kernels.RowProducts
@_exported import struct Kernels.ScanKernel
@_exported import struct Kernels.SixteenBytes
@_exported import Launches
@_exported import Partitions
@_exported import Shapes
@_exported import struct Tracing.Counters
@_exported import struct Tracing.SourceLocation
@_exported import struct Tracing.SourceFile
@_exported import enum Tracing.Trace
