"""Random updates in place of large arrays, run by NumPy and by Legate and compared: `in_place_programs.py START COUNT`.

Grids are large enough for the temporary between an update's two passes to stream through the cache. A program draws a few
arrays and a loop body of a few updates: stencils, shifts, red and black points, borders, deep halos, columns, transposed
views, several axes and types. With `LEGATE_REPLAY_RANKS` every rank's part is compared after every window as well. Prints
the number of programs, and what the updates of all of them did to the counters.
"""

import json
import sys

import numpy
import _legate
import cunumeric

TYPES = ("float64", "float64", "float32", "int32", "int64", "complex128", "int16")


def fresh(np, shape, kind):
    count = numpy.prod(shape)
    values = (np.arange(count) * 7919 % 1009).reshape(shape).astype(kind)
    return values % 7 if kind.startswith("int") else values / 1009


def drawn_shape(rng):
    points = int(rng.integers(150_000, 500_000))
    axes = int(rng.choice([1, 2, 2, 2, 2, 3]))
    if axes == 1:
        return (points,)
    rows = int(rng.integers(40, 1200))
    if axes == 2:
        return (rows, points // rows + 20)
    return (rows // 10 + 24, 40 + rows // 40, points // (rows // 10 + 24) // (40 + rows // 40) + 20)


def cut(array, axis, start, stop, step=1):
    """`array[..., start:stop:step, ...]` with an end that counts from the array's."""
    place = [slice(None)] * array.ndim
    place[axis] = slice(start, array.shape[axis] - stop, step)
    return array[tuple(place)]


def inner(array, width, shift=None, axis=0):
    """What lies `width` from the border on all axes, moved along one."""
    for k in range(array.ndim):
        by = shift if shift is not None and k == axis else 0
        array = cut(array, k, width + by, width - by)
    return array


def stencil(np, u, _, rng):
    total = inner(u, 1)
    for axis in range(u.ndim):
        total = total + inner(u, 1, -1, axis) + inner(u, 1, 1, axis)
    inner(u, 1)[...] = total * scale(u)


def shifted(np, u, _, rng):
    axis, by, forward = int(rng.integers(u.ndim)), int(rng.integers(1, 9)), rng.random() < 0.5
    low, high = cut(u, axis, 0, by), cut(u, axis, by, 0)
    target, source = (high, low) if forward else (low, high)
    target[...] = target + source * scale(u)


def deep(np, u, _, rng):
    by = int(rng.integers(2, 8))
    cut(u, 0, by, by)[...] = (cut(u, 0, 0, 2 * by) + cut(u, 0, 2 * by, 0)) * scale(u)


def colored(np, u, _, rng):
    """Every other row, and every other of their points, from the rows and points between."""
    for first in (1, 2):
        u[first:-1:2] = u[first:-1:2] + (u[first - 1 : -2 : 2] + u[first + 1 :: 2]) * scale(u)
    if u.ndim > 1:
        u[1:-1:2, 1:-1:2] = u[1:-1:2, :-2:2] + u[:-2:2, 1:-1:2] * scale(u)


def ordered(np, u, _, rng):
    """Slices one after another, each from what the one before left."""
    half = u.shape[0] // 2
    u[1:half] = u[: half - 1] + u[1:half] * scale(u)
    u[half:-1] = u[half - 1 : -2] + u[half + 1 :] * scale(u)


def bordered(np, u, _, rng):
    stencil(np, u, _, rng)
    u[0] = u[1]
    u[-1] = 2
    if u.ndim > 1:
        u[:, 0] = u[:, 1]


def reversed_rows(np, u, _, rng):
    u[...] = u[::-1] + u * scale(u)


def transposed(np, u, _, rng):
    v = u.T
    v[1:-1] = v[:-2] + v[2:] * scale(u)


def augmented(np, u, _, rng):
    """`+=` on a view that may lie across its memory, or run backwards through it."""
    axes = [int(k) for k in rng.permutation(u.ndim)]
    v = u.transpose(axes)[tuple(slice(None, None, int(rng.choice([-1, 1]))) for _ in axes)]
    v[1:] += v[:-1] * scale(u)
    v[2:] *= 1
    v[:-1] += v[1:]


def chosen(np, u, _, rng):
    inside = inner(u, 1)
    inside[...] = np.where(inside.real > 1, inner(u, 1, -1), inner(u, 1, 1))


def of_two(np, u, v, rng):
    """Both fields from both."""
    a, b = inner(u, 1), inner(v, 1)
    a[...] = inner(u, 1, 1) + inner(v, 1, -1) * scale(u)
    b[...] = inner(v, 1, 1) + a * scale(v)


def with_a_row(np, u, _, rng):
    u[1:] = u[:-1] + u[0] * scale(u)


def with_norm(np, u, _, rng):
    change = inner(u, 1, 1) - inner(u, 1)
    inner(u, 1)[...] += change * scale(u)
    u[0] = change.real.max()


def scale(u):
    return u.dtype.type(1) if u.dtype.kind == "i" else u.dtype.type(0.25)


UPDATES = (
    stencil, stencil, stencil, shifted, deep, colored, ordered, bordered, reversed_rows, transposed, augmented, chosen,
    of_two, with_a_row, with_norm,
)  # fmt: skip


def run(np, seed):
    rng = numpy.random.default_rng(seed)
    shape, kind = drawn_shape(rng), str(rng.choice(TYPES))
    u, v = fresh(np, shape, kind), fresh(np, shape, kind)
    chosen_updates = [UPDATES[k] for k in rng.integers(len(UPDATES), size=int(rng.integers(1, 4)))]
    seeds = rng.integers(1 << 30, size=len(chosen_updates))
    waits = rng.random() < 0.5
    for _ in range(int(rng.integers(2, 6))):
        for update, drawn in zip(chosen_updates, seeds):
            update(np, u, v, numpy.random.default_rng(drawn))
        # A wait ends the window, so that the next round's finds its plan.
        if waits:
            float(u[(0,) * u.ndim].real)
    names = " ".join(update.__name__ for update in chosen_updates)
    return numpy.asarray(u), numpy.asarray(v), f"{names} on {kind}{shape}"


def main(first, count):
    for seed in range(first, first + count):
        ours, theirs = run(cunumeric, seed), run(numpy, seed)
        for mine, right in zip(ours[:2], theirs[:2]):
            if mine.tobytes() != right.tobytes() and not numpy.array_equal(mine, right, equal_nan=mine.dtype.kind in "fc"):
                raise SystemExit(f"seed {seed} differs from NumPy: {ours[2]}")
    print(json.dumps({"programs": count, "counts": _legate.counts()}))


if __name__ == "__main__":
    with numpy.errstate(all="ignore"):
        main(*map(int, sys.argv[1:]))
