"""Large draws on several workers: NumPy's stream, bit for bit, made in parts at the same time.

A bit generator that can jump (``PCG64``, ``PCG64DXSM``) is a row of draws. Part k begins at a draw that is only guessed
to be the beginning of an element, and notes the states behind its first elements; part k - 1 goes on until it stands in
one of them. From there on part k is the stream, whatever the sampler rejects: a state is all that a sampler knows.

    draws     d d d d d d d d d d d d d d d d d d d
    part 0    [e][e][ e ][e][e][ e ][e]|
    part 1                    [e][ e ][e][e][e]…        its second element begins where an element of part 0 ends

Where no states meet, what came before is kept and the rest drawn anew. NumPy's methods give up Python's lock while they
draw.
"""

import threading

import numpy
from numpy import random

import _legate

# Elements of which calls are drawn in parts; and of one part.
LEAST = 1 << 20
PART = 1 << 20
# First elements of a part whose states are noted.
NOTED = 32
# Elements of one call, behind which the state is noted, too.
PIECE = 1 << 14
_MULTIPLIERS = {
    random.PCG64: 0x2360ED051FC65DA44385DF649FCCF645,
    random.PCG64DXSM: 0xDA942042E4DD58B5,
}
_MASK = (1 << 128) - 1
# Methods as fast as memory, of which parts made at the same time and joined would take longer.
_FAST = ("integers", "randint")
# Methods that do not draw element by element.
_WHOLE = frozenset(
    """bytes choice dirichlet multinomial multivariate_hypergeometric multivariate_normal permutation permuted shuffle
    spawn""".split()
)
# Methods that draw into memory that they are given.
_INTO = ("random", "standard_normal", "standard_exponential", "standard_gamma")


def in_parts(method, name):
    """A method of NumPy's ``Generator``, drawing large results in parts; itself where none is drawn so."""
    if name in _FAST or name in _WHOLE:
        return method

    def draw(generator, *args, **kwargs):
        if _is_small(args, kwargs):
            return method(generator, *args, **kwargs)
        found = _request(generator, name, args, kwargs)
        if found is None:
            return method(generator, *args, **kwargs)
        return _Stream(generator.bit_generator, method, name, *found[1:]).drawn(generator, found[0])

    return draw


def _is_small(args, kwargs):
    size = kwargs.get("size") or (args[-1] if args else None)
    return not isinstance(size, (int, tuple)) or isinstance(size, int) and size < LEAST


def _request(generator, name, args, kwargs):
    """The result's shape and the arguments without it; None where the call is drawn as it stands."""
    from . import _draws

    if type(generator.bit_generator) not in _MULTIPLIERS or _legate.workers() < 2 or not _draws.covers(name):
        return None
    found = _draws.request(name, args, kwargs)
    return found if found and numpy.prod(found[0], dtype=object) >= LEAST else None


def _at_once(tasks):
    """Runs functions at the same time, the first on this thread; raises what one of them raised."""
    failures = []

    def guarded(task):
        try:
            task()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks[1:]]
    for thread in threads:
        thread.start()
    guarded(tasks[0])
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class _Stream:
    """One call's elements."""

    def __init__(self, bits, method, name, args, kwargs):
        self.bits, self.method, self.name, self.args, self.kwargs = bits, method, name, args, kwargs
        self.multiplier = _MULTIPLIERS[type(bits)]

    def draw(self, on, count):
        return self.method(on, *self.args, size=count, **self.kwargs)

    def fill(self, on, target):
        """Draws into some memory, in pieces that stay in the cache."""
        for low in range(0, len(target), PIECE):
            piece = target[low : low + PIECE]
            if self.name in _INTO:
                self.method(on, *self.args, out=piece, **self.kwargs)
            else:
                piece[:] = self.draw(on, len(piece))

    def drawn(self, generator, shape):
        from . import _draws

        total = int(numpy.prod(shape, dtype=object))
        before = self.bits.state
        first = self.draw(generator, NOTED)
        if first.dtype.itemsize < 4:
            # Narrow integers share a draw that no later call goes on with: only one call is the stream.
            self.bits.state = before
            return self.draw(generator, total).reshape(shape)
        result = numpy.empty(total, first.dtype)
        result[:NOTED] = first
        if _draws.halves_of(self.name, first.dtype, self.args, self.kwargs) == 2:
            self._fill_evenly(result[NOTED:])
        else:
            self._fill_by_states(result[NOTED:], self.distance(before, self.bits.state) / NOTED)
        return result.reshape(shape)

    def _fill_evenly(self, result):
        """Each element takes one draw: everybody knows where to begin."""
        start, count = self.bits.state, _legate.workers()
        bounds = [len(result) * k // count for k in range(count + 1)]
        _at_once([
            lambda low=low, high=high: self.fill(self.generator(start, low), result[low:high])
            for low, high in zip(bounds, bounds[1:])
        ])
        self.bits.state = _moved(self.bits, start, len(result)).state

    def _fill_by_states(self, result, pace):
        size = min(PART, -(-len(result) // _legate.workers()))
        buffers = [numpy.empty(size + size // 8, result.dtype) for _ in range(_legate.workers())]
        done = 0
        while done < len(result):
            count, pace = self._round(result[done:], pace, buffers)
            done += count

    def _round(self, result, pace, buffers):
        """Draws a part on each worker; returns how many elements came together, and the draws that each took."""
        start, size = self.bits.state, len(buffers[0]) * 8 // 9
        count = min(len(buffers), -(-len(result) // size))
        parts = [
            _Part(self, start, round(k * size * pace), min(size, len(result) - k * size), buffers[k])
            for k in range(count)
        ]
        for part, behind in zip(parts, parts[1:]):
            part.behind = behind
        _at_once([part.run for part in parts])
        return self._join(parts, start, result, pace)

    def _join(self, parts, start, result, pace):
        done, skipped = 0, 0
        for part in parts:
            values = part.buffer[skipped : min(part.count, skipped + len(result) - done)]
            result[done : done + len(values)] = values
            done += len(values)
            if done == len(result):
                # The state behind the last element that is wanted.
                self.bits.state = part.state_behind(skipped + len(values))
                return done, pace
            skipped, end = part.meets, part.end
            if skipped is None:
                break
        self.bits.state = end
        return done, self.distance(start, end) / done

    def generator(self, state, draws=0):
        return random.Generator(_moved(self.bits, state, draws))

    def distance(self, start, end):
        """Draws from one state to another: O(bits), after Brown, "Random number generation with arbitrary strides"."""
        here, there = start["state"]["state"], end["state"]["state"]
        multiplier, plus = self.multiplier, start["state"]["inc"]
        bit, steps = 1, 0
        while here != there:
            if (here ^ there) & bit:
                here = (here * multiplier + plus) & _MASK
                steps |= bit
            bit <<= 1
            plus = (multiplier + 1) * plus & _MASK
            multiplier = multiplier * multiplier & _MASK
        return steps if steps < 1 << 127 else steps - (1 << 128)


def _moved(bits, state, draws):
    """A bit generator like another, so many draws behind a state; half a draw that is left over is kept."""
    result = type(bits)(0)
    result.state = state
    if draws:
        result.advance(draws)
        after = result.state
        after["has_uint32"], after["uinteger"] = state["has_uint32"], state["uinteger"]
        result.state = after
    return result


class _Part:
    """Consecutive elements, from a draw on that may be the middle of one."""

    def __init__(self, stream, start, draws, size, buffer):
        self.stream, self.start, self.draws, self.size, self.buffer = stream, start, draws, size, buffer
        self.behind = self.meets = self.end = None
        self.noted, self.ready = {}, threading.Event()
        # Of the elements drawn so far, and of marks: how many, and the state behind them.
        self.count, self.marks = 0, []

    def run(self):
        try:
            self.on = self.stream.generator(self.start, self.draws)
            if self.draws:
                self._note_first()
        finally:
            self.ready.set()
        if self.behind is None:
            self._take(self.size)
        else:
            self._approach()
        self.end = self.on.bit_generator.state

    def _take(self, count):
        end = min(self.count + count, len(self.buffer))
        while self.count < end:
            piece = self.buffer[self.count : min(end, self.count + PIECE)]
            self.stream.fill(self.on, piece)
            self.count += len(piece)
            if len(piece) == PIECE:
                self.marks.append((self.count, self.on.bit_generator.state))

    def _key(self):
        state = self.on.bit_generator.state
        half = state["uinteger"] if state["has_uint32"] else None
        return state["state"]["state"], half

    def _note_first(self):
        self.noted[self._key()] = 0
        for number in range(1, NOTED + 1):
            self._take(1)
            self.noted[self._key()] = number

    def _approach(self):
        """Draws up to the part behind: most at once, then ever fewer, then one by one until states meet."""
        target = self.stream.generator(self.start, self.behind.draws).bit_generator.state
        self._take(self.size - self.size // 32)
        while self.count < len(self.buffer):
            left = self.stream.distance(self.on.bit_generator.state, target)
            drawn = max(1, self.behind.draws - self.draws - left)
            step = int(left * self.count / drawn * 0.9) - 12
            if step < 4:
                break
            self._take(step)
        self.behind.ready.wait()
        while self.count < len(self.buffer):
            self.meets = self.behind.noted.get(self._key())
            if self.meets is not None or self.stream.distance(self.on.bit_generator.state, target) < -64 * NOTED:
                return
            self._take(1)

    def state_behind(self, count):
        """The state behind some of the elements: from the last mark before it on they are drawn once more."""
        if count == self.count:
            return self.end
        known, state = next((mark for mark in reversed(self.marks) if mark[0] <= count), (0, None))
        on = self.stream.generator(self.start, self.draws) if state is None else self.stream.generator(state)
        if count > known:
            self.stream.draw(on, count - known)
        return on.bit_generator.state
