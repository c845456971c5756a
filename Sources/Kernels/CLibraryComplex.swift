/// The C library's complex functions, which Swift cannot import because it has no `_Complex` types.
///
/// A `double _Complex` is passed and returned as two doubles in two registers, by System V on
/// x86-64 and by AAPCS on arm64, and so is Swift's pair of doubles: a declaration by symbol name
/// fits. `Tests/KernelTests` checks the results, and would notice a machine where this does not
/// hold. Single precision is computed in double and rounded once.

import Shapes

typealias DoublePair = (Double, Double)

@_silgen_name("csqrt") func c_csqrt(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("cexp") func c_cexp(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("clog") func c_clog(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("csin") func c_csin(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("ccos") func c_ccos(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("ctan") func c_ctan(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("casin") func c_casin(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("cacos") func c_cacos(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("catan") func c_catan(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("csinh") func c_csinh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("ccosh") func c_ccosh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("ctanh") func c_ctanh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("casinh") func c_casinh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("cacosh") func c_cacosh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("catanh") func c_catanh(_ real: Double, _ imaginary: Double) -> DoublePair
@_silgen_name("cpow") func c_cpow(
    _ real: Double, _ imaginary: Double, _ exponentReal: Double, _ exponentImaginary: Double
) -> DoublePair
