"""The correlation matrix nearest to one that no joint distribution can have (Higham 2002)."""

from __future__ import annotations

import numpy as np

from walkaway_sim._checks import check_in, check_integer, check_positive
from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import DependenceError, InputError

__all__ = ["lower_factor", "nearest_correlation"]


def nearest_correlation(
    matrix: FloatArray,
    *,
    min_eigenvalue: float = 1e-10,
    tolerance: float = 1e-9,
    max_iterations: int = 2000,
) -> tuple[FloatArray, float]:
    """Nearest correlation matrix in the Frobenius norm.

    Alternating projections onto the matrices with eigenvalues of at least `min_eigenvalue` and
    onto those with a unit diagonal, with Dykstra's correction (Higham 2002, algorithm 3.3).

    Parameters
    ----------
    matrix : ndarray, shape (k, k)
        Symmetric, with a unit diagonal.
    min_eigenvalue : float, default 1e-10
        Floor of the eigenvalues of the result; above 0 it has a Cholesky factor.
    tolerance : float, default 1e-9
        Stop when the projected matrix has its diagonal within this of 1.
    max_iterations : int, default 2000
        Most iterations.

    Returns
    -------
    repaired : ndarray, shape (k, k)
        Symmetric, unit diagonal, positive definite.
    change : float
        Frobenius norm of the difference.

    Raises
    ------
    DependenceError
        If the iterations run out.

    References
    ----------
    Higham (2002), "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22(3).

    Examples
    --------
    >>> import numpy as np
    >>> from walkaway_sim.inputs.correlation import nearest_correlation
    >>> repaired, change = nearest_correlation(np.array([[1., 1, 0], [1, 1, 1], [0, 1, 1]]))
    >>> repaired.round(4)[0].tolist(), round(change, 4)
    ([1.0, 0.7607, 0.1573], 0.5278)
    """
    asked = _check_matrix(matrix)
    floor = check_in("nearest_correlation: min_eigenvalue", min_eigenvalue, 0.0, 1.0)
    small = check_positive("nearest_correlation: tolerance", tolerance)
    limit = check_integer("nearest_correlation: max_iterations", max_iterations, minimum=1)
    if float(np.linalg.eigvalsh(asked)[0]) >= floor:
        return asked, 0.0
    current = asked
    correction = np.zeros_like(asked)
    for _ in range(limit):
        shifted = current - correction
        projected = _raise_eigenvalues(shifted, floor)
        correction = projected - shifted
        current = projected.copy()
        np.fill_diagonal(current, 1.0)
        # `shifted` differs from what was asked in its diagonal only, so its projection is the
        # nearest matrix with the diagonal that it has: once that is 1, the search is over.
        if float(np.abs(np.diagonal(projected) - 1.0).max()) <= small:
            break
    else:
        raise DependenceError(
            f"nearest_correlation: not converged after {limit} iterations; loosen tolerance ({small:g})"
        )
    # The last projection left the diagonal at 1 but an eigenvalue perhaps a trace below the floor.
    # Raising it and rescaling the diagonal moves elements by about that trace.
    repaired = _raise_eigenvalues(current, floor)
    scale = 1.0 / np.sqrt(np.diagonal(repaired))
    repaired = repaired * scale[:, None] * scale[None, :]
    np.fill_diagonal(repaired, 1.0)
    return repaired, float(np.linalg.norm(repaired - asked))


def lower_factor(matrix: FloatArray) -> FloatArray:
    """Lower triangular factor of a positive semidefinite correlation matrix.

    Parameters
    ----------
    matrix : ndarray, shape (k, k)
        Symmetric with a unit diagonal; eigenvalues may be 0, as where two inputs move as one.

    Returns
    -------
    ndarray, shape (k, k)
        ``L`` with ``L @ L.T`` equal to the matrix, non-negative diagonal, and rows of length 1.
    """
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        # A square root from the eigenvalues, turned into a triangle by QR: R' R = root root'.
        value, vector = np.linalg.eigh(matrix)
        root = vector * np.sqrt(np.clip(value, 0.0, None))
        factor = np.transpose(np.linalg.qr(root.T, mode="r"))
        sign = np.where(np.diagonal(factor) < 0.0, -1.0, 1.0)
        factor = np.tril(factor * sign)
    unit: FloatArray = factor / np.sqrt(np.sum(factor**2, axis=1, keepdims=True))
    return unit


def _raise_eigenvalues(matrix: FloatArray, floor: float) -> FloatArray:
    """Nearest symmetric matrix with no eigenvalue below `floor`."""
    value, vector = np.linalg.eigh(matrix)
    # Only what is below the floor is rebuilt: those are few, and the rest stays exact.
    low = value < floor
    part = vector[:, low]
    raised: FloatArray = matrix + (part * (floor - value[low])) @ part.T
    return 0.5 * (raised + raised.T)


def _check_matrix(matrix: FloatArray) -> FloatArray:
    asked = np.array(matrix, dtype=np.float64)
    if asked.ndim != 2 or asked.shape[0] != asked.shape[1] or asked.size == 0:
        raise InputError(f"nearest_correlation: matrix must be square, got shape {asked.shape}")
    if not np.isfinite(asked).all():
        raise InputError("nearest_correlation: matrix has NaN or infinite elements")
    if not np.allclose(asked, asked.T, rtol=0.0, atol=1e-12) or np.any(np.diagonal(asked) != 1.0):
        raise InputError("nearest_correlation: matrix must be symmetric with ones on its diagonal")
    return asked
