/// A function of the C library applied to the lanes of a vector.
#pragma once
#include <math.h>
#include "rare.h"
#include "vector.h"

#define LIBRARY(name, V, f)                                                                                           \
    INLINE V name(V x) {                                                                                              \
        for (unsigned i = 0; i < sizeof(V) / sizeof x[0]; i++) x[i] = f(x[i]);                                        \
        return x;                                                                                                     \
    }
#define LIBRARY2(name, V, f)                                                                                          \
    INLINE V name(V x, V y) {                                                                                         \
        for (unsigned i = 0; i < sizeof(V) / sizeof x[0]; i++) x[i] = f(x[i], y[i]);                                  \
        return x;                                                                                                     \
    }
