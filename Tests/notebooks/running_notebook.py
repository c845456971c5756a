"""A running kernel, as a notebook has one, and its processes."""

import time
from pathlib import Path


class Notebook:
    """A running kernel: cells are run one by one."""

    #: The number of the cell that ran last.
    number = None

    def __init__(self, name):
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(kernel_name=name, startup_timeout=120)

    def run(self, cell, timeout=120):
        """Runs a cell; returns its outputs as nbformat has them, and the reply's status.

        What changes a display of an earlier cell, as the line of progress may at any time, is shown there and not here.
        """
        outputs, displays = [], set()

        def note(message):
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "execute_input":
                self.number = content["execution_count"]
            display = content.get("transient", {}).get("display_id")
            if kind == "stream" and outputs and outputs[-1].get("name") == content["name"]:
                outputs[-1]["text"] += content["text"]
            elif kind in ("stream", "error", "execute_result", "display_data"):
                displays.add(display)
                outputs.append({"output_type": kind, **content})
            elif kind == "update_display_data" and display in displays:
                outputs.append({"output_type": kind, **content})

        reply = self.client.execute_interactive(cell, output_hook=note, timeout=timeout)
        return outputs, reply["content"]["status"]

    def text(self, cell):
        """What a cell prints; it must run well and show nothing else."""
        outputs, status = self.run(cell)
        assert status == "ok", outputs
        assert [output["output_type"] for output in outputs] in (["stream"], []), outputs
        return "".join(output["text"] for output in outputs)

    @property
    def processes(self):
        """The ids of the kernel's process and all below it."""
        return family_of(self.manager.provisioner.process.pid)

    def end(self):
        """Ends the kernel; returns the processes that are still there."""
        family = self.processes
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        end = time.monotonic() + 10
        while (left := [p for p in family if alive(p)]) and time.monotonic() < end:
            time.sleep(0.05)
        return left


def family_of(first):
    """The ids of a process and all below it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(path.parent.name), int(fields[1])))
    family = {first}
    for _ in range(8):
        family |= {process for process, parent in found if parent in family}
    return family


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
