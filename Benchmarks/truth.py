"""The mathematical functions by mpmath."""

NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh"}
NAMES |= {"arccosh": "acosh", "arctanh": "atanh"}


def true_value(mp, name, x):
    """The function of exact operands with 120 bits and more, or None where it is not a finite real number."""
    one = mp.mpf(1)
    try:
        if name == "arctan2" and not all(x):  # mpmath knows no negative zero
            return None
        if name == "exp2":
            value = mp.power(2, x[0])
        elif name == "log2":
            value = mp.log(x[0]) / mp.log(2)
        elif name == "cbrt":
            value = mp.sign(x[0]) * mp.cbrt(abs(x[0]))
        elif name == "power":
            value = mp.power(x[0], x[1])
        elif name == "logaddexp":
            value = max(x) + mp.log1p(mp.exp(-abs(x[0] - x[1])))
        elif name == "logaddexp2":
            value = max(x) + mp.log1p(mp.power(2, -abs(x[0] - x[1]))) / mp.log(2)
        else:
            value = getattr(mp, NAMES.get(name, name))(*x)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(value, mp.mpc) or not mp.isfinite(value) else value * one
