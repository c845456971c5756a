"""A notebook on a real Jupyter server, through its REST and websocket interface: written, run, saved, interrupted.

The same in a browser is in ``test_browser``.
"""

import signal

import pytest

pytest.importorskip("jupyter_server", reason="no jupyter_server: bin/build --test installs it")
pytest.importorskip("websocket", reason="no websocket-client: bin/build --test installs it")

from notebook_server import Session  # noqa: E402
from running_notebook import alive  # noqa: E402
from test_notebooks import INFO  # noqa: E402

CELLS = [
    "%load_ext legate.jupyter\n%legate_info",
    "import cunumeric as np\na = np.arange(6).reshape(2, 3)\na",
    "b = np.zeros((2000, 3000), np.float32)\nb",
    "%%legate --cpus 2\nimport _legate\nprint(_legate.workers(), (b + 1).sum())",
    "%%legate_profile\nfor k in range(40):\n    b = np.sqrt(b * b + 1)\n    float(b[0, 0])",
    "1 / 0",
]
LOOP = "import cunumeric as np\na = np.ones(500_000)\nprint('begun', flush=True)\nwhile True:\n    a = np.sqrt(a * a + 1)\n    float(a[0])"


@pytest.fixture(scope="module")
def server(default_kernel, servers, tmp_path_factory):
    return servers(tmp_path_factory.mktemp("notebooks"))


@pytest.fixture(scope="module")
def session(server, default_kernel):
    server.write("one.ipynb", default_kernel, CELLS)
    session = Session(server, "one.ipynb", default_kernel)
    yield session
    session.close()


def test_the_server_knows_the_kernel(server):
    spec = server.ask("GET", "kernelspecs")["kernelspecs"]["legate_sm_gpu"]["spec"]
    assert spec["display_name"] == "Legate_SM_GPU" and "legate.jupyter.kernel" in spec["argv"]


def test_a_notebook_is_run_and_saved(server, session):
    """Every cell's output is compared, then written back and read again."""
    book = server.ask("GET", "contents/one.ipynb")["content"]
    for cell in book["cells"]:
        cell["outputs"] = session.run(cell["source"])
    server.ask("PUT", "contents/one.ipynb", {"type": "notebook", "format": "json", "content": book})
    outputs = [cell["outputs"] for cell in server.ask("GET", "contents/one.ipynb")["content"]["cells"]]
    assert [[output["output_type"] for output in cell] for cell in outputs] == [
        ["stream"], ["execute_result"], ["execute_result"], ["stream"], ["display_data"], ["error"],
    ]  # fmt: skip
    assert outputs[0][0]["text"] == INFO
    assert outputs[1][0]["data"] == {"text/plain": "array([[0, 1, 2],\n       [3, 4, 5]])"}
    assert "6,000,000 elements, 22.9 MiB" in outputs[2][0]["data"]["text/html"]
    assert outputs[3][0]["text"] == "2 6e+06\n"
    profile = outputs[4][0]["data"]
    assert "]:4 waits for a value every iteration (40 times)" in profile["text/plain"]
    assert profile["text/html"].startswith("<iframe srcdoc=")
    assert outputs[5][0]["ename"] == "ZeroDivisionError"


def test_interrupt_through_the_server(session):
    number, failure = session.start(LOOP), None
    for kind, content in session.replies(number):
        if kind == "stream" and "begun" in content["text"]:
            session.interrupt()
        if kind == "error":
            failure = content["ename"]
    assert failure == "KeyboardInterrupt"
    assert session.run("print(a.shape, float(np.arange(5).sum()))")[0]["text"] == "(500000,) 10.0\n"


def test_no_process_stays_when_the_server_stops(server, session):
    family = server.family
    assert len(family) > 1
    # In the middle of a cell, which hears of nothing until it is told to stop.
    assert next(content for kind, content in session.replies(session.start(LOOP)) if kind == "stream")["text"] == "begun\n"
    assert server.end() == []
    assert [process for process in family if alive(process)] == []


def test_no_process_stays_when_the_server_dies(default_kernel, servers, tmp_path):
    """Killed, it cannot tell its kernels: they watch it themselves."""
    server = servers(tmp_path)
    server.write("one.ipynb", default_kernel, ["1 + 1"])
    session = Session(server, "one.ipynb", default_kernel)
    assert session.run("1 + 1")[0]["data"] == {"text/plain": "2"}
    assert server.end(signal.SIGKILL) == []
    session.close()
