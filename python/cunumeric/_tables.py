"""Tables in text files where several ranks run one program: each formats its rows, and parses its share of the lines.

A rank formats or parses with NumPy's own function, so every detail is NumPy's. What needs to be seen whole (quoted
fields, compressed files, names in a header, a type that follows from the contents) is read whole by every rank, as is
any file in which a rank finds an error: NumPy then reports it with the right line.
"""

import io
import locale
import os
import warnings

import numpy

import _legate

from . import _files, _ranks

# Smaller files are read whole.
_SMALLEST = 1 << 16
_PACKED = (".gz", ".bz2", ".xz", ".lzma")
_BYTEWISE = frozenset(("utf-8", "utf8", "latin1", "latin-1", "iso-8859-1", "ascii"))


def _is_table(file, encoding):
    """Whether a file can be cut at the ends of its lines."""
    if not isinstance(file, (str, os.PathLike)) or "://" in str(file):
        return False
    return not os.fspath(file).endswith(_PACKED) and _encoding(encoding).lower() in _BYTEWISE


def _encoding(encoding):
    return locale.getpreferredencoding(False) if encoding is None else encoding


def savetxt(
    fname, X, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# ", encoding=None
):
    """NumPy: ``numpy.savetxt``."""
    options = dict(fmt=fmt, delimiter=delimiter, newline=newline, comments=comments)
    ends = dict(header=header, footer=footer, encoding=encoding)
    is_spread = type(X) is _legate.ndarray and X.ndim in (1, 2) and _legate.is_spread(X)
    if not _files.is_path(fname):
        return _files.on_host(numpy.savetxt, "savetxt")(fname, X, **options, **ends)
    rows = _own_rows(X) if is_spread and _is_table(fname, encoding) else None
    if rows is None:
        return _files.by_root(numpy.savetxt, "savetxt")(fname, X, **options, **ends)
    path = os.fspath(fname)
    ends = {
        "header": header if _ranks.rank == 0 else "",
        "footer": footer if _ranks.rank == _ranks.count - 1 else "",
    }
    text = _ranks.agree(lambda: _format(rows, _encoding(encoding), options | ends))
    sizes = _ranks.gather(len(text))
    _files.write_parts(path, b"", sum(sizes), text, sum(sizes[: _ranks.rank]))


def _own_rows(array):
    """This rank's rows; None where a row lies on several ranks."""
    part, first = _legate.own_part(array)
    width = array.shape[1] if array.ndim == 2 else 1
    if any(_ranks.gather(width == 0 or first % width != 0 or len(part) % width != 0)):
        return None
    return part.reshape(-1, width) if array.ndim == 2 else part


def _format(rows, encoding, options):
    file = io.BytesIO()
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    numpy.savetxt(text, rows, **options)
    text.flush()
    return file.getvalue()


def loadtxt(
    fname, dtype=float, comments="#", delimiter=None, converters=None, skiprows=0, usecols=None,
    unpack=False, ndmin=0, encoding=None, max_rows=None, *, quotechar=None, like=None,
):
    """NumPy: ``numpy.loadtxt``."""
    options = dict(comments=comments, delimiter=delimiter, converters=converters, usecols=usecols)
    rest = dict(skiprows=skiprows, unpack=unpack, ndmin=ndmin, encoding=encoding, max_rows=max_rows)
    if max_rows is None and quotechar is None and ndmin in (0, 1, 2):
        found = _parsed(numpy.loadtxt, fname, dtype, skiprows, encoding, options)
        if found is not None:
            return _shaped(found, ndmin, unpack)
    return _files.whole(numpy.loadtxt, fname, dtype, **options, **rest, quotechar=quotechar)


def genfromtxt(fname, dtype=float, comments="#", delimiter=None, skip_header=0, *args, **kwargs):
    """NumPy: ``numpy.genfromtxt``."""
    plain = {"missing_values", "filling_values", "usecols", "converters", "encoding", "unpack", "ndmin"}
    rest = dict(kwargs)
    encoding, unpack, ndmin = rest.pop("encoding", None), rest.pop("unpack", None), rest.pop("ndmin", 0)
    if not args and set(kwargs) <= plain and ndmin in (0, 1, 2):
        options = dict(comments=comments, delimiter=delimiter, **rest)
        found = _parsed(numpy.genfromtxt, fname, dtype, skip_header, encoding, options)
        if found is not None:
            return _shaped(found, ndmin, unpack)
    return _files.whole(numpy.genfromtxt, fname, dtype, comments, delimiter, skip_header, *args, **kwargs)


def _shaped(table, ndmin, unpack):
    if ndmin < 2:
        table = table.squeeze()
        if ndmin == 1:
            table = table.reshape(-1) if table.ndim == 0 else table
    return table.T if unpack else table


def _parsed(reader, file, dtype, skip, encoding, options):
    """The table, read in shares; None where it has to be read whole."""
    if dtype is None or not _is_table(file, encoding):
        return None
    kind = numpy.dtype(dtype)
    if not _files.is_native(kind):
        return None
    bounds = _ranks.from_root(lambda: _data_bounds(file, skip))
    if bounds is None or bounds[1] - bounds[0] < _SMALLEST:
        return None
    rows = None
    try:
        text = io.TextIOWrapper(io.BytesIO(_lines(file, bounds)), encoding=_encoding(encoding))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = reader(text, dtype=kind, ndmin=2, encoding=_encoding(encoding), **options)
    except Exception:
        pass  # Read again as a whole, NumPy names the line.
    shapes = _ranks.gather(None if rows is None else (rows.shape if rows.size else (0, 0)))
    widths = {shape[1] for shape in shapes if shape is not None and shape[0]}
    if None in shapes or len(widths) != 1:
        return None
    width = widths.pop()
    start = sum(shape[0] for shape in shapes[: _ranks.rank]) * width
    return _assembled(rows.ravel(), start, (sum(shape[0] for shape in shapes), width), kind)


def _data_bounds(file, skip):
    """Where the lines behind the skipped ones begin, and where the file ends; None for other than plain files."""
    if not os.path.isfile(file):
        return None
    with open(file, "rb") as lines:
        for _ in range(skip):
            lines.readline()
        return lines.tell(), os.path.getsize(file)


def _lines(file, bounds):
    """This rank's share of a file, from the beginning of a line to the end of one."""
    first, end = bounds
    with open(file, "rb") as data:

        def cut(rank):
            place = first + (end - first) * rank // _ranks.count
            if place == first or place >= end:
                return place
            data.seek(place - 1)
            data.readline()
            return data.tell()

        start, stop = cut(_ranks.rank), cut(_ranks.rank + 1)
        data.seek(start)
        return data.read(stop - start)


def _assembled(values, start, shape, kind):
    """A new array of elements that each rank has some of, beginning with number ``start``: they go to their owners."""
    array, part, first = _legate.new_part(shape, kind)
    wanted = _ranks.gather((first, first + len(part)))
    values = numpy.ascontiguousarray(values)
    pieces = []
    for low, high in wanted:
        low, high = max(low, start) - start, min(high, start + len(values)) - start
        pieces.append(values[low : max(low, high)] if low < len(values) else values[:0])
    place = 0
    for piece in _legate.all_to_all(pieces):
        found = numpy.frombuffer(piece, kind)
        part[place : place + len(found)] = found
        place += len(found)
    return array


# --- text of arrays


def _printed(function):
    """One of NumPy's functions that make text of an array, which is given no more of a large one than it shows."""

    def text(a, *args, **kwargs):
        if type(a) is not _legate.ndarray:
            return function(a, *args, **kwargs)
        shown = numpy.get_printoptions()
        shown.update((name, kwargs[name]) for name in ("threshold", "edgeitems") if kwargs.get(name) is not None)
        limit = int(min(shown["threshold"], numpy.iinfo(int).max))
        return function(_legate.printable(a, limit, shown["edgeitems"]), *args, **kwargs)

    return text


array2string = _printed(numpy.array2string)
array_repr = _printed(numpy.array_repr)
array_str = _printed(numpy.array_str)
