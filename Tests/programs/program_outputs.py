"""Families of statements that write: `out=`, masks, index sets, reinterpreted and overlapping views.

As in `program_statements.py`: each family writes one statement with the
generator `g`; `FAMILIES` lists them with their weights.
"""

import numpy
from program_reductions import arguments, sum_error
from program_reference import Unsuitable, is_inexact
from program_statements import ARITHMETIC, COMPARISONS, index, kind_of
from program_structure import index_array, mask_of, source_for


def exact_writable(g, accepts=lambda value: True):
    return g.writable(lambda value: g.reference.is_exact(value) and accepts(value))


def target_of_shape(g, shape, accepts):
    """A view of a writable variable that has exactly that shape."""
    name = exact_writable(g, lambda value: value.ndim >= len(shape) and accepts(value))
    return name, g.fitted(name, shape)


# Outputs -------------------------------------------------------------------


def reduce_into(g):
    """A reduction or running total with `out=`, now and then into its own operand."""
    name = g.exact(lambda value: value.ndim > 0 and kind_of(value) in "biu")
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1)
    function = g.choice("sum max min any all prod cumsum cumprod add.reduce argmax".split())
    if value.size == 0 and function in ("max", "min", "argmax"):
        raise Unsuitable
    running = function.startswith("cum")
    shape = value.shape if running else value.shape[:axis] + value.shape[axis + 1 :]
    if function == "argmax":
        wide = lambda other: other.dtype == numpy.int64
    elif function in ("any", "all"):
        wide = lambda other: kind_of(other) == "b"
    else:
        wide = lambda other: kind_of(other) in "iuf" and other.dtype.itemsize == 8
    target, place = target_of_shape(g, shape, wide)
    if function == "argmax" and numpy.may_share_memory(g.value(target), value):
        raise Unsuitable  # NumPy reads what it has written
    if g.chance(0.15) and running and wide(value) and value.flags.writeable:
        target, place = name, name
    extra = ""
    if function in ("sum", "any", "all") and g.chance(0.3):
        extra = f"where={mask_of(g, value.shape)}"
    if function in ("max", "min") and g.chance(0.3):
        extra = f"where={mask_of(g, value.shape)}, initial=1"
    source = f"np.{function}({arguments(name, f'axis={axis}', f'out={place}', extra)})"
    g.mutate(target, source)


def overlapping_output(g):
    """`np.add(v[1:], v[:-1], out=v[:-1], where=…)`: operands and output share memory."""
    name = exact_writable(g, lambda value: value.ndim > 0 and value.shape[0] > 2)
    value = g.value(name)
    shift = g.random.randint(1, min(3, value.shape[0] - 1))
    places = [f"{name}[{shift}:]", f"{name}[:-{shift}]", f"{name}[{shift}:][::-1]"]
    places += [f"{name}[:-{shift}][::-1]"]
    a, b, out = (g.choice(places) for _ in range(3))
    function = g.choice(ARITHMETIC)
    kind = kind_of(value)
    if kind == "b":
        function = g.choice(["logical_and", "logical_or", "not_equal"])
    if kind == "c":
        function = g.choice(["add", "subtract"])
    extra = ""
    if g.chance(0.4):
        extra = f", where={mask_of(g, g.out_shape(out))}"
    g.mutate(name, f"np.{function}({a}, {b}, out={out}{extra})")


def masked_output(g):
    """A comparison, a conversion or a function into a given array, through a mask."""
    name = g.exact(lambda value: value.ndim > 0 and kind_of(value) in "biuf")
    value = g.value(name)
    accepts = lambda other: kind_of(other) == "b" or kind_of(other) == kind_of(value)
    target, place = target_of_shape(g, value.shape, accepts)
    if kind_of(g.value(target)) == "b":
        other = g.operand(value.shape, value.dtype, lambda o: kind_of(o) == kind_of(value)
                          and g.reference.is_exact(o), exactly=True)
        call = f"{g.choice(COMPARISONS)}({name}, {other}"
    else:
        function = g.choice(["negative", "absolute", "square", "positive", "sign"])
        if kind_of(value) == "b":
            raise Unsuitable
        call = f"{function}({name}"
    extra = f", where={mask_of(g, value.shape)}" if g.chance(0.6) else ""
    g.mutate(target, f"np.{call}, out={place}{extra}, casting='same_kind')")


def take_into(g):
    name = g.exact(lambda value: value.ndim > 0 and value.size)
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1)
    count = g.random.randint(1, 4)
    where = index_array(g, value.shape[axis], (count,))
    shape = value.shape[:axis] + (count,) + value.shape[axis + 1 :]
    target, place = target_of_shape(g, shape, lambda other: other.dtype == value.dtype)
    mode = g.choice(["raise", "wrap", "clip"])
    g.mutate(target, f"np.take({name}, {where}, axis={axis}, out={place}, mode='{mode}')")


# Index sets ----------------------------------------------------------------


def scatter(g):
    """Writes through index arrays, also with repeated indices: the last one, or all, count."""
    name = exact_writable(g, lambda value: value.ndim > 0 and value.size)
    value = g.value(name)
    length = value.shape[0]
    count = g.choice([1, 3, 8])
    where = index_array(g, length, (count,))
    kind = kind_of(value)
    style = g.random.random()
    shape = (count, *value.shape[1:])
    if style < 0.3 and kind in "iu":
        function = g.choice("add subtract maximum minimum".split())
        safe = lambda o: numpy.can_cast(o.dtype, value.dtype, "same_kind")
        operand = g.operand(shape, value.dtype, lambda o: safe(o) and g.reference.is_exact(o))
        return g.mutate(name, f"np.{function}.at({name}, {where}, {operand})")
    if style < 0.5:
        return g.mutate(name, f"{name}[{where}] = {source_for(g, value, shape)}",
                        smooth=kind in "fc")
    if style < 0.65 and kind in "iuf":
        return g.mutate(name, f"{name}[{where}] += {g.scalar(value.dtype)}")
    if style < 0.75:
        values = g.literal((g.random.randint(1, 4),), value.dtype)
        flat = index_array(g, value.size, (count,))
        mode = g.choice(["raise", "wrap", "clip"])
        return g.mutate(name, f"np.put({name}, {flat}, {values}, mode='{mode}')")
    if style < 0.85:
        values = g.literal((g.random.randint(1, 4),), value.dtype)
        mask = mask_of(g, value.shape)
        return g.mutate(name, f"np.{g.choice(['place', 'putmask'])}({name}, {mask}, {values})")
    axis = g.random.randint(0, value.ndim - 1)
    along = tuple(2 if k == axis else n for k, n in enumerate(value.shape))
    if numpy.prod(along) > 60:
        raise Unsuitable
    return g.mutate(
        name,
        f"np.put_along_axis({name}, {index_array(g, value.shape[axis], along)}, "
        f"{g.scalar(value.dtype)}, axis={axis})",
    )


def gather(g):
    name = g.array(lambda value: value.ndim > 0 and value.size)
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1)
    along = tuple(2 if k == axis else n for k, n in enumerate(value.shape))
    options = [f"np.compress({mask_of(g, value.shape[axis:axis + 1])}, {name}, axis={axis})"]
    if numpy.prod(along) <= 60:
        places = index_array(g, value.shape[axis], along)
        options += [f"np.take_along_axis({name}, {places}, axis={axis})"]
    if value.ndim > 1:
        one, two = (index_array(g, n, (3,)) for n in value.shape[:2])
        options += [f"{name}[np.ix_({one}, {two})]", f"{name}[{one}, :, None][..., 0]"]
        options += [f"{name}[:, {two}]", f"{name}[..., {index_array(g, value.shape[-1], (2,))}]"]
    g.emit(g.choice(options), smooth=True)


# Views ---------------------------------------------------------------------


def reinterpreted(g):
    """The same bytes as another type, read or written."""
    name = exact_writable(
        g, lambda value: value.ndim > 0 and value.size and kind_of(value) in "iuf"
        and value.flags.c_contiguous and value.dtype.itemsize > 1
    )
    value = g.value(name)
    size = value.dtype.itemsize
    kinds = [f"uint{8 * size}", f"int{8 * size}", "uint8", "int16"]
    kind = g.choice(kinds)
    view = f"{name}.view(np.{kind})"
    if g.chance(0.5):
        tails = ["", "[::2]"] if kind_of(value) != "f" else []  # no signalling NaN may be made
        return g.emit(f"{view}{g.choice([*tails, '.copy()', ' + 1', '.sum()'])}")
    if kind_of(value) == "f":
        raise Unsuitable
    place = g.choice(["[...]", "[::2]", "[::-1]", "[1:]"])
    g.mutate(name, f"{view}{place} {g.choice(['=', '^=', '|='])} {g.random.randint(0, 7)}")


def window(g):
    """Overlapping windows of one array, read."""
    name = g.array(lambda value: value.ndim == 1 and value.size > 3 and value.size < 50_000)
    width = g.random.randint(2, 4)
    view = f"np.lib.stride_tricks.sliding_window_view({name}, {width})"
    exact = g.reference.is_exact(g.value(name))
    tail = g.choice(["", ".sum(axis=1)", ".max(axis=-1)", " * 2", ".T"] if exact else ["", ".T"])
    inexact = is_inexact(g.value(name)) and "sum" in tail
    g.emit(f"{view}{tail}".replace(" * 2", f"[{g.choice(['::2', '::-1', '1:'])}]"),
           smooth=exact is False, error=sum_error() if inexact else None)


def store_scalar(g):
    """One element of another array, or a whole reduction, stored into elements."""
    name = exact_writable(g, lambda value: value.size > 0)
    value = g.value(name)
    other = g.exact(lambda v: v.size > 0 and (kind_of(v) != "c" or kind_of(value) == "c"))
    taken = g.value(other)
    element = f"{other}[{', '.join(str(g.random.randint(-n, n - 1)) for n in taken.shape)}]"
    if taken.ndim == 0:
        element = other
    sources = [element, element]
    if kind_of(taken) in "biu":
        sources += [f"{other}.sum()", f"{other}.max()", f"{other}.any()", f"len({other})"
                    if taken.ndim else element]
    source = g.choice(sources)
    places = ["[...]", "[()]", index(g, value.shape, 1)] if value.ndim else ["[...]", "[()]"]
    if value.ndim:
        places += [f"[{', '.join(str(g.random.randint(-n, n - 1)) for n in value.shape)}]"] * 3
        places += [f"[{index_array(g, value.shape[0], (2,))}]"]
    if g.chance(0.2):
        return g.mutate(name, f"{name}.fill({source})")
    g.mutate(name, f"{name}{g.choice(places)} = {source}")


def zero_axes(g):
    """Arrays without axes, changed in place; a plain name would be bound anew."""
    name = exact_writable(g, lambda value: value.ndim == 0)
    kind = kind_of(g.value(name))
    if kind == "b":
        return g.mutate(name, f"{name} {g.choice(['|=', '&=', '^='])} True")
    symbol = g.choice(["+=", "-=", "*="]) if kind != "c" else "+="
    g.mutate(name, f"{name} {symbol} {g.random.randint(0, 3)}")


def chain(g):
    """Several updates in a row through overlapping views of one array."""
    name = exact_writable(
        g, lambda value: value.ndim > 0 and value.shape[0] > 4 and kind_of(value) in "iu"
    )
    value = g.value(name)
    count = value.shape[0]
    lines = []
    for _ in range(g.random.randint(2, 5)):
        length = g.random.randint(1, count - 1)
        left = f"{name}[{g._slice_of(count, length)}]"
        right = f"{name}[{g._slice_of(count, length)}]"
        style = g.random.random()
        if style < 0.5:
            lines.append(f"{left} {g.choice(['+=', '-=', '^=', '*='])} {right}")
        elif style < 0.7:
            lines.append(f"{left} = {right} + {right}")
        elif style < 0.85:
            lines.append(f"{left} = np.maximum({right}, {left})")
        else:
            lines.append(f"{left} = {right}.copy()")
    text = "; ".join(lines)
    if g.chance(0.4):
        text = f"for _ in range({g.random.randint(2, 4)}): {text}"
    g.mutate(name, text)


FAMILIES = [
    (reduce_into, 3),
    (overlapping_output, 4),
    (masked_output, 3),
    (take_into, 1),
    (scatter, 4),
    (gather, 3),
    (reinterpreted, 2),
    (window, 1),
    (store_scalar, 4),
    (zero_axes, 1),
    (chain, 3),
]
