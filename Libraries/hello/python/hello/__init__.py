"""The smallest library beside the arrays: messages, replicas, iota, square, sum, variance.

    import cunumeric as np
    import hello

    x = hello.iota(1000)                    # a store; np.asarray(x) is the same memory
    y = hello.square(np.sqrt(x))            # arrays of any library in, stores out
    print(hello.variance(y).item())         # only here something is computed

Every function takes whatever has ``__legate_data_interface__``, arrays of ``cunumeric``, and what NumPy can read.
"""

from legate.core import ADD, as_store, get_legate_runtime, load_library

__all__ = ["iota", "print_hello", "print_hellos", "square", "sum", "variance"]

library = load_library("hello", __file__)
_runtime = get_legate_runtime()


def print_hello(message):
    """Prints a message from a task."""
    print_hellos(message, 1)


def print_hellos(message, n):
    """Prints a message from ``n`` replicas of a task, in whatever order they run."""
    if not isinstance(message, str):
        raise TypeError(f"a message is a string, not {type(message).__name__}")
    if n < 1:
        raise ValueError(f"a task has at least one replica, not {n}")
    launch = _runtime.create_manual_task(library, "greet", (int(n),))
    launch.add_scalar_arg(message)
    launch.execute()
    _runtime.issue_execution_fence(block=True)


def iota(size, dtype="float64"):
    """The numbers 0, 1, … ``size - 1``."""
    y = _runtime.create_store(dtype, (size,))
    if y.dtype == bool:
        raise TypeError("iota counts in numbers, not in bool")
    launch = _runtime.create_auto_task(library, "iota")
    launch.add_output(y)
    launch.execute()
    return y


def square(x):
    """``x * x``, element by element; fuses with what computes ``x`` and with what uses the result."""
    x = as_store(x)
    return _pointwise("square", x.type, x.shape, x)


def sum(x):
    """The sum of all elements, in the type in which NumPy adds: a store of one element without axes."""
    x = as_store(x)
    total = _total(x)
    return _pointwise("quotient", x.type, (), total, scalars=(1,)) if x.dtype == "float16" else total


def variance(x, ddof=0):
    """The mean of the squared distances from the mean, over all elements: a store of one element without axes."""
    x = as_store(x)
    if x.dtype.kind == "c":
        raise TypeError(f"the variance of {x.dtype} is not there: take that of its parts")
    count = x.size
    wide = x.dtype if x.dtype in ("float32", "float64") else "float32" if x.dtype == "float16" else "float64"
    mean = _pointwise("quotient", wide, (), _total(x), scalars=(float(count),))
    squares = _pointwise("deviation", wide, x.shape, x, mean)
    kind = x.type if x.dtype.kind == "f" else "float64"
    return _pointwise("quotient", kind, (), _total(squares), scalars=(float(max(count - ddof, 0)),))


def _total(x):
    kinds = {"b": "int64", "i": "int64", "u": "uint64"}
    total = _runtime.create_store(
        "float32" if x.dtype == "float16" else kinds.get(x.dtype.kind, x.dtype), ())
    total.fill(0)
    launch = _runtime.create_auto_task(library, "total")
    launch.add_input(x)
    launch.add_reduction(total, ADD)
    launch.execute()
    return total


def _pointwise(task, dtype, shape, *inputs, scalars=()):
    """The output of a transparent task; inputs broadcast to its shape."""
    y = _runtime.create_store(dtype, shape)
    launch = _runtime.create_auto_task(library, task)
    for store in inputs:
        launch.add_input(store)
    launch.add_output(y)
    for value in scalars:
        launch.add_scalar_arg(value)
    launch.execute()
    return y
