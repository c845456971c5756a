"""What a process holds once the package is imported, beside one that imported NumPy."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOADED = "print(*sorted(sys.modules))"
HELD = "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith(('VmHWM', 'VmRSS'))))"


def told(package, question):
    """What a fresh process says after its first array."""
    paths = f"sys.path[:0] = ['{ROOT}/build/python', '{ROOT}/python']"
    text = f"import sys; {paths}; import {package} as np; np.ones(3) + 1; {question}"
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout.split()


def test_modules_come_when_they_are_needed():
    extra = set(told("cunumeric", LOADED)) - set(told("numpy", LOADED))
    assert not extra & {"concurrent.futures", "logging", "threading", "subprocess", "asyncio", "numpy.random"}
    assert len(extra) < 20


def test_a_process_holds_no_more_than_numpys():
    (peak, held), (numpys_peak, numpys) = (map(int, told(package, HELD)) for package in ("cunumeric", "numpy"))
    assert held < numpys
    assert peak < 1.1 * numpys_peak


def test_pages_come_back():
    import _legate_pages
    import cunumeric as np

    for _ in range(3):
        _legate_pages.release()
        assert float(np.arange(1000.0).sum()) == 499500.0
