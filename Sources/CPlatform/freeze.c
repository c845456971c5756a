// A process that crashes stays: it says who it is and waits for a debugger (LEGATE_FREEZE_ON_ERROR).
#define _GNU_SOURCE
#include "freeze.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void freeze(int signal_number) {
    char host[256] = "", line[512];
    gethostname(host, sizeof host - 1);
    int length = snprintf(
        line, sizeof line, "legate: process %d on %s was stopped by signal %d (%s); attach with: gdb -p %d\n",
        (int)getpid(), host, signal_number, sigabbrev_np(signal_number), (int)getpid());
    if (length > 0 && write(STDERR_FILENO, line, (size_t)length) < 0) {}
    for (;;) sleep(3600);
}

void lg_freeze_on_error(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = freeze;
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}
