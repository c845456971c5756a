/// Sine, cosine and tangent in double precision.
///
/// x = n·π/2 + r with |r| ≤ π/4 and r a pair: three parts of π/2 with fused multiply-add (Cody and Waite) up to 2^28, all the
/// bits of 2/π (Payne and Hanek) beyond, number by number. Minimax polynomials in r² give sine and cosine of r.
#pragma once
#include "coefficients.h"
#include "rare.h"
#include "vector.h"

/// An angle as quarter turns and a rest.
typedef struct { vl n; pair r; } angle;

INLINE angle reduced(vd x) {
    vd shifted = fma_(x, all(TWO_OVER_PI_1), all(WHOLE)), n = shifted - WHOLE;
    vd a = fma_(-n, all(PI_HALF_1), x);  // exact
    pair b = two_product(n, all(PI_HALF_2));
    pair r = two_sum(a, -b.hi);
    return (angle){bits(shifted), fast_sum(r.hi, fma_(-n, all(PI_HALF_3), r.lo - b.lo))};
}

static __attribute__((noinline)) angle reduced_far(vl far, vd x, angle usual) {
    for (int i = 0; i < LANES; i++)
        if (far[i]) {
            double hi, lo;
            usual.n[i] = legate_rare_quarter_turns(x[i], &hi, &lo);
            usual.r.hi[i] = hi;
            usual.r.lo[i] = lo;
        }
    return usual;
}

INLINE angle reduced_any(vd x) {
    angle a = reduced(x);
    vl far = ~(magnitude(x) <= 0x1p28);
    if (UNLIKELY(any(far))) a = reduced_far(far, x, a);
    return a;
}

/// The same NaN on every processor for what is not finite.
INLINE vd finite_only(vd r, vd x) { return magnitude(x) < __builtin_inf() ? r : all(__builtin_nan("")); }

/// What is to be added to r for its sine.
INLINE vd sine_rest(pair r) {
    vd z = r.hi * r.hi;
    return fma_(z * r.hi, POLYNOMIAL(z, SIN_FULL), r.lo * fma_(z, all(-0.5), all(1)));
}
/// The cosine as a pair.
INLINE pair cosine_pair(pair r) {
    vd half = 0.5 * r.hi, h = half * r.hi, z = r.hi * r.hi;
    pair c = fast_sum(all(1), -h);
    vd rest = fma_(z * z, POLYNOMIAL(z, COS_FULL), -fma_(half, r.hi, -h));
    return (pair){c.hi, c.lo + fma_(-r.hi, r.lo, rest)};
}

/// The sine of r plus a whole number of quarter turns.
INLINE vd turned_sine(angle a, vl n) {
    vd rest = sine_rest(a.r);
    pair c = cosine_pair(a.r);
    vl odd = -(n & 1);
    vd hi = pick(odd, c.hi, a.r.hi), lo = pick(odd, c.lo, rest);
    return with_sign(hi + lo, (n & 2) << 62);
}

INLINE vd vsin(vd x) {
    angle a = reduced_any(x);
    return keeping_zero(x, finite_only(turned_sine(a, a.n), x));
}
INLINE vd vcos(vd x) {
    angle a = reduced_any(x);
    return finite_only(turned_sine(a, a.n + 1), x);
}
INLINE vd vtan(vd x) {
    angle a = reduced_any(x);
    pair s = fast_sum(a.r.hi, sine_rest(a.r)), c = cosine_pair(a.r);
    c = fast_sum(c.hi, c.lo);
    vl odd = -(a.n & 1);
    pair n = {pick(odd, c.hi, s.hi), pick(odd, c.lo, s.lo)}, d = {pick(odd, -s.hi, c.hi), pick(odd, -s.lo, c.lo)};
    pair q = quotient(n, d);
    return keeping_zero(x, finite_only(q.hi + q.lo, x));
}
