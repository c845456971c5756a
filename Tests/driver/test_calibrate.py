"""`legate calibrate`: numbers of this machine in a file, read by every later run; results never depend on them."""

import re

import pytest

from test_driver import clean_environment, legate

NAMES = ["immediate-points", "parallel-work", "compiled-work", "streamed-bytes", "fetched-bytes"]

PROGRAM = """
import hashlib
import cunumeric as np
total = hashlib.sha256()
for n in (5, 3000, 14000, 400_000):
    a, b = np.arange(n) % 7 + 0.1, np.arange(n) % 5 + 0.3
    for _ in range(4):
        a = (a * b + 1.0) / (b + a) - np.sqrt(a)
        a[1:-1] = 0.25 * (a[:-2] + a[2:]) + 0.5 * a[1:-1]
    total.update(np.asarray(a).tobytes() + str((float(a.sum()), float(a.var()), int(a.argmax()))).encode())
print(total.hexdigest())
"""


def costs(path):
    return {"environment": clean_environment(LEGATE_COSTS=str(path))}


def shown(path):
    result = legate("calibrate", "--show", **costs(path))
    assert result.returncode == 0, result.stderr
    numbers = dict(re.findall(r"^ +(\S+) +([\d,]+)", result.stdout, re.M))
    assert list(numbers) == NAMES
    return result.stdout.split("\n")[0], {name: int(n.replace(",", "")) for name, n in numbers.items()}


def written(path, change=lambda text: text, **numbers):
    """A file as `calibrate` writes it, with these numbers."""
    processor = shown("none")[0].split("legate: ")[1].split("; numbers")[0]
    lines = ["legate-costs 1", f"processor {processor}", *(f"{k.replace('_', '-')} {v}" for k, v in numbers.items())]
    path.write_text(change("\n".join(lines) + "\n"))
    return path


def test_measures_and_writes(tmp_path):
    path = tmp_path / "new folder" / "costs"
    result = legate("calibrate", "--turns", "1", "--seconds", "0.0001", **costs(path))
    assert result.returncode == 0, result.stderr
    assert f"written to {path}" in result.stdout
    first, numbers = shown(path)
    assert str(path) in first and all(n > 0 for n in numbers.values())
    assert f"immediate-points {numbers['immediate-points']}\n" in path.read_text()
    assert [p.name for p in path.parent.iterdir()] == ["costs"]


def test_numbers_of_a_file_count(tmp_path):
    first, numbers = shown(written(tmp_path / "costs", parallel_work=12345))
    assert "costs" in first and numbers["parallel-work"] == 12345
    assert numbers["compiled-work"] == shown("none")[1]["compiled-work"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("processor ", "processor another "),
        lambda text: text.replace("costs 1", "costs 2"),
        lambda text: text.replace("12345", "-1"),
        lambda text: text.replace("12345", "many"),
        lambda text: text[:9],
        lambda text: "",
    ],
)
def test_foreign_and_damaged_files_are_ignored(tmp_path, damage):
    first, numbers = shown(written(tmp_path / "costs", damage, parallel_work=12345))
    assert "the defaults" in first and numbers == shown("none")[1]


def test_results_do_not_depend_on_the_numbers(tmp_path):
    least = {name.replace("-", "_"): 1 for name in NAMES}
    most = {name.replace("-", "_"): 1 << 50 for name in NAMES}
    found = set()
    for path in ("none", written(tmp_path / "least", **least), written(tmp_path / "most", **most)):
        result = legate("--cpus", "2", "-", input=PROGRAM, **costs(path))
        assert result.returncode == 0, result.stderr
        found.add(result.stdout)
    assert len(found) == 1


def test_wrong_words_and_folders(tmp_path):
    result = legate("calibrate", "--turns", "0", **costs("none"))
    assert result.returncode == 2 and "--turns: the value 0" in result.stderr
    result = legate("calibrate", **costs("none"))
    assert result.returncode == 1 and "no folder to write to" in result.stderr
    result = legate("calibrate", **costs("/proc/nowhere/costs"))
    assert result.returncode == 1 and "/proc/nowhere/costs cannot be written" in result.stderr
