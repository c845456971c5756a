/// What is left of a division, as C's `fmod` and as Python's `%`, and the quotient rounded down. Remainders are exact.
///
/// NumPy's own steps in NumPy's own order: `fmod` first, the sign's correction after it, the quotient from both.
#pragma once
#include <math.h>

#include "floats.h"
#include "single.h"

/// x rounded down; large numbers are whole.
INLINE vd rounded_down(vd x) {
    vd a = magnitude(x), near = with_sign((a + 0x1p52) - 0x1p52, sign_of(x));
    return a < 0x1p52 ? (near > x ? near - 1.0 : near) : x;
}

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
INLINE vd vremainder(vd x, vd y) {
    vd r = vfmod(x, y), corrected = (y < 0.0) != (r < 0.0) ? r + y : r;
    return r != 0.0 ? corrected : real(sign_of(y));
}
INLINE vd vfloor_divide(vd x, vd y) {
    vd r = vfmod(x, y), q = (x - r) / y;
    q = ((r != 0.0) & ((y < 0.0) != (r < 0.0))) ? q - 1.0 : q;
    vd whole = rounded_down(q);
    whole = q - whole > 0.5 ? whole + 1.0 : whole;
    whole = q != 0.0 ? whole : real(sign_of(x / y));
    return y == 0.0 ? x / y : whole;
}

// MARK: - By vectors of floats

/// A remainder of floats is a float: found in double, it is not rounded.
ON_SINGLES(ffmod, vfmod)

INLINE vi signf(vf x) { return bitsf(x) & INT32_MIN; }
INLINE vf rounded_downf(vf x) {
    vf a = magnitudef(x), near = realf(bitsf((a + 0x1p23f) - 0x1p23f) ^ signf(x));
    return a < 0x1p23f ? (near > x ? near - 1.0f : near) : x;
}
INLINE vf fremainder(vf x, vf y) {
    vf r = ffmod(x, y), corrected = (y < 0.0f) != (r < 0.0f) ? r + y : r;
    return r != 0.0f ? corrected : realf(signf(y));
}
INLINE vf ffloor_divide(vf x, vf y) {
    vf r = ffmod(x, y), q = (x - r) / y;
    q = ((r != 0.0f) & ((y < 0.0f) != (r < 0.0f))) ? q - 1.0f : q;
    vf whole = rounded_downf(q);
    whole = q - whole > 0.5f ? whole + 1.0f : whole;
    whole = q != 0.0f ? whole : realf(signf(x / y));
    return y == 0.0f ? x / y : whole;
}
