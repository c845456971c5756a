"""What the solvers have in common: operator, right side, first guess, preconditioner, and when to stop."""

import cunumeric
import numpy as np

from ._operator import _Identity, aslinearoperator


def inner(a, b):
    """The inner product, conjugating the first; fuses with what computes the vectors."""
    return (a * b).sum() if a.dtype.kind != "c" else (a.conj() * b).sum()


def norm(a):
    """The length of a vector."""
    return cunumeric.sqrt((a * a).sum() if a.dtype.kind != "c" else (a.real**2 + a.imag**2).sum())


class System:
    """``A x = b`` made ready to be iterated on, lazily."""

    def __init__(self, A, b, x0, rtol, atol, maxiter, M, iterations=10):
        self.A = aslinearoperator(A)
        n = self.A.shape[0]
        if self.A.shape != (n, n):
            raise ValueError(f"expected square matrix, but got shape={self.A.shape}")
        b = cunumeric.asarray(b)
        if b.shape not in ((n,), (n, 1)):
            raise ValueError(f"shapes of A {self.A.shape} and b {b.shape} are incompatible")
        kind = np.result_type(b.dtype, self.A.dtype or b.dtype)
        if kind.kind in "biu" or kind == np.float16:
            kind = np.dtype(np.float64)
        self.b = b.reshape(n).astype(kind)
        self.M = _Identity(self.A.shape) if M is None else aslinearoperator(M)
        if self.M.shape != self.A.shape:
            raise ValueError("matrix and preconditioner have different shapes")
        if not isinstance(atol, (int, float)) or atol < 0:
            raise ValueError(f"'atol' is a number from 0 on, not {atol!r}")
        self.atol = cunumeric.maximum(norm(self.b) * rtol, atol)
        self.maxiter = n * iterations if maxiter is None else int(maxiter)
        self._begin(x0, n, kind)

    def _begin(self, x0, n, kind):
        if x0 is None:
            self.x, self.r = cunumeric.zeros(n, dtype=kind), self.b
            return
        if isinstance(x0, str):
            if x0 != "Mb":
                raise ValueError(f"x0 is a vector or 'Mb', not {x0!r}")
            self.x = self.M.matvec(self.b)
        else:
            x0 = cunumeric.asarray(x0)
            if x0.shape not in ((n,), (n, 1)):
                raise ValueError(f"shapes of A {self.A.shape} and x0 {x0.shape} are incompatible")
            self.x = x0.reshape(n).astype(kind)
        self.r = self.b - self.A.matvec(self.x)


def tests_at(k, every, callback):
    """Whether step *k* looks at the residual. A callback must not see steps behind the end: then every one does."""
    return k % (1 if callback is not None else every) == 0 if every or callback is not None else False
