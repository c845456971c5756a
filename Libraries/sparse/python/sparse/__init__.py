"""Sparse matrices by compressed rows, with the interface of ``scipy.sparse``.

    import cunumeric as np
    import sparse
    from sparse.linalg import cg

    A = sparse.csr_array(scipy_matrix)      # or (data, indices, indptr), (data, (rows, columns)), a dense array
    y = A @ np.ones(A.shape[1])             # lazy, on all workers, cut by rows
    x, info = cg(A, y, rtol=1e-8)

Results of products are arrays of ``cunumeric``. SciPy is not needed, and taken where it is given.
"""

from . import linalg
from ._construct import diags, eye, eye_array, identity
from ._csr import csr_array, csr_matrix, issparse, isspmatrix_csr

__all__ = [
    "csr_array", "csr_matrix", "diags", "eye", "eye_array", "identity", "issparse", "isspmatrix_csr", "linalg",
]
