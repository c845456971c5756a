"""Lloyd's k-means: distances to all centres, the nearest, and new centres."""

import numpy as np

SIZES = {"tiny": (200, 4, 5, 5), "medium": (5000, 8, 10, 5), "large": (100_000, 8, 10, 2)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(count, axes, clusters, steps):
    i, j = np.arange(count)[:, None], np.arange(axes)[None, :]
    points = np.sin(i * 0.7 + j) + (i % clusters) * 1.5
    return points, points[:clusters].copy(), steps


def kernel(points, centres, steps):
    clusters = centres.shape[0]
    for _ in range(steps):
        distance = np.sum((points[:, None, :] - centres[None, :, :]) ** 2, axis=2)
        nearest = np.argmin(distance, axis=1)
        member = (nearest[:, None] == np.arange(clusters)[None, :]).astype(np.float64)
        centres = member.T @ points / np.maximum(np.sum(member, axis=0), 1.0)[:, None]
    return centres, nearest
