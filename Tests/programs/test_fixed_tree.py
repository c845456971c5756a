"""Reductions have the same bits on any number of workers and ranks, at once or recorded, fused or alone."""

from pathlib import Path

import launcher

PROGRAM = Path(__file__).with_name("fixed_tree.py")
SETTINGS = [
    {"LEGATE_CPUS": "1"},
    {"LEGATE_CPUS": "2"},
    {"LEGATE_CPUS": "7"},
    {"LEGATE_IMMEDIATE_SIZE": "0"},
    {"LEGATE_IMMEDIATE_SIZE": "0", "LEGATE_WINDOW_SIZE": "1"},
    {"ranks": 4},
]


def bits(settings):
    return launcher.run(launcher.legate_command() + [PROGRAM], **settings).stdout


def test_reductions_have_one_answer():
    answers = {bits(settings) for settings in SETTINGS}
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64
