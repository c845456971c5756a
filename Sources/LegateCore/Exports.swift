/// The public face of the core: what a library author imports.
@_exported import Kernels
@_exported import Launches
@_exported import Partitions
@_exported import Shapes
@_exported import Tracing
