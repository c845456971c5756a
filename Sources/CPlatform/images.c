#define _GNU_SOURCE
#include "images.h"
#include <dlfcn.h>
#include <stddef.h>

const char *lg_image_path(const void *address) {
    Dl_info info;
    return dladdr(address, &info) ? info.dli_fname : NULL;
}
