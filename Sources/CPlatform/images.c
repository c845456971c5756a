// Finds the file of the library that holds an address. `dladdr` would look for a symbol there as well, and touch all of the
// library's tables of symbols for it: most of a megabyte.
#define _GNU_SOURCE
#include "images.h"
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

struct search {
    uintptr_t address;
    const char *path;
};

static int look(struct dl_phdr_info *object, size_t size, void *argument) {
    struct search *search = argument;
    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD) continue;
        if (search->address - (object->dlpi_addr + segment->p_vaddr) >= segment->p_memsz) continue;
        search->path = object->dlpi_name;
        return 1;
    }
    return 0;
}

const char *lg_image_path(const void *address) {
    struct search search = {(uintptr_t)address, NULL};
    dl_iterate_phdr(look, &search);
    if (search.path && search.path[0]) return search.path;
    // The program itself has no name in that list.
    Dl_info info;
    return dladdr(address, &info) ? info.dli_fname : NULL;
}
