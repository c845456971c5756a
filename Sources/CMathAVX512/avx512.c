/// The functions at 64 bytes, with AVX-512. A target of its own, for the same reason as the one of AVX2.
#if defined(__x86_64__)
#define LEGATE_VECTOR_BYTES 64
#define LEGATE_LEVEL_TABLE legate_math_avx512
#include "levels/level.h"
#endif
