"""``legate-jupyter``: installs a kernel spec, after which notebooks can choose a Legate kernel.

In: the name, where to, and the resource flags of ``legate``. Out: a folder with ``kernel.json``, whose
command is ``legate`` with those flags. The driver itself checks the values, so that the rules are its.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from .specs import CORE, MEMORY, NAME_VARIABLE

DEFAULT_NAME = "Legate_SM_GPU"


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(f"{message}; see legate-jupyter --help", 2)


def fail(sentence, code=1):
    print(f"legate-jupyter: {sentence}", file=sys.stderr)
    raise SystemExit(code)


def _parser():
    parser = _Parser(
        prog="legate-jupyter", allow_abbrev=False,
        description="Installs a Jupyter kernel whose notebooks run on Legate.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )  # fmt: skip
    kernel = parser.add_argument_group("Kernel")
    kernel.add_argument("--name", default=DEFAULT_NAME, help="name of the kernel")
    kernel.add_argument("--display-name", help="what notebooks call it (default: the name)")
    kernel.add_argument("--user", action="store_true", default=True, help="install for this user")
    kernel.add_argument("--prefix", help="install below this folder instead, in share/jupyter/kernels")
    ranks = parser.add_argument_group("Several ranks")
    ranks.add_argument("--nodes", default="1", metavar="N", help="nodes to use")
    ranks.add_argument("--ranks-per-node", default="1", metavar="N", help="processes per node")
    ranks.add_argument("--launcher", default="none", help="what starts the ranks: mpirun, srun, jsrun, none")
    ranks.add_argument("--launcher-extra", action="append", default=[], metavar="WORDS", help="more words for it")
    ranks.add_argument("--no-replicate", action="store_true", help="as for legate")
    for title, flags, metavar in (("Core", CORE, "N"), ("Memory", MEMORY, "MB")):
        group = parser.add_argument_group(title)
        for flag, default, variable, text in flags:
            group.add_argument(f"--{flag}", default=_default(default, variable), metavar=metavar, help=text)
    parser.add_argument("--eager-alloc-percentage", metavar="P", help="as for legate")
    parser.add_argument("-v", "--verbose", action="count", default=0, help="print the path (-vv: the spec, too)")
    parser.add_argument("--color", action="store_true", help="colour the messages")
    return parser


def _default(value, variable):
    return (os.environ.get(variable) if variable else None) or str(value)


def _driver_flags(options):
    """The words for ``legate``: what differs from its own defaults, and always the workers and the memory."""
    words = []
    own = {flag: str(default) for flag, default, *_ in (*CORE, *MEMORY)} | {"nodes": "1", "ranks_per_node": "1", "launcher": "none"}
    for flag, default in own.items():
        value = getattr(options, flag)
        if value != default or flag in ("cpus", "sysmem"):
            words += [f"--{flag.replace('_', '-')}", value]
    for extra in options.launcher_extra:
        words += ["--launcher-extra", extra]
    if options.no_replicate:
        words.append("--no-replicate")
    if options.eager_alloc_percentage is not None:
        words += ["--eager-alloc-percentage", options.eager_alloc_percentage]
    return words


def _check(command, words):
    """Lets the driver refuse what it would refuse."""
    environment = {name: value for name, value in os.environ.items() if name != "LEGATE_CONFIG"}
    result = subprocess.run(
        [command, *words, "--dry-run", "-c", ""], capture_output=True, text=True,
        stdin=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    if result.returncode != 0:
        fail(result.stderr.strip().removeprefix("legate: "), result.returncode)
    for line in result.stderr.splitlines():
        print(line.replace("legate: ", "legate-jupyter: ", 1), file=sys.stderr)


def _spec(options, command, words):
    """The contents of ``kernel.json``."""
    several = int(options.nodes) * int(options.ranks_per_node) > 1
    return {
        "argv": [command, *words, "-m", "legate.jupyter.kernel", "-f", "{connection_file}"],
        "display_name": options.display_name or options.name,
        "language": "python",
        "env": {NAME_VARIABLE: options.name},
        # A launcher would take a signal for the end of the run.
        "interrupt_mode": "message" if several else "signal",
        "metadata": {
            "legate": {
                "argv": words,
                "multi_node": {
                    "nodes": int(options.nodes), "ranks_per_node": int(options.ranks_per_node),
                    "launcher": options.launcher, "launcher_extra": options.launcher_extra,
                },
                "core": {flag: int(getattr(options, flag)) for flag, *_ in CORE},
                "memory": {flag: int(getattr(options, flag)) for flag, *_ in MEMORY},
            }
        },
    }  # fmt: skip


def _refuse_existing(manager, options):
    from jupyter_client.kernelspec import KernelSpecManager

    name = options.name.lower()
    if options.prefix is not None:
        folder = os.path.join(options.prefix, "share", "jupyter", "kernels")
        exists = name in KernelSpecManager(kernel_dirs=[folder]).find_kernel_specs()
    else:
        exists = name in manager.find_kernel_specs()
    if exists:
        fail(
            f"a Jupyter kernel spec named {options.name} is there already; to remove it first: "
            f"jupyter kernelspec uninstall {name}"
        )


def install(options, command):
    """Writes the spec and returns its folder."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager
        import ipykernel  # noqa: F401 - the kernel will need it
    except ImportError as error:
        fail(f"{error.name} is missing in {sys.executable}; to install: {sys.executable} -m pip install ipykernel", 69)
    words = _driver_flags(options)
    _check(command, words)
    spec = json.dumps(_spec(options, command, words), sort_keys=True, indent=2)
    manager = KernelSpecManager()
    _refuse_existing(manager, options)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # The folder is copied with its mode: others may use what they can see.
        with open(os.path.join(folder, "kernel.json"), "w", encoding="utf-8") as file:
            file.write(spec + "\n")
        os.chmod(file.name, 0o644)
        try:
            path = manager.install_kernel_spec(
                folder, options.name, user=options.prefix is None, prefix=options.prefix
            )
        except (OSError, ValueError) as error:
            fail(f"the kernel spec {options.name} could not be installed: {error}")
    return path, spec


def main(words=None):
    options = _parser().parse_args(words)
    command = os.environ.get("LEGATE_COMMAND", "legate")
    path, spec = install(options, command)
    name = f"\033[36m{options.name}\033[0m" if options.color else options.name
    print(f"Jupyter kernel spec {name} ({options.display_name or options.name}) has been installed")
    if options.verbose > 0:
        print(f"Wrote kernel spec file {path}/kernel.json")
    if options.verbose > 1:
        print(spec)


if __name__ == "__main__":
    main()
