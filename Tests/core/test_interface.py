"""``legate.core``: stores and their views, copies, partitions, machines, arrays, tables, and the data interface."""

import numpy as np
import pytest

import cunumeric as cn
import legate.core as lc
from legate.core import Array, Field, Machine, ProcessorKind, ProcessorRange, Store, Table, as_store, get_legate_runtime

runtime = get_legate_runtime()


def store(values):
    return runtime.create_store_from_buffer(values)


def test_views():
    values = np.arange(24).reshape(2, 3, 4)
    s = store(values)
    assert np.array_equal(s.transpose((2, 0, 1)).to_numpy(), values.transpose(2, 0, 1))
    assert np.array_equal(s.project(1, 2).to_numpy(), values[:, 2])
    assert np.array_equal(s.slice(2, slice(1, 4, 2)).to_numpy(), values[:, :, 1:4:2])
    assert s.promote(1, 5).shape == (2, 5, 3, 4)
    assert np.array_equal(s.promote(-1, 5).to_numpy()[..., 3], values)
    assert np.array_equal(s.delinearize(2, (2, 2)).to_numpy(), values.reshape(2, 3, 2, 2))
    assert np.array_equal(s[1, :, ::-1].to_numpy(), values[1, :, ::-1])
    one = s[0, 0, 1]
    one.fill(-1)
    assert s.to_numpy()[0, 0, 1] == -1


@pytest.mark.parametrize("call, error", [
    (lambda s: s.project(3, 0), ValueError), (lambda s: s.project(0, 2), ValueError),
    (lambda s: s.transpose((0, 0, 1)), ValueError), (lambda s: s.slice(0, slice(0, 3)), ValueError),
    (lambda s: s.delinearize(2, (3, 2)), ValueError), (lambda s: s.promote(4), ValueError),
    (lambda s: s[[0, 1]], TypeError), (lambda s: s.partition_by_tiling((1, 1)), ValueError),
    (lambda s: s.partition_by_tiling((0, 1, 1)), ValueError),
])
def test_views_that_are_none(call, error):
    with pytest.raises(error):
        call(store(np.zeros((2, 3, 4))))


def test_making_stores():
    assert runtime.create_store(lc.types.int32, (2, 3)).shape == (2, 3)
    assert runtime.create_store(lc.types.float64, (), data=4.0).item() == 4.0
    assert runtime.create_store_from_scalar(7, lc.types.int8).type == lc.types.int8
    with pytest.raises(ValueError, match="not both"):
        runtime.create_store(lc.types.int32, (2,), ndim=1)
    with pytest.raises(ValueError, match="no extent of -1"):
        runtime.create_store(lc.types.int32, (-1,))
    with pytest.raises(NotImplementedError):
        runtime.create_store(lc.types.string, (2,))
    with pytest.raises(TypeError):
        runtime.create_store("datetime64[s]", (2,))


def test_the_data_interface_copies_nothing():
    a = cn.arange(6.0)
    s = as_store(a)
    s.fill(3.0)
    assert a.tolist() == [3.0] * 6
    b = cn.asarray(s._array)
    b[0] = 1.0
    assert s.to_numpy()[0] == 1.0
    again = as_store(type("Has", (), {"__legate_data_interface__": s.__legate_data_interface__})())
    assert again.equal_storage(s)
    newer = as_store(type("Has", (), {"__legate_data_interface__": {"version": 2, "data": {"x": s}}})())
    assert newer is s
    with pytest.raises(ValueError, match="has 0"):
        as_store(type("Has", (), {"__legate_data_interface__": {"version": 2, "data": {}}})())
    with pytest.raises(NotImplementedError, match="version 3"):
        as_store(type("Has", (), {"__legate_data_interface__": {"version": 3, "data": {}}})())


def test_copies():
    source, target = store(np.arange(5.0)), store(np.zeros(5))
    runtime.issue_copy(target, source)
    assert target.to_numpy().tolist() == [0, 1, 2, 3, 4]
    runtime.issue_gather(target, source, store([4, 3, 2, 1, 0]))
    assert target.to_numpy().tolist() == [4, 3, 2, 1, 0]
    runtime.issue_scatter(target, store([1, 1, 0]), store([10.0, 20.0, 30.0]), redop=lc.ReductionOp.ADD)
    assert target.to_numpy().tolist() == [34, 33, 2, 1, 0]
    runtime.issue_scatter_gather(target, store([0, 1]), source, store([3, 4]))
    assert target.to_numpy().tolist() == [3, 4, 2, 1, 0]
    runtime.issue_copy(target, source, redop=lc.ReductionOp.MAX)
    assert target.to_numpy().tolist() == [3, 4, 2, 3, 4]
    runtime.issue_fill(target, runtime.create_store_from_scalar(9.0))
    assert target.to_numpy().tolist() == [9] * 5
    with pytest.raises(ValueError, match="equal shapes"):
        runtime.issue_copy(target, store([1.0]))
    copy = runtime.create_copy()
    copy.add_input(source)
    with pytest.raises(RuntimeError):
        copy.add_input(source)
    with pytest.raises(TypeError):
        copy.add_alignment(source, target)


def test_dlpack_and_buffers():
    s = store(np.arange(4.0))
    view = np.from_dlpack(s)
    assert view.tolist() == [0, 1, 2, 3]
    assert np.asarray(s).tolist() == [0, 1, 2, 3]


def test_arrays_and_tables():
    column = Array(lc.types.int64, [store([True, False, True]), store([1, 2, 3])])
    assert column.to_pylist() == [1, None, 3] and column.null_count == 1 and column.nullable
    table = Table.from_arrays(["a", "b"], [column, store([1.0, 2.0, 3.0])])
    assert table.names == ["a", "b"] and table.num_rows == 3
    assert table["b"].to_pylist() == [1.0, 2.0, 3.0]
    assert [field.name for field in table.__legate_data_interface__["data"]] == ["a", "b"]
    with pytest.raises(ValueError, match="2 names for 1 arrays"):
        Table.from_arrays(["a", "b"], [column])
    with pytest.raises(ValueError, match="different lengths"):
        Table.from_arrays(["a", "b"], [column, store([1.0])])
    with pytest.raises(ValueError, match="mask has shape"):
        Array(lc.types.int64, [store([True]), store([1, 2])])
    with pytest.raises(KeyError):
        table["c"]
    assert Field("a", lc.types.int8) == Field("a", "int8") != Field("a", "int16")


def test_arrow():
    pyarrow = pytest.importorskip("pyarrow")
    column = Array(lc.types.int64, [store([True, False, True]), store([1, 2, 3])])
    assert column.to_arrow().to_pylist() == [1, None, 3]
    plain = Array(lc.types.float64, [None, store(np.arange(1000.0))])
    assert plain.to_arrow().buffers()[1].address == plain.data.to_numpy().ctypes.data
    back = Array.from_arrow(pyarrow.array([1, None, 3]))
    assert back.to_pylist() == [1, None, 3]
    table = Table.from_arrow(pyarrow.table({"x": [1, 2], "y": [0.5, None]}))
    assert table["y"].to_pylist() == [0.5, None] and table.to_arrow().column_names == ["x", "y"]


def test_machines():
    cpus = ProcessorRange(ProcessorKind.CPU, 0, 8, 4)
    gpus = ProcessorRange(ProcessorKind.GPU, 0, 2, 1)
    machine = Machine([cpus, gpus])
    assert machine.preferred_kind is ProcessorKind.GPU and len(machine) == 10
    assert machine[ProcessorKind.CPU][2:6].count() == 4
    assert machine[ProcessorKind.CPU][2:6].get_node_range() == (0, 2)
    assert machine.only(ProcessorKind.GPU).kinds == (ProcessorKind.GPU,)
    assert (machine & Machine([cpus[4:]])).count(ProcessorKind.CPU) == 4
    assert len(cpus[:0]) == 0 and cpus[:0].empty
    with pytest.raises(ValueError, match="kind before slicing"):
        machine[0:2]
    with pytest.raises(ValueError, match="step"):
        cpus[::2]
    with pytest.raises(KeyError):
        machine["cpu"]
    with pytest.raises(ValueError, match="two kinds"):
        cpus & gpus


def test_scoped_machines():
    whole = runtime.machine
    with whole[ProcessorKind.CPU][0:1]:
        assert len(runtime.machine) == 1
        with pytest.raises(lc.EmptyMachineError):
            with whole[ProcessorKind.GPU]:
                pass
        assert len(runtime.machine) == 1
    assert runtime.machine == whole


def test_manual_launch_of_a_python_body():
    @lc.task
    def marked(context: lc.TaskContext, x: lc.InputStore, y: lc.OutputStore):
        y[...] = x + 100 * context.task_index[0]

    marked.complete_registration()
    library = runtime.find_library("python")
    launch = runtime.create_manual_task(library, library.task_names[-1], (2,))
    x, y = store(np.arange(6.0)), runtime.create_store(lc.types.float64, (6,))
    launch.add_input(x.partition_by_tiling((3,)), lambda color: (1 - color[0],))
    launch.add_output(y.partition_by_tiling((3,)))
    with pytest.raises(TypeError, match="no constraints"):
        launch.add_alignment(x, y)
    launch.execute()
    assert y.to_numpy().tolist() == [3, 4, 5, 100, 101, 102]


def test_tasks_that_are_not_there():
    library, _ = runtime.find_or_create_library("nothing in it")
    with pytest.raises(KeyError, match="has no task 'x'"):
        runtime.create_auto_task(library, "x")
    with pytest.raises(ValueError, match="has no task 3"):
        runtime.create_auto_task(library, 3)
    with pytest.raises(RuntimeError, match="registered already"):
        runtime.create_library("nothing in it")
    with pytest.raises(ValueError, match="no library named 'nowhere'"):
        runtime.find_library("nowhere")
