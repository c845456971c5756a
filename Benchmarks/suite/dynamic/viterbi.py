"""The most likely states of a hidden Markov model (Viterbi)."""

import numpy as np

SIZES = {"tiny": (8, 40), "medium": (32, 200), "large": (300, 100)}
CLASSES = {"tiny": "calls", "medium": "calls", "large": "arrays"}


def initialize(states, steps):
    i, j = np.arange(states)[:, None], np.arange(states)[None, :]
    moves = np.log(1.0 + (i * 3 + j * 5) % 7) - np.log(8.0)
    shows = np.log(1.0 + (i * 2 + j * 3) % 5) - np.log(6.0)
    return moves, shows, np.arange(steps) * 7 % states


def kernel(moves, shows, seen):
    states, steps = moves.shape[0], seen.shape[0]
    score = np.zeros(states)
    back = np.zeros((steps, states), dtype=np.int64)
    for t in range(steps):
        ways = score[:, None] + moves
        back[t] = np.argmax(ways, axis=0)
        score = np.max(ways, axis=0) + shows[:, seen[t]]
    return score, back
