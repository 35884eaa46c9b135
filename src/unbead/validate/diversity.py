"""How far samples are from each other, beside how far they are from the truth."""

import numpy as np
from numpy.typing import NDArray

COVERED = (0.5, 0.9)
FIXED = 1e-3  # Å; atoms that do not vary say nothing of calibration


def diversity(samples: NDArray[np.float64], truth: NDArray[np.float64]) -> dict[str, float | None]:
    """Compare how far samples are from each other with how far they are from the truth.

    Parameters
    ----------
    samples : ndarray, shape=(n_samples, ..., 3), dtype=float64
        Atoms in Å; NaN where absent.
    truth : ndarray, shape=(..., 3), dtype=float64
        The reference in Å.

    Returns
    -------
    dict of str to float or None
        ``spread``, the mean RMSD of pairs of samples in Å, and ``diversity``, 1 − spread / mean RMSD to the truth
        (DiAMoNDBack, Jones et al., JCTC 2023: 1 for samples that are all alike, 0 for samples as far from each other as
        from the truth).
    """
    known = np.isfinite(truth)
    pairs = [rms((a - b)[known]) for i, a in enumerate(samples) for b in samples[:i]]
    apart = [rms((a - truth)[known]) for a in samples]
    if not pairs or None in pairs or None in apart:
        return {"spread": None, "diversity": None}
    spread, error = float(np.mean(pairs)), float(np.mean(apart))  # type: ignore[arg-type]
    return {"spread": spread, "diversity": 1.0 - spread / error if error > 0 else None}


def truth_ranks(samples: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say for each atom how large a share of the samples is nearer to where samples put it than the truth is.

    If the truth is one more draw of what the samples are drawn from, the n + 1 structures can change places, and the
    rank of its distance from the mean of the others is any of 1 … n + 1 equally often.

    Parameters
    ----------
    samples : ndarray, shape=(n_samples, ..., 3), dtype=float64
        Atoms in Å; NaN where absent.
    truth : ndarray, shape=(..., 3), dtype=float64
        The reference in Å.

    Returns
    -------
    ndarray, shape=(...), dtype=float64
        Middle of the share that the rank stands for, in 0 … 1; NaN for atoms that are absent or never vary.
    """
    n = len(samples)
    others = (samples.sum(0) - samples + truth) / n
    mine = np.linalg.norm(samples - others, axis=-1)
    its = np.linalg.norm(truth - samples.mean(0), axis=-1)
    free = np.isfinite(its) & np.isfinite(mine).all(0) & (mine.max(0, initial=0.0) > FIXED)
    return np.where(free, ((mine < its).sum(0) + 0.5) / (n + 1), np.nan)


def coverage(ranks: NDArray[np.float64]) -> dict[str, float | None]:
    """Ask how often the truth is as near to the samples as they are to each other.

    Parameters
    ----------
    ranks : ndarray, shape=(...), dtype=float64
        Of `truth_ranks`.

    Returns
    -------
    dict of str to float or None
        Percentage of atoms whose truth is within the nearest 50 and 90 % (``coverage_50``, ``coverage_90``), 50 and 90
        where the spread is right; atoms that never vary are left out.
    """
    known = ranks[np.isfinite(ranks)]
    return {f"coverage_{100 * q:.0f}": float(100 * (known <= q).mean()) if len(known) else None for q in COVERED}


def best_of(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the smallest error to be expected of 1, 2, … n samples drawn from those that there are.

    Parameters
    ----------
    errors : ndarray, shape=(..., n), dtype=float64
        Error of each sample.

    Returns
    -------
    ndarray, shape=(..., n), dtype=float64
        First the mean, last the smallest.
    """
    ordered, n = np.sort(errors, -1), errors.shape[-1]
    worse = n - np.arange(n + 1)  # samples left when the best of them are taken away
    beyond = np.ones(n + 1)  # chance that all draws are among these
    expected = []
    for k in range(n):
        beyond = beyond * np.maximum(worse - k, 0) / (n - k)
        expected.append((ordered * -np.diff(beyond)).sum(-1))
    return np.stack(expected, -1)


def rms(arrows: NDArray[np.float64]) -> float | None:
    """Compute the root mean square length of arrows.

    Parameters
    ----------
    arrows : ndarray, dtype=float64
        Vectors, three numbers each; NaN where unknown.

    Returns
    -------
    float or None
        Over those that are known; None if none is.
    """
    squared = (arrows.reshape(-1, 3) ** 2).sum(1)
    known = squared[np.isfinite(squared)]
    return float(np.sqrt(known.mean())) if len(known) else None
