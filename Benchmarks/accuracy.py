"""Prints the largest error of every mathematical function against mpmath, NumPy's beside it.

    python Benchmarks/accuracy.py                    # the table; needs mpmath (pip install mpmath gmpy2)
    python Benchmarks/accuracy.py --write            # and Documentation/Accuracy.md
    python Benchmarks/accuracy.py --count 20000      # more operands of each kind
    python Benchmarks/accuracy.py --every 1          # float32: every number there is, against float64

Errors are in ulp of the true result. Special operands (zeros, infinities, NaN, subnormals, overflow) must give what
NumPy gives, sign of zero included; the last column counts those that do not.
"""

import argparse
import platform
import sys
from pathlib import Path

import measure
import numpy
from functions import BINARY, TYPES, UNARY, operands
from truth import true_value

PAGE = Path(__file__).resolve().parents[1] / "Documentation" / "Accuracy.md"

def error(mp, truth, result, type):
    """|result - truth| in ulp of the truth."""
    info = numpy.finfo(type)
    exponent = max(int(mp.frexp(truth)[1]) - 1, int(info.minexp)) - int(info.nmant) if truth else -1074
    return float(abs(mp.mpf(float(result)) - truth) * mp.mpf(2) ** -exponent)


def largest_errors(mp, name, type, x, ours, theirs):
    """The greatest error of both, over results that are finite on both sides."""
    worst = [0.0, 0.0]
    finite = numpy.isfinite(ours) & numpy.isfinite(theirs) & numpy.all(numpy.isfinite(x), axis=0)
    for i in numpy.flatnonzero(finite):
        truth = true_value(mp, name, [mp.mpf(float(operand[i])) for operand in x])
        if truth is None or not truth:
            continue
        for k, result in enumerate((ours[i], theirs[i])):
            worst[k] = max(worst[k], error(mp, truth, result, type))
    return worst


def differing_specials(ours, theirs):
    """How many results differ from NumPy's in being NaN, infinite, or in a zero's sign."""
    zeros = (ours == 0) & (theirs == 0)
    different = numpy.isnan(ours) != numpy.isnan(theirs)
    different |= numpy.isinf(ours) != numpy.isinf(theirs)
    different |= zeros & (numpy.signbit(ours) != numpy.signbit(theirs))
    return int(different.sum())


def one_row(mp, np, name, type, count):
    rng = numpy.random.default_rng(UNARY.index(name) if name in UNARY else 100 + BINARY.index(name))
    x = operands(name, type, count, rng)
    with numpy.errstate(all="ignore"):
        theirs = getattr(numpy, name)(*x)
        ours = numpy.asarray(getattr(np, name)(*[np.array(operand) for operand in x]))
    worst = largest_errors(mp, name, type, x, ours, theirs)
    return (name, numpy.dtype(type).name, *worst, differing_specials(ours, theirs), len(x[0]))


def every_single(np, name, step):
    """The largest error over every `step`-th float32, with NumPy's float64 function as the truth."""
    worst = 0.0
    part = 2**22 * step
    for first in range(0, 2**32, part):
        x = numpy.arange(first, min(first + part, 2**32), step, dtype=numpy.uint32).view(numpy.float32)
        with numpy.errstate(all="ignore"):
            truth = getattr(numpy, name)(x.astype(numpy.float64))
            ours = numpy.asarray(getattr(np, name)(np.array(x))).astype(numpy.float64)
            exponent = numpy.maximum(numpy.frexp(truth)[1] - 1, -126) - 23
            errors = numpy.abs(ours - truth) * numpy.exp2(-exponent.astype(numpy.float64))
            finite = numpy.isfinite(truth) & numpy.isfinite(ours) & (numpy.abs(truth) < 2.0**128)
        worst = max(worst, float(errors[finite].max(initial=0.0)))
    return worst


def text_of(rows, singles, step):
    yield "| function | type | ulp | NumPy's | specials unlike NumPy's | operands |"
    yield "|---|---|---|---|---|---|"
    for name, type, ours, theirs, specials, count in rows:
        yield f"| {name} | {type} | {ours:.3f} | {theirs:.3f} | {specials} | {count} |"
    if singles:
        which = "Every float32" if step == 1 else f"Every float32 whose bits are a multiple of {step}"
        yield ""
        yield f"{which}, against NumPy's float64 function:"
        yield ""
        yield "| function | ulp |"
        yield "|---|---|"
        for name, worst in singles:
            yield f"| {name} | {worst:.3f} |"


HEADER = """# Accuracy of the mathematical functions

Written by `python Benchmarks/accuracy.py --write`; the truth is mpmath's, with 160 bits. One ulp is the distance of the
two floats around the true result. Random operands of every exponent, operands in each function's ordinary range, and
those that are hard for it (near multiples of π/2, near 1, near the ends of the range); special operands are compared
with NumPy's results. The same bits come out at every vector width, on one core or many, compiled or not: every function
has one definition (`Sources/CMath`). `float16` is computed in `float32` and rounded once. `logaddexp` follows NumPy's
formula, whose result near zero is a difference: its error there is that of the formula.

"""


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("functions", nargs="*", help="names (default: all)")
    parser.add_argument("--count", type=int, default=3000, help="operands of each kind (default: 3000)")
    parser.add_argument("--every", type=int, default=0, metavar="STEP", help="also every STEP-th float32")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    options = parser.parse_args()
    measure.run_again_under_legate(2)
    try:
        from mpmath import mp
    except ImportError:
        sys.exit("accuracy.py needs mpmath: pip install mpmath gmpy2")
    mp.prec = 160
    import cunumeric as np

    names = options.functions or UNARY + BINARY
    rows = [one_row(mp, np, name, type, options.count) for type in TYPES for name in names]
    singles = []
    if options.every:
        singles = [(name, every_single(np, name, options.every)) for name in names if name in UNARY]
    text = "\n".join(text_of(rows, singles, options.every)) + "\n"
    print(text, end="")
    if options.write:
        machine = f"{platform.machine()}, Python {platform.python_version()}, NumPy {numpy.__version__}"
        PAGE.write_text(f"{HEADER}Measured on {machine}.\n\n{text}")
    late = [row for row in rows if row[2] > max(1.0, row[3]) + 1.0 or row[4]]
    sys.exit(1 if late else 0)


main()
