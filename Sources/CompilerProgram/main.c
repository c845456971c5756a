// `legate-compiler`: compiles kernels for the program that started it, and ends with it.
//
//     legate-compiler --serve     answers requests on standard input, a socket
//     legate-compiler             says which libLLVM is used, or why none is, and where kernels are kept
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compile_service.h"
#include "kernel_folder.h"
#include "llvm.h"

enum { IDLE_SECONDS = 10 };

static int serve(void) {
    // The starting program waits for this process only.
    if (fork() != 0) _exit(0);
    // Keys typed for the program are not meant for its compiler.
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    // No file of the program stays open because of this one.
    syscall(SYS_close_range, 3, ~0U, 0);
    lg_llvm_is_alone();
    return lg_compiler_serve(STDIN_FILENO, IDLE_SECONDS);
}

static void say_folder(void) {
    char folder[4096], file[4400];
    if (!lg_kernel_folder(getenv("LEGATE_CACHE_DIR"), getenv("XDG_CACHE_HOME"), getenv("HOME"), folder, sizeof folder)) {
        puts("kernel_cache : none");
        return;
    }
    int kernels = 0;
    long long bytes = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *end = strrchr(entry->d_name, '.');
        struct stat status;
        snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        if (!end || strcmp(end, ".kernel") != 0 || stat(file, &status) != 0) continue;
        kernels++;
        bytes += status.st_size;
    }
    if (directory) closedir(directory);
    printf("kernel_cache : %s (%d kernels, %lld bytes)\n", folder, kernels, bytes);
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "--serve") == 0) {
        // Compiling gives way to the program, but is not starved by workers that keep all cores busy.
        nice(5);
        return serve();
    }
    const char *library = getenv("LEGATE_LLVM");
    char error[512];
    if (library && strcmp(library, "none") == 0)
        puts("llvm         : none (LEGATE_LLVM=none)");
    else if (lg_llvm_open(library && *library ? library : NULL, error, sizeof error))
        printf("llvm         : %s, version %s\n", lg_llvm_name(), lg_llvm_version());
    else
        printf("llvm         : none (%s)\n", error);
    say_folder();
    return 0;
}
