"""What stands for a native loop in a process that did not compile it: a function that was pickled by value brings its
code along, and there Python runs all iterations."""


class NoLoop:
    """Subscripted like a native loop, it does nothing."""

    runs, iterations, reason = 0, 0, "compiled in another process"

    def __getitem__(self, values):
        return None

    def __reduce__(self):
        return no_loop, ()


def no_loop():
    return NoLoop()
