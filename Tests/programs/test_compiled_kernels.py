"""Compiled or interpreted, fresh or from the disk, in wide registers or narrow ones: the same bits; and no way in which
libLLVM or the cache can fail stops a program."""

import json
import os
import re
import subprocess
from pathlib import Path

import launcher
import pytest

PROGRAM = Path(__file__).with_name("compiled_kernels.py")
VARIABLES = ("LEGATE_TIER", "LEGATE_LLVM", "LEGATE_CACHE_DIR", "LEGATE_VECTOR_BYTES")


def run(*words, **settings):
    """The hash and the state of the kernels."""
    environment = {name: "" for name in VARIABLES} | settings
    process = launcher.run(launcher.legate_command() + [PROGRAM, *words], **environment)
    first, state = process.stdout.split("\n")[:2]
    return first, json.loads(state)


@pytest.fixture(scope="module")
def interpreted():
    answer, state = run(LEGATE_TIER="0")
    assert state["compiled"] == state["from_disk"] == 0
    return answer


@pytest.fixture(scope="module")
def has_library(tmp_path_factory):
    # Asked of the system: a library that is there and cannot be used is a failure.
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    if not re.search(r"libLLVM(-|\.so\.)(1[5-9]|20)\b", known):
        pytest.skip("the system has no libLLVM 15 to 20")
    library = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path_factory.mktemp("probe"))[1]["library"]
    assert library is not None and not library.startswith("none"), library


def test_first_compiled_then_from_the_disk(interpreted, has_library, tmp_path):
    answer, state = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path)
    assert answer == interpreted
    assert state["compiled"] > 5 and state["from_disk"] == 0 and state["cache_faults"] == 0
    files = list((tmp_path / "kernels").iterdir())
    assert len(files) == state["compiled"]
    answer, again = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path, LEGATE_LLVM="none")
    assert answer == interpreted
    assert (again["from_disk"], again["compiled"]) == (state["compiled"], 0)
    assert again["library"] is None


def test_only_the_process_that_compiles_gives_way(has_library, tmp_path):
    program = """
import os
import cunumeric as np
x = np.arange(200_000.0)
float((x * 2 + x / 3)[5])

def niceness(stat):
    with open(stat) as file:
        return int(file.read().rsplit(")", 1)[1].split()[16])

for task in os.listdir("/proc/self/task"):
    assert niceness(f"/proc/self/task/{task}/stat") == os.nice(0), task
found = []
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{process}/comm") as name, open(f"/proc/{process}/environ", "rb") as variables:
            # It is no child: whoever waits for children shall not meet it.
            if name.read() == "legate-compiler\\n" and os.environb[b"LEGATE_CACHE_DIR"] in variables.read():
                found.append(niceness(f"/proc/{process}/stat") - os.nice(0))
    except OSError:
        pass
print(found)
"""
    settings = {"LEGATE_TIER": "1", "LEGATE_CACHE_DIR": tmp_path, "LEGATE_LLVM": "", "LEGATE_VECTOR_BYTES": ""}
    process = launcher.run(launcher.legate_command() + ["-c", program], **settings)
    assert process.stdout.strip() == "[5]", process.stderr


@pytest.mark.parametrize("width", [16, 32])
def test_registers_of_any_width(interpreted, has_library, tmp_path, width):
    answer, state = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path, LEGATE_VECTOR_BYTES=width)
    assert answer == interpreted
    assert state["vector_bytes"] <= width and state["compiled"] > 5


def test_in_the_background(interpreted, has_library, tmp_path):
    assert run(LEGATE_CACHE_DIR=tmp_path)[0] == interpreted


def test_damaged_files_are_written_anew(interpreted, has_library, tmp_path):
    compiled = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path)[1]["compiled"]
    for number, path in enumerate(sorted((tmp_path / "kernels").iterdir())):
        content = path.read_bytes()
        path.write_bytes([content[: len(content) // 2], b"", content[::-1], content[:-1] + b"x"][number % 4])
    answer, state = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path)
    assert answer == interpreted
    assert (state["compiled"], state["cache_faults"]) == (compiled, compiled)
    assert run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path, LEGATE_LLVM="none")[1]["from_disk"] == compiled


@pytest.mark.parametrize(
    "settings",
    [
        {"LEGATE_LLVM": "/nowhere/libLLVM.so"},
        {"LEGATE_LLVM": "none"},
        {"LEGATE_LLVM": "/etc/hostname"},
    ],
    ids=["absent", "switched off", "not a library"],
)
def test_without_a_library(interpreted, tmp_path, settings):
    answer, state = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=tmp_path, **settings)
    assert answer == interpreted
    assert state["compiled"] == state["from_disk"] == 0
    # Switched off, with nothing on disk: nobody even asks.
    assert (state["failed"] > 0) == (settings["LEGATE_LLVM"] != "none")


@pytest.mark.parametrize("folder", ["/dev/null", "/proc/nothing", "none"])
def test_without_a_folder(interpreted, has_library, folder):
    answer, state = run(LEGATE_TIER="1", LEGATE_CACHE_DIR=folder)
    assert answer == interpreted and state["compiled"] > 5


@pytest.mark.parametrize("tier", ["auto", "1"])
def test_a_forked_child_goes_on(interpreted, tmp_path, tier):
    assert run("fork", LEGATE_TIER=tier, LEGATE_CACHE_DIR=tmp_path)[0] == interpreted


def test_processes_at_once_share_a_folder(interpreted, has_library, tmp_path):
    environment = os.environ | {"LEGATE_TIER": "1", "LEGATE_CACHE_DIR": str(tmp_path)}
    words = [str(word) for word in launcher.legate_command() + [PROGRAM]]
    running = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = [process.communicate(timeout=300)[0].split("\n") for process in running]
    assert {output[0] for output in outputs} == {interpreted}
    states = [json.loads(output[1]) for output in outputs]
    assert all(state["cache_faults"] == 0 for state in states)
    assert not [path.name for path in (tmp_path / "kernels").iterdir() if not path.name.endswith(".kernel")]
