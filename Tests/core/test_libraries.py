"""Libraries that are built apart: the skeleton, the build, and a program that uses one beside the array library."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The skeleton of a library, built."""
    folder = tmp_path_factory.mktemp("libraries") / "sample"
    made = run(ROOT / "bin/legate", "new-library", "sample", folder)
    assert made.returncode == 0, made.stderr
    built = run(ROOT / "bin/build-library", folder)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
def test_the_skeleton_passes_its_own_test(library):
    result = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", library)
    assert "1 passed" in result.stdout, result.stdout + result.stderr


@pytest.mark.slow
def test_a_library_holds_no_core_and_fuses_with_the_array_library(library):
    assert (library / "build/libsample.so").stat().st_size < 200_000
    program = """if True:
        import cunumeric as np, _legate, sample
        a, b = np.arange(50_000.0), np.ones(50_000)
        _legate.wait()
        before = _legate.counts()["kernels"]
        r = sample.saxpy(2.0, a + 1, b) * 3
        _legate.wait()
        print(_legate.counts()["kernels"] - before, float(r[7]))
    """
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python:{library}")
    result = run(sys.executable, "-c", program, env=environment)
    assert result.stdout == "1 51.0\n", result.stdout + result.stderr


@pytest.mark.slow
def test_a_library_has_the_same_bits_on_ranks(library):
    program = """if True:
        import cunumeric as np, numpy, sample
        x = np.sqrt(np.arange(100_003.0))
        z = sample.saxpy(0.1, x, x)
        print(float(sample.total(z)).hex(), float(z.sum()).hex())
    """
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}/build/python:{ROOT}/python:{library}")
    texts = {
        run(sys.executable, "-c", program, env=dict(environment, **extra)).stdout
        for extra in ({"LEGATE_CPUS": "1"}, {"LEGATE_CPUS": "2"}, {"LEGATE_REPLAY_RANKS": "3"})
    }
    assert len(texts) == 1 and "0x" in texts.pop()


@pytest.mark.parametrize("words, sentence", [
    ((), "give a name"), (("Bad",), "small letters"), (("1x",), "begins with a letter"), (("x", "/tmp"), "is there already"),
    (("numpy",), "the name of a module"), (("shapes",), "the name of a module"), (("legate",), "the name of a module"),
    (("random",), "a word or a module of Python's"), (("class",), "a word or a module of Python's"),
])
def test_names_that_are_none(words, sentence):
    result = run(ROOT / "bin/legate", "new-library", *words)
    assert result.returncode == 64 and sentence in result.stderr


def test_the_skeletons_help():
    result = run(ROOT / "bin/legate", "new-library", "--help")
    assert result.returncode == 0 and "legate new-library NAME [FOLDER]" in result.stdout


def test_folders_that_are_no_library(tmp_path):
    result = run(ROOT / "bin/build-library", tmp_path)
    assert result.returncode == 64 and "Package.swift" in result.stderr


def test_files_that_are_no_library(tmp_path):
    from legate.core import load_library

    with pytest.raises(FileNotFoundError, match="bin/build-library makes it"):
        load_library("nowhere", str(tmp_path / "x.py"))
    with pytest.raises(RuntimeError, match="build it first"):
        load_library(str(tmp_path / "libx.so"))
    (tmp_path / "liby.so").write_bytes(b"no object")
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        load_library("y", str(tmp_path / "y.py"))


def blocks(language):
    """The code of a language in `WriteALibrary.md`, in order."""
    text = (ROOT / "Documentation/HowTo/WriteALibrary.md").read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """`WriteALibrary.md`, followed word for word in an empty folder; its further tasks are added to the library."""
    folder = tmp_path_factory.mktemp("newcomer") / "hello"
    (folder / "Sources/Hello").mkdir(parents=True)
    package, library, *fragments = blocks("swift")
    tasks = "".join(f"        {f.rstrip()},\n" for f in fragments if f.startswith("TaskDeclaration("))
    assert tasks.count("TaskDeclaration(") == 2
    (folder / "Package.swift").write_text(package)
    (folder / "Sources/Hello/Hello.swift").write_text(library.replace("    ])\n", tasks + "    ])\n", 1))
    face, program, own = blocks("python")
    (folder / "hello.py").write_text(face)
    (folder / "program.py").write_text(program)
    (folder / "own.py").write_text(own)
    built = run(ROOT / "bin/build-library", "hello", cwd=folder.parent)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
def test_the_how_to_holds(followed):
    plain = run(ROOT / "bin/legate", "hello/program.py", cwd=followed.parent)
    assert plain.stdout == "30000600000.0\n", plain.stderr
    explained = run(ROOT / "bin/legate", "explain", "hello/program.py", cwd=followed.parent)
    assert "group 1  nest over (100000,): fill, add, hello.saxpy, multiply" in explained.stdout + explained.stderr
    if (ROOT / "build/python/libLegateMPI.so").exists():
        command = ("--ranks-per-node", "2", "--launcher", "mpirun", "hello/program.py")
        assert run(ROOT / "bin/legate", *command, cwd=followed.parent).stdout == plain.stdout


@pytest.mark.slow
def test_the_further_tasks_of_the_how_to(followed):
    (followed / "further.py").write_text("""if True:
        import cunumeric as np, numpy, hello, own
        from hello import _library, _runtime
        from legate.core import types
        x = np.arange(40_000.0) - 20_000
        positive = _runtime.create_store(types.float64)
        task = _runtime.create_auto_task(_library, "positive")
        task.add_input(x)
        task.add_output(positive)
        task.execute()
        print(positive.shape)
        y = np.empty_like(x)
        task = _runtime.create_auto_task(_library, "normalized")
        task.add_input(x + 20_001)
        task.add_output(y)
        task.execute()
        print(round(float(y.sum()), 9))
        s = np.zeros(())
        own.scaled(x, y, 2.0)
        own.total(y, s)
        print(float(s))
    """)
    result = run(ROOT / "bin/legate", "hello/further.py", cwd=followed.parent)
    assert result.stdout == "(19999,)\n1.0\n-40000.0\n", result.stderr
