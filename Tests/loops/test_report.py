"""`LEGATE_SHOW_LOOPS=1` and `LEGATE_COMPILE_LOOPS=0`, as a user's program meets them."""

import os
import subprocess
import sys

PROGRAM = """
import cunumeric as np

def smooth(u, steps):
    for k in range(steps):
        u[1:-1] = 0.5 * (u[:-2] + u[2:])

def search(u):
    for k in range(10):
        u[1:-1] = 0.5 * (u[:-2] + u[2:])
        print(end="")
        if k == 4:
            break

u = np.zeros(20)
u[0] = 1.0
for _ in range(2000):
    smooth(u, 5)
    search(u)
print(float(u.sum()))
"""


def run(tmp_path, **variables):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    environment = {**os.environ, **variables}
    done = subprocess.run([sys.executable, str(path)], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_what_a_user_sees(tmp_path):
    plain = run(tmp_path, LEGATE_COMPILE_LOOPS="0", LEGATE_SHOW_LOOPS="1")
    shown = run(tmp_path, LEGATE_SHOW_LOOPS="1")
    assert plain[0] == shown[0] and "legate:" not in plain[1]
    assert "legate: program.py:5 smooth: ran natively" in shown[1]
    assert "legate: program.py:9 search: stays in Python: print in line 11" in shown[1]


def test_nothing_is_loaded_before_it_is_needed():
    code = "import sys, cunumeric; print(sorted(n for n in sys.modules if n.startswith('cunumeric._loops')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["['cunumeric._loops',", "'cunumeric._loops._look']"], done.stderr
