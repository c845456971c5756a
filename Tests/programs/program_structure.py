"""Families of statements about shape and place: views, indexing, selecting, joining.

As in `program_statements.py`: each family writes one statement with the
generator `g`; `FAMILIES` lists them with their weights.
"""

import numpy
from program_reference import Unsuitable
from program_statements import index, kind_of


def factorisation(g, size):
    """A random shape with `size` elements, sometimes with a -1."""
    shape, rest = [], size
    for _ in range(g.random.randint(0, 3)):
        divisors = [d for d in range(1, min(rest, 64) + 1) if rest % d == 0] or [1]
        shape.append(g.choice(divisors))
        rest //= shape[-1]
    shape.insert(g.random.randint(0, len(shape)), rest)
    if size and g.chance(0.3):
        shape[g.random.randrange(len(shape))] = -1
    return tuple(shape)


def create(g):
    shape, dtype = g.shape(), g.dtype()
    style = g.random.random()
    if style < 0.4:
        return g.emit(g.literal(shape, dtype))
    if style < 0.55:
        return g.emit(f"np.{g.choice(['zeros', 'ones'])}({shape}, dtype=np.{dtype})")
    if style < 0.65:
        return g.emit(f"np.full({shape}, {g.scalar(dtype)}, dtype=np.{dtype})")
    if style < 0.75:
        like = g.choice(["zeros_like", "ones_like"])
        return g.emit(f"np.{like}({g.pick()})")
    n, m = g.random.randint(0, 7), g.random.randint(1, 7)
    if style < 0.85:
        a, b, step = g.random.randint(-5, 5), g.random.randint(0, 15), g.choice([1, 2, 3, -1])
        source = g.choice([f"np.arange({b})", f"np.arange({a}, {b}, {step})"])
        return g.emit(source)
    if style < 0.9:
        return g.emit(f"np.linspace({n}, {m}, {g.random.randint(0, 9)})", ulps=4)
    k = g.random.randint(-2, 2)
    g.emit(g.choice([f"np.eye({n}, {m}, k={k})", f"np.tri({n}, {m}, k={k})", f"np.identity({n})"]))


def view(g):
    """A view, under a name of its own: later writes go through it."""
    name = g.array()
    value = g.value(name)
    axes = value.ndim
    options = [lambda: f"{name}{index(g, value.shape)}"] * 5
    options += [lambda: f"{name}.T", lambda: f"{name}[None]", lambda: f"{name}[..., np.newaxis]"]
    if axes:
        axis = lambda: g.random.randint(-axes, axes - 1)
        options += [
            lambda: f"{name}.swapaxes({axis()}, {axis()})",
            lambda: f"np.moveaxis({name}, {axis()}, {axis()})",
            lambda: f"np.transpose({name}, {tuple(g.random.sample(range(axes), axes))})",
            lambda: f"np.flip({name}, {axis()})",
            lambda: f"np.expand_dims({name}, {axis()})",
            lambda: f"np.squeeze({name})",
        ]
    if axes > 1:
        options += [
            lambda: f"{name}.diagonal({g.random.randint(-1, 1)})",
            lambda: f"np.diagonal({name}, axis1=-1, axis2=0)",
            lambda: f"np.rot90({name})",
            lambda: f"np.fliplr({name})",
        ]
    if kind_of(value) == "c":
        options += [lambda: f"{name}.real", lambda: f"{name}.imag"] * 2
    if g.reshapable(value):
        options += [lambda: f"{name}.reshape({factorisation(g, value.size)})"] * 3
        options += [lambda: f"{name}.ravel()"]
    bigger = (g.random.randint(1, 3), *value.shape)
    options += [lambda: f"np.broadcast_to({name}, {bigger})"]
    g.emit(g.choice(options)(), smooth=True)


def copies(g):
    name = g.pick()
    g.emit(g.choice([f"{name}.copy()", f"np.array({name})", f"{name}.flatten()", f"+{name}"]
                    if kind_of(g.value(name)) != "b" else [f"{name}.copy()"]), smooth=True)


def convertible(value, dtype):
    """Whether a conversion is defined: finite floats within the range."""
    dtype = numpy.dtype(dtype)
    if value.dtype.kind not in "fc" or dtype.kind not in "iu" or value.size == 0:
        return True
    real = numpy.real(value).astype("d")
    if not numpy.isfinite(real).all():
        return False
    limits = numpy.iinfo(dtype)
    return real.min() > max(limits.min, -(2**62)) - 1 and real.max() < min(limits.max, 2**62)


def astype(g):
    name = g.pick()
    value, dtype = g.value(name), g.dtype()
    if not convertible(value, dtype):
        raise Unsuitable
    smooth = numpy.dtype(dtype).kind in "fc"
    if numpy.dtype(dtype).kind == "f" and kind_of(value) == "c":
        smooth = False
    g.emit(f"{name}.astype(np.{dtype})", smooth=smooth)


# Indexing ------------------------------------------------------------------


def index_array(g, length, shape):
    values = [g.random.randint(-length, length - 1) for _ in range(int(numpy.prod(shape)))]
    text = f"np.array({values}, dtype=np.{g.choice(['int64', 'int64', 'int32', 'uint8'])})"
    if "uint8" in text:
        positive = all(-length < v for v in values)
        text = text.replace("-", "") if positive else text.replace("uint8", "int64")
    return text if len(shape) == 1 else f"{text}.reshape({shape})"


def mask_of(g, shape):
    masks = [name for name in g.names(lambda v: kind_of(v) == "b" and v.shape == shape)]
    if masks and g.chance(0.5):
        return g.choice(masks)
    comparable = g.names(
        lambda v: v.shape == shape and kind_of(v) in "iuf" and g.reference.is_exact(v)
    )
    if comparable and g.chance(0.7):
        return f"{g.choice(comparable)} {g.choice(['>', '<', '=='])} {g.random.randint(0, 3)}"
    return g.literal(shape, "bool")


def advanced_index(g, value):
    """An index with integer arrays or masks, mixed with slices and integers."""
    if value.ndim == 0 or value.size == 0:
        raise Unsuitable
    if g.chance(0.3):
        return f"[{mask_of(g, value.shape)}]"
    if g.chance(0.2):
        return f"[{mask_of(g, value.shape[:1])}]"
    common = g.choice([(3,), (2,), (1,), (2, 2), (4,)])
    parts, used = [], False
    for length in value.shape[: g.random.randint(1, value.ndim)]:
        style = g.random.random()
        if style < 0.5 or not used:
            shape = common if g.chance(0.8) else (1,)
            parts.append(index_array(g, length, shape))
            used = True
        elif style < 0.8:
            parts.append(g.slice(length))
        else:
            parts.append(str(g.random.randint(-length, length - 1)))
    if g.chance(0.1):
        parts.insert(g.random.randint(0, len(parts)), "None")
    if g.chance(0.1):
        parts.append("...")
    g.random.shuffle(parts) if len(set(value.shape)) == 1 and "..." not in parts else None
    return f"[{', '.join(parts)}]"


def read_advanced(g):
    name = g.array()
    g.emit(f"{name}{advanced_index(g, g.value(name))}", smooth=True)


def source_for(g, value, shape):
    """Something assignable to elements of `value`'s type."""
    def accepts(other):
        return convertible(other, value.dtype) and (
            kind_of(other) != "c" or kind_of(value) == "c"
        )

    return g.operand(shape, value.dtype, accepts)


def assign(g):
    name = g.writable(lambda value: value.ndim > 0)
    value = g.value(name)
    advanced = value.size and g.chance(0.5)
    where = advanced_index(g, value) if advanced else index(g, value.shape, 1)
    shape = g.out_shape(f"{name}{where}")
    operand = source_for(g, value, shape)
    symbol = "="
    if g.chance(0.25) and kind_of(value) in "iufc":
        symbol = g.choice(["+=", "-="])
        if not numpy.can_cast(dtype_of_operand(g, operand), value.dtype, "same_kind"):
            symbol = "="
    smooth = kind_of(value) in "fc"
    g.mutate(name, f"{name}{where} {symbol} {operand}", smooth=smooth)


def dtype_of_operand(g, source):
    result = g.evaluate(source)
    return result.dtype if hasattr(result, "dtype") else numpy.min_scalar_type(result)


def elements(g):
    """One element, read or written; conversions to Python's types."""
    name = g.exact(lambda value: value.size > 0)
    value = g.value(name)
    where = ", ".join(str(g.random.randint(-n, n - 1)) for n in value.shape)
    element = f"{name}[{where}]" if where else name
    if isinstance(value, numpy.ndarray) and value.ndim and g.chance(0.4) and value.flags.writeable:
        return g.mutate(name, f"{element} = {g.scalar(value.dtype)}")
    if g.chance(0.3):
        return g.emit(element)
    kind = kind_of(value)
    convert = {"c": "complex", "f": "float", "b": "bool"}.get(kind, "int")
    options = [f"{convert}({element})", f"{element}.item()"]
    if value.size < 50:
        options += [f"{name}.tolist()", f"list({name}.shape)"]
    if value.ndim:
        options += [f"len({name})"]
    g.emit(g.choice(options))


# Selecting -----------------------------------------------------------------


def select(g):
    name = g.array(lambda value: value.size > 0)
    value = g.value(name)
    mask = mask_of(g, value.shape)
    other = g.operand(value.shape, value.dtype)
    style = g.random.random()
    if style < 0.35:
        return g.emit(f"np.where({mask}, {name}, {other})", smooth=True)
    if style < 0.42:
        return g.emit(f"np.select([{mask}, {mask_of(g, value.shape)}], [{name}, {name}], 0)")
    if style < 0.5:
        return g.emit(f"np.nonzero({mask})[0]")
    if style < 0.55:
        return g.emit(g.choice([f"np.argwhere({mask})", f"np.flatnonzero({mask})"]))
    if style < 0.62:
        return g.emit(f"np.extract({mask}, {name})", smooth=True)
    if style < 0.75:
        axis = g.random.randint(0, value.ndim - 1) if value.ndim else None
        length = value.shape[axis] if value.ndim else 1
        where = index_array(g, length, g.choice([(3,), (2, 2)]))
        mode = g.choice(["", ", mode='wrap'", ", mode='clip'"])
        return g.emit(f"np.take({name}, {where}, axis={axis}{mode})", smooth=True)
    if not value.flags.writeable:
        raise Unsuitable
    fill = g.scalar(value.dtype)
    if style < 0.83:
        return g.mutate(name, f"np.put({name}, {index_array(g, value.size, (3,))}, {fill})")
    if style < 0.9:
        return g.mutate(name, f"np.putmask({name}, {mask}, {fill})")
    operand = source_for(g, value, value.shape)
    if numpy.may_share_memory(g.evaluate(mask), value):
        raise Unsuitable  # NumPy reads the mask while it writes
    g.mutate(name, f"np.copyto({name}, {operand}, where={mask}, casting='unsafe')",
             smooth=kind_of(value) in "fc")


def clip(g):
    name = g.exact(lambda value: kind_of(value) in "iuf")
    low, high = g.random.randint(0, 2), g.random.randint(2, 6)
    g.emit(g.choice([f"np.clip({name}, {low}, {high})", f"{name}.clip({low}, {high})",
                     f"np.clip({name}, {low}, None)"]))


# Joining -------------------------------------------------------------------


def join(g):
    name = g.array()
    value = g.value(name)
    other = g.operand(value.shape, value.dtype, exactly=True)
    functions = "concatenate concatenate stack vstack hstack dstack append column_stack"
    function = g.choice(functions.split())
    if function in ("vstack", "hstack", "dstack", "column_stack"):
        return g.emit(f"np.{function}(({name}, {other}))", smooth=True)
    if function == "append":
        return g.emit(f"np.append({name}, {other})", smooth=True)
    if function == "concatenate" and not value.ndim:
        raise Unsuitable
    axes = value.ndim + (function == "stack")
    axis = g.random.randint(-axes, axes - 1)
    g.emit(f"np.{function}([{name}, {other}], axis={axis})", smooth=True)


def rearrange(g):
    name = g.array(lambda value: value.size < 100_000)
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1) if value.ndim else None
    shift = g.random.randint(-3, 3)
    options = [
        f"np.tile({name}, {g.choice([2, (2, 1), (1, 2)])})",
        f"np.repeat({name}, {g.random.randint(0, 3)}, axis={axis})",
        f"np.roll({name}, {shift}, axis={axis})",
        f"np.roll({name}, {shift})",
        f"np.flip({name})",
    ]
    if value.ndim:
        options += [f"np.array_split({name}, {g.random.randint(1, 3)})[0]"]
        options += [f"np.pad({name}, 1)", f"np.atleast_2d({name})"]
    if value.ndim in (1, 2):
        k = g.random.randint(-1, 1)
        options += [f"np.diag({name}, k={k})" if value.size < 400 else f"np.flip({name})"]
    if value.ndim >= 2:
        options += [f"np.{g.choice(['tril', 'triu'])}({name})"]
    g.emit(g.choice(options), smooth=True)


FAMILIES = [
    (create, 6),
    (view, 14),
    (copies, 2),
    (astype, 4),
    (read_advanced, 5),
    (assign, 10),
    (elements, 4),
    (select, 6),
    (clip, 2),
    (join, 4),
    (rearrange, 4),
]
