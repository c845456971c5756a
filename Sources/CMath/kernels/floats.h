/// Functions of one operand in single precision throughout: twice as fast as through double, at errors under 2 ulp, which
/// are NumPy's. Operands out of the range where single precision suffices take the way through double.
#pragma once
#include "single.h"

INLINE vf allf(float c) { return (vf)(c); }

/// Σ cᵢ xⁱ with coefficients rounded to single precision.
#define POLYNOMIALF(x, ...)                                                                                           \
    ({                                                                                                                \
        static const double c_[] = {__VA_ARGS__};                                                                     \
        enum { n_ = sizeof c_ / sizeof *c_ };                                                                         \
        vf x_ = (x), sum_ = allf((float)c_[n_ - 1]);                                                                  \
        _Pragma("clang loop unroll(full)") for (int i_ = n_ - 2; i_ >= 0; i_--) sum_ =                               \
            fma_(sum_, x_, allf((float)c_[i_]));                                                                      \
        sum_;                                                                                                         \
    })

#define WHOLEF 0x1.8p23f

/// A function of x by a formula in single precision where that suffices; the other lanes are rare, and go through double
/// out of line.
#define FLOATS(name, formula, suffices)                                                                               \
    static __attribute__((noinline)) vf name##_through_double(vi far, vf r, vf x) {                                   \
        return far ? f##name##_double(x) : r;                                                                         \
    }                                                                                                                 \
    INLINE vf f##name(vf x) {                                                                                         \
        vf r = formula;                                                                                               \
        vi far = ~(suffices);                                                                                         \
        if (UNLIKELY(any(far))) return name##_through_double(far, r, x);                                              \
        return r;                                                                                                     \
    }

/// The part of a constant that single precision leaves over.
#define LEFT(constant) ((float)((constant) - (float)(constant)))

// MARK: - Exponentials

/// e^r - 1 - r for |r| ≤ log 2 / 2
INLINE vf exp_rest(vf r) { return r * r * POLYNOMIALF(r, EXP_FLOAT); }
INLINE vf exp_near(vf r) { return 1.0f + fma_(r * r, POLYNOMIALF(r, EXP_FLOAT), r); }

/// x = k·log 2 + r; `bits` of `shifted` hold k in their lowest part.
typedef struct { vf r, shifted; } exponentf;

INLINE exponentf reduce_exp(vf x) {
    vf shifted = fma_(x, allf((float)LOG2E_1), allf(WHOLEF)), k = shifted - WHOLEF;
    return (exponentf){fma_(-k, allf(LN2F_2), fma_(-k, allf(LN2F_1), x)), shifted};
}
INLINE vf times_power(vf p, vf shifted) { return real(bits(p) + (bits(shifted) << 23)); }
/// e^x for |x| ≤ 87
INLINE vf exp_middle(vf x) {
    exponentf e = reduce_exp(x);
    return times_power(exp_near(e.r), e.shifted);
}
/// e^x - 1 for |x| ≤ 87
INLINE vf expm1_middle(vf x) {
    exponentf e = reduce_exp(x);
    return scaled_less_one(times_power(allf(1.0f), e.shifted), e.r, exp_rest(e.r));
}

INLINE vf exp2_middle(vf x) {
    vf shifted = x + WHOLEF, part = x - (shifted - WHOLEF);
    return times_power(exp_near(part * (float)LN2_WHOLE_1), shifted);
}

FLOATS(exp, exp_middle(x), magnitude(x) <= 87.0f)
FLOATS(exp2, exp2_middle(x), magnitude(x) <= 125.0f)
FLOATS(expm1, keeping_zero(x, expm1_middle(x)), magnitude(x) <= 87.0f)
FLOATS(sinh, with_sign(sinh_of(expm1_middle(magnitude(x))), sign_of(x)), magnitude(x) <= 87.0f)
FLOATS(cosh, cosh_of(exp_middle(magnitude(x))), magnitude(x) <= 87.0f)
INLINE vf ftanh(vf x) {
    vf a = magnitude(x), e = expm1_middle(2.0f * (a > 20.0f ? allf(20.0f) : a));
    return with_sign(tanh_of(e), sign_of(x));
}

// MARK: - Logarithms

/// A positive normal number as 2^k (1 + f).
typedef struct { vi whole; vf k, f; } splitf;

INLINE splitf split_of(vf x) {
    const int32_t root_half = 0x3f3504f3, one = 0x3f800000;
    vi t = bits(x) + (one - root_half), whole = (t >> 23) - 127;
    return (splitf){whole, __builtin_convertvector(whole, vf), real((t & 0x007fffff) + root_half) - 1.0f};
}
/// log(1 + f) = f + rest, given s and what is to be added to the rest.
INLINE vf log_rest(vf f, vf s, vf more) { return log_rest_of(f, s, POLYNOMIALF(s * s, LOG_SINGLE), more); }
/// log(1 + f) times a constant, and what is to be added.
INLINE vf log_times(vf f, double constant, vf more) {
    vf rest = log_rest(f, reduced_fraction(f), allf(0));
    return times_constant(f, rest, (float)constant, LEFT(constant), more);
}
INLINE vi ordinary(vf x) { return (x >= 0x1p-126f) & (x < __builtin_inff()); }

INLINE vf log_middle(vf x) {
    splitf n = split_of(x);
    vf rest = log_rest(n.f, reduced_fraction(n.f), n.k * LN2F_2), sum = fma_(n.k, allf(LN2F_1), n.f);
    vf lost = n.f - (sum - n.k * LN2F_1);
    return sum + (lost + rest);
}
INLINE vf log2_middle(vf x) {
    splitf n = split_of(x);
    return n.k + log_times(n.f, LOG2E_1, allf(0));
}
INLINE vf log10_middle(vf x) {
    splitf n = split_of(x);
    const double most = 0x1.344p-2;  // so few bits that its products with k are exact
    return fma_(n.k, allf((float)most), log_times(n.f, LOG10E_1, n.k * (float)(LOG10_2_WHOLE_1 - most)));
}
/// log(1 + x) for -1 < x ≤ 2^100: as `vlog1p`.
INLINE vf log1p_middle(vf x) {
    vf u = 1.0f + x, back = u - 1.0f, lost = (1.0f - (u - back)) + (x - back);
    splitf n = split_of(u);
    vf s = reduced_fraction(n.f);
    lost *= real((127 - n.whole) << 23);
    vf more = fma_(n.k, allf(LN2F_2), fma_(-2.0f * s, lost, lost));
    return fma_(n.k, allf(LN2F_1), n.f + log_rest(n.f, s, more));
}
INLINE vf arcsinh_middle(vf x) {
    vf a = magnitude(x), square = a * a;
    vf r = log1p_middle(a + square / (1.0f + root(1.0f + square)));
    return keeping_zero(x, with_sign(r, sign_of(x)));
}
INLINE vf arccosh_middle(vf x) {
    vf t = x - 1.0f;
    return log1p_middle(t + root(fma_(t, t, t + t)));
}
INLINE vf arctanh_middle(vf x) {
    vf a = magnitude(x);
    return with_sign(0.5f * log1p_middle(2.0f * a / (1.0f - a)), sign_of(x));
}

FLOATS(log, log_middle(x), ordinary(x))
FLOATS(log2, log2_middle(x), ordinary(x))
FLOATS(log10, log10_middle(x), ordinary(x))
FLOATS(log1p, keeping_zero(x, log1p_middle(x)), (x > -1.0f) & (x < 0x1p100f))
FLOATS(arcsinh, arcsinh_middle(x), magnitude(x) < 0x1p60f)
FLOATS(arccosh, arccosh_middle(x), (x >= 1.0f) & (x < 0x1p60f))
FLOATS(arctanh, arctanh_middle(x), magnitude(x) < 1.0f)

// MARK: - Trigonometric functions

/// x = n·π/2 + r + tail for |x| ≤ 2^14.
typedef struct { vi n; vf r, tail; } anglef;

INLINE anglef reduced(vf x) {
    vf shifted = fma_(x, allf((float)TWO_OVER_PI_1), allf(WHOLEF)), n = shifted - WHOLEF;
    vf a = fma_(-n, allf(PI_HALFF_1), x);  // exact
    vf b = n * PI_HALFF_2, r = a - b, back = a - r;
    vf lost = ((a - (r + back)) + (back - b)) - fma_(n, allf(PI_HALFF_2), -b);
    return (anglef){bits(shifted), r, fma_(-n, allf(PI_HALFF_3), lost)};
}
INLINE pairf sine_pair(anglef a) {
    vf r = a.r, z = r * r;
    return fast_sum(r, fma_(r * z, POLYNOMIALF(z, SIN_SINGLE), a.tail));
}
INLINE pairf cosine_pair(anglef a) {
    vf r = a.r, z = r * r, h = 0.5f * z, one_less = 1.0f - h;
    vf rest = fma_(z * z, POLYNOMIALF(z, COS_SINGLE), (1.0f - one_less) - h);
    return fast_sum(one_less, fma_(-r, a.tail, rest));
}
/// The sine of x plus a whole number of quarter turns.
INLINE vf turned_sine(vf x, int turns) {
    anglef a = reduced(x);
    vi n = a.n + turns;
    return with_sign(pick(-(n & 1), cosine_pair(a).hi, sine_pair(a).hi), (n & 2) << 30);
}
INLINE vf tan_middle(vf x) {
    anglef a = reduced(x);
    pairf s = sine_pair(a), c = cosine_pair(a);
    vi odd = -(a.n & 1);
    pairf n = {pick(odd, c.hi, s.hi), pick(odd, c.lo, s.lo)}, d = {pick(odd, -s.hi, c.hi), pick(odd, -s.lo, c.lo)};
    vf y = 1.0f / d.hi, q = n.hi * y;
    return keeping_zero(x, fma_(fma_(-q, d.hi, n.hi) + fma_(-q, d.lo, n.lo), y, q));
}
FLOATS(sin, keeping_zero(x, turned_sine(x, 0)), magnitude(x) <= 0x1p14f)
FLOATS(cos, turned_sine(x, 1), magnitude(x) <= 0x1p14f)
FLOATS(tan, tan_middle(x), magnitude(x) <= 0x1p14f)

INLINE vf farctan(vf x) {
    vf a = magnitude(x);
    vi low = a < 0.5f, high = a > 2.0f;
    vf t = (low ? a : high ? allf(-1.0f) : a - 1.0f) / (low ? allf(1.0f) : high ? a : a + 1.0f), z = t * t;
    vf base = low ? allf(0) : high ? allf((float)PI_HALF_1) : allf((float)PI_QUARTER_1);
    vf lost = low ? allf(0) : high ? allf(LEFT(PI_HALF_1)) : allf(LEFT(PI_QUARTER_1));
    return with_sign(base + (fma_(t * z, POLYNOMIALF(z, ATAN_SINGLE), t) + lost), sign_of(x));
}

/// As `arc_of_single`: s and what is to be added to it.
typedef struct { vi big; vf s, rest; } arcf;

INLINE arcf arc_of(vf x) {
    vf a = magnitude(x);
    vi big = a > 0.5f;
    vf z = big ? 0.5f - 0.5f * a : x * x, s = big ? root(z) : x;
    return (arcf){big, s, s * z * POLYNOMIALF(z, ASIN_SINGLE)};
}
INLINE vf farcsin(vf x) {
    arcf a = arc_of(x);
    vf r = fma_(allf(-2.0f), a.s, allf((float)PI_HALF_1)) + fma_(allf(-2.0f), a.rest, allf(LEFT(PI_HALF_1)));
    r = a.big ? with_sign(r, sign_of(x)) : a.s + a.rest;
    return magnitude(x) > 1.0f ? allf(__builtin_nanf("")) : r;
}
INLINE vf farccos(vf x) {
    arcf a = arc_of(x);
    vf value = a.s + a.rest, twice = 2.0f * value;
    vf small = (float)PI_HALF_1 + (LEFT(PI_HALF_1) - value);
    vf r = a.big ? (x < 0.0f ? (float)PI_1 + (LEFT(PI_1) - twice) : twice) : small;
    return magnitude(x) > 1.0f ? allf(__builtin_nanf("")) : r;
}

// MARK: - Roots

/// As `cbrt_of_single`: one step of Halley.
INLINE vf cbrt_middle(vf x) {
    vf a = magnitude(x);
    vf e = __builtin_convertvector((bits(a) >> 23) - 127, vf);
    vf shifted = (e - 1.0f) * (float)(1.0 / 3) + WHOLEF, k = shifted - WHOLEF, j = e - 3.0f * k;
    vf one = real((bits(a) & 0x007fffff) | 0x3f800000);
    vf m = one * (j == 0.0f ? allf(1.0f) : j == 1.0f ? allf(2.0f) : allf(4.0f));
    vf t = POLYNOMIALF(one, CBRT_START) *
           (j == 0.0f ? allf(1.0f) : j == 1.0f ? allf((float)CBRT2_1) : allf((float)CBRT4_1));
    return with_sign(times_power(halley(t, m, halley_inverse(t, m)), shifted), sign_of(x));
}
FLOATS(cbrt, cbrt_middle(x), ordinary(magnitude(x)))
