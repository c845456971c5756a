"""Each flag of `legate` and the test that sees its effect from outside: a new flag without one fails here.

The table names a test for every flag, hidden ones included. That test must exist and must name the flag, so
that no entry can outlive what it points to.
"""

import ast
import functools
import re

import pytest

from test_driver import ROOT, legate

GIVEN = "driver/test_flags.py::test_flags_that_change_nothing_say_why"
TOOLS = "driver/test_effects.py::test_tools"

TABLE = {
    # Resources
    "--cpus": "driver/test_effects.py::test_cpus",
    "--gpus": "driver/test_effects.py::test_gpus_are_refused",
    "--omps": "driver/test_effects.py::test_groups_are_the_workers",
    "--ompthreads": "driver/test_effects.py::test_groups_are_the_workers",
    "--utility": "driver/test_effects.py::test_utility_leaves_cores_free",
    "--sysmem": "driver/test_effects.py::test_ceiling_is_kept",
    "--numamem": "driver/test_effects.py::test_memories_add_up",
    "--fbmem": GIVEN,
    "--zcmem": GIVEN,
    "--regmem": GIVEN,
    "--eager-alloc-percentage": GIVEN,
    "--auto-config": "driver/test_effects.py::test_automatic_configuration",
    "--no-auto-config": "driver/test_effects.py::test_automatic_configuration",
    # Several ranks
    "--nodes": "ranks/test_mpirun.py::test_nodes_on_one_machine_and_more_ranks_than_cores",
    "--ranks-per-node": "ranks/test_mpirun.py::on",
    "--no-replicate": GIVEN,
    "--launcher": "ranks/test_mpirun.py::on",
    "--launcher-extra": "ranks/test_launch.py::test_mpirun_on_named_hosts",
    "--cpu-bind": "driver/test_effects.py::test_cores_of_one_rank",
    "--mem-bind": "driver/test_effects.py::test_memory_domain_of_one_rank",
    "--gpu-bind": GIVEN,
    "--nic-bind": "driver/test_effects.py::test_network_card_and_command_of_one_rank",
    "--bind-detail": "driver/test_effects.py::test_network_card_and_command_of_one_rank",
    # Profiling
    "--profile": "seeing/conftest.py::stencil",
    "--profile-name": "seeing/test_profile.py::test_other_names_and_folders",
    "--provenance": GIVEN,
    "--no-provenance": GIVEN,
    "--cprofile": "driver/test_driver.py::test_cprofile_writes_into_the_log_folder",
    "--nvprof": TOOLS,
    "--nsys": TOOLS,
    "--nsys-targets": TOOLS,
    "--nsys-extra": TOOLS,
    "--benchmark-to-file": GIVEN,
    # Logging
    "--logging": "driver/test_effects.py::test_loggers_speak_when_asked",
    "--logdir": "driver/test_effects.py::test_log_file",
    "--log-to-file": "driver/test_effects.py::test_log_file",
    "--progress": "seeing/test_state.py::test_progress_on_a_terminal",
    "--show-progress": "seeing/test_state.py::test_progress_on_a_terminal",
    "--mem-usage": "driver/test_effects.py::test_memory_report",
    "--show-memory-usage": "driver/test_effects.py::test_memory_report",
    # Debugging
    "--gdb": TOOLS,
    "--cuda-gdb": TOOLS,
    "--memcheck": TOOLS,
    "--valgrind": TOOLS,
    "--rlwrap": TOOLS,
    "--freeze-on-error": "driver/test_effects.py::test_crash_waits_for_a_debugger",
    "--gasnet-trace": GIVEN,
    "--spy": GIVEN,
    "--dataflow": "seeing/conftest.py::stencil",
    "--event": "seeing/conftest.py::stencil",
    "--wrapper": "driver/test_driver.py::test_wrappers",
    "--wrapper-inner": "driver/test_driver.py::test_wrappers",
    # Runtime
    "--max-exception-size": GIVEN,
    "--min-cpu-chunk": "driver/test_effects.py::test_smallest_spread",
    "--min-gpu-chunk": GIVEN,
    "--min-omp-chunk": "driver/test_effects.py::test_smallest_spread",
    "--window-size": "driver/test_effects.py::test_window_size",
    "--field-reuse-fraction": GIVEN,
    "--field-reuse-frequency": GIVEN,
    "--consensus": GIVEN,
    "--warmup-nccl": GIVEN,
    "--disable-mpi": "driver/test_effects.py::test_ranks_without_mpi_are_refused",
    "--inline-task-launch": "driver/test_effects.py::test_inline_launch_is_one_worker",
    "--single-controller-execution": GIVEN,
    "--io-use-vfd-gds": GIVEN,
    "--no-io-use-vfd-gds": GIVEN,
    "--experimental-copy-path": GIVEN,
    "--use-empty-task": GIVEN,
    "--cuda-driver-path": GIVEN,
    # The run itself
    "--run-mode": "driver/test_driver.py::test_executable",
    "--module": "driver/test_driver.py::test_module",
    "--verbose": "driver/test_driver.py::test_verbose_prints_and_runs",
    "--show-config": "driver/test_driver.py::test_show_config",
    "--dry-run": "driver/test_driver.py::test_dry_run",
    "--timing": "driver/test_driver.py::test_exit_code_under_timing",
    "--color": "driver/test_effects.py::test_color",
    "--info": "driver/test_driver.py::test_info",
    "--version": "driver/test_driver.py::test_version_agrees_with_the_package",
    "--help": "driver/test_flags.py::test_help_names_every_flag",
    "--help-hidden": "driver/test_flags.py::test_hidden_flags_are_shown_when_asked",
    # Of the driver's own making
    "--rank-start": "ranks/test_launch.py::test_rank_keeps_its_words",
    "--print-variables": "driver/test_effects.py::test_variables_for_a_program_without_the_command",
    "--print-manual": "driver/test_effects.py::test_manual_page_is_printed",
    "--generate-completion-script": "driver/test_commands.py::test_completion_of_an_unknown_shell",
}


@functools.cache
def flags():
    """All flags that the command knows."""
    text = legate("--help-hidden").stdout
    options = "\n".join(line for line in text.splitlines() if line.startswith("  -"))
    return sorted(set(re.findall(r"(?<![\w-])--[a-z-]*[a-z]", options)) | {"--module"})


@functools.cache
def functions(file):
    """The functions of a file of tests, by name, with their decorators."""
    text = (ROOT / "Tests" / file).read_text()
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def test_every_flag_has_a_test():
    assert len(flags()) > 70
    assert [flag for flag in flags() if flag not in TABLE] == []


def test_every_entry_is_a_flag():
    unlisted = {"--generate-completion-script", "--help-hidden"}  # The page of all flags shows all but these.
    assert [flag for flag in TABLE if flag not in flags() and flag not in unlisted] == []


@pytest.mark.parametrize("flag", TABLE)
def test_the_test_names_the_flag(flag):
    file, name = TABLE[flag].split("::")
    text = functions(file).get(name)
    assert text is not None, f"no {name} in Tests/{file}"
    assert re.search(rf"{flag}(?![\w-])", text), f"{TABLE[flag]} does not name {flag}"
