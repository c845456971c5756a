/// Operations and formulas of double and of single precision, written once: the names are overloaded.
///
/// Included by `vector.h` for each of the two, with `V` for its vectors, `I` for integers of the same width, `SIGN` for
/// one of them that holds the sign alone, `PAIR` for two vectors, and `ALL_WHOLE` for where numbers have no fraction left.

// MARK: - Operations

INLINE I bits(V x) { return (I)x; }
INLINE V real(I x) { return (V)x; }
INLINE V fma_(V a, V b, V c) { return __builtin_elementwise_fma(a, b, c); }
INLINE V root(V x) { return __builtin_elementwise_sqrt(x); }
INLINE V magnitude(V x) { return real(bits(x) & ~SIGN); }
INLINE I sign_of(V x) { return bits(x) & SIGN; }
INLINE V with_sign(V x, I sign) { return real(bits(x) ^ sign); }
/// The lanes of `a` where the mask (0 or -1) is set, else those of `b`.
INLINE V pick(I mask, V a, V b) { return mask ? a : b; }
/// The result for x, but zero for zero, with its sign.
INLINE V keeping_zero(V x, V result) { return x == 0.0 ? x : result; }
/// a + b exactly, where |a| ≥ |b| or a = 0.
INLINE PAIR fast_sum(V a, V b) {
    V s = a + b;
    return (PAIR){s, b - (s - a)};
}

// MARK: - From e^r

/// scale·e^r - 1, given e^r - 1 = r + rest.
INLINE V scaled_less_one(V scale, V r, V rest) {
    PAIR sum = fast_sum(scale - 1.0, scale * r);
    return sum.hi + fma_(scale, rest, sum.lo);
}
/// sinh a, given e = e^a - 1.
INLINE V sinh_of(V e) {
    V q = e / (1.0 + e);
    return e < 1.0 ? fma_(-0.5 * e, q, e) : 0.5 * (e + q);
}
/// cosh a, given e = e^a.
INLINE V cosh_of(V e) { return fma_((V)(0.5), e, 0.5 / e); }
/// tanh a, given e = e^2a - 1.
INLINE V tanh_of(V e) {
    V q = e / (2.0 + e);
    return e < 1.0 ? fma_(-0.5 * e, q, 0.5 * e) : q;
}

// MARK: - From log(1 + f)

INLINE V reduced_fraction(V f) { return f / (2.0 + f); }
/// log(1 + f) - f, given s = f / (2 + f), the series R(s²) and what is to be added. It is not small beside f.
INLINE V log_rest_of(V f, V s, V series, V more) {
    V z = s * s, square = 0.5 * f * f;
    return fma_(s, fma_(z, series, square), more) - square;
}
/// f + rest times a constant in two parts, and what is to be added.
INLINE V times_constant(V f, V rest, double hi, double lo, V more) {
    return fma_(f, (V)(hi), fma_(rest, (V)(hi), fma_(f, (V)(lo), more)));
}

// MARK: - Roots

/// One step of Halley from t to the cube root of m, given `inverse` = 1 / (2t³ + m).
INLINE V halley_inverse(V t, V m) { return 1.0 / fma_((V)(2.0), t * t * t, m); }
INLINE V halley(V t, V m, V inverse) { return fma_(-t * (t * t * t - m), inverse, t); }

// MARK: - Quotients

/// x rounded down.
INLINE V rounded_down(V x) {
    V a = magnitude(x), near = with_sign((a + ALL_WHOLE) - ALL_WHOLE, sign_of(x));
    return a < ALL_WHOLE ? (near > x ? near - 1.0 : near) : x;
}
/// What Python's `%` leaves of x / y, given r, what C's `fmod` leaves.
INLINE V remainder_of(V r, V y) {
    V corrected = (y < 0.0) != (r < 0.0) ? r + y : r;
    return r != 0.0 ? corrected : real(sign_of(y));
}
/// x / y rounded down, given the same r.
INLINE V floor_quotient(V r, V x, V y) {
    V q = (x - r) / y;
    q = ((r != 0.0) & ((y < 0.0) != (r < 0.0))) ? q - 1.0 : q;
    V whole = rounded_down(q);
    whole = q - whole > 0.5 ? whole + 1.0 : whole;
    whole = q != 0.0 ? whole : real(sign_of(x / y));
    return y == 0.0 ? x / y : whole;
}
