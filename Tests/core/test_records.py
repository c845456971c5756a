"""Stores of records: what bodies see, fields as stores in place, and what goes wrong."""

import numpy as np
import pytest

import cunumeric as cn
import legate.core as lc
from legate.core import InputStore, OutputStore, RecordStore, as_store, get_legate_runtime, task, types

runtime = get_legate_runtime()
PARTICLE = types.struct_type({"mass": "float64", "place": types.array_type("float32", 3), "id": "int32", "alive": "bool"})


def particles(count):
    values = np.zeros(count, PARTICLE.to_numpy_dtype())
    values["mass"], values["id"], values["alive"] = np.arange(count) / 4, np.arange(count), np.arange(count) % 3 == 0
    values["place"]["_0"] = np.arange(3 * count).reshape(count, 3)
    return values


@task
def heavier(x: InputStore, y: OutputStore, factor: float):
    y[...] = x
    y["mass"] = factor * x["mass"]


@pytest.mark.parametrize("count", [0, 1, 50_001])
def test_a_body_sees_records(count):
    x = runtime.create_store_from_buffer(particles(count))
    y = runtime.create_store(PARTICLE, (count,))
    assert isinstance(x, RecordStore) and x.type == PARTICLE and x.shape == (count,) and x.size == count
    heavier(x, y, 2.0)
    wanted = particles(count)
    wanted["mass"] *= 2
    assert np.array_equal(y.to_numpy(), wanted)


def test_types():
    pair = types.struct_type([types.int64, types.float16])
    assert pair.to_numpy_dtype() == np.dtype([("_0", "i8"), ("_1", "f2")], align=True) and pair.size == 16
    assert pair.offsets == (0, 8) and pair.alignment == 8 and list(pair.fields) == ["_0", "_1"]
    assert types.struct_type([types.int64, types.float16], align=False).size == 10
    assert repr(types.struct_type({"x": "int8"})) == "{x: int8}" and not pair.is_primitive
    assert types.point_type(3).size == 24 and types.rect_type(2).size == 32
    assert lc.types.from_numpy_dtype(np.dtype("S5")) == np.dtype("S5")
    for wrong in (lambda: types.struct_type([]), lambda: types.array_type("int8", 0), lambda: types.binary_type(0)):
        with pytest.raises(ValueError, match="at least one"):
            wrong()
    with pytest.raises(TypeError, match="records hold numbers"):
        types.struct_type([types.string])


@pytest.mark.parametrize("dtype", [
    "S7", "U5", "V16", [("a", "u1"), ("b", "f8")], np.dtype([("a", "u1"), ("b", "c16")], align=True),
    [("a", "i2"), ("b", "i2", (2, 3))], [("outer", [("x", "f4"), ("y", "f4")]), ("n", "u8")],
])
def test_every_layout_there_and_back(dtype):
    values = np.frombuffer(bytes(range(97, 122)) * 120, "u1")[: 12 * np.dtype(dtype).itemsize].view(
        dtype if np.dtype(dtype).kind != "U" else "V20").reshape(3, 4)
    if np.dtype(dtype).kind == "U":
        values = np.array([f"text{k}" for k in range(12)]).reshape(3, 4)
    x = as_store(values)
    y = runtime.create_store(x.type, (4, 3))

    @task(throws_exception=True)
    def copied(x: InputStore, y: OutputStore):
        assert x.dtype == y.dtype == values.dtype
        y[...] = x

    # Bytes between fields are nobody's.
    def same(store, wanted):
        return str(store.to_numpy().tolist()) == str(wanted.tolist())

    copied(x.transpose((1, 0)), y)
    assert same(y, values.T)
    assert same(x[1, ::-2], values[1, ::-2])
    assert same(x.project(0, 2).slice(0, slice(1, 3)).promote(0, 2), np.stack([values[2, 1:3]] * 2))
    assert x.delinearize(1, (2, 2)).shape == (3, 2, 2) and same(x[0, 0], values[0, 0])


def test_fields_are_stores_in_place():
    x = runtime.create_store_from_buffer(particles(40_000))
    mass, place, number = x.field("mass"), x.field("place"), x.field("id")
    assert mass.shape == (40_000,) and place.shape == (40_000,) and isinstance(place, RecordStore)
    assert place.field("_0").shape == (40_000, 3)
    cn.asarray(mass)[:] = cn.asarray(number) * 0.5 + cn.asarray(place.field("_0"))[:, 1]
    wanted = particles(40_000)
    wanted["mass"] = wanted["id"] * 0.5 + wanted["place"]["_0"][:, 1]
    assert np.array_equal(x.to_numpy(), wanted)
    place.fill(((7, 8, 9),))
    assert x[5].to_numpy()["place"]["_0"].tolist() == [7, 8, 9] and x[5].item()[2] == 5
    with pytest.raises(KeyError, match="have no field 'speed'; they have mass, place, id, alive"):
        x.field("speed")
    packed = as_store(np.zeros(3, [("a", "u1"), ("b", "f8")]))
    with pytest.raises(TypeError, match="align=True"):
        packed.field("b")


def test_fills_copies_and_scalars():
    x = runtime.create_store(PARTICLE, (5,), data=(1.5, ((1, 2, 3),), 7, True))
    assert x.to_numpy()[4].item()[2] == 7 and x.words.shape == (5, 4)
    y = runtime.create_store(PARTICLE, (5,))
    runtime.issue_copy(y, x)
    runtime.issue_fill(y[1:3], (2.5, ((0, 0, 0),), 8, False))
    assert y.to_numpy()["id"].tolist() == [7, 8, 8, 7, 7]
    runtime.issue_gather(y, x, as_store(np.array([0, 0, 1, 1, 2])))
    assert np.array_equal(y.to_numpy(), x.to_numpy())
    assert runtime.create_store_from_scalar(np.array((1, 2.0), "i4,f4")[()]).item() == (1, 2.0)


def test_memory_is_shared_where_asked_for():
    values = particles(100)
    x = runtime.create_store_from_buffer(values, read_only=False)
    x.field("id").fill(-1)
    runtime.issue_execution_fence(block=True)
    assert (values["id"] == -1).all()
    with pytest.raises(ValueError, match="read_only=False"):
        x.attach_external_allocation(memoryview(values), True)


def test_a_task_decides_how_many_records():
    @task
    def alive(x: InputStore, y: OutputStore):
        return x[x["alive"]]

    y = runtime.create_store(PARTICLE)
    assert y.unbound and y.ndim == 1
    alive(runtime.create_store_from_buffer(particles(30_001)), y)
    assert np.array_equal(y.to_numpy(), particles(30_001)[::3])


def test_manual_launches_cut_records():
    @task
    def turned(x: InputStore, y: OutputStore):
        y[...] = x[::-1]

    turned.complete_registration()
    library = runtime.find_library("python")
    launch = runtime.create_manual_task(library, library.task_names[-1], (2,))
    x, y = runtime.create_store_from_buffer(particles(6)), runtime.create_store(PARTICLE, (6,))
    launch.add_input(x.partition_by_tiling((3,)))
    launch.add_output(y.partition_by_tiling((3,)))
    launch.execute()
    assert y.to_numpy()["id"].tolist() == [2, 1, 0, 5, 4, 3]


TOTAL = np.dtype([("mass", "f8"), ("at", [("x", "i4", (2,))]), ("most", "c16")], align=True)


def test_records_are_reduced_number_by_number():
    @task
    def summed(x: InputStore, s: lc.ReductionStore[lc.ADD]):
        assert s.dtype == TOTAL and s.shape == () and not s["at"]["x"].any()
        s["mass"] = x["mass"].sum()
        s["at"]["x"] += ((x["id"] % 7).sum(), 1)
        s["most"] = 1j

    values = particles(100_000)
    x = runtime.create_store_from_buffer(values)
    s = runtime.create_store(TOTAL, (), data=(0.5, ((7, 8),), 2.0))
    summed(x, s)
    mass, ((first, tiles),), most = s.item()
    assert first == 7 + int((values["id"] % 7).sum()) and tiles > 9 and most == 2 + 1j * (tiles - 8)
    assert mass == pytest.approx(0.5 + float(values["mass"].sum()))


def test_reductions_of_records_keep_their_constraints_and_axes():
    pair = np.dtype([("low", "f4"), ("high", "f4")])

    @task(constraints=(lc.align("x", "s"),))
    def lowest(x: InputStore, s: lc.ReductionStore[lc.MIN], t: lc.ReductionStore[lc.MAX]):
        # A tile of s is its own: what is there already is brought together with what comes.
        assert not s["low"].any() and t.shape == (1,) and s.shape == x.shape and np.isinf(t["low"])
        s["low"], s["high"] = np.minimum(s["low"], x), np.minimum(s["high"], -x)
        t["high"] = max(t["high"], x.max())

    x = runtime.create_store_from_buffer(np.arange(40_000, dtype="f4") - 7)
    s, t = runtime.create_store(pair, (40_000,), data=(0, 0)), runtime.create_store(pair, (1,), data=(1, 2))
    lowest(x, s, t)
    wanted = np.minimum(0, np.arange(40_000) - 7), np.minimum(0, 7 - np.arange(40_000))
    assert s.to_numpy()["low"].tolist() == wanted[0].tolist() and s.to_numpy()["high"].tolist() == wanted[1].tolist()
    assert t.to_numpy().tolist() == [(1.0, 39_992.0)]


def test_records_that_are_not_reduced():
    x = runtime.create_store_from_buffer(particles(4))

    @task
    def joined(x: InputStore, s: lc.ReductionStore[lc.OR]):
        pass

    with pytest.raises((TypeError, ValueError), match="there is no reduction 'or' of float64"):
        joined(x, x)

    @task
    def added(x: InputStore, s: lc.ReductionStore[lc.ADD]):
        pass

    words = runtime.create_store(np.dtype([("name", "S4")]), (1,))
    with pytest.raises(TypeError, match=r"a reduction is one of numbers, not of \|S4: reduce a field"):
        added(x, words)
    with pytest.raises(TypeError, match="records of 100 numbers are too many"):
        added(x, runtime.create_store(lc.types.array_type("f4", 100), (1,)))
    launch = runtime.create_auto_task(runtime.find_library("python"), 0)
    refused = "are not reduced as a whole: reduce a field of them, or call a @task"
    with pytest.raises(TypeError, match=refused):
        launch.add_reduction(x, lc.ADD)
    with pytest.raises(TypeError, match=refused):
        runtime.create_manual_task(runtime.find_library("python"), 0, (2,)).add_reduction(x.partition_by_tiling((2,)), lc.ADD)
    with pytest.raises(TypeError, match=refused):
        runtime.issue_copy(x, x, lc.ADD)
    with pytest.raises(TypeError, match=refused):
        runtime.reduce_futures([runtime.create_scalar_future(np.array((1, 2.0), "i4,f4")[()])] * 2, lc.ADD)


def test_bodies_that_are_launched_by_name_see_records():
    @task(constraints=(lc.align("x", "y"),))
    def older(x: InputStore, y: OutputStore):
        assert x.dtype == PARTICLE
        y[...] = x
        y["id"] = x["id"] + 1

    older.complete_registration()
    library = runtime.find_library("python")
    name = library.task_names[-1]
    x, y = runtime.create_store_from_buffer(particles(50_000)), runtime.create_store(PARTICLE, (50_000,))
    launch = runtime.create_auto_task(library, name)
    launch.add_input(x)
    launch.add_output(y)
    launch.execute()
    assert np.array_equal(y.to_numpy()["id"], particles(50_000)["id"] + 1)
    launch = runtime.create_manual_task(library, name, (2,))
    launch.add_input(x.partition_by_tiling((25_000,)))
    launch.add_output(y.partition_by_tiling((25_000,)), lambda color: (1 - color[0],))
    launch.execute()
    assert np.array_equal(y.to_numpy()["id"], np.roll(particles(50_000)["id"] + 1, 25_000))


def test_one_task_takes_records_of_any_number_of_axes():
    @task(constraints=(lc.align("x", "y"),))
    def same(x: InputStore, y: OutputStore):
        assert x.dtype == PARTICLE
        y[...] = x

    for shape in ((300, 200), (60_000,), (3, 100, 200)):
        values = particles(60_000)[:int(np.prod(shape))].reshape(shape)
        y = runtime.create_store(PARTICLE, shape)
        same(runtime.create_store_from_buffer(values), y)
        assert np.array_equal(y.to_numpy(), values)
