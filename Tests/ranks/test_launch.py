"""What the driver would start on several ranks, what it refuses, and what it takes from a launcher.

No launcher runs: the ones on the path are empty files, and the driver is asked with --dry-run. Words
that depend on the machine (the user, the number of cores) stand in the expected text as names.
"""

import os
import shlex
import tempfile

import pytest

from test_driver import ROOT, legate, shown, program  # noqa: F401 (program is a fixture)

CORES = len(os.sched_getaffinity(0))
DRIVER = str(ROOT / "build" / "bin" / "legate-driver")
KEEPALIVE = (
    "--mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 2"
)
ROOT_FLAG = "--allow-run-as-root " if os.geteuid() == 0 else ""
MPI = f"--bind-to none --mca mpi_warn_on_fork 0 {KEEPALIVE} {ROOT_FLAG}"
YIELD = "--oversubscribe --mca mpi_yield_when_idle 1 "


@pytest.fixture
def launchers(tmp_path):
    """A folder for the path with a launcher of every kind that does nothing."""
    folder = tmp_path / "launchers"
    folder.mkdir()
    for name in ("mpirun", "srun", "jsrun"):
        (folder / name).write_text("#!/bin/sh\nexit 99\n")
        (folder / name).chmod(0o755)
    return folder


def command(launchers, *words, **environment):
    """The command that --verbose shows, without its `-x NAME` pairs, and those names."""
    path = f"{launchers}:/usr/bin:/bin"
    result = legate(
        "--dry-run", "--verbose", *words, environment={"PATH": path, **environment}
    )
    assert (result.returncode, result.stderr) == (0, "")
    shown_words = shlex.split(result.stdout.split("Command:\n")[1].splitlines()[0])
    kept, names, rest = [], [], iter(shown_words)
    for word in rest:
        if word == "-x":
            names.append(next(rest))
        else:
            kept.append(word)
    text = " ".join(kept).replace(DRIVER, "DRIVER").replace("--dry-run --verbose ", "")
    return text, names


def expected_rank(flags, nodes, per_node):
    return (
        f"DRIVER --rank-start {flags} --launcher none --nodes {nodes} "
        f"--ranks-per-node {per_node} -c pass"
    )


def test_mpirun_on_one_machine(launchers):
    flags = "--launcher mpirun"
    text, names = command(launchers, *flags.split(), "-c", "pass", LEGATE_X="1", UCX_TLS="tcp")
    assert text == f"mpirun -n 1 --npernode 1 --oversubscribe {MPI}{expected_rank(flags, 1, 1)}"
    assert {"PATH", "LEGATE_X", "LEGATE_PROJECT", "LEGATE_PYTHON", "UCX_TLS"} <= set(names)
    assert "HOME" not in names and names == sorted(names)


def test_mpirun_with_more_ranks_than_cores(launchers):
    flags = f"--nodes {CORES + 1} --launcher mpirun"
    text, _ = command(launchers, *flags.split(), "-c", "pass")
    start = f"mpirun -n {CORES + 1} {YIELD}{MPI}"
    assert text == start + expected_rank(flags, CORES + 1, 1)


def test_mpirun_on_named_hosts(launchers):
    flags = "--nodes 2 --launcher=mpirun"
    words = [*flags.split(), "--launcher-extra", "--host 'a b:1,c:1'", "--", "-c", "pass"]
    text, _ = command(launchers, *words)
    flags += " --launcher-extra --host 'a b:1,c:1'"
    assert text == f"mpirun -n 2 --npernode 1 {MPI}--host a b:1,c:1 {expected_rank(flags, 2, 1)}"


def test_mpirun_on_named_hosts_with_more_ranks_than_cores(launchers):
    flags = f"--ranks-per-node {CORES + 1} --launcher mpirun"
    text, _ = command(launchers, *flags.split(), "-c", "pass", PBS_NODEFILE="/x")
    start = f"mpirun -n {CORES + 1} --npernode {CORES + 1} {YIELD}{MPI}"
    assert text == start + expected_rank(flags, 1, CORES + 1)


def test_srun(launchers):
    flags = "--nodes 2 --ranks-per-node 4 --launcher srun --cpus 3 --launcher-extra -pdebug"
    text, names = command(launchers, *flags.split(), "-c", "pass")
    assert text == (
        "srun --nodes 2 -n 8 --ntasks-per-node 4 --mpi=pmix --cpus-per-task 3 "
        f"--kill-on-bad-exit=1 --quit-on-interrupt -pdebug {expected_rank(flags, 2, 4)}"
    )
    assert names == []


def test_srun_leaves_binding_to_the_ranks(launchers):
    flags = "--launcher srun --cpu-bind 0-3"
    text, _ = command(launchers, *flags.split(), "-c", "pass")
    assert "--mpi=pmix --cpu-bind=none --kill-on-bad-exit=1" in text


def test_jsrun(launchers):
    flags = "--nodes 2 --ranks-per-node 4 --launcher jsrun"
    text, names = command(launchers, *flags.split(), "-c", "pass")
    start = "jsrun -n 2 -r 1 -a 4 -c ALL_CPUS -g ALL_GPUS -b none "
    assert text == start + expected_rank(flags, 2, 4) and names == []


@pytest.mark.parametrize(
    "environment, shape",
    [
        ({"SLURM_JOB_NUM_NODES": "3", "SLURM_TASKS_PER_NODE": "4(x3)"}, "3 -n 12 --ntasks-per-node 4"),
        ({"SLURM_JOB_NUM_NODES": "3", "SLURM_NTASKS": "6"}, "3 -n 6 --ntasks-per-node 2"),
        ({"SLURM_JOB_NUM_NODES": "1", "SLURM_NPROCS": "5"}, "1 -n 5 --ntasks-per-node 5"),
        ({"SLURM_JOB_NUM_NODES": "2", "SLURM_TASKS_PER_NODE": "4,3"}, "2 -n 2 --ntasks-per-node 1"),
    ],
)
def test_shape_comes_from_the_scheduler(launchers, environment, shape):
    text, _ = command(launchers, "--launcher", "srun", "-c", "pass", **environment)
    assert text.startswith(f"srun --nodes {shape} ")


def test_rank_keeps_its_words(launchers):
    words = ["--nodes=2", "--launcher", "mpirun", "explain", "-c", "print('a b')", "--cpus", "9"]
    text, _ = command(launchers, *words)
    assert text.endswith(
        "DRIVER --rank-start --nodes=2 --launcher mpirun --launcher none --nodes 2 "
        "--ranks-per-node 1 explain -c print('a b') --cpus 9"
    )


def test_flags_from_legate_config(launchers):
    text, names = command(launchers, "-c", "pass", LEGATE_CONFIG="--nodes 2 --launcher mpirun")
    assert text.startswith("mpirun -n 2 ") and "LEGATE_CONFIG" in names
    assert text.endswith("DRIVER --rank-start --launcher none --nodes 2 --ranks-per-node 1 -c pass")


def test_settings_of_one_rank(launchers):
    words = ["--nodes", "3", "--launcher", "mpirun", "--dry-run", "--show-config", "-c", ""]
    result = legate(*words, environment={"PATH": f"{launchers}:/usr/bin:/bin"})
    workers = max(1, CORES // 3)
    assert f"cpus {workers}, sysmem on demand, ranks 3," in result.stdout


# Refused


@pytest.mark.parametrize(
    "words, environment, code, complaint",
    [
        (
            ["--nodes", "2"], {}, 64,
            "--nodes asks for several ranks, but nothing starts them; "
            "add --launcher mpirun, srun or jsrun, or run legate itself under one of them",
        ),
        (
            ["--ranks-per-node=3"], {}, 64,
            "--ranks-per-node asks for several ranks, but nothing starts them; "
            "add --launcher mpirun, srun or jsrun, or run legate itself under one of them",
        ),
        (
            ["--launcher", "aprun"], {}, 64,
            "--launcher aprun is not supported; use mpirun, srun or jsrun",
        ),
        (
            ["--launcher", "dask"], {}, 64,
            "--launcher dask is not supported; use mpirun, srun or jsrun",
        ),
        (
            ["--nodes", "2", "--launcher", "mpirun"], {"PATH": "NOTHING"}, 64,
            "--launcher mpirun: the program 'mpirun' was not found; "
            "to install: sudo apt-get install openmpi-bin libopenmpi-dev",
        ),
        (
            ["--launcher", "srun"], {"PATH": "NOTHING"}, 64,
            "--launcher srun: the program 'srun' was not found; "
            "to install: sudo apt-get install slurm-wlm openmpi-bin libopenmpi-dev",
        ),
        (
            ["--launcher", "jsrun"], {"PATH": "NOTHING"}, 64,
            "--launcher jsrun: the program 'jsrun' was not found; "
            "to install: it is part of IBM Spectrum LSF",
        ),
        (
            ["--nodes", "2", "--launcher", "srun"],
            {"SLURM_JOB_NUM_NODES": "1", "SLURM_NTASKS": "4"}, 2,
            "the flags ask for 2 nodes, but SLURM_JOB_NUM_NODES=1",
        ),
        (
            ["--nodes", "2", "--ranks-per-node", "3", "--launcher", "srun"],
            {"SLURM_JOB_NUM_NODES": "2", "SLURM_NTASKS": "4"}, 2,
            "the flags ask for 6 ranks, but SLURM_NTASKS=4",
        ),
        (
            ["--launcher", "srun"],
            {"SLURM_JOB_NUM_NODES": "2", "SLURM_TASKS_PER_NODE": "4(x"}, 2,
            "the variable SLURM_TASKS_PER_NODE has the value '4(x'; "
            "allowed: tasks per node, such as 4(x2),1",
        ),
        (
            ["--nodes", "2", "--launcher", "mpirun", "--cpu-bind", "0/1"], {}, 2,
            "--cpu-bind has 2 lists, but there is 1 rank per node; allowed: one list per rank",
        ),
        (
            ["--ranks-per-node", "2", "--launcher", "mpirun", "--mem-bind", "0"], {}, 2,
            "--mem-bind has 1 list, but there are 2 ranks per node; allowed: one list per rank",
        ),
        (
            ["--ranks-per-node", "2", "--launcher", "mpirun", "--nic-bind", "a/b/c"], {}, 2,
            "--nic-bind has 3 lists, but there are 2 ranks per node; allowed: one list per rank",
        ),
    ],
)  # fmt: skip
def test_refused(launchers, tmp_path, words, environment, code, complaint):
    path = f"{launchers}:/usr/bin:/bin"
    if environment.get("PATH") == "NOTHING":
        # Only what bin/legate itself needs.
        for tool in ("sh", "readlink", "find"):
            (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
        environment = {"PATH": str(tmp_path)}
    result = legate(*words, "-c", "print('ran')", environment={"PATH": path} | environment)
    assert (result.stdout, result.stderr, result.returncode) == ("", f"legate: {complaint}\n", code)


def test_mpirun_of_another_mpi_is_refused(tmp_path):
    (tmp_path / "mpiexec.hydra").write_text("#!/bin/sh\n")
    (tmp_path / "mpiexec.hydra").chmod(0o755)
    (tmp_path / "mpirun").symlink_to("mpiexec.hydra")
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    result = legate("--launcher", "mpirun", "-c", "", environment=path)
    assert result.returncode == 64 and "needs Open MPI" in result.stderr


def test_missing_plugin_is_named(launchers, tmp_path):
    words = ["--nodes", "2", "--launcher", "mpirun", "-c", ""]
    place = {"PATH": f"{launchers}:/usr/bin:/bin", "LEGATE_PROJECT": str(tmp_path)}
    result = legate(*words, command=DRIVER, environment=place)
    assert result.returncode == 64
    assert result.stderr == (
        f"legate: several ranks need the MPI plugin '{tmp_path}/build/python/libLegateMPI.so', "
        "which was not built; install MPI (sudo apt-get install openmpi-bin libopenmpi-dev), "
        "then run bin/build\n"
    )


def test_tools_that_need_a_terminal_are_left_out(launchers):
    words = ["--nodes", "2", "--launcher", "mpirun", "--gdb", "--rlwrap", "--dry-run", "-c", ""]
    result = legate(*words, environment={"PATH": f"{launchers}:/usr/bin:/bin"})
    assert result.returncode == 0
    assert result.stderr == "".join(
        f"legate: {flag} needs a terminal of its own and is left out on several ranks\n"
        for flag in ("--gdb", "--rlwrap")
    )


# A process that a launcher started


def world(size, rank, local_size, local_rank, name="OMPI_COMM_WORLD"):
    values = {"SIZE": size, "RANK": rank, "LOCAL_SIZE": local_size, "LOCAL_RANK": local_rank}
    return {f"{name}_{key}": str(value) for key, value in values.items()}


SLURM = {
    "SLURM_STEP_NUM_TASKS": "5", "SLURM_PROCID": "4", "SLURM_NODEID": "2", "SLURM_LOCALID": "0",
    "SLURM_STEP_TASKS_PER_NODE": "2(x2),1", "PMIX_RANK": "4",
}  # fmt: skip


@pytest.mark.parametrize(
    "environment, ranks, rank, local_rank, sharing",
    [
        (world(4, 2, 2, 0), "4", "2", "0", 2),
        (world(4, 3, 1, 0, "MV2_COMM_WORLD"), "4", "3", "0", 1),
        (world(3, 1, 3, 1, "PMI"), "3", "1", "1", 3),
        ({"PMI_SIZE": "3", "PMI_RANK": "2"}, "3", "2", "2", 3),
        (SLURM, "5", "4", "0", 1),
        (SLURM | {"SLURM_NODEID": "1", "SLURM_LOCALID": "1"}, "5", "4", "1", 2),
        (SLURM | {"SLURM_NODEID": "1", "SLURM_CPU_BIND_TYPE": "mask_cpu:"}, "5", "4", "0", 1),
        (world(2, 0, 2, 0) | {"OMPI_MCA_orte_bound_at_launch": "1"}, "2", "0", "0", 1),
    ],
)
def test_place_among_the_ranks(environment, ranks, rank, local_rank, sharing):
    result = legate("--dry-run", "--verbose", "-c", "", environment=environment)
    assert result.returncode == 0
    if rank == "0":
        assert f"LEGATE_RANKS={ranks}\n" in result.stdout
    else:
        assert result.stdout == ""  # The first rank has said it.
    seen = rank_variables(environment)
    assert (seen["LEGATE_RANKS"], seen["LEGATE_GLOBAL_RANK"]) == (ranks, rank)
    assert seen["LEGATE_LOCAL_RANK"] == local_rank
    assert seen["LEGATE_CPUS"] == str(max(1, CORES // sharing))


def rank_variables(environment):
    """What a rank's program sees; a stand-in for the plugin's file lets it start without MPI."""
    code = "import os; print(*(f'{k}={v}' for k, v in os.environ.items() if k[:7] == 'LEGATE_'))"
    result = started(environment, "-c", code)
    assert result.returncode == 0, result.stderr
    return dict(pair.split("=", 1) for pair in result.stdout.split())


def started(environment, *words):
    with tempfile.TemporaryDirectory() as project:
        os.makedirs(f"{project}/build/python")
        open(f"{project}/build/python/libLegateMPI.so", "w").close()
        variables = environment | {
            "LEGATE_PROJECT": project, "LEGATE_LIMIT_STDOUT": environment.get("LIMIT", "0"),
            "LEGATE_PYTHON": str(ROOT / ".venv" / "bin" / "python"),
        }  # fmt: skip
        return legate(*words, command=DRIVER, environment=variables)


def test_one_rank_of_a_launcher_runs_alone(program):
    seen = shown(program, environment=world(1, 0, 1, 0))["environment"]
    assert seen["LEGATE_RANKS"] == "1" and "LEGATE_GLOBAL_RANK" not in seen


@pytest.mark.parametrize(
    "environment, words, code, complaint",
    [
        (world(3, 0, 3, 0), ["--nodes", "2"], 2, "the flags ask for 2 ranks, but OMPI_COMM_WORLD_SIZE=3"),
        (
            world(2, 0, 2, 0), ["--launcher", "mpirun"], 2,
            "--launcher mpirun and OMPI_COMM_WORLD_SIZE=2 do not go together: "
            "this process is already one of several ranks",
        ),
        (
            world("x", 0, 2, 0), [], 2,
            "the variable OMPI_COMM_WORLD_SIZE has the value 'x'; allowed: a whole number from 1 up",
        ),
        (
            world(2, 2, 2, 0), [], 2,
            "the variable OMPI_COMM_WORLD_RANK has the value '2'; allowed: a whole number from 0 to 1",
        ),
        (
            {"SLURM_STEP_NUM_TASKS": "5", "SLURM_PROCID": "0"}, [], 64,
            "srun started 5 tasks that do not know of each other; "
            "use srun --mpi=pmix, or legate --launcher srun",
        ),
        (
            world(2, 0, 2, 0) | {"LIMIT": "maybe"}, [], 2,
            "the variable LEGATE_LIMIT_STDOUT has the value 'maybe'; allowed: 0 or 1",
        ),
        (
            world(2, 0, 2, 0), ["--cpu-bind", "0"], 2,
            "--cpu-bind has 1 list, but there are 2 ranks per node; allowed: one list per rank",
        ),
    ],
)  # fmt: skip
def test_contradictions_of_a_launcher(environment, words, code, complaint):
    result = started(environment, *words, "-c", "print('ran')")
    assert (result.stdout, result.stderr, result.returncode) == ("", f"legate: {complaint}\n", code)


@pytest.mark.parametrize(
    "environment, code",
    [
        (world(3, 1, 3, 1), 2),
        ({"SLURM_STEP_NUM_TASKS": "3", "SLURM_PROCID": "1"}, 64),
    ],
)
def test_other_ranks_are_silent_about_what_the_first_says(environment, code):
    result = started(environment, "--nodes", "2", "-c", "print('ran')")
    assert (result.stdout, result.stderr, result.returncode) == ("", "", code)
