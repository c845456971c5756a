"""The MPI transport keeps the contract that the loopback transport keeps: the same checks, in processes under mpirun."""

import subprocess

import pytest

from rank_programs import SOON
from transport_probe import ENVIRONMENT, FOLDER, PROBE, build, run


@pytest.fixture(scope="module", autouse=True)
def probe():
    build()


CHECKS = """sizes order anyTagFirst itself sendNeverWaits sendCopies fill farTags isThere wait randomExchange barrier
broadcast allGather allToAll allReduce""".split()


@pytest.mark.parametrize("ranks", [1, 2, 3, 5])
def test_contract(ranks):
    ended = run(ranks, "contract")
    assert ended.code == 0, ended.output
    assert ended.output.split("\n")[:-1] == [f"{check}: ok" for check in CHECKS]


def test_contract_where_mpi_has_few_tags():
    ended = run(2, "contract", 100_000, (1 << 24) - 1)
    assert ended.code == 0, ended.output


@pytest.mark.slow
def test_messages_of_more_than_two_gigabytes():
    ended = run(2, "large", limit=600)
    assert ended.code == 0, ended.output


def test_wrong_length_and_message_that_is_too_long():
    ended = run(2, "length")
    assert ended.code == 0, ended.output
    assert "rank 1 expected 8 bytes from rank 0 with tag 4, but the message has 3\n" in ended.output
    assert "rank 1 expected 8 bytes from rank 0 with tag 5, but the message has more\n" in ended.output


def test_abort_ends_all_with_one_message():
    ended = run(3, "abort")
    assert ended.code == 7
    assert ended.output.count("legate: ") == 1
    assert "legate: rank 1 on " in ended.output and ": enough\n" in ended.output
    assert ended.seconds < SOON


@pytest.mark.parametrize(
    "plugin, words",
    [
        ("/nowhere/plugin.so", "a run of several ranks needs /nowhere/plugin.so, which is not there"),
        ("/etc/passwd", "/etc/passwd cannot be opened"),
        ("libm", "is not a transport of this program"),
    ],
)
def test_plugin_that_is_missing_or_another(plugin, words):
    if plugin == "libm":
        listed = subprocess.run(["ldd", PROBE], capture_output=True, text=True).stdout
        plugin = next(word for line in listed.splitlines() for word in line.split() if "/libm.so" in word)
    ended = subprocess.run(
        [PROBE, "contract"], env={**ENVIRONMENT, "LEGATE_MPI_PLUGIN": plugin}, capture_output=True, text=True
    )
    assert ended.returncode == 64
    assert words in ended.stderr


def test_plugin_brings_no_runtime_of_its_own():
    listed = subprocess.run(["ldd", FOLDER / "libLegateMPI.so"], capture_output=True, text=True).stdout
    assert "libmpi" in listed and "libswift" not in listed
