"""The core for authors of libraries: stores, tasks, launches.

    from legate.core import get_legate_runtime, task, InputStore, OutputStore

    @task
    def scaled(x: InputStore, y: OutputStore, a: float):
        y[:] = a * x                # NumPy arrays over the tile's own memory

    runtime = get_legate_runtime()
    x = runtime.create_store_from_buffer([1.0, 2.0, 3.0])
    y = runtime.create_store(x.type, x.shape)
    scaled(x, y, 2.0)               # recorded; runs on all cores when somebody looks
    print(y.to_numpy())

Stores and arrays of ``cunumeric`` are the same things: each is taken where the other is. The names are those of NVIDIA's
``legate.core``; what differs is said in ``Documentation/LegateCore.md``.
"""

from . import types
from ._arrays import Array, Field, LogicalArray, as_array
from ._constraints import (
    Constraint, ImageComputationHint, Variable, align, bloat, broadcast, contain, image, min_extents, scale, weights,
)
from ._domain import Future, Point, Rect
from ._futures import ScalarFuture
from ._ingest import CustomSplit, DataSplit, TiledSplit, ingest
from ._library import Library, legate_add_library, load_library
from ._machine import EmptyMachineError, Machine, ProcessorKind, ProcessorRange, TaskTarget
from ._mapper import Grain, MappedTask, Mapper, StoreTarget
from ._maps import MapArray
from ._operations import AutoTask, Copy, Fill, ManualTask
from ._points import TaskCommunicator
from ._ranges import BinaryArray, ListArray, StringArray
from ._records import RecordStore
from ._runtime import Runtime, get_legate_runtime, get_machine
from ._scope import Annotation, ExceptionMode, Scope, track_provenance
from ._store import LogicalStore, Store, StorePartition, as_store
from ._structs import StructArray
from ._table import Table
from ._tasks import (
    InputArray, InputStore, OutputArray, OutputStore, PhysicalStore, PyTask, ReductionArray, ReductionStore,
    TaskContext, VariantCode, VariantOptions, task,
)
from ._types import ReductionOp, Type
from ._unions import NullArray, UnionArray

ADD, MUL, MIN, MAX, OR, AND, XOR = (
    ReductionOp.ADD, ReductionOp.MUL, ReductionOp.MIN, ReductionOp.MAX, ReductionOp.OR, ReductionOp.AND,
    ReductionOp.XOR,
)
Context = Library
as_logical_store = as_store
LEGATE_MAX_DIM = 32
LEGATE_MAX_FIELDS = 256

__all__ = [name for name in globals() if not name.startswith("_")]
