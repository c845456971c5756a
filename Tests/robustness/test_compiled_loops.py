"""Loops that run natively can be interrupted like Python's, keep no memory, and leave arrays as Python would.

Every test starts a program as a person would. Each program first calls its function until its loop is compiled; seconds
are generous, they tell a hang from noise.
"""

import signal

import pytest
from launcher import interrupted, legate_command, run, written

WARM = """
import os
import signal
import cunumeric as np

def warm(function, *arguments):
    loops = []
    for _ in range(200):
        function(*[+a if hasattr(a, "dtype") else a for a in arguments])
        loops = [c for c in function.__code__.co_consts if hasattr(c, "runs")]
        if any(loop.runs for loop in loops):
            break
    # Where small operations are recorded, loops are, too.
    assert loops and loops[0].runs or os.environ.get("LEGATE_IMMEDIATE_SIZE") == "0", [loop.reason for loop in loops]
"""
COUNT = """
def count(u, v, steps):
    for i in range(steps):
        u[:] = u + 1
        v[:] = v + 1
    return u

warm(count, np.zeros(5), np.zeros(5), 300)
u, v = np.zeros(5), np.zeros(5)
"""


def test_interrupt_ends_a_native_loop(tmp_path):
    path = written(tmp_path, WARM, COUNT, "print('ready', flush=True)\ncount(u, v, 10**11)\n")
    code, _, errors, seconds = interrupted(path)
    assert code in (130, -signal.SIGINT)
    assert errors.splitlines()[-1] == "KeyboardInterrupt" and "in count" in errors
    assert seconds < 5


def test_interrupt_can_be_caught_and_arrays_are_whole(tmp_path):
    path = written(
        tmp_path, WARM, COUNT,
        """
        print("ready", flush=True)
        try:
            count(u, v, 10**11)
        except KeyboardInterrupt:
            apart = float(u[0] - v[0])
            print(bool((u == u[0]).all()), bool((v == v[0]).all()), apart in (0.0, 1.0), float(v[0]) > 300)
        before = float(u[0])
        count(u, v, 1000)
        print(float(u[0]) - before)
        """,
    )  # fmt: skip
    code, output, errors, seconds = interrupted(path)
    assert (code, output) == (0, "True True True True\n1000.0\n"), errors
    assert seconds < 5


def test_an_alarm_that_raises_stops_a_loop_anywhere(tmp_path):
    path = written(
        tmp_path, WARM, COUNT,
        """
        class Alarm(Exception):
            pass

        def ring(*_):
            raise Alarm

        signal.signal(signal.SIGALRM, ring)
        stopped = wrong = 0
        for k in range(300):
            before = float(u[0])
            v[:] = before
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0002 + k % 29 * 0.0001)
                count(u, v, 100_000_000)
            except Alarm:
                stopped += 1
            apart = float(u[0] - v[0])
            wrong += apart not in (0.0, 1.0) or not (u == u[0]).all() or float(u[0]) < before
            u[:] = u[0]
        print(stopped, wrong)
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path], timeout=120).stdout == "300 0\n"


def test_an_alarm_that_raises_stops_a_while_anywhere(tmp_path):
    """Its condition and a break ask elements: what the last iteration wrote may have been put back."""
    path = written(
        tmp_path, WARM,
        """
        def count(u, v, w, most):
            while u[0] < most:
                u += 1
                w[1:-1] = u[:3]
                v[:] = u
                if v.max() < 0:
                    break

        warm(count, np.zeros(5), np.zeros(5), np.zeros(5), 300)
        u, v, w = np.zeros(5), np.zeros(5), np.zeros(5)

        class Alarm(Exception):
            pass

        def ring(*_):
            raise Alarm

        signal.signal(signal.SIGALRM, ring)
        stopped = wrong = 0
        for k in range(300):
            before = float(u[0])
            v[:] = w[1:-1] = before
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0002 + k % 29 * 0.0001)
                count(u, v, w, 1e15)
            except Alarm:
                stopped += 1
            one, other = float(u[0] - v[0]), float(u[0] - w[1])
            wrong += one not in (0.0, 1.0) or other not in (0.0, one) or not (u == u[0]).all() or float(u[0]) < before
            u[:] = u[0]
        count(u, v, w, float(u[0]) + 1000)
        print(stopped, wrong, float(u[0]) > 1000, float(v[4] - w[3]), float(w[0]))
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path], timeout=120).stdout == "300 0 True 0.0 0.0\n"


def test_handlers_run_while_a_loop_runs(tmp_path):
    path = written(
        tmp_path, WARM, COUNT,
        """
        rings = []
        signal.signal(signal.SIGALRM, lambda *_: rings.append(float(u[0])))
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        count(u, v, 3_000_000)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(len(rings) > 1, rings == sorted(rings), any(0 < ring < 3_000_000 for ring in rings), float(u[4]), float(v[0]))
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path]).stdout == "True True True 3000000.0 3000000.0\n"


def test_other_threads_have_their_turn(tmp_path):
    path = written(
        tmp_path, WARM, COUNT,
        """
        import threading, time
        beats, done = [], False

        def beat():
            while not done:
                time.sleep(0.01)
                beats.append(1)

        thread = threading.Thread(target=beat)
        thread.start()
        count(u, v, 8_000_000)
        during, done = len(beats), True
        thread.join()
        print(during > 1, float(u[0]))
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path]).stdout == "True 8000000.0\n"


def test_a_million_iterations_keep_no_memory(tmp_path):
    path = written(
        tmp_path, WARM,
        """
        import resource

        def rolled(u, steps):
            total = 0.0
            for i in range(steps):
                new = np.zeros(len(u))
                new[1:] = u[:-1] * 0.5
                new[0] = u[-1] + 1
                old, u = u, new
                total = total + new[i % len(u)]
            return u, total

        warm(rolled, np.ones(200), 300)
        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rolled(np.ones(200), 20_000)
        before = peak()
        u, total = rolled(np.ones(200), 1_000_000)
        print(float(u[-1]) < 4, peak() - before < 30)
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path]).stdout == "True True\n"


@pytest.mark.parametrize("immediate", [0, 400, 12288])
def test_what_was_recorded_before_and_after_a_loop_is_in_order(tmp_path, immediate):
    """Work that waits in the window is done before a loop reads it, and what follows reads what the loop wrote."""
    path = written(
        tmp_path, WARM,
        """
        def running(u, v, steps):
            for i in range(1, steps):
                u[i] = u[i - 1] * 0.5 + v[i]
                v[i - 1 : i] = u[i : i + 1] * 1.5
            return u

        def whole(n, steps):
            u = np.arange(float(n))
            v = u * 2
            u[::2] += v[::2]
            u = running(u, v, steps)
            u += v
            v[:] = u[::-1]
            return u, v, running(v[::-1], u, steps)

        warm(running, np.ones(300), np.ones(300), 300)
        import numpy
        found = whole(500_000, 300), whole(300, 300)
        np, expected = numpy, []
        expected = whole(500_000, 300), whole(300, 300)
        same = [numpy.asarray(a).tobytes() == b.tobytes() for x, y in zip(found, expected) for a, b in zip(x, y)]
        print(all(same), len(same))
        """,
    )  # fmt: skip
    assert run([*legate_command(2), path], LEGATE_IMMEDIATE_SIZE=immediate).stdout == "True 6\n"


def test_threads_in_one_loop(tmp_path):
    """One compiled function in five threads at once, on arrays of their own and on parts of one."""
    path = written(
        tmp_path, WARM,
        """
        import threading

        def rolled(u, steps):
            total, t = 0.0, np.zeros(len(u))
            for i in range(steps):
                t[:] = u * 0.5 + i
                u[1:] = t[:-1]
                u[0] = t[-1] * 0.25
                total = total + u[i % len(u)]
            return total + u.sum()

        def raised(u, low, high, steps):
            for i in range(steps):
                u[low:high] = u[low:high] + 1
            return u

        warm(rolled, np.ones(7), 300)
        warm(raised, np.ones(8), 0, 4, 300)
        cases = [(3 + k % 40, 1000 + k * 7919 % 30_000) for k in range(12)]
        right = {case: float(rolled(np.ones(case[0]), case[1])) for case in cases}
        wrong, whole = [], np.zeros(8)

        def work(order):
            for case in order:
                if float(rolled(np.ones(case[0]), case[1])) != right[case]:
                    wrong.append(case)

        threads = [threading.Thread(target=work, args=(cases[k:] + cases[:k],)) for k in range(4)]
        threads += [threading.Thread(target=raised, args=(whole, 2 * k, 2 * k + 2, 60_000)) for k in range(4)]
        for thread in threads:
            thread.start()
        work(cases)
        for thread in threads:
            thread.join()
        print(wrong, bool((whole == 60_000).all()))
        """,
    )  # fmt: skip
    assert run([*legate_command(2), path]).stdout == "[] True\n"


def test_a_handler_may_use_the_loop_and_its_arrays(tmp_path):
    path = written(
        tmp_path, WARM, COUNT,
        """
        rings = []

        def ring(*_):
            x = count(np.zeros(5), np.zeros(5), 100)
            u[:] = u + 1_000_000_000
            rings.append(float(x[0]) == 100 and float((np.ones(200_000) * 2).sum()) == 400_000)

        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.05)
        count(u, v, 2_000_000)
        signal.setitimer(signal.ITIMER_REAL, 0)
        apart = float(u[0]) - 1_000_000_000 * len(rings)
        print(len(rings) > 2, all(rings), float(v[0]), apart)
        """,
    )  # fmt: skip
    assert run([*legate_command(1), path]).stdout == "True True 2000000.0 2000000.0\n"
