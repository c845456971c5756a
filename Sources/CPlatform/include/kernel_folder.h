// Where compiled kernels are kept, by the environment.
#pragma once
#include <stddef.h>

// Writes the folder's path and returns 1; 0 where there is none. In: the values of LEGATE_CACHE_DIR ("none": no folder),
// XDG_CACHE_HOME and HOME, each NULL where it is not set.
int lg_kernel_folder(const char *named, const char *caches, const char *home, char *path, size_t capacity);
