"""Tasks written in Python: what they see, what they give, what goes wrong."""

import numpy as np
import pytest

import cunumeric as cn
import legate.core as lc
from legate.core import InputStore, OutputStore, ReductionStore, align, bloat, get_legate_runtime, task

runtime = get_legate_runtime()


def store(values):
    return runtime.create_store_from_buffer(values)


@task
def scaled(x: InputStore, y: OutputStore, a: float = 2.0):
    y[...] = a * x


@task
def total(x: InputStore, s: ReductionStore[lc.ADD]):
    s += x.sum()


@pytest.mark.parametrize("count", [0, 1, 100, 70_001])
def test_a_task_sees_its_tiles(count):
    x = store(np.arange(count, dtype=float))
    y = runtime.create_store(x.type, x.shape)
    scaled(x, y, 3.0)
    assert np.array_equal(y.to_numpy(), 3.0 * np.arange(count))
    scaled(x, y)
    assert np.array_equal(y.to_numpy(), 2.0 * np.arange(count))


@pytest.mark.parametrize("kind", [n for n in lc._types.PRIMITIVES])
def test_every_element_type(kind):
    x = store(np.arange(50).astype(kind))
    y = runtime.create_store(kind, x.shape)

    @task
    def copied(x: InputStore, y: OutputStore):
        assert x.dtype == y.dtype == np.dtype(kind)
        y[:] = x

    copied(x, y)
    assert np.array_equal(y.to_numpy(), np.arange(50).astype(kind))


def test_arrays_of_cunumeric_are_stores():
    a, b = cn.arange(60_000.0).reshape(200, 300), cn.zeros((300, 200))
    scaled(a[::-1] + 1, b.T)
    assert np.array_equal(np.asarray(b), (2 * (np.arange(60_000.0).reshape(200, 300)[::-1] + 1)).T)


def test_reductions():
    values = np.arange(100_000.0)
    s = runtime.create_store(lc.types.float64, (), data=1.0)
    total(store(values), s)
    total(store(values), s)
    assert s.item() == 1 + 2 * values.sum()


def test_tiles_have_no_copy_and_inputs_are_read_only():
    seen = []

    @task(throws_exception=True)
    def looks(x: InputStore, y: OutputStore):
        seen.append((x.flags.owndata, x.flags.writeable, y.flags.writeable, x.strides))
        y[...] = 0

    a = cn.zeros((4, 6))
    looks(a[:, ::2], cn.empty((4, 3)))
    assert set(seen) == {(False, False, True, (48, 16))}


def test_halo():
    @task(constraints=(bloat("y", "x", (1,), (1,)),))
    def blurred(context: lc.TaskContext, x: InputStore, y: OutputStore):
        first, last = context.tile == 0, context.tile == context.tile_count - 1
        padded = np.concatenate([x[:1] * 0 if first else x[:0], x, x[:1] * 0 if last else x[:0]])
        y[:] = padded[:-2] + padded[1:-1] + padded[2:]

    values = np.arange(80_000.0)
    y = runtime.create_store(lc.types.float64, (80_000,))
    blurred(store(values), y)
    padded = np.concatenate([[0], values, [0]])
    assert np.array_equal(y.to_numpy(), padded[:-2] + padded[1:-1] + padded[2:])


def test_a_task_decides_a_shape():
    @task
    def evens(x: InputStore, y: OutputStore):
        return x[x % 2 == 0]

    y = runtime.create_store(lc.types.int64)
    assert y.unbound and y.ndim == 1
    with pytest.raises(ValueError, match="no task has written it"):
        y.shape
    with pytest.raises(ValueError, match="cannot be read"):
        scaled(y, y)
    evens(store(np.arange(70_001)), y)
    assert np.array_equal(y.to_numpy(), np.arange(0, 70_001, 2))


def test_scalars_are_any_object():
    @task
    def filled(y: OutputStore, names: dict, key: str = "b"):
        y[:] = names[key]

    y = runtime.create_store(lc.types.int32, (3,))
    filled(y, {"a": 1, "b": 7})
    assert y.to_numpy().tolist() == [7, 7, 7]
    filled(y, key="a", names={"a": 1})
    assert y.to_numpy().tolist() == [1, 1, 1]


def test_an_exception_appears_at_the_launch():
    @task(throws_exception=True)
    def fails(x: InputStore):
        raise ZeroDivisionError("by the body")

    with pytest.raises(ZeroDivisionError, match="by the body") as caught:
        fails(store([1.0]))
    assert "test_python_tasks.py" in caught.value.__notes__[0]


def test_an_undeclared_exception_names_the_launch():
    @task
    def fails(x: InputStore):
        raise KeyError("late")

    fails(store([1.0]))
    with pytest.raises(KeyError, match="late") as caught:
        runtime.issue_execution_fence(block=True)
    assert "test_python_tasks.py" in caught.value.__notes__[0]
    runtime.issue_execution_fence(block=True)


def test_a_tile_does_not_outlive_its_task():
    kept = []

    @task(throws_exception=True)
    def keeps(x: InputStore):
        kept.append(x[1:])

    with pytest.raises(RuntimeError, match="keeps an array of its tile"):
        keeps(store([1.0, 2.0]))
    kept.clear()


def test_a_body_must_not_call_the_runtime():
    @task(throws_exception=True)
    def calls(x: InputStore):
        cn.ones(100_000).sum().item()

    with pytest.raises(RuntimeError, match="must not call the runtime"):
        calls(store([1.0]))


def test_declarations_are_checked():
    with pytest.raises(TypeError, match="say how 's' is reduced"):
        _declare_bare_reduction()
    with pytest.raises(ValueError, match="has no operand 'z' to constrain"):

        @task(constraints=(align("x", "z"),))
        def wrong(x: InputStore):
            pass

    with pytest.raises(TypeError, match="missing a required argument"):
        scaled(store([1.0]))
    with pytest.raises(TypeError, match="give a store"):
        scaled(store([1.0]), np.zeros(1))


def _declare_bare_reduction():
    @task
    def wrong(s: ReductionStore):
        pass
