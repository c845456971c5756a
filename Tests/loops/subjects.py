"""Functions with loops of many kinds. Each gives what can be compared; `np` is the package under test.

`SUBJECTS` says of each how many of its loops are compiled and how many iterations run natively in a call.
"""

import cunumeric as np
from cunumeric import sqrt as root

SCALE = 2
GRID = np.arange(4.0)
KIND = np.float32
NARROW = np.dtype("int16")


def straight():
    x = np.zeros(3)
    for k in range(5):
        x = x + k
    return x


def with_global_number():
    x = np.zeros(3)
    for k in range(5):
        x = x * SCALE + GRID[:3] + k
    return x


def in_place():
    x = np.zeros(4)
    for k in range(1, 4):
        x[k] = x[k - 1] * 0.5 + k
        x[:k] += 1
    return x


def augmented():
    x, total = np.ones(3), 0
    for k in range(6):
        x *= 2.0
        total += k
    return x, total


def swapped():
    a, b = np.ones(3), np.zeros(3)
    for k in range(5):
        a, b = b, a + b
    return a, b, k


def swapped_elements():
    x, g = np.arange(4.0), np.arange(6.0).reshape(2, 3)
    for k in range(5):
        x[0], x[3] = x[3] + k, x[0]
        g[0, 1], last, x[1] = g[1, 1], x[2], g[0, 1]
        (g[1, 1], x[2]), y = (x[1], last + 1), x[0]
        x[1] = y + last
    return x, g


def nested():
    g = np.zeros((4, 5))
    for i in range(1, 4):
        for j in range(1, 5):
            g[i, j] = g[i - 1, j] + g[i, j - 1] + 1
    return g


def inner_may_not_run():
    x, last = np.zeros(3), -1
    for i in range(4):
        for j in range(3 - i):
            last = j
            x = x + j
    return x, last


def same_target_twice():
    x = np.zeros(2)
    for _ in range(3):
        for _ in range(2):
            x = x + 1
    return x, _


def conditional():
    x, seen = np.zeros(3), 0
    for k in range(6):
        if k % 2 == 0:
            x = x + k
            seen = k
        elif k > 3:
            x = x - 1
        else:
            pass
    return x, seen


def temporary_in_a_branch():
    x = np.zeros(3)
    for k in range(5):
        if k > 2:
            t = x * 2
            x = t + 1
        else:
            x = x + 1
    return x


def logic():
    x, count = np.zeros(2), 0
    for k in range(8):
        if k > 1 and not (k == 4 or k == 5):
            count += 1
        y = x if k < 3 else x + 1
        x = y + (1 if k > 2 else 0)
    return x, count


def continued():
    x, count = np.zeros(2), 0
    for k in range(12):
        if k % 3 == 0:
            continue
        elif k > 6:
            x = x - 1
            if 7 < k < 10:
                continue
        count += 1
        for j in range(4):
            if j == k:
                continue
            x = x + j
        x = x + k
    return x, count


def indices():
    a = np.arange(24.0).reshape(2, 3, 4)
    s = np.zeros((2, 3))
    for k in range(4):
        s = s + a[..., k] + a[:, :, -1] + a[0, None, :, k] + a[::1, 0:3, np.newaxis, k][:, :, 0]
    return s


def constants_of_numpy():
    x = np.zeros(2)
    for k in range(3):
        x = x + np.pi * k - np.e
    return x


def types():
    x = np.zeros(3, dtype=np.int32)
    for k in range(4):
        y = x.astype("float32") + np.zeros(3, dtype=KIND) + np.ones(3, dtype="int8") + np.zeros(3, dtype=float)
        x = (y + k).astype(np.int32) + np.ones(3, dtype=NARROW)
    return x


def from_imports():
    x = np.ones(2)
    for k in range(4):
        x = root(x + k)
    return x


def submodules_and_ufunc_methods():
    x = np.arange(6.0).reshape(2, 3)
    for k in range(3):
        n = np.linalg.norm(x)
        x = np.maximum.accumulate(x, axis=1) / n + np.add.reduce(x)
    return x


def python_functions():
    x = np.zeros(5)
    for k in range(6):
        low, high = max(0, k - 2), min(k, len(x) - 1)
        x[low:high] += abs(-k) + float(int(2.5))
    return x


def methods_and_attributes():
    x = np.arange(6.0).reshape(2, 3)
    for k in range(4):
        y = x.T.copy()
        x = x + y.sum(axis=0)[:, None] / x.size + x.shape[0]
    return x


def chained_and_annotated():
    a = b = np.zeros(2)
    for k in range(4):
        c: int = k + 1
        a = b = a + c
    return a, b


def unpacked():
    x, s = np.zeros(2), 0
    for k in range(4):
        (p, q), r = (k, k + 1), k + 2
        x = x + p * q
        s = s + r
    return x, s


def unrolled():
    u, v = np.zeros(3), np.ones(3)
    for k in range(4):
        for w, step in ((u, k), (v, 2 * k)):
            w[1:] = w[:-1] + step
        for sign in (1, -1):
            u = u + sign * k * 0.5
    return u, v


def unrolled_rebinding():
    u, v = np.zeros(3), np.ones(3)
    for k in range(3):
        for w in (u, v, u + v):
            u = w + 1
    return u, v


def damped(x, factor=0.5, *, shift=1):
    "A user's function."
    y = x * factor
    y += shift
    return y


def inlined():
    x = np.ones(3)
    for k in range(4):
        x = damped(x) + damped(x, shift=k) + damped(factor=2.0, x=x)
    return x


def stamp(x, k):
    x[0] = k
    for j in range(1, 3):
        x[j] = x[j - 1] + 1


def inlined_without_return():
    x = np.zeros(3)
    for k in range(4):
        stamp(x, k)
    return x


def bounded(x, k):
    if k < 2:
        return x
    elif k == 2:
        y = x + 1
        return y * 2
    x = x - 1
    return x


def inlined_with_several_returns():
    x = np.ones(3)
    for k in range(5):
        x = bounded(x, k) + 1
    return x


def twice(f, x):
    return f(f(x))


def plus_one(x):
    return x + 1


def functions_as_arguments():
    x = np.zeros(2)
    for k in range(3):
        x = twice(plus_one, x) * 2
    return x


def inside_function():
    drift = np.array([1.0, -0.5])

    def rate(s, weight=0.1):
        return drift * s[::-1] - weight * s

    x = np.ones(2)
    for k in range(5):
        x = x + 0.1 * rate(x)
    return x


def closure(n):
    base, step = np.ones(2), 0.5

    def run(m):
        x = np.zeros(2)
        for k in range(m):
            x = x + base * step
        return x

    return run


def several():
    x = np.zeros(2)
    for k in range(3):
        x = x + k
    y = x
    for k in range(4):
        y = y * 2
        x = x + y
    return x, y


def otherwise():
    x = np.zeros(2)
    for k in range(3):
        x = x + k
    else:
        x = x * 10
    return x


def inner_otherwise():
    x = np.zeros(2)
    for k in range(3):
        for j in range(2):
            x = x + j
        else:
            x = x * 2
    return x


def range_from_a_name():
    steps, x = range(10, 0, -3), np.zeros(2)
    for k in steps:
        x = x * 2 + k
    return x


def shadowed():
    def abs(x):
        return x + 100

    SCALE, x = 5, np.zeros(2)
    for k in range(3):
        x = abs(x) + SCALE
    return x


def none_and_one():
    x, y = np.zeros(2), np.zeros(2)
    for k in range(0):
        x = x + 1
    for m in range(1):
        y = y + 1
    return x, y, m


def within_other_blocks():
    x = np.zeros(2)
    with np.errstate(all="ignore"):
        for k in range(3):
            x = x + k
    try:
        for k in range(3):
            x = x + k
    finally:
        x = x + 1
    while x[0] < 50:
        y = x
        for k in range(3):
            x = x + y
    return x


def certain_in_both_branches(flag=True):
    if flag:
        x = np.zeros(2)
    else:
        x = np.ones(2)
    for k in range(3):
        x = x + k
    return x


class Model:
    factor = 3

    def method(self):
        x = np.ones(2)
        for k in range(3):
            x = x * 2 + k
        return x

    @staticmethod
    def static():
        x = np.ones(2)
        for k in range(3):
            x = x * 2 - k
        return x


def method():
    return Model().method()


def repeated():
    x, n = np.zeros(3), 0
    while n < 6:
        n += 1
        if n == 3:
            continue
        x = x + n
    else:
        x = x * 2
    return x, n


def until_close():
    x, error, count = np.arange(1.0, 4.0), 1.0, 0
    while error > 1e-9 and count < 50:
        old = x
        x = 0.5 * (x + 2.0 / x)
        error = np.abs(x - old).max()
        count += 1
    return x, old, error, count


def until_found():
    x, seen = np.zeros(4), None
    for k in range(40):
        x[1:] += 0.5 * (x[:-1] - x[1:]) + k
        seen = x.sum()
        if seen > 60 or not x[0] < 1:
            break
        x[0] = k * 0.01
    else:
        k = -1
    return x, seen, k


def forever():
    x, t, done = np.ones(3), 0.0, False
    while True:
        dt = min(0.25, 2.0 - t)
        x *= 1.0 - dt
        t += dt
        if t >= 2.0:
            break
        done = not done
    return x, t, dt, done


def never():
    x = np.zeros(2)
    while x[0] > 0 or x.any():
        x = x + 1
    return x


def while_in_a_loop():
    x, n = np.ones(3), 0
    for k in range(4):
        while x.max() < 10.0 * (k + 1):
            x = x * 1.5
            n += 1
    return x, n, k


# name -> (compiled loops, iterations run natively by one call)
SUBJECTS = {
    straight: (1, 4),
    with_global_number: (1, 4),
    in_place: (1, 2),
    augmented: (1, 5),
    swapped: (1, 4),
    swapped_elements: (1, 4),
    nested: (2, 2 + 3),
    inner_may_not_run: (2, 3),
    same_target_twice: (2, 2 + 1),
    conditional: (1, 5),
    temporary_in_a_branch: (1, 4),
    logic: (1, 7),
    continued: (2, 11 + 3),
    indices: (1, 3),
    constants_of_numpy: (1, 2),
    types: (1, 3),
    from_imports: (1, 3),
    submodules_and_ufunc_methods: (1, 2),
    python_functions: (1, 5),
    methods_and_attributes: (1, 3),
    chained_and_annotated: (1, 3),
    unpacked: (1, 3),
    unrolled: (1, 3),
    unrolled_rebinding: (1, 2),
    inlined: (1, 3),
    inlined_without_return: (1, 3),
    inlined_with_several_returns: (1, 4),
    functions_as_arguments: (1, 2),
    several: (2, 2 + 3),
    otherwise: (1, 2),
    inner_otherwise: (2, 2 + 1),
    range_from_a_name: (1, 3),
    none_and_one: (2, 0),
    certain_in_both_branches: (1, 2),
    repeated: (1, 5),
    until_close: (1, 5),
    until_found: (1, 8),
    forever: (1, 7),
    never: (1, 0),
    while_in_a_loop: (1, 6),
}
