/// The functions at 32 bytes, with AVX2 and fused multiply-add. A target of its own: the flags that let 32-byte vectors
/// travel in registers hold for a whole file, and nothing of this one may run on a lesser processor.
#if defined(__x86_64__)
#define LEGATE_VECTOR_BYTES 32
#define LEGATE_LEVEL_TABLE legate_math_avx2
#include "levels/level.h"
#endif
