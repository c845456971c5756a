/// Exponential, logarithm, sine and cosine in single precision throughout: twice as fast as through double, at errors
/// under 1.1 ulp. Operands out of the range where single precision suffices take the way through double.
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
LANES_THROUGH_DOUBLE(log_through_double, flog_double)
LANES_THROUGH_DOUBLE(sin_through_double, fsin_double)
LANES_THROUGH_DOUBLE(cos_through_double, fcos_double)

INLINE vf fexp(vf x) {
    vf shifted = fmaf_(x, allf((float)LOG2E_1), allf(WHOLEF)), k = shifted - WHOLEF;
    vf r = fmaf_(-k, allf(LN2F_2), fmaf_(-k, allf(LN2F_1), x));
    vf p = 1.0f + fmaf_(r * r, POLYNOMIALF(r, EXP_FLOAT), r);
    vf result = realf(bitsf(p) + (bitsf(shifted) << 23));
    vi far = ~(magnitudef(x) <= 87.0f);
    if (UNLIKELY(anyf(far))) return exp_through_double(far, result, x);
    return result;
}

INLINE vf flog(vf x) {
    const int32_t root_half = 0x3f3504f3, one = 0x3f800000;
    vi t = bitsf(x) + (one - root_half);
    vf k = __builtin_convertvector((t >> 23) - 127, vf);
    vf f = realf((t & 0x007fffff) + root_half) - 1.0f;
    vf s = f / (2.0f + f), z = s * s, square = 0.5f * f * f;
    vf rest = fmaf_(s, fmaf_(z, POLYNOMIALF(z, LOG_SINGLE), square), k * LN2F_2) - square;
    vf sum = k * LN2F_1 + f;
    vf lost = f - (sum - k * LN2F_1);
    vf result = sum + (lost + rest);
    vi rare = ~((x >= 0x1p-126f) & (x < __builtin_inff()));
    if (UNLIKELY(anyf(rare))) return log_through_double(rare, result, x);
    return result;
}

/// x = n·π/2 + r + tail for |x| ≤ 2^14.
typedef struct { vi n; vf r, tail; } anglef;

INLINE anglef reducedf(vf x) {
    vf shifted = fmaf_(x, allf((float)TWO_OVER_PI_1), allf(WHOLEF)), n = shifted - WHOLEF;
    vf a = fmaf_(-n, allf(PI_HALFF_1), x);  // exact
    vf b = n * PI_HALFF_2, r = a - b, back = a - r;
    vf lost = ((a - (r + back)) + (back - b)) - fmaf_(n, allf(PI_HALFF_2), -b);
    return (anglef){bitsf(shifted), r, fmaf_(-n, allf(PI_HALFF_3), lost)};
}
INLINE vf turned_sinef(anglef a, vi n) {
    vf r = a.r, z = r * r, h = 0.5f * z;
    vf s = r + fmaf_(r * z, POLYNOMIALF(z, SIN_SINGLE), a.tail);
    vf one_less = 1.0f - h;
    vf rest = fmaf_(z * z, POLYNOMIALF(z, COS_SINGLE), (1.0f - one_less) - h);
    vf c = one_less + fmaf_(-r, a.tail, rest);
    vf v = -(n & 1) ? c : s;
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
