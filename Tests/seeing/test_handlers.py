"""Signals whose handlers use arrays, in the middle of recorded work."""

import pytest

# Each attempt is interrupted once, at a moment that lies in the middle of the work if it can be had. Every attempt has values of
# its own, so that memory of an earlier one is none of its.
HANDLED = """\
import linecache, os, signal, time
import cunumeric as np

def work(start):
    a = np.full(2_000_000, start)
    for k in range(20):
        a += np.sin(a) * 1e-3
    return a

begin = time.perf_counter()
float(work(1.0).sum())
share = (time.perf_counter() - begin) / 2
caught = 0
def handler(number, frame):
    global inside, seen, kept, caught, other, child
    inside = linecache.getline(frame.f_code.co_filename, frame.f_lineno).startswith("        found = float(")
    HANDLER
signal.signal(signal.SIGALRM, handler)
count = 0
for attempt in range(60):
    inside = False
    other = np.arange(500_000) * (attempt + 3.0)
    a = work(1.5 + attempt / 100)
    signal.setitimer(signal.ITIMER_REAL, share)
    try:
        found = float(a.sum())
    except KeyboardInterrupt:
        found = None
    signal.setitimer(signal.ITIMER_REAL, 0)
    wanted = float(work(1.5 + attempt / 100).sum())
    assert found in (wanted, None), (found, wanted)
    if inside:
        BEHIND
    if inside:
        count += 1
    else:
        share /= 2
    if count == 3:
        break
print("handled", count)
"""

CASES = {
    # What is being computed is completed, in the handler.
    "reads": ("seen = float(a.sum()), float(a[7]) * 2_000_000", "assert seen[0] == wanted and abs(seen[1] - wanted) < 1e-3"),
    # So is what was recorded before and has nothing to do with it.
    "reads another": ("seen = float(other[-1])", "assert seen == (attempt + 3.0) * 499_999"),
    # What a handler changes is changed behind what runs.
    "changes": ("other += 1.0; a[0] = 5.0; seen = float(other[0])", "assert seen == 1.0 and float(a[0]) == 5.0"),
    # What it records and does not wait for is there later.
    "records": ("kept = a * 2", "assert float(kept.sum()) == 2 * wanted"),
    "stops behind": (
        "seen = float(a.sum()); raise KeyboardInterrupt",
        "assert found is None and seen == wanted == float(a.sum())",
    ),
    "makes a child": (
        "child = os.fork(); (os._exit(0 if float((a * 0 + 2).sum()) == 4_000_000.0 else 1) if child == 0 else None)",
        "assert os.waitpid(child, 0)[1] == 0",
    ),
}


@pytest.mark.parametrize("cpus", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_a_handler_uses_arrays(folder, case, cpus):
    handler, behind = CASES[case]
    text = HANDLED.replace("HANDLER", handler).replace("BEHIND", behind)
    assert folder.legate("--cpus", cpus, folder.program(text)).stdout == "handled 3\n"


def test_an_interrupt_inside_of_a_handler(folder):
    """Ctrl-C while a handler waits: the handler may catch it, and the values are right all the same."""
    handler = """\
signal.setitimer(signal.ITIMER_VIRTUAL, share / 4)
    try:
        float(a.sum())
    except KeyboardInterrupt:
        caught += 1
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)"""
    text = HANDLED.replace("HANDLER", handler).replace("BEHIND", "assert found == wanted == float(a.sum())")
    text = text.replace("count = 0\n", "count = 0\nsignal.signal(signal.SIGVTALRM, signal.default_int_handler)\n", 1)
    text = text.replace("    if inside:\n        count", "    if inside and caught > count:\n        count")
    result = folder.legate("--cpus", 2, folder.program(text))
    assert result.stdout == "handled 3\n"
    assert "legate: stopped " in result.stderr
