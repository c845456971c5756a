"""Conjugate gradients, and their stabilised form for matrices that are not symmetric.

Steps are recorded, not waited for, until one looks at the residual. With ``conv_test_iters=1``, the default, every step looks,
as SciPy's do. With a larger number steps between two looks freeze once the residual is small enough (their factors are zero),
so that the result is the same; with 0 nobody looks, ``maxiter`` steps are recorded, and ``info`` is a lazy array.
"""

import cunumeric

from ._system import System, inner, norm, tests_at


def cg(A, b, x0=None, *, rtol=1e-5, atol=0.0, maxiter=None, M=None, callback=None, conv_test_iters=1):
    """Solves ``A x = b`` for a symmetric positive definite ``A``.

    ``(x, info)``: 0 where the residual came below ``max(rtol * norm(b), atol)``, else the number of steps. Arguments are those
    of ``scipy.sparse.linalg.cg``; ``conv_test_iters`` says how often the residual is looked at.
    """
    s = System(A, b, x0, rtol, atol, maxiter, M)
    x, r, p, before = s.x, s.r, None, None
    is_plain = M is None
    freezes = callback is None and conv_test_iters != 1
    for step in range(s.maxiter):
        z = s.M.matvec(r)
        rho = inner(r, z)
        length = cunumeric.sqrt(rho.real) if is_plain else norm(r)
        goes_on = length > s.atol if step == 0 else length >= s.atol
        if tests_at(step, conv_test_iters, callback) and not goes_on:
            return x, 0
        p = z if p is None else z + _ratio(rho, before, freezes) * p
        q = s.A.matvec(p)
        alpha = rho / inner(p, q)
        if freezes:
            alpha = cunumeric.where(goes_on, alpha, 0)
        x = x + alpha * p
        r = r - alpha * q
        before = rho
        if callback is not None:
            callback(x)
    return x, _outcome(s, r, conv_test_iters, callback)


def bicgstab(A, b, x0=None, *, rtol=1e-5, atol=0.0, maxiter=None, M=None, callback=None, conv_test_iters=1):
    """Solves ``A x = b`` for a square ``A``; as :func:`cg`. ``info`` is negative where the method broke down."""
    s = System(A, b, x0, rtol, atol, maxiter, M)
    every = 1 if conv_test_iters == 0 else conv_test_iters
    x, r, shadow = s.x, s.r, s.r
    p = v = rho_before = alpha = omega = None
    for step in range(s.maxiter):
        rho = inner(shadow, r)
        if tests_at(step, every, callback):
            if not (norm(r) > s.atol if step == 0 else norm(r) >= s.atol):
                return x, 0
            if abs(complex(rho)) == 0:
                return x, -10
        if p is None:
            p = r
        else:
            p = r + (rho / rho_before) * (alpha / omega) * (p - omega * v)
        direction = s.M.matvec(p)
        v = s.A.matvec(direction)
        alpha = rho / inner(shadow, v)
        half = r - alpha * v
        if tests_at(step, every, callback) and norm(half) < s.atol:
            return x + alpha * direction, 0
        correction = s.M.matvec(half)
        t = s.A.matvec(correction)
        omega = inner(t, half) / inner(t, t)
        x = x + alpha * direction + omega * correction
        r = half - omega * t
        rho_before = rho
        if callback is not None:
            callback(x)
    return x, _outcome(s, r, every, callback)


def _ratio(rho, before, freezes):
    """A frozen step divides nothing by nothing where the residual is zero."""
    return rho / (cunumeric.where(before == 0, 1, before) if freezes else before)


def _outcome(s, r, every, callback):
    """What ``info`` is behind the last step. SciPy does not look again: it returns the number of steps."""
    if every == 1 or callback is not None:
        return s.maxiter
    is_done = norm(r) < s.atol
    return cunumeric.where(is_done, 0, s.maxiter) if every == 0 else 0 if is_done else s.maxiter
