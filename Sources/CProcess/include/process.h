#pragma once
#include <signal.h>

/// Starts a program that is sent `signal` when this process ends, however it ends.
///
/// `words` ends with a null pointer; `mask` is the signal mask that the program gets, and `errors` its
/// standard error. Returns the program's id, or the negative `errno` of what failed.
int lg_spawn_bound(char *const words[], const sigset_t *mask, int signal, int errors);

/// A descriptor that can be polled for blocked signals, or -1.
int lg_signal_descriptor(const sigset_t *signals);

/// Takes a signal from such a descriptor; `origin` is its `si_code`. Returns 0 when there is none.
int lg_take_signal(int descriptor, int *origin);

/// Asks the system to send `signal` to this process, and to what it becomes, when its parent ends.
void lg_end_with_parent(int signal);
