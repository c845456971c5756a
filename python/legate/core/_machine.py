"""The machine as programs see it: processors by kind, and parts of it for a ``with`` block."""

import enum

import _legate


class EmptyMachineError(Exception):
    """A machine without processors cannot run anything."""


class ProcessorKind(enum.IntEnum):
    """Kinds of processors, the preferred one first. This runtime has CPUs."""

    GPU = 1
    OMP = 2
    CPU = 3


TaskTarget = ProcessorKind


class ProcessorRange:
    """Processors ``low`` to ``high`` (without) of one kind, ``per_node_count`` on each node."""

    __slots__ = ("kind", "low", "high", "per_node_count")

    def __init__(self, kind, low, high, per_node_count=1):
        if per_node_count < 1:
            raise ValueError(f"a node has at least one processor, not {per_node_count}")
        self.kind = ProcessorKind(kind)
        self.low = low if low < high else 0
        self.high = high if low < high else 0
        self.per_node_count = per_node_count

    @staticmethod
    def create(kind, low, high, per_node_count=1):
        """Processors by number."""
        return ProcessorRange(kind, low, high, per_node_count)

    @staticmethod
    def create_empty(kind):
        """No processors of a kind."""
        return ProcessorRange(kind, 0, 0)

    @property
    def empty(self):
        """Whether there is none."""
        return self.low >= self.high

    def __len__(self):
        return self.high - self.low

    def __and__(self, other):
        if self.kind != other.kind:
            raise ValueError(f"processors of two kinds have nothing in common: {self.kind.name} and {other.kind.name}")
        return ProcessorRange(
            self.kind, max(self.low, other.low), min(self.high, other.high), self.per_node_count)

    def slice(self, part):
        """Those among them that a slice without a step names, counted from the first."""
        if part.step not in (None, 1):
            raise ValueError(f"the step of a slice of processors is 1, not {part.step}")
        start, stop, _ = part.indices(len(self))
        return ProcessorRange(self.kind, self.low + start, self.low + stop, self.per_node_count)

    def __getitem__(self, key):
        if isinstance(key, int):
            if not -len(self) <= key < len(self):
                raise IndexError(f"processor {key} is not among {len(self)}")
            key = slice(key % len(self), key % len(self) + 1)
        if not isinstance(key, slice):
            raise KeyError(f"processors are taken by number or slice, not by {key!r}")
        return self.slice(key)

    def get_node_range(self):
        """The nodes that the processors are on, as ``(first, end)``."""
        if self.empty:
            raise ValueError("no processors, no nodes")
        return self.low // self.per_node_count, (self.high - 1) // self.per_node_count + 1

    def __eq__(self, other):
        return isinstance(other, ProcessorRange) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())

    def _key(self):
        return self.kind, self.low, self.high, self.per_node_count

    def __repr__(self):
        return f"<{self.kind.name}: {self.low}..{self.high} of {self.per_node_count} per node>"


class Machine:
    """Processors by kind. ``machine[ProcessorKind.CPU][0:2]`` is a part of one.

    Launches inside ``with part:`` use the workers of the part alone. Each rank uses those of its own that are in it; where
    none is, one. Results do not depend on it.
    """

    def __init__(self, ranges=()):
        self._ranges = {r.kind: r for r in ranges if not r.empty}

    @staticmethod
    def whole():
        """All processors of the run."""
        cpus, _ = _legate.core_machine()
        return Machine([ProcessorRange(ProcessorKind.CPU, 0, cpus * _legate.rank_count(), cpus)])

    @property
    def preferred_kind(self):
        """The kind that is taken first; an ``EmptyMachineError`` where there is none."""
        if not self._ranges:
            raise EmptyMachineError("the machine has no processors")
        return min(self._ranges)

    preferred_target = preferred_kind
    kinds = property(lambda self: tuple(sorted(self._ranges)), doc="The kinds there are, the preferred one first.")
    valid_targets = kinds
    empty = property(lambda self: not self._ranges, doc="Whether there is no processor.")

    def get_processor_range(self, kind=None):
        """The processors of one kind, of the preferred one unless a kind is given."""
        kind = self.preferred_kind if kind is None else ProcessorKind(kind)
        return self._ranges.get(kind) or ProcessorRange.create_empty(kind)

    def get_node_range(self, kind=None):
        """The nodes that processors of one kind are on, as ``(first, end)``."""
        return self.get_processor_range(kind).get_node_range()

    def count(self, kind=None):
        """How many processors of one kind there are."""
        return len(self.get_processor_range(kind))

    def __len__(self):
        return sum(len(r) for r in self._ranges.values())

    def only(self, *kinds):
        """The part of some kinds."""
        kinds = kinds[0] if len(kinds) == 1 and isinstance(kinds[0], (tuple, list)) else kinds
        return Machine([self._ranges[k] for k in map(ProcessorKind, kinds) if k in self._ranges])

    def filter_ranges(self, *ranges):
        """What is in these ranges, too."""
        return Machine([self._ranges[r.kind] & r for r in ranges if r.kind in self._ranges])

    def __getitem__(self, key):
        if isinstance(key, ProcessorKind):
            return self.only(key)
        if isinstance(key, (slice, int)):
            if len(self._ranges) > 1:
                raise ValueError("say the kind before slicing a machine of several: machine[kind][...]")
            return Machine([r[key] for r in self._ranges.values()])
        if isinstance(key, tuple) and key and isinstance(key[0], ProcessorKind):
            return self[key[0]][key[1]]
        raise KeyError(f"a machine is taken by kind, number or slice, not by {key!r}")

    def __and__(self, other):
        return Machine([r & other._ranges[k] for k, r in self._ranges.items() if k in other._ranges])

    def __eq__(self, other):
        return isinstance(other, Machine) and self._ranges == other._ranges

    def __hash__(self):
        return hash(tuple(sorted(self._ranges.items())))

    def __repr__(self):
        return f"Machine({', '.join(map(repr, self._ranges.values()))})"

    def __enter__(self):
        from ._runtime import get_legate_runtime

        get_legate_runtime()._push(self)
        return self

    def __exit__(self, *error):
        from ._runtime import get_legate_runtime

        get_legate_runtime()._pop()
