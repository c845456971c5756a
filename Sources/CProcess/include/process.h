#pragma once
#include <signal.h>

/// Starts a program that is sent `signal` when this process ends, however it ends.
///
/// `words` ends with a null pointer; `mask` is the signal mask that the program gets. Returns the
/// program's id, or the negative `errno` of what failed.
int lg_spawn_bound(char *const words[], const sigset_t *mask, int signal);

/// Asks the system to send `signal` to this process, and to what it becomes, when its parent ends.
void lg_end_with_parent(int signal);
