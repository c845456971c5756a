"""Becomes the conftest.py of the rewritten tests: records outcomes, and ends tests that hang.

A line `started<TAB>test` is written before each test and `passed`, `failed` or `skipped` after it, so
that the record tells which test a process died in. Tests that are in the record already are left out.
"""

import os
import re
import signal

import pytest

RECORD = os.environ["NUMPY_TESTS_RECORD"]
SECONDS = int(os.environ["NUMPY_TESTS_SECONDS"])

try:
    import hypothesis
except ImportError:
    pass
else:
    # The same examples in every run.
    hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True, print_blob=False, database=None)
    hypothesis.settings.load_profile("fixed")


def name_of(nodeid):
    """The test's name without its file, the same in every run and every folder."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x", nodeid.split("::", 1)[-1]).replace("\n", "\\n").replace("\t", "\\t")


def note(outcome, nodeid):
    with open(RECORD, "a") as file:
        file.write(f"{outcome}\t{name_of(nodeid)}\n")


def finished():
    if not os.path.exists(RECORD):
        return set()
    with open(RECORD) as file:
        return {line.rstrip("\n").split("\t", 1)[1] for line in file}


def pytest_configure(config):
    for marker in ("slow", "leaks_references", "thread_unsafe", "parallel_threads(n)", "valgrind_error"):
        config.addinivalue_line("markers", f"{marker}: NumPy's own")
    signal.signal(signal.SIGALRM, out_of_time)


def out_of_time(*_):
    raise TimeoutError(f"longer than {SECONDS} s")


def pytest_collection_modifyitems(items):
    done = finished()
    items[:] = [item for item in items if name_of(item.nodeid) not in done]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    note("started", item.nodeid)
    signal.alarm(SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        note(report.outcome, report.nodeid)
