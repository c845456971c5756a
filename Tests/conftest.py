"""What holds for all tests."""

import os
import signal
from pathlib import Path


def numpy_sorts_float16_wrongly():
    """NumPy 2.4 gives arrays of float16 that are not in order on processors with AVX-512 VBMI2."""
    try:
        return "avx512_vbmi2" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


# Before anything imports NumPy, and for all programs that tests start.
if numpy_sorts_float16_wrongly():
    os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "AVX512_ICL")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; run with -m slow")
    # A shell's background job ignores Ctrl-C, and so would every program the tests start and interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
