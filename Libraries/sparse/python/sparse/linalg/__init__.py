"""Solvers with the arguments and results of ``scipy.sparse.linalg``."""

from ._operator import LinearOperator, aslinearoperator
from ._solvers import bicgstab, cg
from ._gmres import gmres

__all__ = ["LinearOperator", "aslinearoperator", "bicgstab", "cg", "gmres"]
