/// What is left of a division, as C's `fmod` and as Python's `%`, and the quotient rounded down. Remainders are exact.
///
/// NumPy's own steps in NumPy's own order: `fmod` first, the sign's correction after it, the quotient from both.
#pragma once
#include <math.h>

#include "single.h"

/// Zeros, infinities, NaN, and quotients beyond 2^52. Out of line: it is rare, and slow.
static __attribute__((noinline)) vd fmod_special(vd x, vd y) {
    vd r;
    for (int i = 0; i < LANES; i++) r[i] = fmod(x[i], y[i]);
    return r;
}
INLINE vd vfmod(vd x, vd y) {
    vd a = magnitude(x), b = magnitude(y), quotient = a / b;
    vl usual = (b < INFINITY_) & (quotient < 0x1p52);
    // The quotient may have been rounded up to a whole number: then one too many is taken away, and nothing is lost.
    vd r = fma_(-rounded_down(quotient), b, a);
    r = with_sign(r < 0.0 ? r + b : r, sign_of(x));
    if (UNLIKELY(any(~usual))) return usual ? r : fmod_special(x, y);
    return r;
}
INLINE vd vremainder(vd x, vd y) { return remainder_of(vfmod(x, y), y); }
INLINE vd vfloor_divide(vd x, vd y) { return floor_quotient(vfmod(x, y), x, y); }

/// A remainder of floats is a float: found in double, it is not rounded.
ON_SINGLES(ffmod, vfmod)
INLINE vf fremainder(vf x, vf y) { return remainder_of(ffmod(x, y), y); }
INLINE vf ffloor_divide(vf x, vf y) { return floor_quotient(ffmod(x, y), x, y); }
