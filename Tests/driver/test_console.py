"""`legate` without a program: on a pipe it runs the input, on a terminal it is a console."""

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time

import pytest

from test_driver import LEGATE, clean_environment, legate


def test_input_from_a_pipe_is_run_without_echo():
    result = legate(input="x = 20\ndef f():\n    return x + 1\n\nf()\nprint(2 * f())\n")
    assert (result.stdout, result.stderr, result.returncode) == ("42\n", "", 0)


def test_pipe_passes_on_errors_and_exit_codes():
    result = legate(input="1/0\n")
    assert result.returncode == 1 and "ZeroDivisionError" in result.stderr
    assert legate(input="raise SystemExit(5)\n").returncode == 5
    assert legate(input="").returncode == 0


def test_names_of_the_console_are_python_s():
    result = legate(input="print(__name__, sorted(n for n in dir() if n[0] != '_' and n != 'np'))")
    assert result.stdout == "__main__ []\n"


class Terminal:
    """`legate` on a pseudo-terminal, with a home folder of its own."""

    def __init__(self, home, *words, **environment):
        self.master, slave = pty.openpty()
        variables = {"HOME": str(home), "TERM": "dumb", "LEGATE_CONSOLE": "python"} | environment
        self.process = subprocess.Popen(
            [LEGATE, *words], stdin=slave, stdout=slave, stderr=slave, close_fds=True, start_new_session=True,
            env=clean_environment(**variables), preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.text = ""

    def until(self, wanted, seconds=20):
        """Reads until `wanted` appears after what was read before; returns that part."""
        end = time.monotonic() + seconds
        while not re.search(wanted, self.text):
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {wanted!r} in {self.text!r}"
            self.text += os.read(self.master, 4096).decode()
        found = re.search(wanted, self.text).end()
        part, self.text = self.text[:found], self.text[found:]
        return part

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        self.process.wait(20)
        os.close(self.master)
        return self.process.returncode


def test_console_on_a_terminal(tmp_path):
    start = time.perf_counter()
    console = Terminal(tmp_path)
    assert re.search(r"Legate [\d.]+, Python 3\.\d+", console.until(">>> "))
    console.type("6 * 7\n")
    console.until(r"\b42\r\n")
    assert time.perf_counter() - start < 2  # the target, 0.4 s, is for a quiet machine
    console.until(">>> ")
    console.type("unlikely_name = 5\n")
    console.until(">>> ")
    console.type("unlikely_n\t + 100\n")
    console.until(r"\b105\r\n")
    console.until(">>> ")
    console.type("1/0\n")
    console.until("ZeroDivisionError")
    console.until(">>> ")
    console.type("raise SystemExit(3)\n")
    assert console.end() == 3
    assert "unlikely_name = 5" in (tmp_path / ".legate_history").read_text()

    again = Terminal(tmp_path)
    again.until(">>> ")
    again.type("\x04")
    assert again.end() == 0


def test_interrupt_returns_to_the_prompt(tmp_path):
    console = Terminal(tmp_path)
    console.until(">>> ")
    console.type("import time\n")
    console.until(">>> ")
    console.type("print('asleep'); time.sleep(30)\n")
    console.until(r"\nasleep")
    console.process.send_signal(2)
    console.until("KeyboardInterrupt")
    console.until(">>> ")
    console.type("2 + 3\n")
    console.until(r"\b5\r\n")
    console.until(">>> ")
    console.type("\x04")
    assert console.end() == 0


def test_several_lines(tmp_path):
    console = Terminal(tmp_path)
    console.until(">>> ")
    console.type("def twice(x):\n")
    console.until(r"\.\.\. ")
    console.type("    return np.asarray(x) * 2\n\n")
    console.until(">>> ")
    console.type("twice([1, 2]).sum()\n")
    console.until(r"np\.int64\(6\)\r\n")
    console.until(">>> ")
    console.type("\x04")
    assert console.end() == 0


def test_history_comes_back(tmp_path):
    (tmp_path / ".legate_history").write_text("6 * 111\n")
    console = Terminal(tmp_path, TERM="xterm")
    console.until(">>> ")
    console.type("\x1b[A\n")
    console.until(r"\b666\r\n")
    console.until(">>> ")
    console.type("\x04")
    assert console.end() == 0


def test_ctrl_c_at_the_prompt_and_in_work(tmp_path):
    console = Terminal(tmp_path)
    console.until(">>> ")
    console.type("123")
    console.until("123")  # Echoed: from here on the prompt hears signals.
    console.type("\x03")
    console.until("KeyboardInterrupt")
    console.until(">>> ")
    console.type("a = np.ones(3_000_000)\n")
    console.until(">>> ")
    console.type("print('be' + 'gun')\nwhile True: a = np.sqrt(a * a + 1e-9); float(a[0])\n\n")
    console.until("begun")
    time.sleep(0.5)
    console.type("\x03")
    console.until("KeyboardInterrupt", 60)
    console.until(">>> ")
    console.type("a.shape\n")
    console.until(r"\(3000000,\)")
    console.until(">>> ")
    console.type("\x04")
    assert console.end() == 0


def test_ipython_where_it_is_installed(tmp_path):
    found = legate("-c", "import IPython")
    if found.returncode != 0:
        pytest.skip("no IPython: bin/build --test installs it")
    console = Terminal(tmp_path, LEGATE_CONSOLE="", IPYTHONDIR=str(tmp_path))
    console.until(r"In \[1\]: ")
    console.type("(np.arange(4) + 1).sum()\r")
    console.until(r"np\.int64\(10\)")
    console.until(r"In \[2\]: ")
    console.type("%legate --cpus 1\r")
    console.until("legate: 1 workers")
    console.until(r"In \[3\]: ")
    console.type("exit\r")
    assert console.end() == 0


def test_wrong_choice_of_console(tmp_path):
    console = Terminal(tmp_path, LEGATE_CONSOLE="idle")
    console.until("LEGATE_CONSOLE has the value 'idle'; allowed: python, ipython")
    assert console.end() == 1
