// Ties the life of a process to its parent's, and lets signals be polled: Linux only, and out of
// Swift's reach, which has no `fork`, `prctl` and `signalfd`.
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

void lg_end_with_parent(int signal) {
    prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0);
}

int lg_signal_descriptor(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int lg_take_signal(int descriptor, int *origin) {
    struct signalfd_siginfo info;
    if (read(descriptor, &info, sizeof info) != sizeof info) return 0;
    *origin = info.ssi_code;
    return (int)info.ssi_signo;
}

int lg_spawn_bound(char *const words[], const sigset_t *mask, int signal, int errors) {
    // The child writes its errno into the pipe; a program that started closed it unwritten.
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        lg_end_with_parent(signal);
        if (getppid() != parent) _exit(127);
        dup2(errors, STDERR_FILENO);
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
