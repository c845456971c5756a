"""Values and views that leave the library on several ranks: each rank sees what one process would see.

    mpirun -n 3 python border.py
"""

import copy
import pickle
import warnings

import cunumeric as np
import numpy

import _legate

rank, ranks = _legate.rank(), _legate.rank_count()
warnings.filterwarnings("error", message=".*gathered on each")
HOST = numpy.arange(200_000.0).reshape(500, 400) * 0.5


def fresh():
    """An array of which no rank has all."""
    array = np.arange(200_000.0).reshape(500, 400) * 0.5
    assert _legate.is_spread(array) == (ranks > 1)
    return array


def pages_of(array):
    """The elements that this rank keeps."""
    return len(_legate.own_part(array)[0])


def elements():
    a = fresh()
    assert float(a[499, 399]) == HOST[499, 399] and a[3, 5] == HOST[3, 5] and a.item(7) == 3.5
    assert a[250].tolist() == HOST[250].tolist() and a[::100, 7].tolist() == HOST[::100, 7].tolist()
    assert a[400:402, 3].tobytes() == HOST[400:402, 3].tobytes()
    assert bool(a[0, 1]) and not bool(a[0, 0]) and int(a[1, 0]) == 200
    assert 3.5 in a and -1.0 not in a and len(a) == 500
    a[499, 399] = -1
    a[7] = 2
    assert a[499, 399] == -1 and float(a[7, 3]) == 2 and float(a[8, 0]) == HOST[8, 0]
    line = np.arange(100_000) * 2
    assert [int(x) for x in line[99_990:]] == list(range(199_980, 200_000, 2))
    line[5] = 77
    line[99_999] += 1
    assert int(line[5]) == 77 and int(line[-1]) == 199_999
    assert pickle.loads(pickle.dumps(a[3:5])).tolist() == a[3:5].tolist()
    assert copy.deepcopy(a)[499, 399] == -1
    assert pages_of(a) < 150_000 or ranks == 1


def printing():
    a = fresh()
    for show in (repr, str, "{}".format, np.array2string, np.array_repr, np.array_str):
        like = show if show in (repr, str) else getattr(numpy, show.__name__, show)
        assert show(a) == like(HOST), show
        assert show(a.T[::-3]) == like(HOST.T[::-3]), show
    assert np.array2string(a, threshold=10, edgeitems=1) == numpy.array2string(HOST, threshold=10, edgeitems=1)
    assert repr(a[1, :7]) == repr(HOST[1, :7]) and repr(a.reshape(50, 20, 200)) == repr(HOST.reshape(50, 20, 200))
    with numpy.printoptions(edgeitems=5, threshold=50):
        assert repr(a[:40, :40]) == repr(HOST[:40, :40])


def lists_and_arrays():
    numbers = HOST.tolist()
    for made, expected in (
        (np.array(numbers), HOST),
        (np.array(HOST), HOST),
        (np.asarray(HOST.T), HOST.T),
        (np.array(HOST[::2, 1::3]), HOST[::2, 1::3]),
        (np.array([k % 3 == 0 for k in range(90_000)]), numpy.arange(90_000) % 3 == 0),
        (np.array(tuple(range(90_001))), numpy.arange(90_001)),
        (np.array(HOST.astype(">f8")), HOST),
        (np.array(HOST, dtype=numpy.float32), HOST.astype(numpy.float32)),
    ):
        part, first = _legate.own_part(made)
        assert made.dtype == expected.dtype
        assert part.tobytes() == numpy.ascontiguousarray(expected).ravel()[first : first + len(part)].tobytes()
        assert float((made * 2).sum()) == float(np.array(expected * 2).sum())
    numbers[499][399] = "x"
    try:
        np.array(numbers, dtype=float)
    except ValueError:
        pass
    else:
        assert False


def shared():
    """Foreign code that writes through a view is seen, and sees what is written."""
    a = fresh()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        view = numpy.asarray(a)
    assert (view == HOST).all()
    view[499, 0] = 5
    assert float(a[499, 0]) == 5
    a[0, 0] = 9
    a += 1
    assert view[0, 0] == 10 and view[499, 0] == 6
    assert float(a.sum()) == float(np.array(view).sum())
    del view
    a *= 2
    assert float(a[499, 0]) == 12 and float(a[3, 4]) == (HOST[3, 4] + 1) * 2
    b = fresh()
    assert numpy.from_dlpack(b)[499, 399] == HOST[499, 399]

    class Foreign:
        __array_interface__ = b.__array_interface__

    numpy.asarray(Foreign())[7, 7] = -3
    assert float(b[7, 7]) == -3 and (memoryview(fresh())[499, 399]) == HOST[499, 399]


def on_host():
    """What NumPy computes is computed by every rank, and told with the bytes."""
    a = fresh()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = np.fft.fft(a[:8])
    assert numpy.allclose(numpy.asarray(found), numpy.fft.fft(HOST[:8]))
    words = [str(w.message) for w in caught]
    if ranks > 1:
        assert len(words) == 1 and f"(1600000 bytes gathered on each of {ranks} ranks)" in words[0], words
    b = fresh()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy.testing.assert_array_equal(b, HOST)
        np.random.default_rng(0).shuffle(b)
    expected = HOST.copy()
    numpy.random.default_rng(0).shuffle(expected)
    assert b[250].tolist() == expected[250].tolist()


elements()
printing()
lists_and_arrays()
shared()
on_host()
if rank == 0:
    print("all of the border: ok")
