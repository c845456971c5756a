"""What a library may decide about how its launches run. The defaults serve most libraries.

    class Fine(Mapper):
        def tile_shape(self, task):
            return (4096,) if task.name == "smooth" else None

    library = runtime.create_library("smoothing", mapper=Fine())

A mapper is asked once for each task, at its first launch, and again after ``library.mapper = …``: answers depend on nothing but the
task, because results follow from some of them, and every rank must give the same.
"""

import collections
import enum
import operator

import _legate

from ._tasks import VariantCode


class StoreTarget(enum.Enum):
    """Kinds of memory. CPUs have one: ``SYSMEM``."""

    SYSMEM = "system"
    SOCKETMEM = "socket"
    FBMEM = "framebuffer"
    ZCMEM = "zeroCopy"


class Grain:
    """How finely operands are cut: no tiles of fewer than ``elements`` elements of the leading operand, at most ``tiles`` of them."""

    def __init__(self, elements=16_384, tiles=256):
        self.elements, self.tiles = operator.index(elements), operator.index(tiles)
        if self.elements < 1 or self.tiles < 1:
            raise ValueError(f"tiles have at least one element, and there is at least one: {self}")

    def __repr__(self):
        return f"Grain(elements={self.elements}, tiles={self.tiles})"


class MappedTask(collections.namedtuple("MappedTask", "name inputs outputs reductions scalars")):
    """A task as its mapper sees it: its name, and those of its operands and scalars."""

    __slots__ = ()


class Mapper:
    """The decisions of a library; a subclass overrides those that it cares for."""

    def variant(self, task, kinds):
        """The kind of processor whose body runs, of those that the task has one for: CPUs where it has."""
        return VariantCode.CPU if VariantCode.CPU in kinds else kinds[0]

    def grain(self, task):
        """How finely the task's operands are cut."""
        return Grain()

    def tile_shape(self, task):
        """Extents of a tile of the leading operand (the first output, or the largest input); ``None`` leaves them to the grain.

        The first axis along which they are smaller than the operand is cut so.
        """
        return None

    def memory(self, task):
        """Where the task's operands and its scratch memory lie."""
        return StoreTarget.SYSMEM

    def scratch_bytes(self, task):
        """Bytes that each tile has for itself while the body runs (``TaskContext.scratch``).

        They count as array memory: a launch that would exceed the ceiling raises ``MemoryError``.
        """
        return 0

    def tunable(self, name):
        """A number of the library's own, by name; ``None`` where there is none. ``Library.get_tunable`` asks for it."""
        return None


def install(library, mapper):
    """Makes a mapper the one that launches of a library ask."""
    if not isinstance(mapper, Mapper):
        raise TypeError(f"a mapper is made from legate.core.Mapper, not {mapper!r}")
    _legate.core_mapper(library, lambda *task: _answers(library, mapper, *task), mapper.tunable)


def _answers(library, mapper, name, inputs, outputs, reductions, scalars, kinds):
    """All that the core wants to know of one task, checked."""
    # A function that is launched on records, or defined twice, is registered as another task of its name.
    name = name.split("#")[0]
    task = MappedTask(name, inputs, outputs, reductions, scalars)
    who = f"the mapper of library {library!r} gives task {name!r}"
    kinds = [VariantCode[kind.upper()] for kind in kinds]
    variant = mapper.variant(task, kinds)
    if variant not in kinds:
        raise ValueError(f"{who} the variant {variant!r}; it has {', '.join(kind.name for kind in kinds)}")
    grain = mapper.grain(task)
    if not isinstance(grain, Grain):
        raise TypeError(f"{who} a grain of {grain!r}: make a legate.core.Grain")
    shape = mapper.tile_shape(task)
    if shape is not None:
        shape = tuple([operator.index(extent) for extent in shape])
        if not shape or min(shape) < 1:
            raise ValueError(f"{who} tiles of shape {shape}")
    memory = mapper.memory(task)
    if not isinstance(memory, StoreTarget):
        raise TypeError(f"{who} the memory {memory!r}: take one of legate.core.StoreTarget")
    scratch = mapper.scratch_bytes(task)
    return variant.name.lower(), grain.elements, grain.tiles, shape, memory.value, operator.index(scratch)
