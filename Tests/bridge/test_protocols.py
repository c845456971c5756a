"""How arrays meet the rest of Python: buffers, pickling, NumPy's own functions, warnings, threads, processes."""

import copy
import gc
import importlib
import json
import os
import pickle
import subprocess
import sys
import threading
import warnings
import weakref
import zlib

import _legate
import cunumeric as np
import numpy
import pytest


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def run(code, **environment):
    """Runs a program in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code], env=dict(os.environ, **environment), capture_output=True, text=True, timeout=60
    )


# -- memory shared with others


def test_asarray_shares_memory():
    a = np.array([1.0, 2, 3])
    view = numpy.asarray(a)
    view[0] = 9
    a[1] = 8
    assert a[0] == 9 and view[1] == 8
    del a
    gc.collect()
    assert view.tolist() == [9, 8, 3]


def test_pending_work_is_seen_through_a_buffer():
    a = np.zeros(200_000)
    view = numpy.asarray(a)
    a += 1
    a[::2] *= 3
    assert view[:4].tolist() == [3, 1, 3, 1]
    view[:] = 5
    assert float((a * 2).sum()) == 2_000_000


@pytest.mark.parametrize("code", ["?", "b", "h", "i", "l", "B", "H", "I", "L", "e", "f", "d", "F", "D"])
def test_buffers_of_every_type(code):
    a = np.array([0, 1, 2], dtype=code)
    view = numpy.asarray(a)
    assert view.dtype == numpy.dtype(code) and view.tolist() == a.tolist()
    assert np.array(view).dtype == view.dtype
    assert memoryview(a).shape == (3,)


def test_strided_buffers():
    a = np.array([[1, 2, 3], [4, 5, 6]])
    assert numpy.asarray(a.T[::-1]).tolist() == [[3, 6], [2, 5], [1, 4]]
    with pytest.raises(BufferError):
        zlib.crc32(a.T)
    assert bytes(memoryview(a)) == a.tobytes()


def test_read_only_buffers():
    a = np.zeros(3)
    a.flags.writeable = False
    assert memoryview(a).readonly and not numpy.asarray(a).flags.writeable


def test_dlpack_and_interface():
    a = np.array([1.0, 2])
    assert numpy.from_dlpack(a).tolist() == [1, 2]
    assert a.__dlpack_device__() == (1, 0)
    assert a.__array_interface__["typestr"] == "<f8"
    assert a.__array__(dtype="i4").dtype == numpy.int32
    assert a.__array__(copy=True).base is None


# -- NumPy's own functions on our arrays


def test_numpy_functions_give_our_arrays():
    a = np.array([[1.0, 2], [3, 4]])
    for value in (numpy.add(a, 1), numpy.sqrt(a), numpy.concatenate([a, a]), numpy.add.accumulate(a), numpy.ones(2) + a):
        assert type(value) is np.ndarray
    assert numpy.sum(a) == 10 and numpy.linalg.det(a) == pytest.approx(-2)
    target = numpy.zeros((2, 2))
    assert numpy.add(a, a, out=target) is target and target.tolist() == [[2, 4], [6, 8]]
    ours = np.zeros((2, 2))
    assert numpy.add(a, a, out=ours) is ours and ours[1, 1] == 8
    host = numpy.ones((2, 2))
    host += a
    assert type(host) is numpy.ndarray and host[0, 0] == 2


def test_host_functions_write_into_our_arrays():
    a = np.zeros(4)
    np.copyto(a, 3)
    np.put(a, [0], 9)
    np.place(a, a == 3, [1])
    assert a.tolist() == [9, 1, 1, 1]
    np.random.default_rng(1).shuffle(a)
    assert sorted(a.tolist()) == [1, 1, 1, 9]


def test_views_from_host_functions_stay_views():
    a = np.zeros((2, 3))
    b = np.rollaxis(a, 1)
    b[0] = 7
    assert a[:, 0].tolist() == [7, 7]
    assert np.moveaxis(a, 0, 1)[0].tolist() == [7, 7]


def test_named_tuples_and_generators():
    values, vectors = result = np.linalg.eigh(np.array([[2.0, 0], [0, 3]]))
    assert type(values) is np.ndarray and result.eigenvalues is values
    rng = np.random.default_rng(3)
    assert isinstance(rng, numpy.random.Generator)
    assert rng.normal(size=3).tolist() == numpy.random.default_rng(3).normal(size=3).tolist()
    np.random.seed(1)
    first = np.random.rand(2)
    np.random.seed(1)
    assert type(first) is np.ndarray and first.tolist() == np.random.rand(2).tolist()


@pytest.mark.parametrize("kind", [tuple, list, type(numpy.linalg.qr(numpy.eye(2)))])
def test_arrays_in_host_results_are_not_copied(kind):
    addresses = []

    def made():
        parts = [numpy.arange(3000.0) + k for k in range(2)]
        addresses.extend(part.ctypes.data for part in parts)
        return kind(*parts) if hasattr(kind, "_make") else kind(parts)

    result = _legate.host_function(made, "made", True)()
    assert type(result) is kind and all(type(part) is np.ndarray for part in result)
    assert [numpy.asarray(part).ctypes.data for part in result] == addresses
    assert result[1][0] == 1 and result[0][-1] == 2999


QUESTIONS = """
import warnings
warnings.simplefilter("error")
import cunumeric as np
a = np.ones((400, 400)) * 2
assert np.result_type(a, np.float32) == "f8" and np.can_cast(a, "f4") is False
assert np.shares_memory(a, a.T) and not np.shares_memory(a[::2], a[1::2]) and np.may_share_memory(a[::2], a[1::2])
assert not np.isfortran(a) and np.iterable(a) and not np.isscalar(a) and np.isscalar(a[0, 0])
assert np.common_type(a) is np.float64 and np.min_scalar_type(a) == "f8"
assert a.sum() == 320000
"""


def test_questions_about_types_do_not_wait():
    finished = run(QUESTIONS, LEGATE_EXPLAIN="1")
    assert finished.returncode == 0, finished.stderr
    windows = [line for line in finished.stderr.splitlines() if " launches recorded" in line]
    assert len(windows) == 1


def test_unsupported_types_stay_numpys():
    assert type(np.array(["a", "b"])) is numpy.ndarray
    assert type(np.array([None, 1])) is numpy.ndarray
    assert np.array(["2024-01-01"], dtype="M8[D]").dtype.kind == "M"


# -- the namespace


def test_all_of_numpys_names():
    missing = [name for name in numpy.__all__ if not hasattr(np, name)]
    assert not missing
    assert set(numpy.__all__) <= set(dir(np))
    assert np.pi is numpy.pi and np.float64 is numpy.float64 and np.newaxis is None


@pytest.mark.parametrize("name", ["linalg", "fft", "random", "ma", "testing", "polynomial", "lib", "char", "emath"])
def test_submodules(name):
    module = importlib.import_module("cunumeric." + name)
    assert getattr(np, name) is module is importlib.import_module("cupynumeric." + name)


def test_import_forms():
    code = (
        "import cupynumeric as np\n"
        "from cunumeric import *\n"
        "from cunumeric import linalg, random\n"
        "import cunumeric.fft as f\n"
        "assert np.zeros is zeros and type(linalg.inv(np.ones((1, 1)))) is np.ndarray\n"
        "print(type(f.fft(zeros(2))) is ndarray)\n"
    )
    assert run(code).stdout == "True\n"


def test_missing_names():
    with pytest.raises(AttributeError, match="nonsense"):
        np.nonsense
    with pytest.raises(ImportError):
        importlib.import_module("cunumeric.nonsense")


def test_vectorize_and_callbacks():
    assert np.vectorize(lambda x: x + 1)(np.array([1, 2])).tolist() == [2, 3]
    assert np.apply_along_axis(np.sum, 0, np.ones((2, 3))).tolist() == [2, 2, 2]


# -- warnings


HOST_ONLY = "import cunumeric as np\na = np.zeros(4)\n"


def test_one_warning_per_line():
    code = HOST_ONLY + "for i in range(3):\n    np.i0(a)\nnp.i0(a)\n"
    lines = [line for line in run(code).stderr.splitlines() if "RuntimeWarning" in line]
    assert len(lines) == 2
    assert "<string>:4" in lines[0] and "i0" in lines[0] and "(32 bytes gathered)" in lines[0]


def test_strict_mode_raises():
    finished = run(HOST_ONLY + "np.i0(a)\n", LEGATE_STRICT="1")
    assert finished.returncode == 1 and "RuntimeError: cuNumeric has not implemented i0" in finished.stderr


def test_no_warning_without_data():
    code = "import cunumeric as np\nnp.random.rand(3)\nnp.set_printoptions(precision=2)\nprint(np.zeros(2))\n"
    finished = run(code)
    assert finished.stderr == "" and finished.stdout == "[0. 0.]\n"


# -- Python's own library


def test_pickle_and_copy():
    for value in (np.array([[1.5, 2]]), np.array(3), np.array([1, 2], dtype=np.int8)[::-1]):
        again = pickle.loads(pickle.dumps(value))
        assert type(again) is np.ndarray and again.dtype == value.dtype and again.tolist() == value.tolist()
    assert pickle.loads(pickle.dumps(np.array([1.5])[0])) == 1.5
    a = np.zeros(2)
    b, c = copy.copy(a), copy.deepcopy({"a": a})["a"]
    a += 1
    assert b.tolist() == c.tolist() == [0, 0]


def test_weak_references():
    a = np.zeros(2)
    reference = weakref.ref(a)
    assert reference() is a
    del a
    gc.collect()
    assert reference() is None


def test_elements_are_copies():
    a = np.array([1.0, 2])
    s = a[0]
    a[0] = 5
    assert s == 1 and {1.0: "x"}[s] == "x"
    large = np.zeros(100_000)
    s = (large + 1)[3]
    large += 7
    assert float(s) == 1


def test_errors_leave_arrays_alone():
    a = np.array([1, 2, 3])
    for wrong in ("a += 1.5", "a[:] = [1, 2]", "a += [1, 2]", "a[5] = 1"):
        with pytest.raises((TypeError, ValueError, IndexError)):
            exec(wrong)
    assert a.tolist() == [1, 2, 3]


def test_error_types():
    a = np.zeros((2, 3))
    with pytest.raises(numpy.exceptions.AxisError, match="axis 5"):
        a.sum(5)
    with pytest.raises(numpy._core._exceptions.UFuncTypeError):
        np.zeros(2, int).__iadd__(1.5)
    with pytest.raises(numpy.linalg.LinAlgError):
        np.linalg.inv(np.zeros((2, 2)))


def test_text_follows_print_options():
    with np.printoptions(precision=2):
        assert repr(np.array([1.23456])) == "array([1.23])"


# -- resources


def test_no_leaks():
    a = np.array([1.0, 2, 3, 4])

    def work(n):
        for _ in range(n):
            b = (a + a) * 2
            b[1:3] += 1
            float(b[0]) + b.sum()
            numpy.asarray(b)
            np.array([b[0], b[1]])
            repr(b.shape)

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    work(5_000)
    before = resident()
    work(20_000)
    assert resident() - before < 500  # pages


def test_reference_counts_of_types():
    before = sys.getrefcount(np.ndarray)
    for _ in range(5_000):
        np.zeros(1)
    assert abs(sys.getrefcount(np.ndarray) - before) < 1_100


def test_threads_take_turns():
    results = []

    def work(k):
        a = np.full(10_000, k)
        for _ in range(50):
            a = a + 1
        results.append(int(a.sum()) == 10_000 * (k + 50))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_fork():
    code = (
        "import os, cunumeric as np\n"
        "a = np.ones(300_000) * 2\n"
        "assert a.sum() == 600_000\n"
        "pid = os.fork()\n"
        "value = float((a + np.ones(300_000)).sum())\n"
        "if pid == 0: os._exit(0 if value == 900_000 else 1)\n"
        "print(os.waitpid(pid, 0)[1], value)\n"
    )
    assert run(code).stdout == "0 900000.0\n"


def test_json_of_plain_values():
    assert json.dumps(np.array([1.5, 2]).tolist()) == "[1.5, 2.0]"


def test_what_is_shown_must_be_an_array_of_ours():
    for call in (lambda: _legate.printable(numpy.ones(3), 1, 1), lambda: _legate.own_part([1, 2])):
        with pytest.raises(TypeError, match="an array of cunumeric is needed"):
            call()
