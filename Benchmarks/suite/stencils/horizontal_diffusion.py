"""Horizontal diffusion of a weather model: a Laplacian, and limited fluxes of it."""

import numpy as np

SIZES = {"tiny": (16, 16, 4), "medium": (64, 64, 20), "large": (256, 256, 40)}
CLASSES = {"tiny": "calls", "medium": "arrays", "large": "arrays"}


def initialize(ni, nj, nk):
    i = np.arange(ni + 4)[:, None, None]
    j = np.arange(nj + 4)[None, :, None]
    k = np.arange(nk)[None, None, :]
    field = np.sin(0.3 * i) * np.cos(0.2 * j) + 0.01 * k
    coefficient = 0.025 + 0.001 * ((i + j + k) % 5)[2:-2, 2:-2]
    return field, coefficient


def kernel(field, coefficient):
    ni, nj = field.shape[0] - 4, field.shape[1] - 4
    laplacian = 4.0 * field[1 : ni + 3, 1 : nj + 3, :] - (
        field[2 : ni + 4, 1 : nj + 3, :]
        + field[0 : ni + 2, 1 : nj + 3, :]
        + field[1 : ni + 3, 2 : nj + 4, :]
        + field[1 : ni + 3, 0 : nj + 2, :]
    )
    flux = laplacian[1:, 1 : nj + 1, :] - laplacian[:-1, 1 : nj + 1, :]
    slope = field[2 : ni + 3, 2 : nj + 2, :] - field[1 : ni + 2, 2 : nj + 2, :]
    along_i = np.where(flux * slope > 0, 0.0, flux)
    flux = laplacian[1 : ni + 1, 1:, :] - laplacian[1 : ni + 1, :-1, :]
    slope = field[2 : ni + 2, 2 : nj + 3, :] - field[2 : ni + 2, 1 : nj + 2, :]
    along_j = np.where(flux * slope > 0, 0.0, flux)
    return field[2 : ni + 2, 2 : nj + 2, :] - coefficient * (
        along_i[1:, :, :] - along_i[:-1, :, :] + along_j[:, 1:, :] - along_j[:, :-1, :]
    )
