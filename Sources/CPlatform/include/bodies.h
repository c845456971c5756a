// Which task body each thread is in, for a process that ends inside one, and for who asks what runs.
#ifndef LG_BODIES_H
#define LG_BODIES_H

/// The calling thread begins the body of a task. The texts must outlive the body. `file` may be NULL.
void lg_body_enter(const char *task, const char *file, long line);
/// The body returned, or threw.
void lg_body_leave(void);
/// The calling thread ends: its place is free for another.
void lg_body_thread_ends(void);

/// From now on a signal that ends the process inside a body first says which task it was and where it was launched.
void lg_bodies_catch_faults(void);
/// Ends the process when a body runs longer, and says which; 0 for no limit.
void lg_bodies_limit(double seconds);
/// Writes a line for every body that runs. Safe in a signal handler.
void lg_bodies_report(int descriptor);

#endif
