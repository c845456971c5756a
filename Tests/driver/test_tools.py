"""The tools beside the driver: the layer check and the counting of test reports."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"

MANIFEST = """
let package = Package(name: "P", targets: [
    .target(name: "Low"),  // .target(name: "Comment")
    .target(name: "Middle", dependencies: ["Low"], swiftSettings: [.define("X")]),
    .target(name: "High", dependencies: ["Middle"], path: "Sources/Top"),
    .executableTarget(name: "Tool", dependencies: [.product(name: "Parser", package: "High")]),
])
"""


def check_layers(folder, sources):
    (folder / "Package.swift").write_text(MANIFEST)
    for room in ("Low", "Middle", "Top", "Tool"):
        (folder / "Sources" / room).mkdir(parents=True, exist_ok=True)
    for name, text in sources.items():
        (folder / "Sources" / name).write_text(text)
    return subprocess.run(
        [sys.executable, BIN / "check-layers", folder], capture_output=True, text=True
    )


@pytest.mark.parametrize(
    "name, text",
    [
        ("Middle/A.swift", "import Low\nimport Glibc"),
        ("Top/A.swift", "import Middle\n@testable import Low"),
        ("Low/A.swift", "// import High\n/* import High */\nlet important = 1"),
        ("Tool/A.swift", "import Parser"),
    ],
)
def test_imports_that_point_downward(tmp_path, name, text):
    result = check_layers(tmp_path, {name: text})
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "name, text, fault",
    [
        ("Low/A.swift", "import Middle", "Low may not import Middle"),
        ("Low/A.swift", "@_exported import High", "Low may not import High"),
        ("Middle/A.swift", "public import struct High.Thing", "Middle may not import High"),
        ("Top/A.swift", "import Low\n  @testable import Tool", "High may not import Tool"),
        ("Tool/A.swift", "import High", "Tool may not import High"),
    ],
)
def test_imports_that_point_upward(tmp_path, name, text, fault):
    result = check_layers(tmp_path, {name: text})
    assert result.returncode == 1
    assert result.stderr == f"check-layers: Sources/{name}: {fault}\n"


def test_folder_without_target(tmp_path):
    (tmp_path / "Sources" / "Stray").mkdir(parents=True)
    result = check_layers(tmp_path, {})
    assert result.returncode == 1 and "Sources/Stray: no target" in result.stderr


REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure message="x"/></testcase>
<testcase name="c"><skipped/></testcase><testcase name="d"><system-out>x</system-out></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    "status, reports, counts",
    [
        (1, [REPORT], "2 1"),
        (1, [REPORT, REPORT.replace("failure", "error")], "4 2"),
        (0, [REPORT.replace("failure", "system-err")], "3 0"),
        (1, [REPORT.replace("failure", "system-err")], "3 1"),
        (139, [], "0 1"),
        (0, [], "0 0"),
    ],
)
def test_counts(tmp_path, status, reports, counts):
    paths = [tmp_path / "missing.xml"]
    for index, report in enumerate(reports):
        paths.append(tmp_path / f"{index}.xml")
        paths[-1].write_text(report)
    command = [sys.executable, BIN / "count-tests", str(status), *paths]
    assert subprocess.run(command, capture_output=True, text=True).stdout == f"{counts}\n"


def test_counts_of_xctest(tmp_path):
    report = tmp_path / "swift.txt"
    report.write_text(
        "Test Case 'A.one' started at 2024\nTest Case 'A.one' passed (0.1 seconds)\n"
        "Test Case 'A.two' failed (0.1 seconds)\nTest Suite 'A' failed at 2024\n"
        "\t Executed 2 tests, with 1 failure (0 unexpected)\n"
    )
    command = [sys.executable, BIN / "count-tests", "1", report]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "1 1\n"


@pytest.fixture
def documented(tmp_path):
    """A small tree in which the check of documentation finds nothing."""
    files = {
        "Sources/LegateCore/Tasks/Launch.swift": "/// A launch.\npublic struct Launch {\n    /// Runs it.\n    public func execute() {}\n}\n",
        "Sources/LegateCore/Exports.swift": "@_exported import struct Kernels.Block\n",
        "Sources/Kernels/Block.swift": "/// A block.\npublic struct Block {}\n/// Not exported.\npublic struct Other {}\n",
        "Sources/LegateCore/Runtime.swift": "/// Waits.\npublic func fence() {}\n",
        "Sources/Partitions/Box.swift": "/// A box.\npublic struct Box {}\n",
        "Sources/NumPy/Array.swift": "fence()\nBlock()\n", "Tests/A.swift": "launch.execute()\n",
        "python/legate/core/__init__.py": '"""The core."""\nfrom ._store import Store\n',
        "python/legate/core/_store.py": '"""Stores."""\nclass Store:\n    """A store."""\n    size = property(len, doc="Elements.")\n',
        "Tests/test_a.py": "Store.size\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "bin").mkdir()
    shutil.copy(BIN / "check-documentation", tmp_path / "bin")
    return tmp_path


@pytest.mark.parametrize("file, old, new, fault", [
    ("Tests/A.swift", "", "", None),
    ("Sources/LegateCore/Tasks/Launch.swift", "    /// Runs it.\n", "", "func execute has no documentation comment"),
    ("Sources/Partitions/Box.swift", "/// A box.\n", "", "struct Box has no documentation comment"),
    ("Sources/Kernels/Block.swift", "/// A block.\n", "", "struct Block has no documentation comment"),
    ("Sources/Kernels/Block.swift", "/// Not exported.\n", "", None),
    ("Sources/NumPy/Array.swift", "Block", "Blocks", "Block is exported, and named in no test and by no client"),
    ("Tests/A.swift", "execute", "launch", "func execute is named in no test"),
    ("Sources/NumPy/Array.swift", "fence", "wait", "func fence is named in no test and by no client"),
    ("python/legate/core/_store.py", '    """A store."""\n', "", "Store has no docstring"),
    ("python/legate/core/_store.py", ', doc="Elements."', "", "Store.size has no docstring"),
    ("Tests/test_a.py", ".size", "", "Store.size is named in no test"),
])
def test_what_is_undocumented_or_untested_is_found(documented, file, old, new, fault):
    path = documented / file
    path.write_text(path.read_text().replace(old, new) if old else path.read_text())
    result = subprocess.run([sys.executable, documented / "bin/check-documentation"], capture_output=True, text=True)
    assert result.returncode == (0 if fault is None else 1)
    assert fault is None and not result.stderr or fault in result.stderr
