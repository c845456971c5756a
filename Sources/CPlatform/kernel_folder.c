// One rule for the library that keeps kernels and for the program that tells where they are.
#include "kernel_folder.h"

#include <stdio.h>
#include <string.h>

static int join(const char *folder, const char *rest, char *path, size_t capacity) {
    int length = snprintf(path, capacity, "%s%s", folder, rest);
    return length > 0 && (size_t)length < capacity;
}

int lg_kernel_folder(const char *named, const char *caches, const char *home, char *path, size_t capacity) {
    if (named && *named) return strcmp(named, "none") != 0 && join(named, "/kernels", path, capacity);
    if (caches && *caches == '/') return join(caches, "/legate/kernels", path, capacity);
    return home && *home == '/' && join(home, "/.cache/legate/kernels", path, capacity);
}
