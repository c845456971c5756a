/// Powers, cube roots, lengths, and logarithms of sums of powers, in double precision.
#pragma once
#include "exponentials.h"
#include "hyperbolic.h"
#include "logarithms.h"

/// log(2^k (1 + f)) to about 2^-66 of it: as `log_pair`, with the first two terms of the series in s as pairs.
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

INLINE vd vpower(vd x, vd y) {
    vd a = magnitude(x), b = magnitude(y);
    vl usual = ordinary(a) & (b < 0x1p52);
    pair l = log_fine(split_of(usual ? a : all(1)));
    pair e = two_product(y, l.hi);
    e.lo = fma_(y, l.lo, e.lo);
    vl over = e.hi > 800.0, under = e.hi < -800.0;
    e.hi = over ? all(800.0) : under ? all(-800.0) : e.hi;
    e.lo = over | under ? all(0) : e.lo;
    exponent part = reduce_exp(e.hi);
    pair r = fast_sum(part.r, part.tail + e.lo);
    vd p = one_plus(r.hi, exp_rest((exponent){part.k, r.hi, r.lo}));
    vl far = ~(magnitude(e.hi) <= 707.0);
    vd result = real(bits(p) + (bits(part.k + WHOLE) << 52));
    if (UNLIKELY(any(far))) result = scaled(p, part.k);
    vd whole = b + 0x1p52;  // its lowest bit tells odd from even
    vl negative = x < 0.0, odd = negative & -(bits(whole) & 1);
    result = with_sign(result, odd & INT64_MIN);
    result = (negative & (whole - 0x1p52 != b)) ? all(__builtin_nan("")) : result;
    if (UNLIKELY(any(~usual))) return lanes_apart2(~usual, result, x, y, legate_rare_power);
    return result;
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

/// One step of Halley, one of Newton whose residue is exact; both use the same reciprocal.
INLINE vd vcbrt(vd x) {
    vd a = magnitude(x);
    cube c = cube_of(a);
    vd t = c.start, third = t * t * t, y = 1.0 / fma_(all(2.0), third, c.m);
    t = fma_(-t * (third - c.m), y, t);
    pair square = two_product(t, t), p = two_product(square.hi, t);
    vd residue = (p.hi - c.m) + fma_(square.lo, t, p.lo);
    vd r = with_sign(fma_(-residue * t, y, t) * power_of_two(c.k), sign_of(x));
    r = x == 0.0 ? x : r;
    vl rare = ~(ordinary(a) | (x == 0.0));
    if (UNLIKELY(any(rare))) return lanes_apart(rare, r, x, legate_rare_cbrt);
    return r;
}

INLINE vd vhypot(vd x, vd y) {
    vd a = magnitude(x), b = magnitude(y);
    vd most = a < b ? b : a, least = a < b ? a : b;
    pair h = two_product(most, most), l = two_product(least, least);
    pair sum = fast_sum(h.hi, l.hi);
    pair s = root_pair((pair){sum.hi, sum.lo + (h.lo + l.lo)});
    vd r = s.hi + s.lo;
    vl usual = (most <= 0x1p500) & (((least >= 0x1p-450) | (least == 0.0)) & ((most >= 0x1p-450) | (most == 0.0)));
    if (UNLIKELY(any(~usual))) return lanes_apart2(~usual, r, x, y, legate_rare_hypot);
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
