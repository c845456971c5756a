"""Generalised minimal residuals: restarted, preconditioned from the right side of the residual as SciPy's is.

Vectors are lazy arrays; the small triangular system of each step is on the host.
"""

import cunumeric
import numpy as np

from ._system import System, inner, norm


def gmres(A, b, x0=None, *, rtol=1e-5, atol=0.0, restart=None, maxiter=None, M=None, callback=None, callback_type=None):
    """Solves ``A x = b`` for a square ``A``. Arguments and ``(x, info)`` are those of ``scipy.sparse.linalg.gmres``.

    ``maxiter`` counts restarts (inner steps with ``callback_type="legacy"``, SciPy's default for callbacks).
    """
    kinds = ("x", "pr_norm", "legacy")
    if callback_type not in (None, *kinds):
        raise ValueError(f"Unknown callback_type: {callback_type!r}; there are: {', '.join(kinds)}")
    kind = callback_type or ("legacy" if callback is not None else None)
    s = System(A, b, x0, rtol, atol, maxiter, M)
    n = s.b.size
    restart = min(20 if restart is None else int(restart), n)
    limit = float(s.atol)
    size = float(norm(s.b))
    if size == 0:
        return s.b, 0
    told = _Callback(callback, kind, size)
    x, r, steps = s.x, s.r, 0
    for cycle in range(s.maxiter):
        if float(norm(r)) <= limit:
            return x, 0
        left = s.maxiter - steps if kind == "legacy" else restart
        correction, done = _cycle(s, r, min(restart, left), limit, told)
        x, steps = x + correction, steps + done
        r = s.b - s.A.matvec(x)
        if kind == "x" and callback is not None:
            callback(x)
        if kind == "legacy" and steps >= s.maxiter:
            break
    return x, 0 if float(norm(r)) <= limit else steps if kind == "legacy" else s.maxiter


class _Callback:
    """Tells the size of the residual after an inner step, to those that asked."""

    def __init__(self, function, kind, size):
        self.function = function if kind in ("legacy", "pr_norm") else None
        self.size = size

    def __call__(self, residual):
        if self.function is not None:
            self.function(residual / self.size)


def _cycle(s, r, steps, limit, told):
    """The correction that one cycle finds, and the number of its steps."""
    z = s.M.matvec(r)
    length = float(norm(z))
    if length == 0:
        return cunumeric.zeros_like(r), max(steps, 1)
    # What the preconditioner makes of the residual stands for the residual itself.
    limit *= length / float(norm(r))
    basis = [z / length]
    upper = np.zeros((steps + 1, steps), np.dtype(s.b.dtype))
    right = np.zeros(steps + 1, upper.dtype)
    right[0] = length
    k = 0
    for k in range(steps):
        w = s.M.matvec(s.A.matvec(basis[k]))
        for i, v in enumerate(basis):
            height = inner(v, w)
            w = w - height * v
            upper[i, k] = complex(height) if upper.dtype.kind == "c" else float(height)
        upper[k + 1, k] = below = float(norm(w))
        solution, residual = _least_squares(upper[:k + 2, :k + 1], right[:k + 2])
        told(residual)
        if residual <= limit or below == 0:
            break
        basis.append(w / below)
    correction = solution[0].item() * basis[0]
    for factor, v in zip(solution[1:], basis[1:]):
        correction = correction + factor.item() * v
    return correction, k + 1


def _least_squares(upper, right):
    solution = np.linalg.lstsq(upper, right, rcond=None)[0]
    return solution, float(np.linalg.norm(right - upper @ solution))
