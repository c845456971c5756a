/// Powers, cube roots, lengths, and logarithms of sums of powers, in double precision.
#pragma once
#include "exponentials.h"
#include "hyperbolic.h"
#include "logarithms.h"

/// log(2^k (1 + f)) to about 2^-66 of it: the series in s, with its first two terms as pairs.
INLINE pair log_fine(split n) {
    pair s = quotient((pair){n.f, all(0)}, two_sum(all(2), n.f));
    pair z = two_product(s.hi, s.hi);
    z.lo = fma_(2.0 * s.hi, s.lo, z.lo);
    vd t = POLYNOMIAL(z.hi, LOG_TAIL);
    pair zt = two_product(z.hi, t);
    pair r = fast_sum(all(TWO_THIRDS_1), zt.hi);
    r.lo += fma_(z.lo, t, zt.lo) + TWO_THIRDS_2;
    pair cube = two_product(s.hi, z.hi);
    cube.lo += fma_(s.hi, z.lo, s.lo * z.hi);
    pair rest = two_product(cube.hi, r.hi);
    rest.lo += fma_(cube.hi, r.lo, cube.lo * r.hi);
    pair m = fast_sum(2.0 * s.hi, rest.hi);
    m.lo += fma_(all(2.0), s.lo, rest.lo);
    pair sum = fast_sum(n.k * LN2_1, m.hi);
    return fast_sum(sum.hi, sum.lo + fma_(n.k, all(LN2_2), m.lo));
}

/// a^y for a number in parts. y·log a is limited to where the result has long overflowed or vanished.
INLINE vd power_of_split(split n, vd y) {
    pair l = log_fine(n), e = two_product(y, l.hi);
    e.lo = fma_(y, l.lo, e.lo);
    vl over = e.hi > 800.0, under = e.hi < -800.0;
    e.hi = over ? all(800.0) : under ? all(-800.0) : e.hi;
    e.lo = (over | under) ? all(0) : e.lo;
    exponent part = reduce_exp(e.hi);
    pair r = fast_sum(part.r, part.tail + e.lo);
    vd p = exp_of((exponent){part.k, r.hi, r.lo, part.shifted});
    vl far = ~(magnitude(e.hi) <= 707.0);
    if (UNLIKELY(any(far))) return scaled(p, part.k);
    return times_power(p, part);
}

/// The sign of x^y where y, |y| < 2^52, is whole.
INLINE vl power_sign(vd x, vd y) { return bits(x) & -(bits(magnitude(y) + 0x1p52) & 1) & INT64_MIN; }
INLINE vl is_whole(vd y) { return ((magnitude(y) + 0x1p52) - 0x1p52 == magnitude(y)) | (magnitude(y) >= 0x1p52); }

/// Powers of zeros, infinities, NaN and subnormals, and exponents so great that none is odd but those just above 2^52.
static __attribute__((noinline)) vd power_special(vd x, vd y) {
    const vd infinity = all(INFINITY_);
    vd a = magnitude(x), b = magnitude(y);
    vl sign = b < 0x1p52 ? power_sign(x, is_whole(y) ? y : all(0))
              : b < 0x1p53 ? bits(x) & -(bits(b) & 1) & INT64_MIN : (vl){0};
    vl plain = (a > 0.0) & (a < infinity) & (b < infinity);
    vd r = power_of_split(split_any(plain ? a : all(1), ordinary(plain ? a : all(1))), plain ? y : all(0));
    r = ((x < 0.0) & (a < infinity) & ~is_whole(y)) ? all(__builtin_nan("")) : r;
    vl grows = (a > 1.0) == (y > 0.0);  // towards infinity, for what is not plain
    vd limit = (a == 1.0) ? all(1) : grows ? infinity : all(0);
    r = plain ? r : limit;
    r = with_sign(r, sign);
    r = x != x ? x : y != y ? y : r;
    return ((x == 1.0) | (y == 0.0)) ? all(1) : r;
}

INLINE vd power_by_logarithm(vd x, vd y) {
    vd a = magnitude(x);
    vl usual = ordinary(a) & (magnitude(y) < 0x1p52);
    vd r = with_sign(power_of_split(split_of(usual ? a : all(1)), usual ? y : all(1)), power_sign(x, y));
    r = ((x < 0.0) & ~is_whole(y)) ? all(__builtin_nan("")) : r;
    if (UNLIKELY(any(~usual))) return usual ? r : power_special(x, y);
    return r;
}

/// a · b for pairs, to about 2^-100 of it.
INLINE pair product(pair a, pair b) {
    pair p = two_product(a.hi, b.hi);
    p.lo += fma_(a.hi, b.lo, a.lo * b.hi);
    return p;
}

/// Exponents in halves up to 4 have products and a root in place of logarithms: a third of the time. Operands must be so
/// far from the ends of the range that nothing on the way overflows or loses bits, and positive where there is a root.
INLINE vl has_short_power(vd x, vd y) {
    vd twice = y + y, a = magnitude(x);
    vl is_half = ((twice + WHOLE) - WHOLE == twice) & (magnitude(twice) <= 8.0);
    return is_half & (a > 0x1p-120) & (a < 0x1p120) & ((x > 0.0) | is_whole(y));
}

INLINE pair pick_pair(vl mask, pair a, pair b) { return (pair){mask ? a.hi : b.hi, mask ? a.lo : b.lo}; }

INLINE vd short_power(vd x, vd y) {
    vd n = magnitude(y);
    vl twice = bits((n + n) + WHOLE);  // twice the exponent, in the lowest bits
    vl half = (twice & 1) != 0, four = (twice & 8) != 0;
    const pair one = {all(1), all(0)}, square = two_product(x, x);
    pair r = one;
    if (any(half)) {
        vd s = root(x);
        r = pick_pair(half, (pair){s, fma_(-s, s, x) / (s + s)}, one);
    }
    r = pick_pair((twice & 2) != 0, product(r, (pair){x, all(0)}), r);
    r = pick_pair((twice & 4) != 0, product(r, square), r);
    if (any(four)) r = pick_pair(four, product(square, square), r);
    vd whole = r.hi + r.lo;
    if (!any(y < 0.0)) return whole;
    pair inverse = quotient(one, r);
    return y < 0.0 ? inverse.hi + inverse.lo : whole;
}

INLINE vd vpower(vd x, vd y) {
    vl is_short = has_short_power(x, y);
    if (!any(~is_short)) return short_power(x, y);
    vd r = power_by_logarithm(x, y);
    if (!any(is_short)) return r;
    return is_short ? short_power(is_short ? x : all(1), is_short ? y : all(1)) : r;
}

/// A positive number as 2^(3k) m with m in [1, 8), and the cube root of m to 2^-15.
typedef struct { vd k, m, start; } cube;

INLINE cube cube_of(vd a) {
    vd e = real((bits(a) >> 52) | (int64_t)0x4330000000000000) - (0x1p52 + 1023);
    vd k = ((e - 1.0) * (1.0 / 3) + WHOLE) - WHOLE;  // rounded down to a third of a multiple of three
    vd j = e - 3.0 * k;
    vd m = real((bits(a) & (int64_t)0x000fffffffffffff) | (int64_t)0x3ff0000000000000);
    vd start = POLYNOMIAL(m, CBRT_START) * (j == 0.0 ? all(1) : j == 1.0 ? all(CBRT2_1) : all(CBRT4_1));
    return (cube){k, m * (j == 0.0 ? all(1) : j == 1.0 ? all(2) : all(4)), start};
}

/// One step of Halley, one of Newton; both use the same reciprocal.
INLINE vd cbrt_ordinary(vd a) {
    cube c = cube_of(a);
    vd t = c.start, y = halley_inverse(t, c.m);
    t = halley(t, c.m, y);
    return fma_(-t * fma_(t * t, t, -c.m), y, t) * power_of_two(c.k);
}
static __attribute__((noinline)) vd cbrt_special(vd x) {
    vd a = magnitude(x);
    vd r = with_sign(cbrt_ordinary(a * 0x1p54) * 0x1p-18, sign_of(x));
    return ((a > 0.0) & (a < INFINITY_)) ? r : x;
}
INLINE vd vcbrt(vd x) {
    vd r = with_sign(cbrt_ordinary(magnitude(x)), sign_of(x));
    vl usual = ordinary(magnitude(x));
    if (UNLIKELY(any(~usual))) return usual ? r : cbrt_special(x);
    return r;
}

/// √(w.hi + w.lo) as a pair; w.hi ≥ 0.
INLINE pair root_pair(pair w) {
    vd s = root(w.hi);
    vd rest = (fma_(-s, s, w.hi) + w.lo) / (s + s);
    return (pair){s, s > 0.0 ? rest : all(0)};
}
INLINE vd hypot_ordinary(vd most, vd least) {
    pair h = two_product(most, most), l = two_product(least, least);
    pair sum = fast_sum(h.hi, l.hi);
    pair s = root_pair((pair){sum.hi, sum.lo + (h.lo + l.lo)});
    return s.hi + s.lo;
}
static __attribute__((noinline)) vd hypot_special(vd most, vd least) {
    vd scale = most > 0x1p500 ? all(0x1p-600) : most < 0x1p-400 ? all(0x1p600) : all(1);
    vd back = most > 0x1p500 ? all(0x1p600) : most < 0x1p-400 ? all(0x1p-600) : all(1);
    vd r = hypot_ordinary(most * scale, least * scale) * back;
    r = most != most ? most : least != least ? least : r;
    return ((most == INFINITY_) | (least == INFINITY_)) ? all(INFINITY_) : r;
}
INLINE vd vhypot(vd x, vd y) {
    vd a = magnitude(x), b = magnitude(y);
    vd most = a < b ? b : a, least = a < b ? a : b;
    vd r = hypot_ordinary(most, least);
    vl usual = (most <= 0x1p500) & (((least >= 0x1p-450) | (least == 0.0)) & ((most >= 0x1p-450) | (most == 0.0)));
    if (UNLIKELY(any(~usual))) return usual ? r : hypot_special(most, least);
    return r;
}

/// As NumPy: the greater plus log(1 + e^-difference); equal operands plus log 2.
INLINE vd vlogaddexp(vd x, vd y) {
    vd difference = magnitude(x - y);
    vd r = (x > y ? x : y) + vlog1p(vexp(-difference));
    r = difference == difference ? r : x - y;
    return x == y ? x + LN2_WHOLE_1 : r;
}
INLINE vd vlogaddexp2(vd x, vd y) {
    vd difference = magnitude(x - y);
    vd r = (x > y ? x : y) + LOG2E_1 * vlog1p(vexp2(-difference));
    r = difference == difference ? r : x - y;
    return x == y ? x + 1.0 : r;
}
