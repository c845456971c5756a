"""A real Jupyter server on loopback, and the two ways to it: its REST and websocket interface, and a browser.

The server takes a free port, knows one secret word, and is ended by its own process id.
"""

import json
import os
import re
import secrets
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

from running_notebook import alive, family_of

#: Extensions of the server that a test without a browser has no use for.
BARE = {name: False for name in ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals")}


class Server:
    """``jupyter server`` in a folder, or with ``application`` "notebook" what a person starts."""

    def __init__(self, folder, application="jupyter_server"):
        self.folder = folder
        self.token = secrets.token_hex(16)
        words = [
            sys.executable, "-m", application, "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
            f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={folder}",
        ]  # fmt: skip
        if application == "notebook":
            # `window.jupyterapp`, as the tests of JupyterLab itself use it; and nothing is asked of the network.
            words.append("--expose-app-in-browser")
        else:
            words.append(f"--ServerApp.jpserver_extensions={BARE}")
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder,
            env=dict(os.environ), start_new_session=True,
        )  # fmt: skip
        self.said = b""
        self.port = int(self._until(rb"http://127\.0\.0\.1:(\d+)/")[1])
        self._listens()

    def _until(self, pattern, seconds=120):
        """Reads what the server says until it says this."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said)):
            ready, _, _ = select.select([self.process.stderr], [], [], max(0, end - time.monotonic()))
            part = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            assert part, self.said.decode(errors="replace")
            self.said += part
        # Whatever else it says must not fill the pipe.
        os.set_blocking(self.process.stderr.fileno(), False)
        return found

    def _listens(self, seconds=120):
        """Waits until it answers: it names its port before it listens."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.ask("GET", "status")
            except urllib.error.URLError as error:
                assert self.process.poll() is None and time.monotonic() < end, error
                time.sleep(0.05)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}?token={self.token}"

    def ask(self, method, path, body=None):
        """One call of the REST interface."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}", json.dumps(body).encode() if body is not None else None,
            {"Authorization": f"token {self.token}", "Content-Type": "application/json"}, method=method,
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=120) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def write(self, name, kernel, cells):
        """Puts a notebook of these cells onto the server."""
        import nbformat

        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        made.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        self.ask("PUT", f"contents/{name}", {"type": "notebook", "format": "json", "content": made})
        return made

    @property
    def family(self):
        """The server's process and all below it."""
        return family_of(self.process.pid)

    def end(self, how=signal.SIGTERM):
        """Ends the server's own process; returns the processes of its family that are left after a while."""
        family = self.family
        self.process.send_signal(how)
        self.process.wait(120)
        self.process.stderr.close()
        end = time.monotonic() + 60
        while (left := [process for process in family if alive(process)]) and time.monotonic() < end:
            time.sleep(0.05)
        return left


class Session:
    """A notebook that is open on a server, its kernel running: cells go through the server's websocket."""

    def __init__(self, server, name, kernel):
        import websocket

        self.server = server
        made = server.ask("POST", "sessions", {"path": name, "name": name, "type": "notebook", "kernel": {"name": kernel}})
        self.kernel = made["kernel"]["id"]
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{server.port}/api/kernels/{self.kernel}/channels?session_id={self.session}",
            header=[f"Authorization: token {server.token}"], timeout=120,
        )  # fmt: skip

    def start(self, code):
        """Sends a cell; returns the message's id."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "session": self.session, "username": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message))
        return number

    def replies(self, number):
        """Messages that belong to a cell: kind and content, until the reply came and the kernel is idle."""
        replied = idle = False
        while not (replied and idle):
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            replied = replied or kind == "execute_reply"
            idle = idle or kind == "status" and content["execution_state"] == "idle"
            yield kind, content

    def run(self, code):
        """Runs a cell; returns its outputs as a notebook's file has them."""
        from nbformat import v4

        outputs = []
        for kind, content in self.replies(self.start(code)):
            if kind not in ("stream", "display_data", "execute_result", "error"):
                continue
            if kind == "stream" and outputs and outputs[-1].get("name") == content["name"]:
                outputs[-1]["text"] += content["text"]
            else:
                outputs.append(v4.output_from_msg({"header": {"msg_type": kind}, "content": content}))
        return outputs

    def interrupt(self):
        self.server.ask("POST", f"kernels/{self.kernel}/interrupt")

    def close(self):
        self.socket.close()
