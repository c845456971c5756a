// What the C library's heaps keep of memory that was freed.
#include "heap.h"
#include <malloc.h>

void lg_trim_heaps(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
