"""The rest of ``legate.core``: names that programs for the interfaces of 2024 and 2026 use, each for what it says."""

import enum
import os
import subprocess
import sys

import numpy as np
import pytest

import _legate
import cunumeric as cn
import legate.core as lc
from legate.core import (
    AutoTask, Constraint, Copy, ExceptionMode, Fill, Future, ImageComputationHint, InputStore, Machine, ManualTask, OutputStore,
    PhysicalStore, Point, ProcessorKind, ProcessorRange, PyTask, Rect, ReductionOp, ReductionStore, Scope, Store, StorePartition,
    TaskCommunicator, TaskContext, VariantCode, align, as_store, get_legate_runtime, image, task,
)
from test_misuse import ROOT

runtime = get_legate_runtime()


def store(values):
    return runtime.create_store_from_numpy(np.asarray(values))


@task
def doubled(x: InputStore, y: OutputStore):
    y[...] = 2 * x


# Launches


def test_launches_are_what_they_are_called():
    doubled.complete_registration()
    assert isinstance(doubled, PyTask) and doubled.registered
    library = runtime.find_library("python")
    launch = runtime.create_auto_task(library, library.task_names[-1])
    assert isinstance(launch, AutoTask) and library.get_task_id(library.task_names[-1]) >= 0
    x, y = store([1.0, 2, 3]), runtime.create_store(lc.types.float64, (3,))
    part = launch.declare_partition(x)
    launch.add_input(x, part)
    launch.add_output(y, launch.declare_partition(y))
    launch.add_alignment(x, y)
    runtime.submit(launch)
    assert y.to_numpy().tolist() == [2, 4, 6]
    manual = runtime.create_manual_task(library, library.task_names[-1], Rect((2,)))
    assert isinstance(manual, ManualTask)
    with pytest.raises(TypeError, match="no constraints"):
        manual.declare_partition(x)
    assert isinstance(runtime.create_copy(), Copy)
    Fill(y, 7.0).execute()
    assert y.to_numpy().tolist() == [7] * 3


def test_constraints_are_values():
    constraint = align("x", "y")
    assert isinstance(constraint, Constraint) and constraint.resolved({"x": 0, "y": 1}.get) == ("align", 0, 1)
    assert image("i", "x").resolved(str) == ("image", "i", "x", "whole")
    assert image("i", "x", ImageComputationHint.NO_HINT).resolved(str)[3] == "whole"
    assert image("i", "x", ImageComputationHint.FIRST_LAST).resolved(str)[3] == "firstLast"


def test_images_between_their_ends():
    seen = []

    @task(constraints=(align("i", "y"), image("i", "x", ImageComputationHint.FIRST_LAST)), throws_exception=True)
    def taken(x: InputStore, i: InputStore, y: OutputStore):
        seen.append(len(x))
        y[:] = x[i - i[0]]

    y = cn.empty(40_000)
    taken(cn.arange(40_000.0), cn.arange(40_000), y)
    assert np.array_equal(np.asarray(y), np.arange(40_000)) and max(seen) < 40_000


@pytest.mark.parametrize("kind, ufunc", [
    (ReductionOp.MUL, np.multiply), (ReductionOp.OR, np.bitwise_or), (ReductionOp.AND, np.bitwise_and),
    (ReductionOp.XOR, np.bitwise_xor),
])
def test_every_reduction(kind, ufunc):
    @task
    def folded(x: InputStore, s: ReductionStore[kind]):
        s[...] = ufunc(s, ufunc.reduce(x))

    values = (np.arange(50_000) * 2_654_435_761 % 1000 | 1).astype("int64")
    result = runtime.create_store(lc.types.int64, (), data=7)
    folded(store(values), result)
    assert result.item() == ufunc(7, ufunc.reduce(values))


def test_a_tree_of_tasks():
    @task
    def joined(a: InputStore, b: InputStore, c: OutputStore):
        return np.array([a.sum() + b.sum()])

    joined.complete_registration()
    library = runtime.find_library("python")
    values = store([1.0, 2, 3, 4])
    for tree in (runtime.tree_reduce, lambda _, *rest: library.tree_reduce(*rest)):
        assert tree(library, library.task_names[-1], values, 2).to_numpy().tolist() == [10.0]
    with pytest.raises(NotImplementedError, match="one axis"):
        runtime.tree_reduce(library, library.task_names[-1], store([[1.0]]))
    with pytest.raises(ValueError, match="at least two, not 1"):
        runtime.tree_reduce(library, library.task_names[-1], values, 1)


def test_copies_through_indices():
    source, target = store([1.0, 2.0]), store(np.zeros(4))
    copy = Copy()
    copy.set_source_indirect_out_of_range(False)
    copy.set_target_indirect_out_of_range(False)
    copy.add_input(source)
    copy.add_output(target)
    copy.add_target_indirect(store([3, 1]))
    runtime.submit(copy)
    assert target.to_numpy().tolist() == [0, 2, 0, 1]


def test_prepared_calls_take_constraints():
    y = runtime.create_store(lc.types.float64, (3,))
    call = doubled.prepare_call(store([1.0, 2, 3]), y)
    call.add_constraint(align("x", "y"))
    call.execute()
    assert y.to_numpy().tolist() == [2, 4, 6]


def test_variants():
    @task(variants=(VariantCode.CPU, VariantCode.OMP))
    def told(y: OutputStore):
        y[...] = 1

    @told.omp_variant
    def for_omp(y: OutputStore):
        y[...] = 3

    @told.gpu_variant
    def for_gpu(y: OutputStore):
        y[...] = 4

    @told.cpu_variant
    def for_cpu(y: OutputStore):
        y[...] = 2

    y = runtime.create_store(lc.types.int32, (2,))
    told(y)
    assert y.to_numpy().tolist() == [2, 2]
    with pytest.raises(RuntimeError, match="before the first call"):
        told.cpu_variant(for_omp)


def test_what_a_body_sees():
    seen = []

    @task(throws_exception=True)
    def looks(context: TaskContext, x: InputStore):
        seen.append((context.is_single_task(), list(context.get_task_index()), list(context.get_launch_domain())))

    looks(store([1.0]))
    assert seen == [(True, [0], [1])]
    memory = np.arange(3.0).view(PhysicalStore)
    assert type(memory.get_inline_allocation()) is np.ndarray and memory.get_inline_allocation().base is not None
    assert TaskCommunicator(1, 2, 3).count == 3


# Stores


def test_what_stores_tell():
    s = store([[1.0, 2], [3, 4]])
    assert s.volume == 4 and s.has_storage and not s.has_scalar_storage and not s.transformed
    row = s[0]
    assert row.transformed and row.same_root(s) and row.overlaps(s) and not row.overlaps(s[1])
    one = s[1:, 1:]
    assert one.has_scalar_storage and one.project_all().shape == ()
    assert np.array_equal(s.get_physical_store(), [[1, 2], [3, 4]])
    assert not runtime.create_store(lc.types.int8).has_storage
    records = runtime.create_store(lc.types.array_type("int8", 3), (2, 2))
    assert records.volume == 4
    partition = s.partition_by_tiling((1, 2))
    assert isinstance(partition, StorePartition) and isinstance(partition.get_child_store(1, 0), Store)
    assert partition.get_child_store(1, 0).to_numpy().tolist() == [[3, 4]] == partition[1, 0].to_numpy().tolist()
    with pytest.raises(ValueError, match="not among colors"):
        partition.get_child_store(2, 0)


def test_a_store_lets_go_of_its_buffer():
    memory = np.zeros(4)
    s = runtime.create_store_from_buffer(memory, read_only=False)
    s.fill(3.0)
    s.detach()
    assert memory.tolist() == [3.0] * 4


# Values and boxes


def test_points_and_boxes():
    assert Point(1, 2).dim == 2 and Point([4]) == (4,) and repr(Point(1)) == "Point(1,)"
    box = Rect((3, 4), lo=(1, 1))
    assert (box.dim, box.extents, box.volume) == (2, (2, 3), 6) and Rect((2, 3), exclusive=False).volume == 12
    with pytest.raises(ValueError, match="begins at zero"):
        box.shape


def test_futures_are_bytes():
    future = Future(np.array([7], "int32"))
    assert future.get_size() == 4 and future.get_buffer() == b"\x07\0\0\0"
    with pytest.raises(ValueError, match="has 4 bytes, not 8"):
        future.get_buffer(8)
    assert runtime.create_store(lc.types.int32, (1,), data=runtime.create_future(b"\x05\0\0\0")).item() == 5


# The machine and scopes


def test_machines_by_their_newer_names():
    machine = runtime.get_machine()
    assert machine == runtime.machine == lc.get_machine()
    assert machine.preferred_target is ProcessorKind.CPU and machine.valid_targets == (ProcessorKind.CPU,)
    cpus = machine.get_processor_range(ProcessorKind.CPU)
    assert machine.get_processor_range(ProcessorKind.OMP).empty and ProcessorRange.create_empty(ProcessorKind.GPU).empty
    half = Machine([ProcessorRange.create(ProcessorKind.CPU, 0, 4, 4)]).filter_ranges(
        ProcessorRange(ProcessorKind.CPU, 2, 9, 4))
    assert half.count() == 2 and half.get_processor_range().low == 2
    assert len(cpus) == machine.count() and runtime.node_count >= 1 and runtime.node_id == 0
    assert issubclass(lc.TaskTarget, enum.IntEnum)


def test_fences():
    runtime.issue_mapping_fence()
    y = cn.ones(100_000) + 1
    for wait in (runtime.flush_scheduling_window, runtime.raise_exceptions, runtime.destroy):
        before = _legate.counts()["windows"]
        y = y + 1
        wait()
        assert _legate.counts()["windows"] == before + 1


@task(throws_exception=True)
def fails(y: OutputStore):
    raise OverflowError("by the body")


def test_when_exceptions_appear():
    y = cn.empty(3)
    with Scope(exception_mode=ExceptionMode.IMMEDIATE), pytest.raises(OverflowError, match="by the body"):
        fails(y)
    with Scope(exception_mode=ExceptionMode.DEFERRED):
        fails(y)
        with pytest.raises(OverflowError, match="by the body"):
            runtime.issue_execution_fence(block=True)
    with Scope(exception_mode=ExceptionMode.IGNORED):
        fails(y)
        runtime.issue_execution_fence(block=True)


def test_scopes_inherit():
    with Scope(priority=3, exception_mode=ExceptionMode.IGNORED):
        with Scope(machine=runtime.machine[ProcessorKind.CPU][0:1]) as inner:
            assert inner.priority == 3 and inner.exception_mode is ExceptionMode.IGNORED and len(runtime.machine) == 1
    assert len(runtime.machine) == len(lc.get_machine())


def test_libraries_by_objects():
    class Made:
        def get_name(self):
            return "made by hand"

        def initialize(self, library):
            self.library = library

    made = Made()
    assert lc.legate_add_library(made) is made.library and made.library.get_name() == "made by hand"
    with pytest.raises(RuntimeError, match="registered already, by .*test_whole_interface.py"):
        lc.legate_add_library(Made())
    assert isinstance(as_store(np.arange(2)), lc.LogicalStore)


def test_points_of_a_manual_launch_decide_a_shape():
    @task
    def repeated(context: TaskContext, x: InputStore, y: OutputStore):
        return np.repeat(x, context.task_index[0] + 1)

    repeated.complete_registration()
    library = runtime.find_library("python")

    def launched(domain):
        launch = runtime.create_manual_task(library, library.task_names[-1], domain)
        x, y = store(np.arange(6.0)), runtime.create_store(lc.types.float64)
        launch.add_input(x.partition_by_tiling((2,)), lambda color: (color[-1],))
        launch.add_output(y)
        launch.execute()
        return y.to_numpy().tolist()

    assert launched((3,)) == [0, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5]
    with pytest.raises(ValueError, match=r"at least as many axes as the domain \(1, 3\), not 1"):
        launched((1, 3))


def test_points_over_several_axes_decide_a_shape():
    @task
    def grown(context: TaskContext, x: InputStore, y: OutputStore):
        rows, columns = context.task_index
        return np.full((rows + 1, 2 * columns + 1), x[0] + 10 * rows + columns)

    grown.complete_registration()
    library = runtime.find_library("python")

    def launched(domain, axes):
        launch = runtime.create_manual_task(library, library.task_names[-1], domain)
        y = runtime.create_store(lc.types.int32, ndim=axes)
        launch.add_input(store(np.arange(1)))
        launch.add_output(y)
        launch.execute()
        return y.to_numpy().tolist()

    assert launched((2, 2), 2) == [[0, 1, 1, 1], [10, 11, 11, 11], [10, 11, 11, 11]]
    with pytest.raises(ValueError, match=r"gave output 'y' elements of shape \(1, 1\) in tile \(0, 0\), of a store with 3 axes"):
        launched((2, 2), 3)


def test_what_runs_on_what(tmp_path):
    assert runtime.num_cpus == runtime.num_procs >= 1 and runtime.num_omps == runtime.num_gpus == 0
    assert lc.as_logical_store is lc.as_store and isinstance(lc.types.int8, lc.Type) and not lc.types.int8.variable_size
    assert isinstance(runtime.create_auto_task(runtime.find_library("python"), 0).add_input(store([1.0])), lc.Variable)
    program = """if True:
        from legate.core import *
        runtime = get_legate_runtime()
        @task(options=VariantOptions(has_side_effect=True))
        def says(y: OutputStore):
            print("a task")
        runtime.add_shutdown_callback(lambda: print("last"))
        runtime.add_shutdown_callback(lambda: print("first"))
        says(runtime.create_store(types.int8, (1,)))
    """
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=dict(
        os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python"))
    assert result.stdout == "a task\nfirst\nlast\n", result.stderr
