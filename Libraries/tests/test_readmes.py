"""The programs in the libraries' READMEs run as they stand."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUTS = {
    "hello": "83333333333.25\n",
    "sparse": "0 True\n",
    "tabular": "1000000 (3000, 2000) ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve', 'Fay', None]\n",
}


@pytest.mark.parametrize("library", OUTPUTS)
def test_programs_of_readmes(library, tmp_path):
    folder = ROOT / "Libraries" / library
    (program,) = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.S)
    (tmp_path / "program.py").write_text(program)
    environment = dict(os.environ, PYTHONPATH=str(folder / "python"))
    result = subprocess.run(
        [ROOT / "bin/legate", "--cpus", "2", "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.stdout.endswith(OUTPUTS[library]) and result.returncode == 0, result.stderr
