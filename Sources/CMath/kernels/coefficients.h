// Written by minimax.py: minimax polynomials, lowest coefficient first, and constants in several parts.
#pragma once

#define EXP_REST 0x1.555555555555ap-3, 0x1.5555555555563p-5, 0x1.111111110f321p-7, 0x1.6c16c16c106e3p-10, 0x1.a01a01b0a3be8p-13, 0x1.a01a01c1eb243p-16, 0x1.71ddf7b6a44c9p-19, 0x1.27e4a68b9a72ep-22, 0x1.af5e3e9e10ba0p-26, 0x1.1fbc7ad6aa460p-29  /* 2^-61.7 */
#define EXP_FLOAT 0x1.fffffb9997137p-2, 0x1.555494c0cabfep-3, 0x1.5558ff5efbd47p-5, 0x1.123d8d4a8e904p-7, 0x1.6a3fe22ae3fc9p-10  /* 2^-27.6 */
#define EXP2_SINGLE 0x1.62e42fef7bf01p-1, 0x1.ebfbe07ac980cp-3, 0x1.c6b08de63bb25p-5, 0x1.3b29f0053d817p-7, 0x1.5d87377ceda11p-10, 0x1.445f94fae8641p-13, 0x1.00e3980622c0ap-16  /* 2^-34.2 */
#define LOG_FULL 0x1.5555555555593p-1, 0x1.999999997f6fap-2, 0x1.24924942909a4p-2, 0x1.c71c513ab13b8p-3, 0x1.74667c6f528dbp-3, 0x1.39997f1f90312p-3, 0x1.2f6c5f2aa80ebp-3  /* 2^-58.0 */
#define LOG_MIDDLE 0x1.555555561f2b1p-1, 0x1.999996a1a62d4p-2, 0x1.2494295b1f060p-2, 0x1.c618cc495f479p-3, 0x1.92b99dbb63d95p-3  /* 2^-41.5 */
#define LOG_SINGLE 0x1.555554fd3e472p-1, 0x1.999a7bfd3b6fap-2, 0x1.24387e716fd51p-2, 0x1.e309147e37dd4p-3  /* 2^-36.8 */
#define LOG_TAIL 0x1.9999999999996p-2, 0x1.2492492492f10p-2, 0x1.c71c71c5a0b98p-3, 0x1.745d1824513dap-3, 0x1.3b13660b1d50ap-3, 0x1.1120441659daep-3, 0x1.de434747a2f50p-4, 0x1.ea9df31e5fed4p-4  /* 2^-72.7 */
#define SIN_FULL -0x1.5555555555555p-3, 0x1.1111111111067p-7, -0x1.a01a019ffdc7fp-13, 0x1.71de3a32d2464p-19, -0x1.ae642b137ee0cp-26, 0x1.6108d445f3632p-33, -0x1.9f7a88990f425p-41  /* 2^-62.8 */
#define COS_FULL 0x1.555555555554cp-5, -0x1.6c16c16c15249p-10, 0x1.a01a019cc5edap-16, -0x1.27e4f8179c459p-22, 0x1.1ee9f40560ae5p-29, -0x1.8fb20602017b6p-37  /* 2^-63.2 */
#define SIN_SINGLE -0x1.5555554cb876dp-3, 0x1.1111088f2b045p-7, -0x1.a00f99f502f04p-13, 0x1.6cd6cb09a9d2cp-19  /* 2^-36.8 */
#define COS_SINGLE 0x1.5555554f4d602p-5, -0x1.6c16b88f80519p-10, 0x1.a01100a2c8e14p-16, -0x1.241f412a4a2f9p-22  /* 2^-41.5 */
#define ATAN_FULL -0x1.5555555555555p-2, 0x1.99999999998acp-3, -0x1.249249248b09bp-3, 0x1.c71c71c387bbdp-4, -0x1.745d16bf3b6a0p-4, 0x1.3b13a467974bep-4, -0x1.11103acba9f7ep-4, 0x1.e1ce1650b2e16p-5, -0x1.ae7f782ea9f35p-5, 0x1.81fe409fdbe23p-5, -0x1.519c26e76f1f9p-5, 0x1.0b0b0ca4545d7p-5, -0x1.4562f3e995be9p-6, 0x1.afef83dc5033cp-8  /* 2^-64.8 */
#define ATAN_SINGLE -0x1.555555511444dp-2, 0x1.9999952619789p-3, -0x1.24917d056974bp-3, 0x1.c6f8affd746f9p-4, -0x1.729e3bed74d30p-4, 0x1.2e394d2afea0cp-4, -0x1.b0edf485ad312p-5, 0x1.79ad91f953785p-6  /* 2^-38.2 */
#define ASIN_FULL 0x1.5555555555578p-3, 0x1.333333332df1dp-4, 0x1.6db6db722a4b1p-5, 0x1.f1c71a8c7a708p-6, 0x1.6e8bdfc7c5887p-6, 0x1.1c49e00d28e5dp-6, 0x1.ca2121bd880ecp-7, 0x1.7577e6c7ba805p-7, 0x1.618e3e1f96cb7p-7, 0x1.e0c4e170d4538p-9, 0x1.6550ca547611ep-6, -0x1.5a98abd506fc2p-6, 0x1.0c27ed5473123p-5  /* 2^-59.2 */
#define ASIN_SINGLE 0x1.555556099e69cp-3, 0x1.3332a6aa04817p-4, 0x1.6ddbb9b4e4268p-5, 0x1.ed385754f8e2fp-6, 0x1.9469ce306f873p-6, 0x1.d736bd416ed23p-8, 0x1.1fb1248d203e8p-5  /* 2^-34.2 */
#define CBRT_START 0x1.03ec0e1ccbe25p-1, 0x1.6eb2001f50b09p-1, -0x1.31c355880a2d3p-2, 0x1.5cf2c75e9fc21p-4, -0x1.569e1e34c8166p-7  /* 2^-15.6 */

#define LN2_1 0x1.62e42fefa4000p-1
#define LN2_2 -0x1.8432a1b0e2634p-43
#define LN2_3 0x1.f97b57a079a19p-103
#define LN2_WHOLE_1 0x1.62e42fefa39efp-1
#define LN2_WHOLE_2 0x1.abc9e3b39803fp-56
#define LOG2E_1 0x1.71547652b82fep+0
#define LOG2E_2 0x1.777d0ffda0d24p-56
#define LOG10E_1 0x1.bcb7b1526e50ep-2
#define LOG10E_2 0x1.95355baaafad3p-57
#define LOG10_2_1 0x1.34413509f8000p-2
#define LOG10_2_2 -0x1.80433b83b532ap-44
#define LOG10_2_WHOLE_1 0x1.34413509f79ffp-2
#define PI_HALF_1 0x1.921fb54442d18p+0
#define PI_HALF_2 0x1.1a62633145c07p-54
#define PI_HALF_3 -0x1.f1976b7ed8fbcp-110
#define PI_1 0x1.921fb54442d18p+1
#define PI_2 0x1.1a62633145c07p-53
#define PI_QUARTER_1 0x1.921fb54442d18p-1
#define PI_QUARTER_2 0x1.1a62633145c07p-55
#define PI_3_QUARTERS_1 0x1.2d97c7f3321d2p+1
#define PI_3_QUARTERS_2 0x1.a79394c9e8a0ap-54
#define TWO_OVER_PI_1 0x1.45f306dc9c883p-1
#define TWO_THIRDS_1 0x1.5555555555555p-1
#define TWO_THIRDS_2 0x1.5555555555555p-55
#define CBRT2_1 0x1.428a2f98d728bp+0
#define CBRT2_2 -0x1.ddc22548ea41ep-56
#define CBRT4_1 0x1.965fea53d6e3dp+0
#define CBRT4_2 -0x1.f53e999952f09p-54
#define LN2F_1 0x1.62e4000000000p-1f
#define LN2F_2 0x1.7f7d1c0000000p-20f
#define PI_HALFF_1 0x1.921fb60000000p+0f
#define PI_HALFF_2 -0x1.777a5c0000000p-25f
#define PI_HALFF_3 -0x1.ee59da0000000p-50f
