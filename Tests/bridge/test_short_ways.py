"""The short ways of common calls give what NumPy gives: values, types, views and errors, also where they stand aside."""

import cunumeric as np
import numpy
import pytest

ARRAYS = {
    "vector": lambda p: p.arange(6.0) - 2.0,
    "integers": lambda p: p.array([3, 0, -1, 0, 7]),
    "mask": lambda p: p.array([True, False, False, True]),
    "matrix": lambda p: p.arange(12.0).reshape(3, 4) % 5.0,
    "columns": lambda p: (p.arange(12.0).reshape(3, 4) % 5.0).T,
    "backwards": lambda p: p.arange(8.0)[::-2],
    "box": lambda p: p.arange(24).reshape(2, 3, 4),
    "row": lambda p: p.ones((1, 5)),
    "empty": lambda p: p.zeros((0, 3)),
    "point": lambda p: p.array(2.5),
    "complex": lambda p: p.array([1 + 2j, 0, -3j]),
    "float32": lambda p: p.array([1.5, 0.0, -2.25], dtype="float32"),
    "not numbers": lambda p: p.array([2.0, float("nan"), 7.0]),
}
CALLS = """p.nonzero(a) | a.nonzero() | p.where(a) | p.flatnonzero(a) | a.ravel() | p.ravel(a) | a.transpose() |
    p.transpose(a) | a.transpose(1, 0) | a.transpose((1, 0)) | a.transpose(0, -1) | a.transpose(2, 0, 1) | a.transpose(0, 0) |
    a.swapaxes(0, 1) | a.swapaxes(-1, 0) | a.swapaxes(0, 5) | a.T | a.take(p.array([0, 2, -1])) |
    p.take(a, p.array([1, 0])) | a.take(p.array([9])) | a.take(p.array([True, False])) | a.item() | a.item(2) | a.item(-1) |
    a.item(99) | a.item(1, 0) | a.argmax(axis=0) | a.argmin(axis=-1) | a.argmax(axis=1) | p.argmax(a, axis=2) | a[..., 0] |
    a[0, ...] | a[..., 1:] | a[..., None] | a[...] | a[None, ..., 0] | a[..., 0, ...] | a[..., 0, 1] | p.searchsorted(a, 2) |
    a.searchsorted(2.5) | p.searchsorted(a, float("nan")) | p.searchsorted(a, 1 << 60) | p.inner(a, a) | p.asarray(a) |
    p.ascontiguousarray(a) | p.result_type(a, 1.0) | p.result_type(a, p.arange(3, dtype="int8")) | p.result_type(a) |
    p.can_cast(a.dtype, "float32") | p.add(a, a, out=p.zeros(12)[::2]) |
    p.sqrt(a * a, out=p.zeros((4, 6))[:3, 1:5]) | p.multiply(a, 2.0, out=p.zeros((3, 8))[::-1, ::2])"""


def outcome(package, array, call):
    """What a call gives, in a form that can be compared: its kind, type and values, or its error."""
    try:
        return shown(package, eval(call, {"p": package, "a": array, "float": float}))
    except Exception as error:
        return type(error).__name__


def shown(package, value):
    if isinstance(value, tuple):
        return [shown(package, part) for part in value]
    if isinstance(value, package.ndarray) or hasattr(value, "dtype"):
        host = numpy.asarray(value)
        return str(host.dtype), host.shape, host.tobytes()
    return type(value).__name__, str(value)


@pytest.mark.parametrize("name", ARRAYS)
def test_calls_are_numpys(name):
    for call in map(str.strip, CALLS.split("|")):
        ours, theirs = (outcome(package, ARRAYS[name](package), call) for package in (np, numpy))
        assert ours == theirs, f"{call} of {name}"


@pytest.mark.parametrize("name", sorted(ARRAYS.keys() - {"empty"}))
def test_strides(name):
    assert ARRAYS[name](np).strides == ARRAYS[name](numpy).strides


def test_what_is_a_view_writes_through():
    for view in (lambda a: a.ravel(), lambda a: a.transpose(1, 0), lambda a: a.swapaxes(0, 1), lambda a: a[..., 0]):
        a = np.zeros((2, 3))
        view(a)[...] = 1.0
        assert a.sum() > 0
    a = np.zeros(3)
    assert np.asarray(a) is a and np.ascontiguousarray(a) is a and a.T.base is a


def test_fill():
    for value in (2, 2.5, True, np.array(3.0), np.arange(3)[1]):
        for type in ("float64", "int64", "float32", "bool", "complex128"):
            ours, theirs = np.zeros((2, 3), type), numpy.zeros((2, 3), type)
            ours[:, ::2].fill(value)
            theirs[:, ::2].fill(numpy.asarray(value)[()])
            assert ours.tolist() == theirs.tolist()
    locked = np.zeros(2)
    locked.setflags(write=False)
    with pytest.raises(ValueError):
        locked.fill(1.0)


NUMBERS = (1.5, -0.0, 1e16, 1e-5, 123456789.125, float("inf"), float("nan"))


@pytest.mark.parametrize("value", [*NUMBERS, 0, -7, 1 << 62])
def test_text_and_numbers_of_scalars(value):
    ours, theirs = np.array([value])[0], numpy.array([value])[0]
    for text in (str, repr, format, "{:.3e}".format, "{:>12}".format, bool, float):
        assert repr(text(ours)) == repr(text(theirs))
    if value == value:
        assert hash(ours) == hash(theirs)
    for power in (2, 2.0, 0.5, 3):
        x, y = numpy.float64(ours**power), numpy.float64(theirs**power)
        assert numpy.isclose(x, y, rtol=1e-15, atol=0.0, equal_nan=True) and numpy.signbit(x) == numpy.signbit(y)
    try:
        assert int(ours) == int(theirs)
    except (OverflowError, ValueError) as error:
        with pytest.raises(type(error)):
            int(ours)


def test_text_follows_the_print_options():
    scalar = np.array([1.5])[0]
    with numpy.printoptions(legacy="1.25"):
        assert repr(scalar) == "1.5"
    assert repr(scalar) == "np.float64(1.5)"


def test_there_is_one_truth():
    a = np.array([1.0, 2.0])
    assert (a[0] < 2) is (a[1] > 1) and (a[0] > 2) is (a[1] < 1)
    assert bool(a[0] < 2) and not a[0] > 2 and repr(a[0] < 2) == "np.True_"


def test_single_draws_are_numpys():
    ours, theirs = np.random.default_rng(3), numpy.random.default_rng(3)
    for draw in (
        lambda g: g.random(), lambda g: g.uniform(1, 2), lambda g: g.normal(1.0, 2.0), lambda g: g.integers(9),
        lambda g: g.random(3).tolist(), lambda g: g.integers(2, 9, endpoint=True), lambda g: g.standard_normal(),
        lambda g: g.random(dtype="float32"), lambda g: g.integers(5, dtype="int32"), lambda g: g.random(2).tolist(),
    ):  # fmt: skip
        x, y = draw(ours), draw(theirs)
        assert (x, type(x)) == (y, type(y))
