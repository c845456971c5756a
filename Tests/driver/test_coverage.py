"""The coverage page in the documentation says what the library does now."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_coverage_page_is_current():
    result = subprocess.run(
        [ROOT / "bin" / "coverage-table", "--check"], capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stdout + result.stderr
