"""Reductions have the same bits on any number of workers and ranks, at once or recorded, fused or alone, interpreted or
compiled, by kernels made anew or found on disk."""

from pathlib import Path

import launcher

PROGRAM = Path(__file__).with_name("fixed_tree.py")
SETTINGS = [
    {"LEGATE_CPUS": "1"},
    {"LEGATE_CPUS": "2"},
    {"LEGATE_CPUS": "7"},
    {"LEGATE_IMMEDIATE_SIZE": "0"},
    {"LEGATE_IMMEDIATE_SIZE": "0", "LEGATE_WINDOW_SIZE": "1"},
    {"LEGATE_TIER": "0"},
    {"ranks": 4},
]
# Everything compiled; the first run fills the cache on disk, those behind it read it.
COMPILED = [
    {"LEGATE_CPUS": "1"},
    {"LEGATE_CPUS": "3", "LEGATE_IMMEDIATE_SIZE": "0"},
    {"LEGATE_CPUS": "7", "LEGATE_LLVM": "none"},
    {"LEGATE_VECTOR_BYTES": "16", "LEGATE_IMMEDIATE_SIZE": "0"},
]


def bits(settings):
    return launcher.run(launcher.legate_command() + [PROGRAM], **settings).stdout


def test_reductions_have_one_answer(tmp_path):
    answers = {bits(settings) for settings in SETTINGS}
    for settings in COMPILED:
        answers.add(bits(settings | {"LEGATE_TIER": "1", "LEGATE_CACHE_DIR": str(tmp_path)}))
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64
