"""The whole idea in one file: `Examples/Swift/Miniature` compiles, and says the same for any number of ranks."""

import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "Examples/Swift/Miniature/Miniature.swift"


def test_miniature(tmp_path):
    program = tmp_path / "miniature"
    subprocess.run(["swiftc", "-Onone", SOURCE, "-o", program], check=True, capture_output=True)
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    totals = {line.split(": ")[1] for line in lines if " ranks: " in line}
    counts = [line.strip() for line in lines if " loops, " in line]
    assert len(totals) == 1 and lines[-1] == "one answer, bit for bit"
    # Two fills, three steps of a computation and a copy, and one loop for the difference and both sums.
    assert all(count.startswith("9 loops, memory for 5 stores, ") for count in counts)
    assert [count.split("stores, ")[1] for count in counts][:2] == [
        "0 messages, 0 numbers in halos",
        "12 messages, 144 numbers in halos",
    ]
