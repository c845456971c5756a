/// The functions at 16 bytes, with what every processor of the architecture has.
#define LEGATE_VECTOR_BYTES 16
#define LEGATE_LEVEL_TABLE legate_math_baseline
#include "levels/level.h"
