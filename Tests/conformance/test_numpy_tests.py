"""NumPy's own tests fail only where known_differences.txt says why; here for the modules of the fast set.

`bin/numpy-tests` without words runs all of them; the list covers the modules of the fast set only.
"""

import pytest
from known_differences import KnownDifferences
from run_numpy_tests import FAST, HERE, run, unexpected


@pytest.mark.parametrize("module", FAST)
def test_module(module):
    outcomes = run([module], [], 1, on_numpy=False, keep=None)
    assert "passed" in outcomes.values()
    known = KnownDifferences(HERE / "known_differences.txt").within([module])
    new, stale = unexpected(outcomes, known, is_whole=True)
    assert not new, f"not listed and failing: {new}"
    assert not stale, f"listed and passing: {stale}"


def test_list_has_a_reason_for_every_line():
    reason = None
    for line in (HERE / "known_differences.txt").read_text().splitlines():
        if line.startswith("#"):
            reason = line
        elif line:
            assert reason, line
        else:
            reason = None


def test_an_unlisted_failure_and_a_stale_line_are_told(tmp_path):
    list_of_known = tmp_path / "known.txt"
    list_of_known.write_text("# Because.\nlib.x::test_a[*]\nlib.x::test_b\nlib.y::test_c\n")
    known = KnownDifferences(list_of_known).within(["lib.x"])
    outcomes = {"lib.x::test_a[1]": "failed", "lib.x::test_a[2]": "passed", "lib.x::test_b": "passed"}
    assert unexpected(outcomes, known, is_whole=True) == ([], ["lib.x::test_b"])
    outcomes["lib.x::test_d"] = "crashed"
    assert unexpected(outcomes, known, is_whole=True)[0] == ["lib.x::test_d"]
