"""NumPy's transforms and small decompositions over stacks: many lines, or many matrices, shared out to threads.

In: a function of ``numpy.fft`` or ``numpy.linalg``. Out: one with the same results, bit for bit, because every line and every
matrix is still computed by NumPy, whole and by itself. NumPy lets go of the interpreter while it computes, so threads of
Python's are enough. What is no stack, or too small to pay, goes to NumPy as it is; a single large matrix does too:
there the BLAS library has threads of its own.
"""

import functools
import os

import numpy

# Elements of a stack from which handing over pays, and those of one matrix up to which BLAS uses one thread itself.
WORTH = 1 << 16
LARGEST_MATRIX = 64 * 64
# Pieces for each worker, so that a neighbour who is busy elsewhere holds nobody up.
PIECES = 4

_LINES = frozenset("fft ifft rfft irfft ihfft".split())
# Several axes, one after another: the function of the first one done, of the others, and whether it is the last axis
# that is done first.
_AXES = {
    "fftn": ("fft", "fft", True),
    "ifftn": ("ifft", "ifft", True),
    "rfftn": ("rfft", "fft", True),
    "irfftn": ("irfft", "ifft", False),
    "fft2": ("fft", "fft", True),
    "ifft2": ("ifft", "ifft", True),
    "rfft2": ("rfft", "fft", True),
    "irfft2": ("irfft", "ifft", False),
}
_MATRICES = frozenset("inv det slogdet eigvals eig eigh eigvalsh cholesky svd svdvals qr pinv".split())


def covers(path, name):
    """Whether this function is shared out."""
    names = {"fft": _LINES | _AXES.keys(), "linalg": _MATRICES}.get(path, ())
    return name in names and workers() > 1


@functools.cache
def workers():
    """Threads that this process may keep busy."""
    number = os.environ.get("LEGATE_CPUS", "")
    return int(number) if number.isdigit() and int(number) > 0 else len(os.sched_getaffinity(0))


def shared(path, name, function):
    """The function, with its stacks shared out."""
    if path == "linalg":
        call = _over_matrices(function)
    elif name in _LINES:
        call = _over_lines(function)
    else:
        call = _over_axes(name, function)
    return functools.wraps(function)(call)


_pool = None


def _threads():
    global _pool
    if _pool is None:
        # It brings a megabyte of modules along, which few programs need.
        from concurrent.futures import ThreadPoolExecutor

        _pool = ThreadPoolExecutor(workers(), thread_name_prefix="legate-stack")
        os.register_at_fork(after_in_child=_forget)
    return _pool


def _forget():
    """The threads stayed with the parent."""
    global _pool
    _pool = None


def _pieces(length):
    """The ranges into which so many lines are cut."""
    step = -(-length // (workers() * PIECES))
    return [slice(low, min(low + step, length)) for low in range(0, length, step)]


def _each(work, length):
    """``work`` for every piece; the first error, if there is one."""
    return list(_threads().map(work, _pieces(length)))


# --- lines


def _over_lines(function):
    def call(a, n=None, axis=-1, norm=None, out=None):
        if out is not None or not _is_stack(a, axis):
            return function(a, n, axis, norm, out)
        along = numpy.moveaxis(a, axis, -1)
        longest = int(numpy.argmax(along.shape[:-1]))
        stack = numpy.moveaxis(along, longest, 0)
        first = function(stack[:1], n, -1, norm)
        result = numpy.empty(_extents(a.shape, axis, first.shape[-1]), first.dtype)
        goal = numpy.moveaxis(numpy.moveaxis(result, axis, -1), longest, 0)
        _each(lambda part: function(stack[part], n, -1, norm, out=goal[part]), len(stack))
        return result

    return call


def _is_stack(a, axis):
    """Whether an array has lines enough along the axis; what is wrong with the arguments NumPy shall say."""
    return (
        isinstance(a, numpy.ndarray)
        and a.ndim > 1
        and isinstance(axis, int)
        and -a.ndim <= axis < a.ndim
        and a.size >= WORTH
        and a.size // max(1, a.shape[axis]) >= 2 * workers()
    )


def _extents(shape, axis, length):
    extents = list(shape)
    extents[axis] = length
    return extents


def _over_axes(name, function):
    first, others, last_first = _AXES[name]
    default = (-2, -1) if name.endswith("2") else None

    def call(a, s=None, axes=default, norm=None, out=None):
        order = _axes(a, axes)
        if s is not None or out is not None or order is None:
            return function(a, s, axes, norm, out)
        names = [others] * (len(order) - 1)
        if last_first:
            steps = zip([first, *names], reversed(order))
        else:
            steps = zip([*names, first], order)
        for step, axis in steps:
            a = _line_function(step)(a, None, axis, norm)
        return a

    return call


@functools.cache
def _line_function(name):
    return _over_lines(getattr(numpy.fft, name))


def _axes(a, axes):
    """The axes in order; nothing where NumPy must look at them itself."""
    if not isinstance(a, numpy.ndarray) or a.size < WORTH:
        return None
    order = list(range(a.ndim)) if axes is None else list(axes)
    valid = order and all(isinstance(axis, int) and -a.ndim <= axis < a.ndim for axis in order)
    return order if valid else None


# --- matrices


def _over_matrices(function):
    def call(a, *args, **kwargs):
        if not _is_matrix_stack(a):
            return function(a, *args, **kwargs)
        flat = a.reshape(-1, *a.shape[-2:])
        parts = _each(lambda part: function(flat[part], *args, **kwargs), len(flat))
        return _joined(parts, a.shape[:-2])

    return call


def _is_matrix_stack(a):
    return (
        isinstance(a, numpy.ndarray)
        and a.ndim > 2
        and a.size >= WORTH
        and 0 < a.shape[-1] * a.shape[-2] <= LARGEST_MATRIX
        and a.size // (a.shape[-1] * a.shape[-2]) >= 2 * workers()
        and a.flags.c_contiguous
    )


def _joined(parts, stack):
    """The results of the pieces one behind another; named tuples of several stay what they are."""
    if not isinstance(parts[0], tuple):
        whole = numpy.concatenate(parts)
        return whole.reshape(*stack, *whole.shape[1:])
    kind = type(parts[0])
    arrays = [_joined([part[k] for part in parts], stack) for k in range(len(parts[0]))]
    return kind(*arrays) if hasattr(kind, "_fields") else tuple(arrays)
