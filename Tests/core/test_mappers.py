"""Mappers in Python: the same decisions, defaults and errors as in Swift."""

import numpy as np
import pytest

from legate.core import (
    Grain, InputStore, Mapper, MappedTask, OutputStore, StoreTarget, TaskContext, VariantCode, align, get_legate_runtime, task,
    types,
)
from test_misuse import run

runtime = get_legate_runtime()
_made = 0


def library(mapper):
    global _made
    _made += 1
    return runtime.create_library(f"mapped {_made}", mapper)


def origins(mapper, count=8):
    """How a task's output is cut: for each tile its extent and the number of tiles."""
    found = {}

    @task(library=library(mapper))
    def note(context: TaskContext, y: OutputStore):
        found[context.tile] = len(y), context.tile_count
        y[:] = context.tile

    y = runtime.create_store(types.float64, (count,))
    note(y)
    values = y.to_numpy().tolist()
    assert values == sorted(values)
    return [found[k] for k in sorted(found)]


class Own(Mapper):
    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def tile_shape(self, task):
        self.asked.append(task)
        return self.answers.get("shape")

    def grain(self, task):
        return self.answers.get("grain", super().grain(task))

    def scratch_bytes(self, task):
        return self.answers.get("scratch", super().scratch_bytes(task))

    def memory(self, task):
        return self.answers.get("memory", super().memory(task))

    def variant(self, task, kinds):
        return self.answers.get("variant", super().variant(task, kinds))

    def tunable(self, name):
        return self.answers.get(name)


def test_the_shape_of_tiles_is_the_mappers():
    assert origins(Own(shape=(3,))) == [(3, 3), (3, 3), (2, 3)]
    assert origins(Own(shape=(100,))) == [(8, 1)]
    assert origins(Own(grain=Grain(elements=2, tiles=100))) == [(2, 4)] * 4
    assert origins(Mapper()) == origins(Own(memory=StoreTarget.SYSMEM)) == [(8, 1)]


def test_a_mapper_is_asked_once_for_each_task_and_again_when_it_changes():
    mapper = Own(shape=(4,))
    own = library(mapper)
    assert own.mapper is mapper

    @task(library=own, constraints=(align("x", "y"),))
    def copied(x: InputStore, y: OutputStore, a):
        y[:] = x * a

    y = runtime.create_store(types.float64, (8,))
    for _ in range(3):
        copied(np.arange(8.0), y, 2)
    assert y.to_numpy().tolist() == (np.arange(8.0) * 2).tolist()
    # Scalars of tasks in Python are its own affair.
    assert mapper.asked == [MappedTask("copied", ("x",), ("y",), (), ())]
    own.mapper = other = Own(shape=(2,))
    copied(np.arange(8.0), y, 3)
    assert y.to_numpy().tolist() == (np.arange(8.0) * 3).tolist() and len(other.asked) == 1 and len(mapper.asked) == 1


def test_a_mapper_sees_the_names_of_functions():
    pair = np.dtype([("low", "f4"), ("high", "f4")])
    mapper = Own(shape=(2, 2))

    @task(library=library(mapper))
    def filled(y: OutputStore):
        y[...] = 1

    for kind in (types.float32, pair):
        y = runtime.create_store(kind, (4,))
        filled(y)
        assert y.to_numpy()[3].tolist() in (1.0, (1.0, 1.0))
    assert [asked.name for asked in mapper.asked] == ["filled", "filled"]


def test_every_tile_has_its_own_scratch():
    @task(library=library(Own(shape=(1000,), scratch=1000)), constraints=(align("x", "y"),))
    def reverse(context: TaskContext, x: InputStore, y: OutputStore):
        scratch = context.scratch
        assert scratch.shape == (1000,) and scratch.dtype == np.uint8
        scratch[:len(x)] = x
        y[:] = scratch[:len(x)][::-1]

    values = (np.arange(5000) // 7 % 256).astype("uint8")
    y = runtime.create_store(types.uint8, (5000,))
    reverse(values, y)
    assert y.to_numpy().tolist() == values.reshape(5, 1000)[:, ::-1].ravel().tolist()


def test_scratch_is_not_kept_and_absent_without_a_mapper():
    kept = []

    @task(library=library(Own(scratch=10)))
    def keeps(context: TaskContext, y: OutputStore):
        kept.append(context.scratch[2:])
        y[:] = 0

    @task(library=library(Own(scratch=10)))
    def keeps_the_context(context: TaskContext, y: OutputStore):
        kept.append(context)
        y[:] = context.scratch.size

    y = runtime.create_store(types.float64, (4,))
    with pytest.raises(RuntimeError, match="keeps an array of its tile"):
        keeps(y)
        runtime.issue_execution_fence(block=True)
    keeps_the_context(y)
    assert y.to_numpy().tolist() == [10] * 4 and kept[-1].scratch.size == 0


def test_tunables_are_numbers_by_name():
    own = library(Own(radix=4))
    assert own.get_tunable("radix") == 4 and own.get_tunable("depth", 7) == 7
    with pytest.raises(KeyError, match="has no tunable 'depth'"):
        own.get_tunable("depth")


@pytest.mark.parametrize("answers, kind, words", [
    ({"scratch": 1 << 50}, MemoryError, "the ceiling"),
    ({"scratch": -1}, ValueError, "wants -1 bytes for task 'note'"),
    ({"memory": StoreTarget.FBMEM}, ValueError, "memory of kind 'framebuffer'"),
    ({"memory": StoreTarget.SOCKETMEM}, ValueError, "memory of kind 'socket' for task 'note'; this machine has: system"),
    ({"memory": StoreTarget.ZCMEM}, ValueError, "memory of kind 'zeroCopy'"),
    ({"memory": "fast"}, TypeError, "the memory 'fast': take one of legate.core.StoreTarget"),
    ({"variant": VariantCode.GPU}, ValueError, "it has CPU"),
    ({"shape": (0,)}, ValueError, r"tiles of shape \(0,\)"),
    ({"shape": ("a",)}, TypeError, "cannot be interpreted as an integer"),
    ({"grain": 3}, TypeError, "make a legate.core.Grain"),
])
def test_answers_that_cannot_be_are_refused_at_the_launch(answers, kind, words):
    with pytest.raises(kind, match=words):
        origins(Own(**answers))
    assert origins(Mapper()) == [(8, 1)]


def test_what_is_no_mapper():
    with pytest.raises(TypeError, match="a mapper is made from legate.core.Mapper, not 3"):
        library(3)
    with pytest.raises(ValueError, match="at least one element"):
        Grain(elements=0)


def test_a_greedy_mapper_is_blamed_at_the_authors_line(tmp_path):
    result = run(tmp_path, """\
from legate.core import *
runtime = get_legate_runtime()
class Greedy(Mapper):
    def scratch_bytes(self, task):
        return 1 << 50
@task(library=runtime.create_library("greedy", Greedy()))
def fill(y: OutputStore):
    y[:] = 1
y = runtime.create_store(types.float64, (4,))
try:
    fill(y)
except MemoryError:
    import traceback
    traceback.print_exc()
print(y.shape)
""")
    assert 'program.py", line 11' in result.stderr and "MemoryError: cannot allocate" in result.stderr
    assert result.stdout == "(4,)\n" and result.returncode == 0
