"""Anything that multiplies a vector, under one name."""

import cunumeric


class LinearOperator:
    """A shape and a function: ``matvec(x)``."""

    def __init__(self, shape, matvec, rmatvec=None, matmat=None, dtype=None, rmatmat=None):
        self.shape, self.dtype = tuple(shape), dtype
        self.matvec = matvec
        self.rmatvec = rmatvec

    def __matmul__(self, x):
        return self.matvec(x)


class _Identity(LinearOperator):
    def __init__(self, shape):
        super().__init__(shape, lambda x: x)


def aslinearoperator(A):
    """The operator of a matrix, a dense array, or whatever has ``shape`` and ``matvec``."""
    if isinstance(A, LinearOperator):
        return A
    if hasattr(A, "matvec"):
        return LinearOperator(A.shape, lambda x: cunumeric.asarray(A.matvec(x)), dtype=getattr(A, "dtype", None))
    if hasattr(A, "tocsr"):
        from .._csr import csr_array, issparse

        A = A if issparse(A) else csr_array(A)
    else:
        A = cunumeric.asarray(A)
    if A.ndim != 2:
        raise TypeError("type not understood")
    return LinearOperator(A.shape, lambda x: A @ x, dtype=A.dtype)
