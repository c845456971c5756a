"""Flags, variables and LEGATE_CONFIG: what is accepted, what is refused and in which words."""

import json
import os
import re
import shutil

import pytest

from test_driver import ROOT, legate, program, shown  # noqa: F401 (program is a fixture)


# Wrong input


@pytest.mark.parametrize(
    "words, complaint",
    [
        (["nofile.py"], "no program 'nofile.py' (looked in /)"),
        (["/no/such.py"], "no program '/no/such.py'"),
        (["--cpuz", "3", "x.py"], "unknown flag --cpuz; did you mean --cpus?"),
        (["--cpu", "3", "x.py"], "unknown flag --cpu; did you mean --cpus?"),
        (["--sysmen=3", "x.py"], "unknown flag --sysmen; did you mean --sysmem?"),
        (["--verbos"], "unknown flag --verbos; did you mean --verbose?"),
        (["-verbose"], "unknown flag -verbose; did you mean --verbose?"),
        (["--moduel", "x"], "unknown flag --moduel; did you mean --module?"),
        (["--xyzzy"], "unknown flag --xyzzy; see legate --help"),
        (["-x"], "unknown flag -x; see legate --help"),
        (["-m"], "-m needs the name of a module after it"),
        (["-c"], "-c needs a piece of Python after it"),
        (["explain"], "explain needs a program after it"),
        (["--cpus"], "Missing value for '--cpus <N>'"),
        (["--verbose=1"], "The option '--verbose' does not take any value, but '1' was specified."),
        (
            ["--cpu-bind", "0/1", "-c", ""],
            "--cpu-bind has 2 lists, but there is 1 rank per node; allowed: one list per rank",
        ),
        (
            ["--cprofile", "-c", ""],
            "--cprofile and -c do not go together: only files and modules can be profiled",
        ),
    ],
)
def test_wrong_words(words, complaint):
    result = legate(*words, cwd="/")
    assert (result.stdout, result.stderr, result.returncode) == ("", f"legate: {complaint}\n", 2)


@pytest.mark.parametrize(
    "flag, value, allowed",
    [
        ("--cpus", "abc", "a whole number from 1 up"),
        ("--cpus", "0", "a whole number from 1 up"),
        ("--cpus", "-2", "a whole number from 1 up"),
        ("--cpus", "2.5", "a whole number from 1 up"),
        ("--cpus", "99999999999999999999", "a whole number from 1 up"),
        ("--cpus", "", "a whole number from 1 up"),
        ("--cpus", "--verbose", "a whole number from 1 up"),
        ("--sysmem", "0", "whole megabytes from 1 up"),
        ("--sysmem", "9223372036854775807", "whole megabytes from 1 up"),
        ("--eager-alloc-percentage", "101", "a whole number from 0 to 100"),
        ("--launcher", "foo", "mpirun, jsrun, srun, aprun, dask, none"),
        ("--run-mode", "both", "python, exec"),
        ("--cpu-bind", "3-1", "numbers and ranges such as 0,2-3, ranks separated by /"),
        ("--wrapper", "'open", "words as a shell reads them, every quotation mark closed"),
    ],
)
def test_wrong_values(flag, value, allowed):
    result = legate(flag, value, "-c", "print('ran')")
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith(f"legate: The value '{value}' is invalid for '{flag} <")
    assert result.stderr.endswith(f">': allowed: {allowed}\n")


@pytest.mark.parametrize("levels", ["core=loud", "cores=info", "loud", "core=8", "core=", "core=1,,"])
def test_wrong_log_levels_name_loggers_and_levels(levels):
    result = legate("--logging", levels, "-c", "")
    assert result.returncode == 2
    assert f"'{levels}'" in result.stderr and "legate (all of them), core, window" in result.stderr
    assert "warning, error" in result.stderr


def test_one_rank_may_be_asked_for(program):
    flags = ["--nodes", "1", "--ranks-per-node", "1", "--launcher", "none"]
    assert shown(*flags, program, environment={"OMPI_COMM_WORLD_SIZE": "2"})["argv"] == [program]


def test_missing_tool():
    result = legate("--wrapper", "no-such-tool -x", "-c", "print('ran')")
    assert (result.returncode, result.stdout) == (69, "")
    assert "--wrapper needs the program 'no-such-tool'" in result.stderr


# Flags, variables, LEGATE_CONFIG


def test_default_is_all_cores_that_may_be_used(program):
    seen = shown(program)["environment"]
    assert seen["LEGATE_CPUS"] == str(len(os.sched_getaffinity(0)))
    assert "LEGATE_SYSMEM" not in seen and "LEGATE_EXPLAIN" not in seen


@pytest.mark.parametrize(
    "words, environment, cpus",
    [
        (["--cpus", "3"], {}, "3"),
        (["--cpus=3"], {}, "3"),
        (["--cpus", "3", "--cpus", "4"], {}, "4"),
        ([], {"LEGATE_CPUS": "5"}, "5"),
        ([], {"LEGATE_CPUS": ""}, None),
        ([], {"LEGATE_CPUS": "5", "LEGATE_CONFIG": "--cpus 6"}, "6"),
        (["--cpus", "7"], {"LEGATE_CPUS": "5", "LEGATE_CONFIG": "--cpus 6"}, "7"),
        ([], {"LEGATE_CONFIG": "--wrapper 'env A=\"b c\"' --cpus=8"}, "8"),
        (["--no-auto-config"], {}, "1"),
        ([], {"LEGATE_AUTO_CONFIG": "0"}, "1"),
        pytest.param(
            ["--cpu-bind", "0"], {}, "1",
            marks=pytest.mark.skipif(not shutil.which("hwloc-bind"), reason="no hwloc-bind: apt-get install hwloc"),
        ),
    ],
)
def test_where_the_number_of_cpus_comes_from(program, words, environment, cpus):
    expected = cpus or str(len(os.sched_getaffinity(0)))
    result = legate(*words, program, environment=environment)
    assert json.loads(result.stdout)["environment"]["LEGATE_CPUS"] == expected
    assert result.stderr == ""


def test_memory_window_and_explain(program):
    seen = shown("--sysmem", "512", "--window-size=9", "explain", program, "x")
    assert seen["environment"]["LEGATE_WINDOW_SIZE"] == "9"
    assert seen["environment"]["LEGATE_SYSMEM"] == "512"
    assert seen["environment"]["LEGATE_EXPLAIN"] == "1"
    assert seen["argv"] == [program, "x"]


@pytest.mark.parametrize(
    "environment, complaint",
    [
        ({"LEGATE_CONFIG": "--cpus x"}, "in LEGATE_CONFIG: The value 'x' is invalid for '--cpus"),
        ({"LEGATE_CONFIG": "--cpuz 1"}, "in LEGATE_CONFIG: unknown flag --cpuz; did you mean --cpus"),
        ({"LEGATE_CONFIG": "x.py"}, "LEGATE_CONFIG may hold flags only, but it has 'x.py'"),
        ({"LEGATE_CONFIG": "--cpus '1"}, "LEGATE_CONFIG has an open quotation mark: --cpus '1"),
        ({"LEGATE_SYSMEM": "lots"}, "from the variable LEGATE_SYSMEM: The value 'lots' is invalid"),
        ({"LEGATE_CONSENSUS": "yes"}, "the variable LEGATE_CONSENSUS has the value 'yes'; allowed: 0 or 1"),
    ],
)
def test_wrong_variables_are_named(environment, complaint):
    result = legate("-c", "print('ran')", environment=environment)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"legate: {complaint}")


GPU = "it is for GPUs, and this build has no GPU backend"
WHEN_NEEDED = "memory is taken when an array needs it, none is set aside"
ONCE_FREE = "memory is used again as soon as it is free"


@pytest.mark.parametrize(
    "words, environment, notes",
    [
        (["--fbmem", "100", "--zcmem=1", "--gpu-bind", "0"], {}, {"--fbmem": GPU, "--zcmem": GPU, "--gpu-bind": GPU}),
        (["--gpus", "0", "--omps", "0", "--regmem", "0", "--numamem", "0", "--no-io-use-vfd-gds"], {}, {}),
        (["--launcher-extra", "-H host"], {}, {"--launcher-extra": "there is no --launcher"}),
        (["--cpus", "2", "--omps", "1"], {}, {"--cpus": "the groups of --omps are the workers"}),
        (["--ompthreads", "2"], {}, {"--ompthreads": "without --omps there are no groups"}),
        ([], {"LEGATE_OMP_PROCS": "2", "LEGATE_OMP_THREADS": "0"},
         {"--omps": "groups of no threads (--ompthreads 0) do nothing"}),
        (["--cpus", "1"], {"LEGATE_CONFIG": "--utility 4"}, {"--utility": "the number of workers is given"}),
        (["--regmem", "5"], {}, {"--regmem": "MPI registers the memory of messages itself"}),
        (["--eager-alloc-percentage", "20"], {}, {"--eager-alloc-percentage": WHEN_NEEDED}),
        ([], {"LEGATE_EAGER_ALLOC_PERCENTAGE": "20"}, {"--eager-alloc-percentage": WHEN_NEEDED}),
        (["--provenance"], {}, {"--provenance": "every call's source line is recorded anyway"}),
        (["--no-provenance"], {}, {"--no-provenance": "errors name source lines, which are always recorded"}),
        (["--spy"], {},
         {"--spy": "there is no log for a checker of dependences; --dataflow and --event draw them"}),
        (["--profile-name", "x"], {},
         {"--profile-name": "without --profile, --dataflow or --event nothing is recorded"}),
        (["--no-replicate"], {}, {"--no-replicate": "every rank runs the program itself"}),
        (["--nsys-extra", "-x", "--nsys-targets", "cuda"], {},
         {"--nsys-targets": "there is no --nsys", "--nsys-extra": "there is no --nsys"}),
        (["--benchmark-to-file"], {}, {"--benchmark-to-file": "there is no benchmark_log() to write"}),
        (["--gasnet-trace"], {}, {"--gasnet-trace": "messages go through MPI, not GASNet"}),
        (["--max-exception-size", "9"], {}, {"--max-exception-size": "exceptions are passed on whole"}),
        (["--min-gpu-chunk", "9", "--warmup-nccl", "--io-use-vfd-gds"], {},
         {"--min-gpu-chunk": GPU, "--warmup-nccl": GPU, "--io-use-vfd-gds": GPU}),
        (["--field-reuse-frequency", "1"], {"LEGATE_FIELD_REUSE_FRAC": "2"},
         {"--field-reuse-fraction": ONCE_FREE, "--field-reuse-frequency": ONCE_FREE}),
        ([], {"LEGATE_CONSENSUS": "1"}, {"--consensus": "all ranks free the same stores at the same call"}),
        (["--disable-mpi"], {}, {"--disable-mpi": "one rank never starts MPI"}),
        (["--single-controller-execution", "--experimental-copy-path", "--use-empty-task"], {},
         {"--single-controller-execution": "every rank runs the program itself",
          "--experimental-copy-path": "there is one way of copying",
          "--use-empty-task": "no task can be left out"}),
        (["--cuda-driver-path", "x"], {}, {"--cuda-driver-path": GPU}),
        (["--min-omp-chunk", "9"], {}, {"--min-omp-chunk": "without --omps there are no groups"}),
    ],
)  # fmt: skip
def test_flags_that_change_nothing_say_why(words, environment, notes):
    result = legate(*words, "-c", "print('ran')", environment=environment)
    assert (result.stdout, result.returncode) == ("ran\n", 0)
    expected = "".join(f"legate: {flag} changes nothing here: {why}\n" for flag, why in notes.items())
    assert result.stderr == expected


KNOWN = """
nodes ranks-per-node no-replicate launcher launcher-extra cpu-bind mem-bind gpu-bind nic-bind cpus
gpus omps ompthreads utility sysmem numamem fbmem zcmem regmem eager-alloc-percentage profile
cprofile nvprof nsys nsys-targets nsys-extra logging logdir log-to-file gdb cuda-gdb memcheck
valgrind freeze-on-error gasnet-trace spy progress mem-usage verbose bind-detail timing wrapper
wrapper-inner module dry-run rlwrap color version info run-mode auto-config show-config
show-memory-usage show-progress max-exception-size min-cpu-chunk min-gpu-chunk min-omp-chunk
window-size field-reuse-fraction field-reuse-frequency consensus warmup-nccl disable-mpi
inline-task-launch io-use-vfd-gds profile-name provenance benchmark-to-file dataflow event
"""


def test_help_names_every_flag():
    result = legate("--help")
    assert result.returncode == 0 and result.stderr == ""
    words = set(re.findall(r"--[a-z-]*[a-z]", result.stdout))
    assert [name for name in KNOWN.split() if f"--{name}" not in words] == []


def test_hidden_flags_are_shown_when_asked():
    result = legate("--help-hidden")
    assert result.returncode == 0 and result.stdout.startswith("OVERVIEW: ")
    assert "--use-empty-task" in result.stdout and "--use-empty-task" not in legate("--help").stdout


def test_documentation_names_every_flag():
    text = (ROOT / "Documentation" / "Driver.md").read_text()
    flags = set(re.findall(r"(?<![\w-])--[a-z-]*[a-z]", legate("--help").stdout)) - {"--no-provenance", "--help-hidden"}
    named = set(re.findall(r"--[a-z-]*[a-z]", text))
    assert sorted(flag for flag in flags if flag not in named and flag.replace("--no-", "--") not in named) == []


def test_loggers_are_the_runtime_s():
    runtime = (ROOT / "Sources" / "Tracing" / "Log.swift").read_text()
    driver = (ROOT / "Sources" / "Driver" / "Flags" / "Allowed+LogLevels.swift").read_text()
    names = re.findall(r'Log\(name: "(\w+)"', runtime)
    listed = re.search(r"let loggers = \[(.*?)\]", driver)[1]
    assert re.findall(r'"(\w+)"', listed) == names and len(names) > 5
