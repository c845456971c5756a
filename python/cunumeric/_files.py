"""Files where several ranks run one program: each writes and reads the part of an array that it owns.

The ranks must see the same file system. A file is created by rank 0; a ``.npy`` file gets its header last, so that a run
that ends halfway leaves nothing that reads as an array. An error on one rank (no space, no permission) is raised on
all. File objects and ``.npz`` files take the whole array on every rank and say so. With one rank NumPy's own functions
are used instead of these.
"""

import io
import os

import numpy
from numpy.lib import format as npy

import _legate

from . import _ranks

_NATIVE = frozenset(
    """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64
    complex128""".split()
)


def is_path(file):
    return isinstance(file, (str, bytes, os.PathLike))


def is_native(dtype):
    """Whether arrays of this type are Legate's own."""
    return dtype.isnative and dtype.name in _NATIVE


def on_host(function, name):
    """A function of NumPy's that gets whole arrays on every rank."""
    return _legate.host_function(function, name, True)


def whole(function, *args, **kwargs):
    """What a function of NumPy's that reads a file gives, read by every rank."""
    result = _ranks.agree(lambda: function(*args, **kwargs))
    return _legate.host_function(lambda: result, "read", True)()


def by_root(function, name):
    """The same, called on rank 0 only: for what writes a file by its name."""
    return on_host(lambda *a, **k: _ranks.on_root(lambda: function(*a, **k)), name)


def _is_plain_file(path):
    """Whether the path names an ordinary file, or nothing yet: as rank 0 sees it."""
    return _ranks.from_root(lambda: os.path.isfile(path) or not os.path.exists(path))


# --- writing


def _pwrite(path, data, position):
    """Writes all bytes of a buffer at a position of an existing file."""
    view = memoryview(data).cast("B")
    handle = os.open(path, os.O_WRONLY)
    try:
        while len(view):
            written = os.pwrite(handle, view[: 1 << 30], position)
            view = view[written:]
            position += written
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None
    finally:
        os.close(handle)


def _create(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def write_parts(path, head, size, data, position):
    """Makes a file of ``size`` bytes: rank 0 creates it, each rank writes its data, rank 0 writes the head last."""
    _ranks.on_root(lambda: _create(path, size))
    try:
        if size > len(head):
            _ranks.agree(lambda: _pwrite(path, data, position) if len(data) else None)
        if head:
            _ranks.on_root(lambda: _pwrite(path, head, 0))
    except OSError:
        if _ranks.rank == 0 and os.path.isfile(path):
            os.truncate(path, 0)
        raise


def save(file, arr, allow_pickle=True):
    """NumPy: ``numpy.save``."""
    if not is_path(file):
        return on_host(numpy.save, "save")(file, arr, allow_pickle)
    path = os.fspath(file)
    if isinstance(path, str) and not path.endswith(".npy"):
        path += ".npy"
    if type(arr) is not _legate.ndarray or not _is_plain_file(path):
        return by_root(numpy.save, "save")(path, arr, allow_pickle)
    is_fortran = arr.flags.f_contiguous and not arr.flags.c_contiguous
    part, first = _legate.own_part(arr.T if is_fortran else arr)
    head = io.BytesIO()
    npy.write_array_header_1_0(
        head,
        {
            "descr": npy.dtype_to_descr(part.dtype),
            "fortran_order": is_fortran,
            "shape": tuple(arr.shape),
        },
    )
    head = head.getvalue()
    size = len(head) + arr.size * part.itemsize
    write_parts(path, head, size, part, len(head) + first * part.itemsize)


def savez(file, *args, **kwds):
    """NumPy: ``numpy.savez``."""
    function = by_root if is_path(file) else on_host
    return function(numpy.savez, "savez")(file, *args, **kwds)


def savez_compressed(file, *args, **kwds):
    """NumPy: ``numpy.savez_compressed``."""
    function = by_root if is_path(file) else on_host
    return function(numpy.savez_compressed, "savez_compressed")(file, *args, **kwds)


def tofile(array, fid, /, sep="", format="%s"):
    """NumPy: ``numpy.ndarray.tofile``."""
    write = numpy.ndarray.tofile
    if not is_path(fid):
        return on_host(write, "ndarray.tofile")(array, fid, sep, format)
    path = os.fspath(fid)
    if sep or not _is_plain_file(path):
        return by_root(write, "ndarray.tofile")(array, path, sep, format)
    part, first = _legate.own_part(array)
    write_parts(path, b"", array.size * part.itemsize, part, first * part.itemsize)


def dump(array, file, /):
    """NumPy: ``numpy.ndarray.dump``."""
    function = by_root if is_path(file) else on_host
    return function(numpy.ndarray.dump, "ndarray.dump")(array, file)


# --- reading


def _read_into(path, part, position):
    """Fills a NumPy array with the bytes of a file from a position on."""
    with open(path, "rb", buffering=0) as file:
        file.seek(position)
        view = memoryview(part).cast("B")
        while len(view):
            count = file.readinto(view[: 1 << 30])
            if not count:
                raise ValueError(f"{os.fspath(path)!r} is shorter on rank {_ranks.rank}")
            view = view[count:]


def _npy_layout(path):
    """Shape, order, type and place of the elements of a whole ``.npy`` file; None for other files."""
    try:
        with open(path, "rb") as file:
            if file.read(6) != npy.MAGIC_PREFIX:
                return None
            file.seek(0)
            read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
            shape, is_fortran, dtype = read[npy.read_magic(file)](file)
            start = file.tell()
    except (OSError, ValueError, KeyError):
        return None
    size = dtype.itemsize
    for extent in shape:
        size *= extent
    is_whole = os.path.getsize(path) - start >= size
    return (shape, is_fortran, dtype, start) if is_whole and is_native(dtype) else None


def load(file, mmap_mode=None, allow_pickle=False, **options):
    """NumPy: ``numpy.load``."""
    layout = None
    if is_path(file) and mmap_mode is None:
        layout = _ranks.from_root(lambda: _npy_layout(file))
    if layout is None:
        return whole(numpy.load, file, mmap_mode, allow_pickle, **options)
    shape, is_fortran, dtype, start = layout
    array, part, first = _legate.new_part(shape[::-1] if is_fortran else shape, dtype)
    _ranks.agree(lambda: _read_into(file, part, start + first * dtype.itemsize))
    return array.T if is_fortran else array


def fromfile(file, dtype=float, count=-1, sep="", offset=0, *, like=None):
    """NumPy: ``numpy.fromfile``."""
    kind = numpy.dtype(dtype)
    if not is_path(file) or sep or not is_native(kind):
        return whole(numpy.fromfile, file, dtype, count, sep, offset)
    size = _ranks.from_root(lambda: os.stat(file).st_size if _is_regular(file) else None)
    if size is None or offset < 0 or count < -1:
        return whole(numpy.fromfile, file, dtype, count, sep, offset)
    there = max(size - offset, 0) // kind.itemsize
    total = there if count < 0 else min(count, there)
    array, part, first = _legate.new_part((total,), kind)
    _ranks.agree(lambda: _read_into(file, part, offset + first * kind.itemsize))
    return array


def _is_regular(path):
    os.stat(path)
    return os.path.isfile(path)
