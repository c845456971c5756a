"""Writes and reads files on all ranks, each its own part; every rank checks what it has against NumPy's.

    mpirun -n 3 python files.py FOLDER
"""

import errno
import io
import os
import resource
import sys
import warnings

import cunumeric as np
import numpy

import _legate

warnings.filterwarnings("error", message=".*gathered on each")
folder = sys.argv[1]
rank, ranks = _legate.rank(), _legate.rank_count()
assert str(ranks) == os.environ["LEGATE_RANKS"]


def path(name):
    return os.path.join(folder, name)


def content(name):
    with open(path(name), "rb") as file:
        return file.read()


def wait():
    _legate.all_gather(b"")


def owned(array):
    """This rank's elements, and how many there are before them; fails where one rank holds a large array whole."""
    part, first = _legate.own_part(array)
    if _legate.is_spread(array) and ranks > 1:
        assert len(part) <= 2 * array.size // ranks + array.shape[-1], (len(part), array.shape)
    return part, first


def agrees(array, expected):
    part, first = owned(array)
    assert array.shape == expected.shape and array.dtype == expected.dtype, (array.shape, array.dtype)
    flat = numpy.ascontiguousarray(expected).ravel()[first : first + len(part)]
    assert part.tobytes() == flat.tobytes()


def samples():
    base = numpy.arange(300_000)
    yield "float64", base.reshape(3000, 100) * 0.25 - 7
    yield "int16", (base % 30_000).astype(numpy.int16).reshape(10, 300, 100)
    yield "complex64", (base * (1 + 0.5j)).astype(numpy.complex64)
    yield "bool", base % 3 == 0
    yield "wide", (base * 1.5).reshape(2, 150_000)
    yield "fortran", numpy.asfortranarray((base * 0.5).reshape(600, 500))
    yield "small", numpy.arange(6.0).reshape(2, 3)
    yield "empty", numpy.empty((0, 5))
    yield "number", numpy.array(4.5)


def npy():
    for name, expected in samples():
        array = np.array(expected)
        agrees(array, expected)
        np.save(path(name), array)
        found = np.load(path(name + ".npy"))
        assert type(found) is np.ndarray
        agrees(found, expected)
        assert found.flags.f_contiguous == expected.flags.f_contiguous
        assert numpy.load(path(name + ".npy")).tobytes() == expected.tobytes()
        wait()
        if rank == 0:
            numpy.save(path("reference"), expected)
            assert content("reference.npy") == content(name + ".npy"), name
        wait()
        agrees(np.load(path("reference.npy")), expected)
        wait()
    view = np.arange(200_000.0).reshape(500, 400)[::-2, 1:300]
    np.save(path("view.npy"), view)
    agrees(np.load(path("view.npy")) + 1, numpy.arange(200_000.0).reshape(500, 400)[::-2, 1:300] + 1)


def raw():
    for name, expected in samples():
        if name == "number":
            continue
        np.array(expected).tofile(path(name + ".raw"))
        agrees(np.fromfile(path(name + ".raw"), expected.dtype), expected.ravel())
        wait()
    flat = numpy.fromfile(path("float64.raw"))
    agrees(np.fromfile(path("float64.raw"), count=100_000, offset=80), flat[10:100_010])
    mapped = numpy.memmap(path("float64.raw"), dtype=float, mode="r", shape=(3000, 100))
    agrees(np.array(mapped) * 2, flat.reshape(3000, 100) * 2)


def text():
    table = numpy.arange(60_000.0).reshape(20_000, 3) / 7 - 100
    np.savetxt(path("table.txt"), np.array(table), header="a b c\nsecond", footer="end")
    np.savetxt(path("line.csv"), np.array(table).ravel(), fmt="%.6g", delimiter=",", newline="\r\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rows that lie on several ranks are gathered.
        np.savetxt(path("wide.txt"), np.array(table.reshape(2, 30_000)))
    wait()
    if rank == 0:
        numpy.savetxt(path("reference.txt"), table, header="a b c\nsecond", footer="end")
        numpy.savetxt(path("reference.csv"), table.ravel(), fmt="%.6g", delimiter=",", newline="\r\n")
        for one, other in (("table.txt", "reference.txt"), ("line.csv", "reference.csv")):
            assert content(one) == content(other), one
    wait()
    for options in ({}, {"usecols": (2, 0)}, {"unpack": True}, {"skiprows": 5000}, {"dtype": numpy.float32}):
        agrees(np.loadtxt(path("table.txt"), **options), numpy.loadtxt(path("table.txt"), **options))
    agrees(np.loadtxt(path("line.csv"), delimiter=","), numpy.loadtxt(path("line.csv"), delimiter=","))
    agrees(np.loadtxt(path("line.csv"), ndmin=2), numpy.loadtxt(path("line.csv"), ndmin=2))
    agrees(np.loadtxt(path("wide.txt")), numpy.loadtxt(path("wide.txt")))
    agrees(np.loadtxt(path("wide.txt"), max_rows=1), numpy.loadtxt(path("wide.txt"), max_rows=1))
    for options in ({}, {"skip_header": 100, "usecols": (1, 2)}, {"names": "x,y,z"}):
        found = np.genfromtxt(path("table.txt"), **options)
        expected = numpy.genfromtxt(path("table.txt"), **options)
        if expected.dtype.names:
            assert found.tobytes() == expected.tobytes()
        else:
            agrees(found, expected)
    if rank == 0:
        lines = content("table.txt").splitlines()
        lines[15_000] = b"1 2"
        with open(path("broken.txt"), "wb") as file:
            file.write(b"\n".join(lines))
    wait()
    for function, module in (("loadtxt", np), ("genfromtxt", np)):
        try:
            getattr(module, function)(path("broken.txt"))
        except ValueError as error:
            try:
                getattr(numpy, function)(path("broken.txt"))
            except ValueError as expected:
                assert str(error) == str(expected)
        else:
            assert False, "a broken table was read"


def gathered():
    """What goes through whole arrays says so."""
    table = np.arange(40_000.0).reshape(200, 200)
    for write in (
        lambda: np.savez(path("both.npz"), a=table, b=table[0]),
        lambda: np.savez_compressed(path("packed.npz"), table),
        lambda: np.save(io.BytesIO(), table * 1),
        lambda: (table * 1).dump(path("pickled")),
        lambda: (table * 1).tofile(path("numbers.txt"), sep=" "),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            write()
        words = [str(w.message) for w in caught]
        if ranks > 1:
            assert len(words) == 1, words
            assert all(f"(320000 bytes gathered on each of {ranks} ranks)" in w or "321600" in w for w in words), words
        table = table + 0
    wait()
    whole = numpy.arange(40_000.0).reshape(200, 200)
    loaded = numpy.load(path("both.npz"))
    assert (loaded["a"] == whole).all() and (loaded["b"] == whole[0]).all()
    assert (numpy.load(path("packed.npz"))["arr_0"] == whole).all()
    assert (numpy.load(path("pickled"), allow_pickle=True) == whole).all()
    assert (numpy.fromfile(path("numbers.txt"), sep=" ") == whole.ravel()).all()
    agrees(np.load(path("both.npz"))["a"] + np.zeros((200, 200)), whole)


def failures():
    """An error on one rank is raised on all, and leaves nothing that reads as an array."""
    table = np.arange(100_000.0)

    def expect(kind, number, call):
        try:
            call()
        except kind as error:
            assert number is None or error.errno == number, error
            assert len({*_legate.all_gather(repr(error).encode())}) == 1, error
        else:
            assert False, f"no {kind.__name__}"

    expect(FileNotFoundError, 2, lambda: np.save(path("nowhere/x.npy"), table))
    expect(FileNotFoundError, 2, lambda: np.load(path("nothing.npy")))
    expect(FileNotFoundError, 2, lambda: np.fromfile(path("nothing.raw")))
    expect(FileNotFoundError, None, lambda: np.loadtxt(path("nothing.txt")))
    expect(IsADirectoryError, 21, lambda: table.tofile(folder))
    # The last rank may open no more files; nobody else is limited.
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    wait()
    if rank == ranks - 1:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, limits[1]))
    expect(OSError, errno.EMFILE, lambda: np.save(path("big.npy"), table))
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    if ranks > 1:
        assert os.path.getsize(path("big.npy")) == 0
        expect(EOFError, None, lambda: np.load(path("big.npy")))
    np.save(path("cut.npy"), table)
    wait()
    if rank == 0:
        os.truncate(path("cut.npy"), 400_000)
    wait()
    expect(ValueError, None, lambda: np.load(path("cut.npy")))


npy()
raw()
text()
gathered()
failures()
if rank == 0:
    print("all files: ok")
