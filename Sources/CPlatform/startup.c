// Finds this library's own segments and tells the system that their pages need not stay mapped.
#define _GNU_SOURCE
#include "startup.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static int release_object(struct dl_phdr_info *object, size_t size, void *argument) {
    (void)size;
    uintptr_t inside = (uintptr_t)argument, page = (uintptr_t)sysconf(_SC_PAGESIZE);
    int is_own = 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && inside - (object->dlpi_addr + segment->p_vaddr) < segment->p_memsz) is_own = 1;
    }
    if (!is_own) return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t first = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz + page - 1) & ~(page - 1);
        madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 1;
}

void lg_release_startup_pages(void) {
    dl_iterate_phdr(release_object, (void *)(uintptr_t)lg_release_startup_pages);
}
