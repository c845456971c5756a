// The Python module `_legate_pages`: lets go of what starting touched of all libraries of the process.
//
// `release()` unmaps their read-only pages. They stay in the system's page cache and come back when they are touched: of
// loading, symbols and relocations, and of importing, a page here and there all over a library, of which each brings
// fifteen neighbours along; most of them are never touched again. It is a module of its own so that it can be called
// before the large library is loaded, whose own start would else come on top.
//
// Breakpoints that a debugger wrote into a library go with the pages.
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "python_abi.h"

// Pages that were written to are lost when they are let go of: segments that may be written are left alone, and so
// are libraries whose code the loader has changed.
static int has_changed_code(const struct dl_phdr_info *object) {
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + segment->p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL) return 1;
            if (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL) return 1;
        }
    }
    return 0;
}

static int release_object(struct dl_phdr_info *object, size_t size, void *argument) {
    (void)size, (void)argument;
    if (has_changed_code(object)) return 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t first = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz + page - 1) & ~(page - 1);
        madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}

static PyObject *release(PyObject *module, PyObject *nothing) {
    (void)module, (void)nothing;
    dl_iterate_phdr(release_object, NULL);
    return lg_none();
}

static PyMethodDef methods[] = {
    {"release", (void *)release, METH_NOARGS, "Unmaps the read-only pages of all libraries of the process."},
    {0},
};

static PyModuleDef definition = {
    .m_base = {.ob_base = {.ob_refcnt = 1}},
    .m_name = "_legate_pages",
    .m_size = -1,
    .m_methods = methods,
};

__attribute__((visibility("default"))) PyObject *PyInit__legate_pages(void) { return PyModule_Create2(&definition, 3); }
