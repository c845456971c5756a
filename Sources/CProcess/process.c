// Ties the life of a process to its parent's: Linux only, and out of Swift's reach, which has no
// `fork` and no `prctl`. Where the system cannot do it, nothing happens.
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

void lg_end_with_parent(int signal) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0);
#else
    (void)signal;
#endif
}

int lg_spawn_bound(char *const words[], const sigset_t *mask, int signal) {
    // The child writes its errno into the pipe; a program that started closed it unwritten.
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        lg_end_with_parent(signal);
        if (getppid() != parent) _exit(127);
        sigprocmask(SIG_SETMASK, mask, NULL);
        execvp(words[0], words);
        int failure = errno;
        ssize_t written = write(ends[1], &failure, sizeof failure);
        _exit(written < 0 ? 127 : 126);
    }
    int failure = child < 0 ? errno : 0;
    close(ends[1]);
    if (child > 0 && read(ends[0], &failure, sizeof failure) == sizeof failure) waitpid(child, NULL, 0);
    close(ends[0]);
    return failure ? -failure : child;
}
