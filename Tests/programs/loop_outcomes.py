"""What a call did, in a form that can be compared bit for bit: results, arguments afterwards, or the error.

`strict` snapshots also hold classes, strides and which results are arguments: what two runs of one library must share.
"""

import traceback

import numpy


def canonical(array, strict):
    """An array's bytes; every NaN is one NaN, because no one promises which. Zeros are one zero unless `strict`."""
    array = numpy.array(array, order="C")
    if array.dtype.kind in "fc":
        array = array.view(array.real.dtype) if array.ndim else array.reshape(1).view(array.real.dtype)
        array[numpy.isnan(array)] = numpy.nan
        if not strict:
            array[array == 0] = 0
    return array.tobytes()


def snapshot(value, strict):
    """A value as nested tuples of names, shapes and bytes."""
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        plain = numpy.asarray(value)
        words = ("array" if value.ndim else "scalar", str(plain.dtype), plain.shape, canonical(plain, strict))
        if strict:
            strides = value.strides if plain.size and getattr(value, "ndim", 0) else None
            writeable = value.flags.writeable if hasattr(value, "flags") and value.ndim else None
            words += (type(value).__name__, strides, writeable)
        return words
    if isinstance(value, (tuple, list)):
        return (type(value).__name__, *(snapshot(item, strict) for item in value))
    if isinstance(value, float):
        return ("float", (value if strict else value + 0.0).hex())
    if isinstance(value, complex):
        return ("complex", value.real.hex(), value.imag.hex())
    return (type(value).__name__, repr(value))


def items_of(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def sharing(result, names):
    """Which results are which arguments or each other, and which share memory."""
    arrays = [item for item in items_of(result) if 0 < getattr(item, "ndim", 0) <= 32]
    others = [value for value in names.values() if 0 < getattr(value, "ndim", 0) <= 32]
    return tuple(
        (place, at, one is two, numpy.may_share_memory(numpy.asarray(one), numpy.asarray(two)))
        for place, one in enumerate(arrays)
        for at, two in enumerate(others + arrays[:place])
        if one.size and two.size
    )


def public_name(error):
    for kind in type(error).__mro__:
        if kind.__module__ in ("builtins", "numpy.exceptions", "numpy.linalg"):
            return kind.__name__
    return type(error).__name__


def call(function, names, parameters, path, strict):
    """Calls a function and tells what it did: a dictionary of words to compare, one by one."""
    found, result = {}, None
    try:
        result = function(*[names[name] for name in parameters])
        found["ended"] = "returned"
    except Exception as error:
        frames = [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
        # Python itself names the line before, once it has joined two instructions.
        frames = [name for name, _ in frames] if isinstance(error, UnboundLocalError) else frames
        found["ended"] = (public_name(error), str(error), tuple(frames)) if strict else (public_name(error), tuple(frames))
    found["result"] = snapshot(result, strict)
    for name, value in names.items():
        found[f"argument {name}"] = snapshot(value, strict)
    if strict:
        found["sharing"] = sharing(result, names)
    return found


def described(words):
    """A snapshot for a reader: arrays as values."""
    if isinstance(words, tuple) and len(words) > 3 and words[0] in ("array", "scalar"):
        values = numpy.frombuffer(words[3], words[1]).reshape(words[2])
        text = numpy.array2string(values, threshold=60, floatmode="unique", max_line_width=110)
        return f"{words[1]}{words[2]} {text} {words[4:]}"
    if isinstance(words, tuple) and words and words[0] in ("tuple", "list"):
        return "(" + ",\n      ".join(described(item) for item in words[1:]) + ")"
    return repr(words)


def near(one, two):
    """Whether two snapshots are the same but for small differences of floating-point elements."""
    if one == two:
        return True
    if not (isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two)):
        return False
    if one and one[0] in ("array", "scalar"):
        if one[:3] != two[:3] or one[1][:1] not in "fc":
            return False
        left, right = (numpy.frombuffer(words[3], words[1]) for words in (one, two))
        with numpy.errstate(all="ignore"):
            return bool(numpy.allclose(left, right, rtol=1e-4, atol=1e-6, equal_nan=True))
    if one and one[0] in ("float", "complex"):
        values = [[float.fromhex(word) for word in words[1:]] for words in (one, two)]
        return bool(numpy.allclose(*values, rtol=1e-4, atol=1e-6, equal_nan=True))
    return all(near(left, right) for left, right in zip(one, two))


def difference(expected, found, tolerant=False):
    """Where two calls differ, in words; None where they do not."""
    for key, words in expected.items():
        other = found[key]
        if words == other or (tolerant and near(words, other)):
            continue
        return f"{key}:\n    expected {described(words)}\n    found    {described(other)}"
    return None
