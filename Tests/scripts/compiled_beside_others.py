# Loops and who else looks at them: tracers, other threads, and the library itself while they run already.
import os
import sys
import threading

# Traced functions are left alone, and still right.
lines = []


def traced(u, steps):
    for i in range(steps):
        u[i] = u[i] * 2
        u[i] += 1
    return u


def tracer(frame, event, argument):
    if frame.f_code.co_name == "traced":
        lines.append(event)
        return tracer


sys.settrace(tracer)
for _ in range(4):
    traced(stirred(), 48)
sys.settrace(None)
show(len(lines) // 4, lines[:4])
show(warm(lambda: traced(stirred(), 48)))
lines.clear()
sys.settrace(tracer)
traced(stirred(), 48)
sys.settrace(None)
print("seen", "call" in lines, "return" in lines)


# Several threads in one function
def threaded(u, steps):
    total = 0
    for i in range(steps):
        u[i] = u[i] * 0.5 + i
        total = total + u[i]
    return total


expected = float(threaded(stirred(), 48))
wrong = []


def work():
    for _ in range(60):
        if float(threaded(stirred(), 48)) != expected:
            wrong.append(1)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
    if "OMPI_COMM_WORLD_SIZE" in os.environ:
        thread.join()  # Ranks must take their threads' calls in one order.
warm(lambda: threaded(stirred(), 48))
for thread in threads:
    thread.join()
print("threads", expected, len(wrong))


# Loops that run long enough to be taken over while they run: the module's own, and those of functions called once.
LONG = 2400
u = stirred()
for i in range(LONG):
    u[1:] = u[:-1] * 0.5 + u[1:] * 0.5
    whole = u.sum()
    if i == LONG - 3:
        late = i, float(u[5])
show(u[:3], i, whole.shape, late[0] == LONG - 3)
v = stirred()
for i in range(0, 2 * LONG, 2):
    for j in range(i % 3 + 1):
        v[j:] += v[: 48 - j] * 0.125
        v *= 0.5
show(v[:4] * 1e3, i - 2 * LONG, j)


def once(u, steps):
    total, old = 0, u
    for i in range(steps):
        new = old * 0.5
        new[i % 48] += 1
        total += i
        old = new
    return total - sum(range(steps)), i - steps, new, old is new


def once_with_error(u, steps):
    done = 0
    try:
        for i in range(steps):
            u[i % 48 :] += 0.25
            done = i
            last = u[i // (LONG // 60)]
    except IndexError as error:
        return done == i, type(error).__name__, i // (LONG // 60), last, u[0] > 10
    return "no error"


def once_in_order(u, steps):
    order = []
    for outer in range(3):
        for i in range(steps // 3):
            u[1:] = (u[:-1] + u[1:]) * 0.5
            u[0] = outer
        order.append((outer, i))
    return len(order), u[:3]


def once_for_each(steps):
    for i in range(steps):
        part = np.zeros(4) + i
        yield part.sum()


show(*once(stirred(), LONG), once_with_error(stirred(), LONG), *once_in_order(stirred(), LONG))
show(sum(once_for_each(LONG)), [once(stirred(), k)[0] for k in range(1, 4)])

count_compiled(globals(), 1)
