"""Notebooks on the default kernel: cells, arrays, magics, interrupts."""

import re
import threading
import time

INFO = """\
Kernel 'Legate_SM_GPU' configured for 1 node(s)

Cores:
  CPUs to use per rank : 4
  GPUs to use per rank : 0
  OpenMP groups to use per rank : 0
  Threads per OpenMP group : 4
  Utility processors per rank : 2

Memory:
  DRAM memory per rank (in MBs) : 4000
  DRAM memory per NUMA domain per rank (in MBs) : 0
  Framebuffer memory per GPU (in MBs) : 4000
  Zero-copy memory per rank (in MBs) : 32
  Registered CPU-side pinned memory per rank (in MBs) : 0
"""


def test_info(notebook):
    assert notebook.text("%load_ext legate.jupyter\n%legate_info") == INFO


def test_resources_are_those_of_the_spec(notebook):
    cell = "import cunumeric as np, _legate\nprint(_legate.workers(), _legate.memory()['ceiling'] >> 20)"
    assert notebook.text(cell) == "4 4000\n"


def test_whole_notebook(notebook):
    """Through nbclient, as `jupyter execute` runs it."""
    import nbformat
    from nbclient import NotebookClient

    cells = [
        "import cunumeric as np\na = np.arange(6).reshape(2, 3)\na",
        "print(a.sum(axis=0))",
        "%load_ext legate.jupyter\n%legate_info",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(book, kernel_name="legate_sm_gpu", timeout=120).execute()
    first, second, third = (cell.outputs for cell in book.cells)
    assert first[0].data["text/plain"] == "array([[0, 1, 2],\n       [3, 4, 5]])"
    assert "text/html" not in first[0].data
    assert (second[0].text, third[0].text) == ("[3 5 7]\n", INFO)


def test_large_arrays_have_a_summary(notebook):
    outputs, status = notebook.run("import cunumeric as np\nnp.zeros((2000, 3000), np.float32)")
    assert status == "ok" and len(outputs) == 1
    data = outputs[0]["data"]
    assert data["text/plain"].startswith("array([[0., 0., 0., ..., 0., 0., 0.],")
    for part in ("2000 × 3000", "float32", "6,000,000 elements, 22.9 MiB", "[[0. 0. 0. ... 0. 0. 0.]"):
        assert part in data["text/html"]


def test_resources_of_a_cell(notebook):
    show = "print(_legate.workers(), _legate.memory()['ceiling'] >> 20)"
    notebook.text("import _legate, cunumeric as np\na = np.ones(1_000_000)")
    assert notebook.text(f"%%legate --cpus 2 --sysmem 500\nprint((a + a).sum())\n{show}") == "2000000.0\n2 500\n"
    assert notebook.text(show) == "4 4000\n"
    assert notebook.text("%legate --cpus 3") == "legate: 3 workers, 4000 MB of array memory\n"
    assert notebook.text(f"print((a * 3).sum())\n{show}") == "3000000.0\n3 4000\n"
    notebook.text("%legate --cpus 4")


def test_last_value_of_a_cell_with_resources(notebook):
    outputs, _ = notebook.run("%%legate --cpus 1\n6 * 7")
    assert [output["data"]["text/plain"] for output in outputs] == ["42"]


def test_memory_of_a_cell_is_a_promise(notebook):
    outputs, status = notebook.run("%%legate --sysmem 20\nb = np.ones(10_000_000)")
    assert status == "error"
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert errors[0]["ename"] == "MemoryError" and "the ceiling (--sysmem) is 20.0 MiB" in errors[0]["evalue"]
    assert notebook.text("print(np.ones(10_000_000).sum())") == "10000000.0\n"


def test_wrong_resources(notebook):
    for line, complaint in [
        ("--cpus x", "the value 'x' is invalid; allowed: a whole number from 1 up"),
        ("", "nothing to change; allowed: --cpus N, --sysmem MB"),
        ("--gpus 1", "unrecognized arguments: --gpus 1"),
    ]:
        outputs, _ = notebook.run(f"%legate {line}")
        assert complaint in str(outputs)


def test_progress(notebook):
    notebook.text("%legate_progress on\nimport cunumeric as np\nfrom legate.jupyter.magics import LegateMagics")
    outputs, status = notebook.run(
        "import time\nend = time.monotonic() + 30\n"
        "while LegateMagics.progress.handle is None and time.monotonic() < end:\n"
        "    x = float(np.exp(np.ones(400_000)).sum())"
    )
    notebook.text("%legate_progress off")
    assert status == "ok"
    bars = [output["data"]["text/plain"] for output in outputs]
    assert len(bars) >= 2
    assert all(re.fullmatch(r"\[#*\.*\] \d+ launches, \d+ windows, \d+\.\d s", bar) for bar in bars)
    assert bars[-1].startswith("[" + "#" * 30 + "] ")
    assert notebook.text("pass") == ""


def interrupted(notebook, cell):
    """Interrupts a cell once it says that it runs; returns its outputs and how long the end took."""
    outputs, moments = [], {}

    def note(message):
        if message["header"]["msg_type"] == "stream" and "begun" in message["content"]["text"]:
            moments["begun"] = time.monotonic()
            threading.Timer(0.4, notebook.manager.interrupt_kernel).start()
        outputs.append(message)

    reply = notebook.client.execute_interactive(cell, output_hook=note, timeout=120)
    assert reply["content"]["status"] == "error" and reply["content"]["ename"] == "KeyboardInterrupt"
    return time.monotonic() - moments["begun"]


def test_interrupt_in_python(notebook):
    assert interrupted(notebook, "import time; print('begun', flush=True)\ntime.sleep(60)") < 30
    assert notebook.text("print(1 + 1)") == "2\n"


def test_interrupt_in_array_work(notebook):
    cell = """
import cunumeric as np
a = np.ones(4_000_000)
print('begun', flush=True)
for step in range(100_000):
    a = np.sqrt(a * a + 1e-9)
    if step % 50 == 49: float(a[0])
"""
    assert interrupted(notebook, cell) < 60
    assert notebook.text("print(np.arange(5).sum(), a.shape)") == "10 (4000000,)\n"


def test_errors_show_the_line(notebook):
    outputs, status = notebook.run("np.ones(3) + np.ones(4)")
    assert status == "error"
    error = [output for output in outputs if output["output_type"] == "error"][0]
    assert error["ename"] == "ValueError" and "could not be broadcast" in error["evalue"]
