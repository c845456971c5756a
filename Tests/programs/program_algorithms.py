"""Families of statements that sort, count, multiply matrices, or are mistakes.

As in `program_statements.py`: each family writes one statement with the
generator `g`; `FAMILIES` lists them with their weights.
"""

import numpy
from program_reductions import arguments, axis_of, sum_error
from program_reference import Unsuitable, epsilon, is_inexact, magnitude
from program_statements import kind_of


# Sorting -------------------------------------------------------------------


def has_both_zeros(value):
    """Zeros of both signs are equal to a sort: which comes first is not defined."""
    if value.dtype.kind not in "fc":
        return False
    parts = (value.real, value.imag) if value.dtype.kind == "c" else (value,)
    return any(len(set(numpy.signbit(part[part == 0]).tolist())) > 1 for part in parts)


def sorting(g):
    name = g.exact(lambda value: value.ndim > 0 and not has_both_zeros(value))
    value = g.value(name)
    if kind_of(value) == "c" and not numpy.isfinite(value).all():
        raise Unsuitable
    axis = g.choice([-1, 0])
    style = g.random.random()
    if style < 0.25:
        return g.emit(f"np.sort({name}, axis={g.choice([-1, 0, None])})")
    if style < 0.45:
        return g.emit(f"np.argsort({name}, axis={axis}, kind='stable')")
    if style < 0.6:
        extra = g.choice(["", "", ", return_counts=True", ", return_index=True"])
        return g.emit(f"np.unique({name}{extra}){'[1]' if extra else ''}")
    if style < 0.7:
        points = g.literal((g.random.randint(1, 5),), g.choice(["int64", "float64"]))
        side = g.choice(["left", "right"])
        return g.emit(f"np.searchsorted(np.sort({name}, axis=None), {points}, side='{side}')")
    if style < 0.8 and value.size and value.shape[-1]:
        k = g.random.randint(0, value.shape[-1] - 1)
        return g.emit(f"np.partition({name}, {k})[..., {k}]")
    if style < 0.9 and value.flags.writeable:
        return g.mutate(name, f"{name}.sort(axis={axis})")
    if value.size == 0 or kind_of(value) in "bc":
        raise Unsuitable
    g.emit(f"np.median({arguments(name, axis_of(g, value, False))})", ulps=8)


def counting(g):
    name = g.exact(lambda value: kind_of(value) in "iu" and value.size < 3e5)
    if magnitude(g.value(name)) > 5000:
        raise Unsuitable
    kind = g.choice(["np.int64", "np.int64", "np.uint8", "bool"])
    g.emit(f"np.bincount(np.absolute({name}).ravel().astype({kind}))")


# Linear --------------------------------------------------------------------


def product_error(*operands):
    most = 4.0
    inner = max(max(value.shape, default=1) for value in operands)
    for value in operands:
        most *= max(1.0, magnitude(value))
    if len(operands) == 1:
        most *= most
    return (16 + inner) * max([epsilon(value) for value in operands] + [1.2e-16]) * most * inner


def linear(g):
    kinds = lambda value: value.size < 20_000 and g.reference.is_exact(value)
    left = g.array(lambda value: value.ndim in (1, 2) and kinds(value))
    a = g.value(left)
    inner = a.shape[-1]
    function = g.choice("matmul dot @ @ inner outer vdot einsum tensordot trace kron".split())
    right = g.array(lambda value: value.ndim in (1, 2) and kinds(value))
    b = g.value(right)
    if function in ("outer", "kron"):
        if a.size * b.size > 20_000:
            raise Unsuitable
        return product(g, f"np.{function}({left}, {right})", a, b)
    if function == "trace":
        if a.ndim < 2:
            raise Unsuitable
        return g.emit(f"np.trace({left})", error=sum_error() if is_inexact(a) else None)
    if function in ("inner", "vdot"):
        count = min(inner, b.shape[-1]) if function == "inner" else min(a.size, b.size)
        flat = ".ravel()" if function == "vdot" else ""
        return product(
            g, f"np.{function}({left}{flat}[..., :{count}], {right}{flat}[..., :{count}])", a, b
        )
    count = min(inner, b.shape[0])
    first, second = f"{left}[..., :{count}]", f"{right}[:{count}]"
    if g.chance(0.05):
        first = left  # perhaps a mismatch
    if function == "einsum":
        one = "ij"[2 - a.ndim :]
        two = "jk"[: b.ndim]
        result = "".join(c for c in one + two if c != "j")
        return product(g, f"np.einsum('{one},{two}->{result}', {first}, {second})", a, b)
    if function == "tensordot":
        return product(g, f"np.tensordot({first}, {second}, axes=1)", a, b)
    if function == "@":
        return product(g, f"{first} @ {second}", a, b)
    product(g, f"np.{function}({first}, {second})", a, b)


def product(g, source, a, b):
    if not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
        raise Unsuitable
    inexact = numpy.result_type(a, b).kind in "fc"
    g.emit(source, error=product_error if inexact else None)


def einsum_single(g):
    name = g.exact(lambda value: value.ndim == 2 and value.size < 20_000)
    value = g.value(name)
    pattern = g.choice(["ij->ji", "ij->i", "ij->j", "ij->", "ii->i", "ii", "ij,ij->ij", "ij,ij->"])
    side = min(value.shape)
    operand = f"{name}[:{side}, :{side}]"
    operands = f"{operand}, {operand}" if "," in pattern else operand
    product(g, f"np.einsum('{pattern}', {operands})", value, value)


# Errors --------------------------------------------------------------------


def mistakes(g):
    """Statements that must raise, with NumPy's type of exception."""
    name = g.array(lambda value: value.ndim > 0 and value.size > 1)
    value = g.value(name)
    shape = tuple(n + 2 for n in value.shape)
    length = value.shape[0]
    options = [
        f"{name} + np.ones({shape})",
        f"{name}[{length + g.random.randint(0, 3)}]",
        f"{name}[np.array([0, {length}])]",
        f"{name}.sum(axis={value.ndim})",
        f"{name}.reshape({value.size + 1})",
        f"np.concatenate([{name}, {name}[None]])",
        f"{name}[{', '.join(['0'] * (value.ndim + 1))}]",
        f"{name} @ np.ones({value.shape[-1] + 1})",
        f"bool({name})",
        f"float({name})",
        f"hash({name})",
        f"np.add({name}, 1, out=np.zeros({shape}))",
        f"np.broadcast_to({name}, {shape})",
        f"{name}['field']",
        f"{name}[1.5]",
        f"np.transpose({name}, {tuple(range(value.ndim)) + (0,)})",
        f"np.stack([{name}, {name}[1:]])",
        f"np.zeros(-1)",
        f"{name}.swapaxes(0, {value.ndim})",
        f"{name}.astype('nonsense')",
        f"np.int8([1, 2]) + 300",
        f"np.arange(3, dtype=np.uint8) - np.int64",
    ]
    if g.chance(0.35) and value.flags.writeable:
        writes = [f"{name}[...] = np.ones({shape})", f"{name}[{length}] = 1"]
        if kind_of(value) in "iu":
            writes += [f"{name} += 0.5", f"{name} /= 2"]
        return g.mutate(name, g.choice(writes))
    g.emit(g.choice(options))


def write_protected(g):
    name = g.array(lambda value: not value.flags.writeable and value.size)
    g.mutate(name, f"{name}[...] = 0")


FAMILIES = [
    (sorting, 4),
    (counting, 1),
    (linear, 4),
    (einsum_single, 1),
    (mistakes, 2),
    (write_protected, 1),
]
