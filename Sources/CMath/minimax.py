#!/usr/bin/env python3
"""Computes the coefficients of the mathematical functions and prints `kernels/coefficients.h`.

    python Sources/CMath/minimax.py > Sources/CMath/kernels/coefficients.h

Each polynomial is the best one in the sense of Chebyshev, found by Remez's exchange (Muller, "Elementary Functions",
chapter 3) with mpmath; then its coefficients are rounded to doubles from the lowest upward, each rounding made good by
the ones above. The comment behind each gives the error that is left, relative to what the polynomial is part of.
"""

from mpmath import asin, atan, cos, exp, log, lu_solve, matrix, mp, mpf, pi, sqrt

mp.prec = 200


def remez(f, weight, low, high, count, rounds=12):
    """Coefficients c of the polynomial that minimises max |weight(x) · (f(x) − Σ cᵢ xⁱ)|, and that maximum."""
    low, high = mpf(low), mpf(high)
    low = low if low else high / 1000  # a weight may vanish at 0
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / count) for i in range(count + 1)]
    points = [x if abs(x) > high / 1000 else high / 50 for x in points]
    for _ in range(rounds):
        system = matrix(count + 1, count + 1)
        right = matrix(count + 1, 1)
        for i, x in enumerate(points):
            for j in range(count):
                system[i, j] = weight(x) * x**j
            system[i, count] = (-1) ** i
            right[i] = weight(x) * f(x)
        solution = lu_solve(system, right)
        c = [solution[j] for j in range(count)]

        def error(x):
            return weight(x) * (f(x) - sum_powers(c, x))

        grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (24 * count)) for i in range(24 * count + 1) if abs(i - 12 * count) > 0 or low > 0]
        values = [error(x) for x in grid]
        edges = [0] + [i for i in range(1, len(grid)) if (values[i] > 0) != (values[i - 1] > 0)] + [len(grid)]
        if len(edges) != count + 2:
            break
        points = [
            grid[max(range(a, b), key=lambda i: abs(values[i]))] for a, b in zip(edges[:-1], edges[1:])
        ]
    return c, max(abs(v) for v in values)


def sum_powers(c, x):
    total = mpf(0)
    for a in reversed(c):
        total = total * x + a
    return total


def rounded(f, weight, low, high, count, fixed=0):
    """As `remez`, with coefficients that are doubles; returns the largest weighted error of those."""
    done = []
    for i in range(count):
        rest = lambda x: (f(x) - sum_powers(done, x)) / x**i if i else f(x)
        c, _ = remez(rest, lambda x: weight(x) * abs(x) ** i, low, high, count - i)
        done.append(mpf(float(c[0])))
        if i >= 3:
            done += [mpf(float(a)) for a in c[1:]]
            break
    low, high = mpf(low), mpf(high)
    grid = [low + (high - low) * (i + mpf(1) / 3) / 1000 for i in range(1000)]
    return done, max(abs(weight(x) * (f(x) - sum_powers(done, x))) for x in grid)


def table(name, f, weight, low, high, count):
    c, error = rounded(f, weight, low, high, count)
    bits = float(log(error, 2)) if error else float("-inf")
    print(f"#define {name} {', '.join(float(a).hex() for a in c)}  /* 2^{bits:.1f} */")


def main():
    print("// Written by minimax.py: minimax polynomials, lowest coefficient first, and constants in several parts.")
    print("#pragma once")
    print()
    # e^r = 1 + r + r²/2 + r³ Q(r)
    terms = [1 / mp.factorial(i + 3) for i in range(24)]
    q = lambda r: sum_powers(terms, r)
    half = log(2) / 2 * mpf("1.0001")
    table("EXP_REST", q, lambda r: abs(r) ** 3 * exp(-r), -half, half, 10)
    squares = lambda r: sum_powers([1 / mp.factorial(i + 2) for i in range(24)], r)
    table("EXP_FLOAT", squares, lambda r: r * r * exp(-r), -half, half, 5)
    # 2^r = 1 + r P(r)
    l2 = log(2)
    terms2 = [l2 ** (i + 1) / mp.factorial(i + 1) for i in range(40)]
    p = lambda r: sum_powers(terms2, r)
    table("EXP2_SINGLE", p, abs, -mpf("0.5001"), mpf("0.5001"), 7)
    # log((1+s)/(1-s)) = 2 s + s³ R(s²)
    terms3 = [mpf(2) / (2 * i + 3) for i in range(40)]
    r3 = lambda z: sum_powers(terms3, z)
    smax = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)
    zmax = smax**2 * mpf("1.001")
    table("LOG_FULL", r3, lambda z: z / 2, 0, zmax, 7)
    table("LOG_MIDDLE", r3, lambda z: z / 2, 0, zmax, 5)
    table("LOG_SINGLE", r3, lambda z: z / 2, 0, zmax, 4)
    # the same from the second term on: R(z) = 2/3 + z T(z)
    terms4 = terms3[1:]
    table("LOG_TAIL", lambda z: sum_powers(terms4, z), lambda z: z * z / 2, 0, zmax, 8)
    # sin r = r + r³ S(r²); cos r = 1 - r²/2 + r⁴ C(r²)
    s = [(-1) ** (i + 1) / mp.factorial(2 * i + 3) for i in range(20)]
    c = [(-1) ** i / mp.factorial(2 * i + 4) for i in range(20)]
    zq = (pi / 4 * mpf("1.0001")) ** 2
    table("SIN_FULL", lambda z: sum_powers(s, z), lambda z: z, 0, zq, 7)
    table("COS_FULL", lambda z: sum_powers(c, z), lambda z: z * z, 0, zq, 6)
    table("SIN_SINGLE", lambda z: sum_powers(s, z), lambda z: z, 0, zq, 4)
    table("COS_SINGLE", lambda z: sum_powers(c, z), lambda z: z * z, 0, zq, 4)
    # atan t = t + t³ A(t²), |t| ≤ 1/2
    a = [(-1) ** (i + 1) / mpf(2 * i + 3) for i in range(120)]
    at = lambda z: sum_powers(a, z) if z < mpf("0.05") else (atan(sqrt(z)) - sqrt(z)) / (z * sqrt(z))
    table("ATAN_FULL", at, lambda z: z, 0, mpf("0.2501"), 14)
    table("ATAN_SINGLE", at, lambda z: z, 0, mpf("0.2501"), 8)
    # asin t = t + t³ A(t²), |t| ≤ 1/2
    an = lambda z: (asin(sqrt(z)) - sqrt(z)) / (z * sqrt(z)) if z > mpf("1e-6") else sum_powers(asin_terms, z)
    asin_terms = [mp.binomial(2 * i, i) / (mpf(4) ** i * (2 * i + 1)) for i in range(1, 14)]
    table("ASIN_FULL", an, lambda z: z, 0, mpf("0.2501"), 13)
    table("ASIN_SINGLE", an, lambda z: z, 0, mpf("0.2501"), 7)
    # m^(1/3) on [1, 2)
    table("CBRT_START", lambda m: m ** (mpf(1) / 3), lambda m: mpf(1), 1, 2, 5)
    print()

    def parts(name, value, bits, suffix=""):
        """`value` as a sum of numbers of so many bits each."""
        rest = value
        for i, b in enumerate(bits):
            if b >= 53:
                part = mpf(float(rest))
            else:
                mp_exp = mp.frexp(rest)[1]
                scale = mpf(2) ** (b - mp_exp)
                part = mp.nint(rest * scale) / scale
            print(f"#define {name}_{i + 1} {float(part).hex()}{suffix}")
            rest -= part

    parts("LN2", log(2), [40, 53, 53])
    parts("LN2_WHOLE", log(2), [53, 53])
    parts("LOG2E", 1 / log(2), [53, 53])
    parts("LOG10E", 1 / log(10), [53, 53])
    parts("LOG10_2", log(2) / log(10), [40, 53])
    parts("LOG10_2_WHOLE", log(2) / log(10), [53])
    parts("PI_HALF", pi / 2, [53, 53, 53])
    parts("PI", pi, [53, 53])
    parts("PI_QUARTER", pi / 4, [53, 53])
    parts("PI_3_QUARTERS", 3 * pi / 4, [53, 53])
    parts("TWO_OVER_PI", 2 / pi, [53])
    parts("TWO_THIRDS", mpf(2) / 3, [53, 53])
    parts("CBRT2", mpf(2) ** (mpf(1) / 3), [53, 53])
    parts("CBRT4", mpf(4) ** (mpf(1) / 3), [53, 53])
    # In single precision. The first part of ln 2 leaves room for eight bits of k.
    parts("LN2F", log(2), [16, 24], "f")
    parts("PI_HALFF", pi / 2, [24, 24, 24], "f")


main()
