# Functions around loops, called until the loops are compiled: names, types and calls.


def unset(u, steps):
    for i in range(steps):
        u[i] += 1
    return i


# Generators, closures, methods, nested functions, recursion, default values, decorators
def drawn(u, steps):
    for i in range(steps):
        u[i] = u[i] * 2 + 1
        yield u[i] + i


def counted(u):
    total = 0
    for value in drawn(u, 48):
        total = total + value
    return total


show(warm(lambda: counted(stirred())))


def adder(step, weight):
    calls = 0

    def add(u, steps):
        nonlocal calls
        calls += 1
        for i in range(steps):
            u[i] += step * weight[i]
        return calls > 0, u

    def change(value):
        nonlocal step
        step = value

    return add, change


add, change = adder(2, stirred())
other, _ = adder(10, stirred() * 0 + 1)
show(*warm(lambda: add(stirred(), 48)), *other(stirred(), 48))
change(-1)
show(*add(stirred(), 48), *other(stirred(), 9))


def shared(u, steps):
    last = 0.0

    def look():
        return last

    for i in range(steps):
        last = u[i] * 2
        u[i] = last + 1
    return look(), u


show(*warm(lambda: shared(stirred(), 48)))


class Field:
    scale = 2.0

    def __init__(self, n):
        self.values, self.count = stirred(n), n

    def step(self, rounds):
        for i in range(1, rounds):
            self.values[i] = self.values[i - 1] * 0.5 + self.scale
            self.count += 1
        return self

    def swap(self, rounds):
        old = self.values
        new = old.copy()
        for _ in range(rounds):
            new[1:-1] = (old[:-2] + old[2:]) * 0.5
            new, old = old, new
        self.values = old
        return self

    @property
    def total(self):
        total = 0
        for i in range(len(self.values)):
            total += self.values[i]
        return total

    @staticmethod
    def powers(u, n):
        for i in range(n):
            u[i:] *= 1.5
        return u

    def __getitem__(self, k):
        return self.values[k]

    def __len__(self):
        return self.count


show(warm(lambda: Field(48).step(48).values), warm(lambda: Field(48).step(9).count), warm(lambda: Field(40).total))
show(warm(lambda: Field(48).swap(21).values), warm(lambda: Field.powers(stirred(), 9)))
field = Field(48)
field.scale = -1.0
show(field.step(30).values)
Field.scale = np.float32(0.5)
show(Field(48).step(30).values)


def deep(u, level):
    for i in range(8):
        u[i + level] += u[i] * 0.25
        if i == 7 and level:
            deep(u, level - 1)
    return u


show(warm(lambda: deep(stirred(), 5)))


def defaults(u, weight=stirred(), *, power=1, **names):
    for i in range(len(u)):
        u[i] = u[i] * weight[i] + power
    return u


show(warm(lambda: defaults(stirred())), defaults(stirred(), 2 * stirred(), power=0.5), defaults(np.arange(48), power=3))


def inner_function(u, steps):
    def half(x):
        return x * 0.5

    for i in range(steps):
        u[i] = half(u[i]) + half(i)
    return u, [half(k) for k in range(3)]


show(warm(lambda: inner_function(stirred(), 48)))


# Other types and shapes between calls, the same array twice, views of one another
def combined(a, b, steps):
    for i in range(steps):
        a[i:] = a[i:] + b[: len(b) - i] * 0.5 if i % 2 else b[i:] - a[i:]
        b[i] = a[-1 - i]
    return a, b


warm(lambda: combined(stirred(), stirred()[::-1].copy(), 20))
u = stirred()
show(*combined(u, u, 20))
u = stirred()
show(*combined(u, u[::-1], 20))
u = stirred(64)
show(*combined(u[:48], u[16:], 20))
show(*combined(stirred().astype("f4"), stirred(), 20), *combined(np.arange(48), np.arange(48), 1))
show(*combined(stirred() + 1j, stirred(), 20), *combined(stirred(9), stirred(9), 9), *combined(stirred(1), stirred(1), 1))
raises(lambda: combined(stirred(), stirred(5), 3), "could not be broadcast")
raises(lambda: combined(stirred(), [1.0, 2.0], 3))
raises(lambda: combined(list(range(5)), stirred(5), 2))
show(combined(stirred(0), stirred(0), 0))


# Names that mean something else later
factor = 3
table = stirred()


def scaled(u):
    return u * factor


def with_names(u, steps):
    for i in range(steps):
        u[i:] = scaled(u[i:]) * 0.25 + np.minimum(u[i], table[i])
    return u


show(warm(lambda: with_names(stirred(), 48)))
factor = 5
show(with_names(stirred(), 48))
table = table + 1
show(with_names(stirred(), 48))
table[:] = 0
show(with_names(stirred(), 48))


def scaled(u):
    return u - factor


show(with_names(stirred(), 48))
np_before, prepared = np, stirred()


class Fake:
    @staticmethod
    def minimum(a, b):
        return 7


np = Fake
show(with_names(prepared, 48))
np = np_before
show(with_names(stirred(), 48))
del factor
raises(lambda: with_names(stirred(), 48), "name 'factor' is not defined")
factor, max_before = 1, max


def largest(u, steps):
    for i in range(steps):
        u[i] = max(i, 5) + abs(i - 9)
    return u


show(warm(lambda: largest(stirred(), 48)))
max = min
show(largest(stirred(), 48))
del max
show(largest(stirred(), 48))


def later(u, steps):
    for i in range(steps):
        u[i] += 1
    return u


warm(lambda: later(stirred(), 48))
later.__code__ = unset.__code__
show(later(stirred(), 5))


# Results of one call are not changed by the next.
def fresh(u, steps):
    total = np.zeros(len(u))
    parts = []
    for i in range(steps):
        new = total + u * i
        total = new
    return total, new, u[1:]


first = fresh(stirred(), 9)
warm(lambda: fresh(stirred(), 40))
second = fresh(stirred(), 9)
third = fresh(stirred() * 2, 9)
show(*first, *second, first[0] is first[1], second[0] is second[1])
second[0][0] = 99
show(second[1][0], third[0][:3])


def handed(u, steps):
    v = u[3:9]
    old = u
    for i in range(steps):
        v = u[i : i + 6]
        v[...] += i
        w = v
    return v, w, old


u = stirred()
warm(lambda: handed(stirred(), 40))
v, w, old = handed(u, 12)
v[0] = 1000
w[1] = 2000
show(u, v is w, old is u)

count_compiled(globals(), 3)
