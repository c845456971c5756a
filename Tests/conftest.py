"""What holds for all tests."""

import os
import signal
from pathlib import Path


def has_avx512():
    try:
        return "avx512f" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


# Results are compared with NumPy's bit for bit, and with AVX-512 NumPy 2.4 has other last bits for powers of float32, and
# gives arrays of float16 that are not in order. Before anything imports NumPy, and for all programs that tests start.
if has_avx512():
    os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "X86_V4 AVX512_ICL AVX512_SPR")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; run with -m slow")
    # A shell's background job ignores Ctrl-C, and so would every program the tests start and interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
