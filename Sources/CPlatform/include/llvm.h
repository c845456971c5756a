// libLLVM opened at run time: IR text in, a relocatable object file out.
//
// Nothing is linked and no header of LLVM is used. One library is open at a time and stays loaded. `lg_llvm_open` and
// `lg_llvm_compile` are called by one thread at a time: the caller keeps that.
#pragma once
#include <stddef.h>

// Opens a library by path, or (NULL) the first of the usual names that is found. Returns 1 when it has what is needed;
// else 0 and a sentence in `error`.
int lg_llvm_open(const char *path, char *error, size_t capacity);
// To be said before, in a process that nobody else uses LLVM in: its options, which are the process's, may be changed.
void lg_llvm_is_alone(void);
// The name or path that was opened, and the version ("19.1.7"; "15" where the library does not tell); NULL when none is.
const char *lg_llvm_name(void);
const char *lg_llvm_version(void);

// Whether a fatal error ended the use of the library in this process.
int lg_llvm_is_broken(void);

// Compiles a module. `level` is 0 to 3, `features` a list like "+avx2,-fma". Returns 1 and an object that the caller frees
// with free(), or 0 and a sentence in `error`. Text that is no valid module is an error like any other. An error that
// LLVM calls fatal ends the use of LLVM in this process: all later calls fail.
int lg_llvm_compile(
    const char *triple, const char *cpu, const char *features, int level, const char *text, size_t length, void **object,
    size_t *size, char *error, size_t capacity);
