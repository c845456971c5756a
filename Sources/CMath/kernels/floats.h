/// Functions of one operand in single precision throughout: twice as fast as through double, at errors under 2 ulp, which
/// are NumPy's. Operands out of the range where single precision suffices take the way through double.
#pragma once
#include "single.h"

typedef int32_t vi __attribute__((ext_vector_type(LANES * 2)));
typedef uint32_t vui __attribute__((ext_vector_type(LANES * 2)));
typedef _Bool vbf __attribute__((ext_vector_type(LANES * 2)));

INLINE vf allf(float c) { return (vf)(c); }
INLINE vi bitsf(vf x) { return (vi)x; }
INLINE vf realf(vi x) { return (vf)x; }
INLINE vf fmaf_(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
INLINE vf magnitudef(vf x) { return realf(bitsf(x) & INT32_MAX); }
INLINE _Bool anyf(vi mask) { return __builtin_reduce_or(__builtin_convertvector(mask, vbf)); }

/// Σ cᵢ xⁱ with coefficients rounded to single precision.
#define POLYNOMIALF(x, ...)                                                                                           \
    ({                                                                                                                \
        static const double c_[] = {__VA_ARGS__};                                                                     \
        enum { n_ = sizeof c_ / sizeof *c_ };                                                                         \
        vf x_ = (x), sum_ = allf((float)c_[n_ - 1]);                                                                  \
        _Pragma("clang loop unroll(full)") for (int i_ = n_ - 2; i_ >= 0; i_--) sum_ =                               \
            fmaf_(sum_, x_, allf((float)c_[i_]));                                                                     \
        sum_;                                                                                                         \
    })

#define WHOLEF 0x1.8p23f

/// The way through double of the lanes in a mask. Out of line: it is rare.
#define LANES_THROUGH_DOUBLE(name, value)                                                                             \
    static __attribute__((noinline)) vf name(vi mask, vf r, vf x) { return mask ? value(x) : r; }
LANES_THROUGH_DOUBLE(exp_through_double, fexp_double)
LANES_THROUGH_DOUBLE(exp2_through_double, fexp2_double)
LANES_THROUGH_DOUBLE(expm1_through_double, fexpm1_double)
LANES_THROUGH_DOUBLE(log_through_double, flog_double)
LANES_THROUGH_DOUBLE(log2_through_double, flog2_double)
LANES_THROUGH_DOUBLE(log10_through_double, flog10_double)
LANES_THROUGH_DOUBLE(log1p_through_double, flog1p_double)
LANES_THROUGH_DOUBLE(sin_through_double, fsin_double)
LANES_THROUGH_DOUBLE(cos_through_double, fcos_double)
LANES_THROUGH_DOUBLE(tan_through_double, ftan_double)
LANES_THROUGH_DOUBLE(sinh_through_double, fsinh_double)
LANES_THROUGH_DOUBLE(cosh_through_double, fcosh_double)
LANES_THROUGH_DOUBLE(arcsinh_through_double, farcsinh_double)
LANES_THROUGH_DOUBLE(arccosh_through_double, farccosh_double)
LANES_THROUGH_DOUBLE(arctanh_through_double, farctanh_double)
LANES_THROUGH_DOUBLE(cbrt_through_double, fcbrt_double)

typedef struct { vf hi, lo; } pairf;

INLINE pairf fast_sumf(vf a, vf b) {
    vf s = a + b;
    return (pairf){s, b - (s - a)};
}
INLINE vf with_signf(vf x, vf sign) { return realf(bitsf(x) ^ (bitsf(sign) & INT32_MIN)); }
INLINE vf rootf(vf x) { return __builtin_elementwise_sqrt(x); }
/// The part of a constant that single precision leaves over.
#define LEFT(constant) ((float)((constant) - (float)(constant)))

// MARK: - Exponentials

/// e^r - 1 - r for |r| ≤ log 2 / 2
INLINE vf exp_restf(vf r) { return r * r * POLYNOMIALF(r, EXP_FLOAT); }
INLINE vf exp_nearf(vf r) { return 1.0f + fmaf_(r * r, POLYNOMIALF(r, EXP_FLOAT), r); }

/// x = k·log 2 + r; `bits` of `shifted` hold k in their lowest part.
typedef struct { vf r, shifted; } exponentf;

INLINE exponentf reduce_expf(vf x) {
    vf shifted = fmaf_(x, allf((float)LOG2E_1), allf(WHOLEF)), k = shifted - WHOLEF;
    return (exponentf){fmaf_(-k, allf(LN2F_2), fmaf_(-k, allf(LN2F_1), x)), shifted};
}
INLINE vf times_powerf(vf p, vf shifted) { return realf(bitsf(p) + (bitsf(shifted) << 23)); }
/// e^x for |x| ≤ 87
INLINE vf exp_middlef(vf x) {
    exponentf e = reduce_expf(x);
    return times_powerf(exp_nearf(e.r), e.shifted);
}
/// e^x - 1 for |x| ≤ 87
INLINE vf expm1_middlef(vf x) {
    exponentf e = reduce_expf(x);
    vf scale = times_powerf(allf(1.0f), e.shifted);
    pairf sum = fast_sumf(scale - 1.0f, scale * e.r);
    return sum.hi + fmaf_(scale, exp_restf(e.r), sum.lo);
}

INLINE vf fexp(vf x) {
    vf r = exp_middlef(x);
    vi far = ~(magnitudef(x) <= 87.0f);
    if (UNLIKELY(anyf(far))) return exp_through_double(far, r, x);
    return r;
}
INLINE vf fexp2(vf x) {
    vf shifted = x + WHOLEF, part = x - (shifted - WHOLEF);
    vf r = times_powerf(exp_nearf(part * (float)LN2_WHOLE_1), shifted);
    vi far = ~(magnitudef(x) <= 125.0f);
    if (UNLIKELY(anyf(far))) return exp2_through_double(far, r, x);
    return r;
}
INLINE vf fexpm1(vf x) {
    vf r = expm1_middlef(x);
    r = x == 0.0f ? x : r;
    vi far = ~(magnitudef(x) <= 87.0f);
    if (UNLIKELY(anyf(far))) return expm1_through_double(far, r, x);
    return r;
}
INLINE vf fsinh(vf x) {
    vf a = magnitudef(x), e = expm1_middlef(a);
    vf q = e / (1.0f + e), r = with_signf(e < 1.0f ? fmaf_(-0.5f * e, q, e) : 0.5f * (e + q), x);
    vi far = ~(a <= 87.0f);
    if (UNLIKELY(anyf(far))) return sinh_through_double(far, r, x);
    return r;
}
INLINE vf fcosh(vf x) {
    vf a = magnitudef(x), e = exp_middlef(a);
    vf r = fmaf_(allf(0.5f), e, 0.5f / e);
    vi far = ~(a <= 87.0f);
    if (UNLIKELY(anyf(far))) return cosh_through_double(far, r, x);
    return r;
}
INLINE vf ftanh(vf x) {
    vf a = magnitudef(x), e = expm1_middlef(2.0f * (a > 20.0f ? allf(20.0f) : a)), q = e / (2.0f + e);
    return with_signf(e < 1.0f ? fmaf_(-0.5f * e, q, 0.5f * e) : q, x);
}

// MARK: - Logarithms

/// A positive normal number as 2^k (1 + f).
typedef struct { vi whole; vf k, f; } splitf;

INLINE splitf splitf_of(vf x) {
    const int32_t root_half = 0x3f3504f3, one = 0x3f800000;
    vi t = bitsf(x) + (one - root_half), whole = (t >> 23) - 127;
    return (splitf){whole, __builtin_convertvector(whole, vf), realf((t & 0x007fffff) + root_half) - 1.0f};
}
INLINE vf reduced_fractionf(vf f) { return f / (2.0f + f); }
/// log(1 + f) = f + rest, given s and what is to be added to the rest.
INLINE vf log_restf(vf f, vf s, vf more) {
    vf z = s * s, square = 0.5f * f * f;
    return fmaf_(s, fmaf_(z, POLYNOMIALF(z, LOG_SINGLE), square), more) - square;
}
/// log(1 + f) times a constant, and what is to be added.
INLINE vf log_timesf(vf f, double constant, vf more) {
    vf rest = log_restf(f, reduced_fractionf(f), allf(0)), hi = allf((float)constant);
    return fmaf_(f, hi, fmaf_(rest, hi, fmaf_(f, allf(LEFT(constant)), more)));
}
INLINE vi rare_logarithm(vf x) { return ~((x >= 0x1p-126f) & (x < __builtin_inff())); }

INLINE vf flog(vf x) {
    splitf n = splitf_of(x);
    vf rest = log_restf(n.f, reduced_fractionf(n.f), n.k * LN2F_2), sum = fmaf_(n.k, allf(LN2F_1), n.f);
    vf lost = n.f - (sum - n.k * LN2F_1), r = sum + (lost + rest);
    vi rare = rare_logarithm(x);
    if (UNLIKELY(anyf(rare))) return log_through_double(rare, r, x);
    return r;
}
INLINE vf flog2(vf x) {
    splitf n = splitf_of(x);
    vf r = n.k + log_timesf(n.f, LOG2E_1, allf(0));
    vi rare = rare_logarithm(x);
    if (UNLIKELY(anyf(rare))) return log2_through_double(rare, r, x);
    return r;
}
INLINE vf flog10(vf x) {
    splitf n = splitf_of(x);
    const double most = 0x1.344p-2;  // so few bits that its products with k are exact
    vf r = fmaf_(n.k, allf((float)most), log_timesf(n.f, LOG10E_1, n.k * (float)(LOG10_2_WHOLE_1 - most)));
    vi rare = rare_logarithm(x);
    if (UNLIKELY(anyf(rare))) return log10_through_double(rare, r, x);
    return r;
}
/// log(1 + x) for -1 < x ≤ 2^100: as `vlog1p`.
INLINE vf log1p_middlef(vf x) {
    vf u = 1.0f + x, back = u - 1.0f, lost = (1.0f - (u - back)) + (x - back);
    splitf n = splitf_of(u);
    vf s = reduced_fractionf(n.f);
    lost *= realf((127 - n.whole) << 23);
    vf more = fmaf_(n.k, allf(LN2F_2), fmaf_(-2.0f * s, lost, lost));
    return fmaf_(n.k, allf(LN2F_1), n.f + log_restf(n.f, s, more));
}
INLINE vf flog1p(vf x) {
    vf r = log1p_middlef(x);
    r = x == 0.0f ? x : r;
    vi far = ~((x > -1.0f) & (x < 0x1p100f));
    if (UNLIKELY(anyf(far))) return log1p_through_double(far, r, x);
    return r;
}
INLINE vf farcsinh(vf x) {
    vf a = magnitudef(x), square = a * a;
    vf r = with_signf(log1p_middlef(a + square / (1.0f + rootf(1.0f + square))), x);
    r = x == 0.0f ? x : r;
    vi far = ~(a < 0x1p60f);
    if (UNLIKELY(anyf(far))) return arcsinh_through_double(far, r, x);
    return r;
}
INLINE vf farccosh(vf x) {
    vf t = x - 1.0f, r = log1p_middlef(t + rootf(fmaf_(t, t, t + t)));
    vi far = ~((x >= 1.0f) & (x < 0x1p60f));
    if (UNLIKELY(anyf(far))) return arccosh_through_double(far, r, x);
    return r;
}
INLINE vf farctanh(vf x) {
    vf a = magnitudef(x), r = with_signf(0.5f * log1p_middlef(2.0f * a / (1.0f - a)), x);
    r = x == 0.0f ? x : r;
    vi far = ~(a < 1.0f);
    if (UNLIKELY(anyf(far))) return arctanh_through_double(far, r, x);
    return r;
}

// MARK: - Trigonometric functions

/// x = n·π/2 + r + tail for |x| ≤ 2^14.
typedef struct { vi n; vf r, tail; } anglef;

INLINE anglef reducedf(vf x) {
    vf shifted = fmaf_(x, allf((float)TWO_OVER_PI_1), allf(WHOLEF)), n = shifted - WHOLEF;
    vf a = fmaf_(-n, allf(PI_HALFF_1), x);  // exact
    vf b = n * PI_HALFF_2, r = a - b, back = a - r;
    vf lost = ((a - (r + back)) + (back - b)) - fmaf_(n, allf(PI_HALFF_2), -b);
    return (anglef){bitsf(shifted), r, fmaf_(-n, allf(PI_HALFF_3), lost)};
}
INLINE pairf sine_pairf(anglef a) {
    vf r = a.r, z = r * r;
    return fast_sumf(r, fmaf_(r * z, POLYNOMIALF(z, SIN_SINGLE), a.tail));
}
INLINE pairf cosine_pairf(anglef a) {
    vf r = a.r, z = r * r, h = 0.5f * z, one_less = 1.0f - h;
    vf rest = fmaf_(z * z, POLYNOMIALF(z, COS_SINGLE), (1.0f - one_less) - h);
    return fast_sumf(one_less, fmaf_(-r, a.tail, rest));
}
INLINE vf turned_sinef(anglef a, vi n) {
    vf v = -(n & 1) ? cosine_pairf(a).hi : sine_pairf(a).hi;
    return realf(bitsf(v) ^ (n & 2) << 30);
}
INLINE vf fsin(vf x) {
    anglef a = reducedf(x);
    vf r = turned_sinef(a, a.n);
    r = x == 0.0f ? x : r;
    vi far = ~(magnitudef(x) <= 0x1p14f);
    if (UNLIKELY(anyf(far))) return sin_through_double(far, r, x);
    return r;
}
INLINE vf fcos(vf x) {
    anglef a = reducedf(x);
    vf r = turned_sinef(a, a.n + 1);
    vi far = ~(magnitudef(x) <= 0x1p14f);
    if (UNLIKELY(anyf(far))) return cos_through_double(far, r, x);
    return r;
}
INLINE vf ftan(vf x) {
    anglef a = reducedf(x);
    pairf s = sine_pairf(a), c = cosine_pairf(a);
    vi odd = -(a.n & 1);
    pairf n = {odd ? c.hi : s.hi, odd ? c.lo : s.lo}, d = {odd ? -s.hi : c.hi, odd ? -s.lo : c.lo};
    vf y = 1.0f / d.hi, q = n.hi * y;
    vf r = fmaf_(fmaf_(-q, d.hi, n.hi) + fmaf_(-q, d.lo, n.lo), y, q);
    r = x == 0.0f ? x : r;
    vi far = ~(magnitudef(x) <= 0x1p14f);
    if (UNLIKELY(anyf(far))) return tan_through_double(far, r, x);
    return r;
}
INLINE vf farctan(vf x) {
    vf a = magnitudef(x);
    vi low = a < 0.5f, high = a > 2.0f;
    vf t = (low ? a : high ? allf(-1.0f) : a - 1.0f) / (low ? allf(1.0f) : high ? a : a + 1.0f), z = t * t;
    vf base = low ? allf(0) : high ? allf((float)PI_HALF_1) : allf((float)PI_QUARTER_1);
    vf lost = low ? allf(0) : high ? allf(LEFT(PI_HALF_1)) : allf(LEFT(PI_QUARTER_1));
    return with_signf(base + (fmaf_(t * z, POLYNOMIALF(z, ATAN_SINGLE), t) + lost), x);
}

/// As `arc_of_single`: s and what is to be added to it.
typedef struct { vi big; vf s, rest; } arcf;

INLINE arcf arcf_of(vf x) {
    vf a = magnitudef(x);
    vi big = a > 0.5f;
    vf z = big ? 0.5f - 0.5f * a : x * x, s = big ? rootf(z) : x;
    return (arcf){big, s, s * z * POLYNOMIALF(z, ASIN_SINGLE)};
}
INLINE vf farcsin(vf x) {
    arcf a = arcf_of(x);
    vf r = fmaf_(allf(-2.0f), a.s, allf((float)PI_HALF_1)) + fmaf_(allf(-2.0f), a.rest, allf(LEFT(PI_HALF_1)));
    r = a.big ? with_signf(r, x) : a.s + a.rest;
    return magnitudef(x) > 1.0f ? allf(__builtin_nanf("")) : r;
}
INLINE vf farccos(vf x) {
    arcf a = arcf_of(x);
    vf value = a.s + a.rest, twice = 2.0f * value;
    vf small = (float)PI_HALF_1 + (LEFT(PI_HALF_1) - value);
    vf r = a.big ? (x < 0.0f ? (float)PI_1 + (LEFT(PI_1) - twice) : twice) : small;
    return magnitudef(x) > 1.0f ? allf(__builtin_nanf("")) : r;
}

// MARK: - Roots

/// As `cbrt_of_single`: one step of Halley.
INLINE vf fcbrt(vf x) {
    vf a = magnitudef(x);
    vf e = __builtin_convertvector((bitsf(a) >> 23) - 127, vf);
    vf shifted = (e - 1.0f) * (float)(1.0 / 3) + WHOLEF, k = shifted - WHOLEF, j = e - 3.0f * k;
    vf one = realf((bitsf(a) & 0x007fffff) | 0x3f800000);
    vf m = one * (j == 0.0f ? allf(1.0f) : j == 1.0f ? allf(2.0f) : allf(4.0f));
    vf t = POLYNOMIALF(one, CBRT_START) *
           (j == 0.0f ? allf(1.0f) : j == 1.0f ? allf((float)CBRT2_1) : allf((float)CBRT4_1));
    vf third = t * t * t;
    t = fmaf_(-t * (third - m), 1.0f / fmaf_(allf(2.0f), third, m), t);
    vf r = with_signf(times_powerf(t, shifted), x);
    vi rare = rare_logarithm(a);
    if (UNLIKELY(anyf(rare))) return cbrt_through_double(rare, r, x);
    return r;
}
