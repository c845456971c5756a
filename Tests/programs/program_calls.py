"""Families of statements that call the less common functions: sets, quantiles, contractions, windows.

As in `program_statements.py`: each family writes one statement with the
generator `g`; `FAMILIES` lists them with their weights.
"""

import numpy
from program_algorithms import has_both_zeros, product, product_error
from program_reductions import sum_error
from program_reference import Unsuitable, epsilon, is_inexact, magnitude
from program_statements import kind_of
from program_structure import factorisation


def real(g, accepts=lambda value: True):
    return g.exact(lambda value: kind_of(value) in "iuf" and accepts(value))


def finite(value):
    return bool(numpy.isfinite(value).all())


# Sets and order ------------------------------------------------------------


def sets(g):
    name = real(g, lambda value: 0 < value.size < 50_000 and not has_both_zeros(value))
    value = g.value(name)
    other = g.literal((g.random.randint(1, 8),), value.dtype)
    # NaN is equal to nothing in some of these and to itself in others; the order is NumPy's.
    options = [f"np.isin({name}, {other})"]
    options += [f"np.{f}({name}, {other})" for f in "union1d intersect1d setdiff1d setxor1d".split()]
    options += [f"np.unique({name}, return_inverse=True)[1].reshape(-1)"]
    if value.ndim:
        options += [f"np.argsort({name}, axis=None, kind='stable')"]
        options += [f"np.lexsort(({name}.ravel(), {name}.ravel() * 0))"]
        options += [f"np.lexsort(({name}, np.abs({name})), axis={g.random.randint(-value.ndim, value.ndim - 1)})"]
        options += [f"np.searchsorted(np.sort({name}, axis=None), {other})"]
        options += [f"np.digitize({name}, np.sort({other}))"]
        options += [f"np.ediff1d({name})"]
        if value.flags.writeable and value.shape[0] > 1:
            place = g.choice(["[::-1]", "[::2]", "[1:]", "[:-1]"])
            axis = g.random.randint(-1, 0) if value.ndim > 1 else 0
            if g.chance(0.4):
                return g.mutate(name, f"{name}{place}.sort(axis={axis})")
    if kind_of(value) == "f" and not finite(value):
        raise Unsuitable
    if value.ndim > 1 and value.size < 5000:
        options += [f"np.unique({name}, axis={g.random.randint(-1, 0)})"]
        options += [f"np.unique({name}, axis=0, return_inverse=True, return_counts=True)[{g.random.randint(1, 2)}]"]
    g.emit(g.choice(options))


def in_place(g):
    """Methods of universal functions that take places: each is done once for each time it is named."""
    name = real(g, lambda value: value.ndim > 0 and 0 < value.shape[0] and value.size < 50_000)
    value = g.value(name)
    extent = value.shape[0]
    places = [g.random.randint(-extent, extent - 1) for _ in range(g.random.randint(1, 6))]
    starts = [place % extent for place in places]
    if g.chance(0.4) or not value.flags.writeable:
        function = g.choice("add maximum minimum multiply".split() if magnitude(value) < 4 else ["add", "maximum"])
        return g.emit(f"np.{function}.reduceat({name}, {starts})")
    function = g.choice("add subtract maximum minimum".split())
    index = g.choice([f"{places}", f"np.array({places})", f"({places}, ...)", f"np.array({places}) > 0"])
    if index.endswith("> 0"):
        index = f"np.arange({extent}) % 3 == {g.random.randint(0, 2)}"
    return g.mutate(name, f"np.{function}.at({name}, {index}, {g.random.randint(0, 3)})")


def histograms(g):
    name = real(g, lambda value: 0 < value.size < 50_000 and finite(value))
    if magnitude(g.value(name)) > 1e6:
        raise Unsuitable
    options = [f"np.histogram({name}, bins={g.random.randint(1, 6)}, range=(-8, 8))[0]"]
    options += [f"np.histogram({name}, bins=np.array([-10, -1, 0, 2, 9, 5000]))[0]"]
    g.emit(g.choice(options))


def quantiles(g):
    name = real(g, lambda value: 0 < value.size < 50_000 and finite(value))
    value = g.value(name)
    if magnitude(value) > 1e4:
        raise Unsuitable
    axis = g.choice(["None"] + [str(k) for k in range(value.ndim) if value.shape[k]])
    q = g.choice(["0.5", "0.25", "1", "0", "[0.1, 0.9]"])
    bound = 8 * max(epsilon(value), 2.3e-16) * max(1.0, magnitude(value))
    function = g.choice(["quantile", "nanquantile"])
    options = [f"np.{function}({name}, {q}, axis={axis})", f"np.nanmedian({name}, axis={axis})"]
    if kind_of(value) == "f" and axis == "None":
        options += [f"np.nanmedian(np.where({name} > 0, {name}, np.nan))"]
        options += [f"np.nanquantile(np.where({name} == 0, np.nan, {name}), {q})"]
    g.emit(g.choice(options), error=lambda *operands: bound)


# Products ------------------------------------------------------------------


def contractions(g):
    small = lambda value: g.reference.is_exact(value) and 0 < value.size < 4000
    name = g.array(lambda value: value.ndim in (2, 3) and small(value))
    a = g.value(name)
    options = [f"np.tensordot({name}, {name}, axes={a.ndim})"]
    last = a.shape[-1]
    options += [f"np.tensordot({name}, {name}, axes=([-1], [{a.ndim - 1}]))"]
    options += [f"np.matmul({name}, {name}.swapaxes(-1, -2))"]
    options += [f"np.einsum('...i,...i->...', {name}, {name})"]
    if a.ndim == 2:
        options += [f"np.einsum('ij,kj->ik', {name}, {name})", f"np.inner({name}, {name})"]
        options += [f"np.einsum('ij,j->i', {name}, {name}[0])", f"{name} @ {name}[0]"]
        options += [f"np.dot({name}[:, 0], {name})", f"np.einsum('ij->', {name})"]
        options += [f"np.vdot({name}, {name})"]
    else:
        options += [f"np.einsum('ijk->kji', {name})", f"np.einsum('ijk,ijk->k', {name}, {name})"]
        options += [f"np.dot({name}, np.ones({last}, dtype=np.int8))"]
    if numpy.prod(a.shape[:-1]) ** 2 > 50_000:
        raise Unsuitable
    product(g, g.choice(options), a, a)


def signal(g):
    name = real(g, lambda value: value.ndim == 1 and 1 < value.size < 5000 and finite(value))
    value = g.value(name)
    mode = g.choice(["full", "same", "valid"])
    other = g.literal((g.random.randint(1, 4),), value.dtype)
    if not numpy.isfinite(g.evaluate(other)).all():
        raise Unsuitable
    inexact = is_inexact(value)
    options = [(f"np.convolve({name}, {other}, mode='{mode}')", product_error if inexact else None)]
    options += [(f"np.correlate({other}, {name}, mode='{mode}')", product_error if inexact else None)]
    if kind_of(value) != "u":
        wide = lambda *operands: 64 * max(epsilon(value), 2.3e-16) * max(1, magnitude(value))
        options += [(f"np.gradient({name})", wide)]
        options += [(f"np.trapezoid({name})", sum_error())]
        if magnitude(value) < 1e4:
            points = "np.arange(5) / 2"
            options += [(f"np.interp({points}, np.arange({value.size}), {name})", wide)]
    source, error = g.choice(options)
    g.emit(source, error=error)


# Shapes --------------------------------------------------------------------


def empties(g):
    """Arrays without elements go through the same functions as all others."""
    name = g.array(lambda value: value.ndim > 0)
    value = g.value(name)
    empty = f"{name}[:0]"
    functions = [f"np.sum({empty}, axis=0)", f"np.prod({empty})", f"np.all({empty})"]
    functions += [f"np.concatenate([{empty}, {name}])", f"np.sort({empty})", f"np.cumsum({empty})"]
    functions += [f"np.max({empty})", f"np.argmin({empty})", f"np.unique({empty})"]
    functions += [f"np.where({empty} == 0, {empty}, 1)", f"np.nonzero({empty})[0]"]
    functions += [f"np.stack([{empty}, {empty}])", f"np.tile({empty}, 2)", f"np.diff({empty})"]
    functions += [f"{empty} @ {empty}.T", f"{empty}.reshape(0, -1, 2)", f"{empty} * 2 + {empty}"]
    functions += [f"np.take({name}, np.array([], dtype=np.int64), axis=0)"]
    if kind_of(value) in "bc":
        functions = functions[3:4] + functions[9:]
    if not g.reference.is_exact(value):
        raise Unsuitable
    g.emit(g.choice(functions))


def grids(g):
    n, m = g.random.randint(1, 5), g.random.randint(1, 5)
    name = g.array(lambda value: value.ndim == 1 and value.size < 200)
    options = [
        f"np.indices(({n}, {m}))[{g.random.randint(0, 1)}]",
        f"np.meshgrid({name}, np.arange({m}))[0]",
        f"np.meshgrid({name}, np.arange({m}), indexing='ij')[1]",
        f"np.vander({name}[:4], {m})" if g.reference.is_exact(g.value(name)) else f"np.eye({n})",
        f"np.triu_indices({n}, {g.random.randint(-1, 1)})[0]",
        f"np.broadcast_arrays({name}, np.zeros(({n}, 1)))[0].copy()",
        f"np.unravel_index(np.arange({n}), ({n}, {m}))[1]",
        f"np.ravel_multi_index((np.arange({min(n, m)}), np.arange({min(n, m)})), ({n}, {m}))",
    ]
    source = g.choice(options)
    if "vander" in source and (kind_of(g.value(name)) in "fcb" or magnitude(g.value(name)) > 100):
        raise Unsuitable
    g.emit(source, smooth="vander" not in source)


def reshuffle(g):
    name = g.array(lambda value: value.ndim > 0 and value.size < 50_000)
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1)
    options = [
        f"np.insert({name}, {g.random.randint(0, value.shape[axis])}, 1, axis={axis})",
        f"np.pad({name}, {g.random.randint(0, 2)}, mode='{g.choice(['edge', 'wrap'])}')"
        if value.size else f"np.pad({name}, 1)",
        f"np.roll({name}, ({g.random.randint(-3, 3)},), axis=({axis},))",
        f"np.block([[{name}], [{name}]])" if value.ndim > 1 else f"np.block([{name}, {name}])",
        f"np.split({name}, [1, 3], axis={axis})[1]",
        f"np.rollaxis({name}, {axis})",
        f"np.atleast_3d({name})",
        f"np.resize({name}, {factorisation(g, max(value.size, 1))})".replace("-1", "1"),
        f"np.flip({name})",
    ]
    if g.reference.is_exact(value) and g.reshapable(value):
        options += [f"np.trim_zeros({name}.ravel())"]
    if value.shape[axis]:
        options += [f"np.delete({name}, {g.random.randint(0, value.shape[axis] - 1)}, axis={axis})"]
    if "insert" in options[0] and kind_of(value) == "b":
        options = options[1:]
    source = g.choice(options)
    g.emit(source, smooth="trim" not in source)


def rounding(g):
    name = real(g, lambda value: magnitude(value) < 1e5)
    value = g.value(name)
    digits = g.random.randint(-1, 2)
    options = [f"np.round({name}, {digits})", f"{name}.round()", f"np.nan_to_num({name})"]
    options += [f"np.sign({name})", f"np.isclose({name}, 1)", f"np.array_equal({name}, {name})"]
    options += [f"np.allclose({name}, {name})", f"np.count_nonzero({name}, axis=0)"]
    options += [f"np.trunc({name})", f"np.fix({name})"]
    inexact = epsilon(value) * max(1.0, magnitude(value)) * 4 if is_inexact(value) else None
    source = g.choice(options)
    g.emit(source, error=(lambda *o: inexact) if inexact and "round" in source else None)


FAMILIES = [
    (sets, 3),
    (in_place, 2),
    (histograms, 1),
    (quantiles, 1),
    (contractions, 3),
    (signal, 2),
    (empties, 2),
    (grids, 2),
    (reshuffle, 3),
    (rounding, 2),
]
