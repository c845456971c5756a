"""What a program may rely on when things go wrong, take long or run beside others.

Every test writes a small program, starts it under `legate` as a person would,
and looks at its exit code, its output and its errors. Numbers of bytes and
seconds are generous: they tell a leak or a hang from noise, nothing finer.
"""

import signal
import subprocess
import textwrap

import pytest
from launcher import interrupted, legate_command, run, written

RISE = """
import resource
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""


@pytest.fixture
def start(tmp_path):
    """Runs a program's text; returns the finished process, which must have exited with `code`."""

    def start(text, *flags, code=0, **settings):
        words = [*legate_command(2), *flags, written(tmp_path, text)]
        process = run(words, check=False, timeout=60, **settings)
        assert process.returncode == code, process.stdout[-1000:] + process.stderr[-3000:]
        return process

    return start


def line_of(text, mark):
    """The number of the only line of a program that contains `mark`."""
    numbers = [n for n, line in enumerate(textwrap.dedent(text).splitlines(), 1) if mark in line]
    assert len(numbers) == 1
    return numbers[0]


# Memory ---------------------------------------------------------------------

CEILING = """
import cunumeric as np
small = np.arange(1_000_000.0)
first = np.ones(10_000_000)  # the large one
second = np.full(8_000_000, 2.0)  # the other one
total = float(first.sum() + second.sum())
try:
    third = np.ones(9_000_000)
    third[0]
    float(third.sum())
    print("no error")
except MemoryError as error:
    print(error)
    third = None
print(total, float(small.sum()), float(first.sum() + second.sum()), float((small + 1)[-1]))
del first
third = np.ones(6_000_000) + 1
print(float(third.sum()), float(second.sum()))
"""


def test_memory_error_names_the_holders_and_the_program_goes_on(start):
    process = start(CEILING, "--sysmem", 200)
    words, sums, after = process.stdout.splitlines()
    assert words.startswith("cannot allocate 68.7 MiB")
    assert "the ceiling (--sysmem) is 200.0 MiB" in words
    for size, mark in [("76.3 MiB", "the large one"), ("61.0 MiB", "the other one")]:
        assert f"{size} created at" in words and f"program.py:{line_of(CEILING, mark)}" in words
    assert words.index("76.3 MiB created") < words.index("61.0 MiB created")
    assert sums.split() == ["26000000.0", "499999500000.0", "26000000.0", "1000000.0"]
    assert after.split() == ["12000000.0", "16000000.0"]


def test_memory_that_was_given_back_can_be_had_again(start):
    start(
        """
        import cunumeric as np
        for k in range(40):
            a = np.full(6_000_000 + 1000 * k, float(k))
            b = a * 2
            assert float(b[-1]) == 2.0 * k
            del a, b
        """,
        "--sysmem", 200,
    )


def test_one_request_beyond_the_ceiling(start):
    process = start(
        """
        import cunumeric as np
        for make in (
            lambda: np.zeros(100_000_000),
            lambda: np.zeros((1 << 40, 1 << 40)),
            lambda: np.eye(1 << 32),
            lambda: np.tile(np.ones(10), 1 << 60),
            lambda: np.repeat(np.ones(4), 1 << 62),
        ):
            try:
                make()
                print("no error")
            except (MemoryError, ValueError) as error:
                print(type(error).__name__, error)
        print(np.zeros(3).sum())
        """,
        "--sysmem", 200,
    )
    first, *others, last = process.stdout.splitlines()
    assert first.startswith("MemoryError cannot allocate 762.9 MiB") and "200.0 MiB" in first
    assert [line.split()[0] for line in others] == ["ValueError"] * 4 and last == "0.0"


def test_a_million_small_operations_keep_no_memory(start):
    process = start(
        RISE
        + """
import cunumeric as np
def work(count):
    a = np.ones(4)
    for _ in range(count):
        a = a + 1
    return float(a[0])
work(10_000)
before = peak()
print(work(1_000_000), peak() - before)
"""
    )
    value, rise = map(float, process.stdout.split())
    assert value == 1_000_001 and rise < 20


@pytest.mark.parametrize("count", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_long_chain_of_lazy_operations(start, count):
    process = start(
        RISE
        + f"""
import cunumeric as np
x = np.zeros(13_000)
for _ in range(3000):
    x = x + 1
before = peak()
for _ in range({count}):
    x = x + 1
print(float(x[0]), float(x[-1]), float(x.sum()), peak() - before)
"""
    )
    *values, rise = map(float, process.stdout.split())
    total = 3000 + count
    assert values == [total, total, 13_000 * total] and rise < 20


def test_a_loop_over_large_arrays_keeps_its_memory(start):
    process = start(
        RISE
        + """
import cunumeric as np
x = np.zeros(6_553_600)
def work(x, count):
    for k in range(count):
        x = x * 0.5 + k
        if k % 5 == 0:
            float(x[k])
    return x
x = work(x, 20)
before = peak()
x = work(x, 200)
expected = 0.0
for k in [*range(20), *range(200)]:
    expected = expected * 0.5 + k
print(float(x[0]) == expected, float(x[-1]) == expected, peak() - before)
"""
    )
    first, last, rise = process.stdout.split()
    assert (first, last) == ("True", "True") and float(rise) < 60


def test_arrays_made_by_numpy_are_taken_over_not_copied(start):
    process = start(
        RISE
        + """
import cunumeric as np
random = np.random.default_rng(0)
random.random(1000)
before = peak()
a = random.random(4_000_000)  # 32 MB
least = float(a.min())
print(0 <= least < 1, peak() - before)
"""
    )
    value, rise = process.stdout.split()
    assert value == "True" and float(rise) < 45


def test_a_chain_of_products_holds_what_it_needs(start):
    process = start(
        RISE
        + """
import cunumeric as np
n = 1000
a = np.full((n, n), 0.5)
b = np.full((n, n), 2.0)
total = float((a + b).sum())
before = peak()
for _ in range(20):
    b = np.matmul(a, b) * (2.0 / n)  # 8 MB each, all in one window
print(float(b[0, 0]), float(b[-1, -1]), peak() - before)
"""
    )
    first, last, rise = map(float, process.stdout.split())
    assert (first, last) == (2.0, 2.0) and rise < 45


def test_the_library_itself_is_small(start):
    """Memory of its own after the first result, in MB. Pages of the library's file are shared by all processes, and how
    many are mapped around one that is needed is the system's choice: their limit is wide."""
    process = start(
        """
        import numpy
        def resident(kind):
            with open("/proc/self/status") as status:
                return next(int(line.split()[1]) for line in status if line.startswith(kind)) / 1024
        kinds = "RssAnon", "RssFile"
        before = [resident(kind) for kind in kinds]
        import cunumeric as np
        assert float((np.arange(8.0) * 2).sum()) == 56.0
        print(*[resident(kind) - start for kind, start in zip(kinds, before)])
        """
    )
    own, mapped = map(float, process.stdout.split())
    assert own < 2.5 and mapped < 6


# Overlapping updates while the window is flushed ------------------------------


@pytest.mark.parametrize("size", [10, 50_000])
@pytest.mark.parametrize("window", [1, 2, 3, 64, 256])
def test_overlapping_updates_survive_any_flush(start, size, window):
    start(
        f"""
        import numpy, cunumeric
        results = []
        for np in (numpy, cunumeric):
            a = np.arange({size}) * 1.0
            b = np.arange({size}) * 2.0
            seen = memoryview(b)  # somebody else looks at b from now on
            for k in range(5):
                a[1:] += a[:-1]
                a[::-1] -= a
                b[1:] += b[:-1]
                b[:-1] = b[1:]
                np.add(b[2:], 1, out=b[:-2], where=a[2:] > 0)
            results.append((a.tolist(), b.tolist(), seen.tolist()))
        assert results[0] == results[1]
        """,
        LEGATE_WINDOW_SIZE=window,
    )


# Errors at the user's line ------------------------------------------------------

WRONG = {
    "x + np.ones(7)": "ValueError",
    "x[3, 300]": "IndexError",
    "x[[1, 200]]": "IndexError",
    "x.sum(axis=2)": "AxisError",
    "np.zeros(3, dtype='nonsense')": "TypeError",
    "x.reshape(7, 7)": "ValueError",
    "x @ x": "ValueError",
    "np.concatenate([x, x[0]])": "ValueError",
    "np.take(x, 10**6)": "IndexError",
    "x[np.ones(3, dtype=bool)]": "IndexError",
    "bool(x)": "ValueError",
    "x.__setitem__(slice(2, 5), np.ones((4, 4)))": "ValueError",
    "x.__setitem__(([1, 900],), 3)": "IndexError",
    "n.__iadd__(1.5)": "UFuncTypeError",
    "x & x": "TypeError",
    "np.add(x, 1, out=n)": "UFuncTypeError",
    "np.expand_dims(x, 5)": "AxisError",
}


def test_exceptions_come_at_the_users_line(start):
    text = """
    import sys, traceback
    import cunumeric as np
    x, n = np.ones((200, 300)) * 2, np.arange(60_000).reshape(200, 300)
    """
    for source in WRONG:
        text += f"""
    def wrong():
        y = x + 1
        z = ({source})
        return y + z
    try:
        wrong()
        print("no error")
    except Exception as error:
        frame = traceback.extract_tb(sys.exc_info()[2])[-1]
        print(type(error).__name__, frame.name, frame.filename == __file__, frame.line)
    """
    lines = start(text).stdout.splitlines()
    for line, (source, kind) in zip(lines, WRONG.items(), strict=True):
        assert line == f"{kind.lstrip('_')} wrong True z = ({source})"


def test_uncaught_exception_prints_the_users_line(start):
    process = start(
        """
        import cunumeric as np
        a = np.ones((300, 200))
        b = a * 2
        c = b + np.ones(3)  # here
        print(c)
        """,
        code=1,
    )
    assert 'program.py", line 5' in process.stderr
    assert process.stderr.splitlines()[-1].startswith("ValueError: operands could not be broadcast")


# Signals and exit codes -----------------------------------------------------------


def test_interrupt_ends_a_loop_of_lazy_operations(tmp_path):
    path = written(
        tmp_path,
        """
        import cunumeric as np
        x = np.ones(5_000_000)
        print("ready", flush=True)
        while True:
            x = x * 1.0000001 + 1e-9
        """,
    )
    code, _, errors, seconds = interrupted(path)
    assert code in (130, -signal.SIGINT)
    assert errors.splitlines()[-1] == "KeyboardInterrupt" and 'program.py", line' in errors
    assert seconds < 5


def test_interrupt_can_be_caught_and_values_are_right(tmp_path):
    path = written(
        tmp_path,
        """
        import cunumeric as np
        x, count = np.zeros(2_000_000), 0
        print("ready", flush=True)
        try:
            while True:
                y = x + 1
                x, count = y, count + 1
        except KeyboardInterrupt:
            print("caught", count > 0, float(x[0]) == float(x[-1]), abs(float(x[0]) - count) <= 1)
        """,
    )
    code, output, errors, seconds = interrupted(path)
    assert (code, output) == (0, "caught True True True\n"), errors
    assert seconds < 5


@pytest.mark.parametrize(
    "end, code",
    [("raise SystemExit(3)", 3), ("sys.exit(4)", 4), ("sys.exit()", 0), ("raise ValueError", 1)],
)
def test_exit_code_with_operations_still_pending(start, end, code):
    start(f"import sys\nimport cunumeric as np\nx = np.ones(1_000_000) * 3\n{end}\n", code=code)


def test_working_directory_that_is_gone(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    code = (
        f"import os; os.rmdir({str(folder)!r}); import cunumeric as np; "
        "print(float((np.arange(100_000.0) + 1).sum()))"
    )
    words = [str(word) for word in [*legate_command(2), "-c", code]]
    process = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (process.returncode, process.stdout) == (0, "5000050000.0\n"), process.stderr


# Processes and threads --------------------------------------------------------------


def test_forked_child_can_compute(start):
    process = start(
        """
        import os
        import cunumeric as np
        x = np.arange(1_000_000) * 2.0
        total = float(x.sum())
        pending = x * 3
        child = os.fork()
        if child == 0:
            right = float(pending[10]) == 60 and float((pending + x).sum()) == 4 * total
            os._exit(7 if right else 8)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), float(pending.sum()) == 3 * total)
        """
    )
    assert process.stdout == "7 True\n"


def test_pool_of_forked_processes(start):
    process = start(
        """
        import multiprocessing
        import cunumeric as np
        def work(k):
            return (np.arange(200_000.0) * k).reshape(400, 500)
        if __name__ == "__main__":
            before = work(2)
            with multiprocessing.get_context("fork").Pool(2) as pool:
                arrays = pool.map_async(work, range(4)).get(timeout=30)
            print(bool((arrays[2] == before).all()), all(type(a) is np.ndarray for a in arrays))
            print([float(a[-1, -1]) for a in arrays])
        """
    )
    assert process.stdout == "True True\n[0.0, 199999.0, 399998.0, 599997.0]\n"


def test_threads_share_the_library(start):
    process = start(
        """
        import sys, threading
        import cunumeric as np
        sys.setswitchinterval(1e-5)
        shared, results = np.arange(100_000.0), {}
        def work(k):
            x, small = np.full(100_000, float(k)), np.zeros(5)
            for i in range(200):
                x, small = x + 1, small + k
                if i % 40 == 0:
                    float((x + shared)[i])
            results[k] = float((x + shared).sum()), float(small.sum())
        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        total = float(shared.sum())
        print(all(results[k] == ((k + 200) * 1e5 + total, 1000.0 * k) for k in range(4)))
        """
    )
    assert process.stdout == "True\n"


def test_large_arrays_can_be_pickled(start):
    process = start(
        """
        import copy, pickle
        import cunumeric as np
        base = np.arange(3_000_000).reshape(1000, 3000)
        for a in (base, base.T, base[::-2, 5:], base * 1.5, base + 1j):
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                b = pickle.loads(pickle.dumps(a, protocol=protocol)) if protocol > 1 else a
                assert type(b) is np.ndarray and b.dtype == a.dtype and bool((a == b).all())
            buffers = []
            packed = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
            assert bool((pickle.loads(packed, buffers=buffers) == a).all())
            assert bool((copy.deepcopy(a) == a).all())
        print("same")
        """
    )
    assert process.stdout == "same\n"


# Work that only NumPy does ---------------------------------------------------------

FALLBACK = """
import cunumeric as np
a = np.eye(3) * 2
for _ in range(3):
    values = np.linalg.eigvals(a)  # in a loop
more = np.linalg.eigvals(a)  # once more
print(sorted(float(v) for v in values), type(more).__module__)
"""


def test_host_fallback_warns_once_for_each_call_site(start):
    process = start(FALLBACK)
    assert process.stdout == "[2.0, 2.0, 2.0] cunumeric\n"
    warned = [line for line in process.stderr.splitlines() if "RuntimeWarning" in line]
    assert warned, "no warning: eigvals is native now, or the warning is lost"
    marks = [line_of(FALLBACK, mark) for mark in ("in a loop", "once more")]
    assert [int(line.split("program.py:")[1].split(":")[0]) for line in warned] == marks
    assert all("linalg.eigvals" in line and "72 bytes gathered" in line for line in warned)


def test_strict_turns_the_fallback_into_an_error(start):
    process = start(FALLBACK, code=1, LEGATE_STRICT=1)
    assert f'program.py", line {line_of(FALLBACK, "in a loop")}' in process.stderr
    assert "linalg.eigvals" in process.stderr.splitlines()[-1]
