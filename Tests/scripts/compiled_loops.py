# Bodies of loops, called until they are compiled: what a suspicious user would try with them.
import math


# Prints inside, and nothing else about it
def told(u, steps):
    for i in range(steps):
        u[i] = u[i - 1] + u[i] * 0.5
        if i == steps - 1:
            print("last", i, float(u[i]))
    return u


def warmed_without_print(u, steps):
    for i in range(steps):
        u[i:] += u[i] * 0.25
    return u


show(warm(lambda: warmed_without_print(stirred(), 48)))
for _ in range(3):
    show(told(stirred(), 5))


# An error in the middle: what was done before it stays done, and the line is the statement's.
def line_of(call):
    try:
        call()
    except Exception as error:
        trace = error.__traceback__
        while trace.tb_next:
            trace = trace.tb_next
        # Frames of NumPy's own have lines of their own.
        lines, trace = [], error.__traceback__
        while trace:
            if trace.tb_frame.f_globals is globals():
                lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno - trace.tb_frame.f_code.co_firstlineno))
            trace = trace.tb_next
        return lines[1:], type(error).__name__
    return "no error"


def outside(u, v, steps):
    for i in range(steps):
        u[i] = v[i] * 2
        u[i] += u[-i]
        v[2 * i] = i
    return u


warm(lambda: outside(stirred(), stirred(), 20))
u, v = stirred(), stirred()
print(line_of(lambda: outside(u, v, 48)))
show(u, v)
raises(lambda: outside(stirred(), stirred(), 48), "index 48 is out of bounds for axis 0 with size 48")


def misfit(u, steps):
    kept = 0
    for i in range(steps):
        kept = kept + u[i:].sum()
        u[i:] = u[i:] + u[: max(48 - i, 30)] * 0.5
    return kept


warm(lambda: misfit(stirred(), 18))
u = stirred()
print(line_of(lambda: misfit(u, 30)))
show(u)


def by_zero(u, numbers, steps):
    for i in range(steps):
        u[i] = u[i] / 2
        u[i + 1] = 10 / numbers[i]
    return u


warm(lambda: by_zero(stirred(), (1, 2, 4) * 8, 20))
u = stirred()
print(line_of(lambda: by_zero(u, (1, 2, 4, 0) * 6, 20)))
show(u)


def by_number(u, steps):
    for i in range(steps):
        u[i:] *= 0.5
        u[0] = 1 / (30 - i)
    return u


warm(lambda: by_number(stirred(), 30))
u = stirred()
print(line_of(lambda: by_number(u, 40)))
show(u)


def wrong_type(u, w, steps):
    for i in range(steps):
        u[i:] += w[i:]
    return u


warm(lambda: wrong_type(stirred(), stirred(), 40))
whole = np.arange(48)
print(line_of(lambda: wrong_type(whole, stirred(), 40)))
show(whole)
fixed = stirred()
fixed.flags.writeable = False
print(line_of(lambda: wrong_type(fixed, stirred(), 40)))
show(fixed, wrong_type(np.arange(48), np.arange(48), 40), wrong_type(stirred().astype("f4"), stirred(), 40))


# An error that the function itself catches: its variables are those of the iterations before.
def caught(u, steps):
    last, square = -1, -1
    try:
        for i in range(steps):
            value = u[i] * 2
            last = i
            u[i] = value
            square = i * i
    except IndexError:
        return i, last, square, value, u
    return i, last, square, value, "whole"


warm(lambda: caught(stirred(), 40))
show(*caught(stirred(), 60)[:4], caught(stirred(), 60)[4])


def caught_late(u, steps):
    try:
        for i in range(steps):
            for j in range(i % 3):
                u[i] += j
            half = u[2 * i] * 0.5
            third = half + i
    except IndexError:
        pass
    finally:
        u[0] = third
    return i, j, half, third


warm(lambda: caught_late(stirred(), 20))
show(*caught_late(stirred(), 48))


# Branches that are Python's read what the iterations before them have left.
def told_later(u, steps):
    seen, change, old = [], 99.0, -1.0
    for i in range(steps):
        if i % 10 == 5:
            seen.append((float(change), float(old)))
        change = u[i % 5] * 2 + i
        if i % 7 != 2:
            old = change - u[0]
        else:
            seen.append(float(old))
        u[i % 5] = change * 0.25
    return seen


def told_by_others(u, steps):
    seen, change = [], 99.0

    def tell():
        seen.append(float(change))

    for i in range(steps):
        if i % 10 == 5:
            tell()
        change = u[i % 5] * 2 + i
        u[i % 5] = change * 0.25
    return seen


show(warm(lambda: told_later(stirred(), 30)), warm(lambda: told_by_others(stirred(), 30)))


# The loop's variable and others afterwards
def afterwards(u, steps):
    for i in range(steps):
        twice = u[i] * 2
        u[i] = twice
        if twice > 3:
            large = i
    return i, twice, large


def unset(u, steps):
    for i in range(steps):
        u[i] += 1
    return i


def kept(u, i, steps):
    for i in range(steps):
        u[i] += 1
    return i


show(warm(lambda: afterwards(stirred(), 48)), warm(lambda: unset(stirred(), 48)), warm(lambda: kept(stirred(), 7, 48)))
raises(lambda: unset(stirred(), 0), "cannot access local variable 'i'")
raises(lambda: afterwards(stirred() * 0, 20), "cannot access local variable 'large'")
show(kept(stirred(), 7, 0), kept(stirred(), "seven", 0), kept(stirred(), None, 1), unset(stirred(), 1))


# The range changes nothing about later iterations, and the loop's variable may be bound inside.
def rebound(u, n):
    for i in range(n):
        i = i + 1
        n = 3
        u[i] = u[i - 1] + n
    return i, n, u


show(*warm(lambda: rebound(stirred(), 40)))


# Ranges of all kinds
def over(u, items):
    total = 0
    for i in items:
        u[i % 48] = u[(i + 1) % 48] * 0.5 + 1
        total = total + i
    return total, i, u.sum()


warm(lambda: over(stirred(), range(60)))
for items in (
    range(0), range(5, 5), range(1), range(2), range(-3, 40, 7), range(40, -1, -9), range(10**18, 10**18 + 50, 5),
    range(2**62, 2**64, 2**61), range(-(2**63), 2**63, 2**62), range(2**70, 2**70 + 10**3, 97), range(2**63 - 5, 2**63 + 5),
    [3, 1, 2], (5, 7), np.array([2, 4, 4]), {1: 2}, iter([9, 8]), "", [], range(True), range(3)[::-1], [0.5 * 2, True],
    np.arange(3), [np.int64(5)],
):  # fmt: skip
    try:
        show(over(stirred(), items))
    except Exception as error:
        print(type(error).__name__)


def nothing(steps):
    for i in range(steps):
        pass
    return i


def little(steps, x):
    for i in range(steps):
        x = x * 0.5 + i % 7
    return i, x


show(warm(lambda: nothing(1000)), nothing(3_000_000), little(30_000, 1.0))
show(*warm(lambda: little(500, np.float64(3))), *little(300, np.float32(2)), *little(300, 2))


# Whole numbers of Python have no end.
def growing(u, number, steps):
    for i in range(steps):
        number = number * 3 + i
        u[i % 48] += number % 5
    return number, u


show(*warm(lambda: growing(stirred(), 1, 20)), *growing(stirred(), 1, 90), *growing(stirred(), 2**64, 9))


# while, break, continue, else
def odd_ways(u, steps):
    k = 0
    while k < 3:
        for i in range(steps):
            u[i] += k
        k += 1
    for i in range(steps):
        if u[i] > 3:
            break
        u[i] *= 2
    for j in range(steps):
        if j % 2:
            continue
        u[j] -= 1
    else:
        u[0] = 5
    for j in range(3):
        u[j] = j
    else:
        u[1] = -5
    return i, j, k, u


show(*warm(lambda: odd_ways(stirred(), 40)))


def until_small(u, least):
    count, size = 0, 9.0
    while size > least and not (count > 60 or u.sum() == 0):
        u = u * 0.75
        u[1:] -= 0.125 * u[:-1]
        size = np.abs(u).max()
        count += 1
    else:
        count = -count
    return u, count, size


def until_small_in_place(u, least):
    t = last = 0.0
    while True:
        step = min(0.25, 3.0 - t)
        u *= 1.0 - step
        u[0] = t
        t += step
        if t >= 3.0 or np.linalg.norm(u) < least:
            break
        last = step
    return u, t, step, last


def over_items(u, weights):
    total = 0.0
    for k, (w, part) in enumerate(zip(weights, u), 1):
        u[k:] += w * part
        total = total + part * k
    for row in u.reshape(6, -1):
        row[row > 2.0] = 0.5
        row -= row[0]
    return u, total, k, w


show(*warm(lambda: until_small(stirred(), 1e-3)), *until_small(stirred(), 100.0), *until_small(np.zeros(3), 0.1))
show(*warm(lambda: until_small_in_place(stirred(), 1e-3)), *until_small_in_place(stirred(), 1e9))
show(*warm(lambda: over_items(stirred(), [0.5, 0.25, 0.125, 2.0])))
raises(lambda: until_small(np.zeros(0), 0.1), "zero-size array")
raises(lambda: over_items(stirred(), 3), "not iterable")


# Numbers of Python keep their types; numbers of NumPy theirs.
def types_of(u, steps, number):
    whole, real, truth, seen = 0, 0.0, False, u[0]
    for i in range(steps):
        whole += i
        real = real + 0.5
        truth = i > 3
        seen = max(seen, u[i])
        number = number + u.dtype.type(1)
        size = len(u) // 2
        root = math.sqrt(i)
    return [isinstance(whole, int), type(whole).__name__, type(real).__name__, type(truth).__name__, seen, number, type(size).__name__,
            type(i).__name__, root]  # fmt: skip


show(*warm(lambda: types_of(stirred(), 48, 1)), *types_of(np.arange(9), 9, 2), *types_of(np.arange(5).astype("i2"), 4, 1.5))

count_compiled(globals(), 10)
