"""Futures: numbers that tasks hand each other without a wait."""

import numpy as np
import pytest

import _legate
import cunumeric as cn
import legate.core as lc
from legate.core import ScalarFuture, InputStore, OutputStore, ReductionStore, broadcast, get_legate_runtime, task

runtime = get_legate_runtime()


@task
def total(x: InputStore, s: ReductionStore[lc.ADD]):
    s += x.sum()


@task(constraints=(broadcast("a"),))
def scaled(x: InputStore, a: InputStore, y: OutputStore):
    y[...] = a[()] * x


def test_a_future_is_result_and_argument():
    x = cn.arange(40_000.0)
    y = cn.empty_like(x)
    s = runtime.create_scalar_future(0.0)
    total(x, s)
    scaled(x, s, y)
    assert np.array_equal(np.asarray(y), np.arange(40_000.0) * s.value())
    assert s.result() == np.arange(40_000.0).sum()


def test_futures_meet_in_a_tree():
    futures = [runtime.create_scalar_future(1.0 / (k + 1)) for k in range(11)]

    def tree(low, high):
        if high - low == 1:
            return 1.0 / (low + 1)
        middle = low + (high - low) // 2
        return tree(low, middle) + tree(middle, high)

    assert runtime.reduce_futures(futures, lc.ADD).value() == tree(0, 11)
    assert runtime.reduce_futures(futures, lc.MAX).value() == 1.0
    with pytest.raises(ValueError, match="no futures"):
        runtime.reduce_futures([], lc.ADD)
    with pytest.raises(ValueError, match="one element, not 2"):
        ScalarFuture(cn.zeros(2))
    assert ScalarFuture(cn.full((1, 1), 4.0)).value() == 4.0


def test_scopes_limit_the_workers():
    everything = runtime.machine
    threads, active = _legate.core_machine()
    assert threads == active == len(everything)
    x = cn.arange(200_000.0)
    with everything[lc.ProcessorKind.CPU][0:1]:
        assert _legate.core_machine() == (threads, 1)
        s = runtime.create_scalar_future(0.0)
        total(x, s)
        assert s.value() == np.arange(200_000.0).sum()
    assert _legate.core_machine() == (threads, threads)


def test_images_follow_their_indices():
    seen = []

    @task(constraints=(
        lc.align("indices", "y"), lc.image("indices", "x", lc.ImageComputationHint.MIN_MAX)), throws_exception=True)
    def taken(x: InputStore, indices: InputStore, y: OutputStore):
        seen.append(len(x))
        y[:] = x[indices - indices.min()]

    indices = np.arange(60_000) // 2
    y = cn.empty(60_000)
    taken(cn.arange(60_000.0), cn.asarray(indices), y)
    assert np.array_equal(np.asarray(y), indices)
    assert len(seen) == 3 and max(seen) <= 10_001


def test_tasks_by_keyword():
    @task
    def named(x: InputStore, y: OutputStore, *, a: float):
        y[:] = a * x

    y = cn.empty(3)
    named(cn.ones(3), a=4.0, y=y)
    assert y.tolist() == [4.0] * 3


def test_tunables():
    library, _ = runtime.find_or_create_library("without tunables")
    assert library.get_tunable("depth", 3) == 3
    with pytest.raises(KeyError, match="has no tunable 'depth'"):
        library.get_tunable("depth")
