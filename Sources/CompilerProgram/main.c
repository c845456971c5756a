// `legate-compiler`: compiles kernels for the program that started it, and ends with it.
//
//     legate-compiler --serve     answers requests on standard input, a socket
//     legate-compiler [library]   says which libLLVM is used, or why none is (exit 1)
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compile_service.h"
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
    return lg_compiler_serve(STDIN_FILENO, IDLE_SECONDS);
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "--serve") == 0) return serve();
    char error[512];
    if (!lg_llvm_open(count > 1 ? words[1] : NULL, error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    printf("%s %s\n", lg_llvm_name(), lg_llvm_version());
    return 0;
}
