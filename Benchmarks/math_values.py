"""Writes Tests/KernelTests/MathValues.swift: operands of every mathematical function and the true results, rounded once.

    python Benchmarks/math_values.py        # needs mpmath
"""

from pathlib import Path

import numpy
from functions import BINARY, TYPES, UNARY, bits_type, operands
from mpmath import mp
from truth import true_value

FILE = Path(__file__).resolve().parents[1] / "Tests" / "KernelTests" / "MathValues.swift"
HEADER = """/// Operands of the mathematical functions and the true results, rounded once, as bit patterns: written by
/// Benchmarks/math_values.py with mpmath.
///
/// A line holds a function, a type, and groups of words: one operand (or two) and the result.

enum MathValues {
    static let text = \"\"\"
"""


def rounded(truth, type):
    """A real number of 200 bits as the nearest float of a type, ties to even, or None where it is not normal."""
    info = numpy.finfo(type)
    if not truth or not mp.mpf(float(info.tiny)) <= abs(truth) <= mp.mpf(float(info.max)):
        return None
    with mp.workprec(int(info.nmant) + 1):
        return type(float(+truth))


def groups(name, type, wanted):
    rng = numpy.random.default_rng(7)
    x = operands(name, type, 400, rng)
    count = 0
    for i in rng.permutation(len(x[0])):
        values = [operand[i] for operand in x]
        if not numpy.all(numpy.isfinite(values)):
            continue
        truth = true_value(mp, name, [mp.mpf(float(value)) for value in values])
        if truth is None or name.startswith("logaddexp") and abs(truth) < 2:
            continue
        result = rounded(truth, type)
        if result is None:
            continue
        yield ",".join(f"{int(type(v).view(bits_type(type))):x}" for v in (*values, result))
        count += 1
        if count == wanted:
            return


def main():
    mp.prec = 200
    lines = []
    for name in UNARY + BINARY:
        for type in TYPES:
            words = list(groups(name, type, 12))
            for start in range(0, len(words), 3 if type is numpy.float32 else 2):
                part = words[start : start + (3 if type is numpy.float32 else 2)]
                lines.append(f"        {name} {numpy.dtype(type).name} {' '.join(part)}")
    FILE.write_text(HEADER + "\n".join(lines) + '\n        """\n}\n')


main()
