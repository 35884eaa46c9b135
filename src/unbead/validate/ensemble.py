"""Several samples per frame beside the truth: every number of ``unbead evaluate --ensemble``."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots, protein_slots
from unbead.errors import UnbeadError
from unbead.io.read import count_frames, read_structure
from unbead.validate.accuracy import BACKBONE_SLOTS, accuracy, resolve_symmetry
from unbead.validate.bonds import find_disulfides
from unbead.validate.compare import average, common_residues, require_protein
from unbead.validate.distributions import Torsions, count_torsions, divergences
from unbead.validate.geometry import geometry
from unbead.validate.interactions import find_interactions, interactions_kept

PARTS = ("backbone", "side_chain", "all")
COVERED = (0.5, 0.9)
FIXED = 1e-3  # Å; atoms that do not vary say nothing of calibration
QUANTILES = (5, 50, 95)


def judge_samples(samples: list[Slots], truth: Slots) -> dict[str, float | None]:
    """Judge the samples of one frame.

    Parameters
    ----------
    samples : list of Slots
        At least two structures of the same residues.
    truth : Slots
        The same residues of the reference.

    Returns
    -------
    dict of str to float or None
        Means over samples of RMSDs to the truth (``rmsd_*``, Å), the smallest of them (``best_rmsd_*``) and that of the
        mean structure (``mean_rmsd_*``), all with symmetric names resolved; what `diversity`, `coverage` and
        `graph_numbers` give; contacts, broken bonds and interactions as of single structures.
    """
    disulfides, wanted = find_disulfides(truth), find_interactions(truth)
    rows = [accuracy(sample, truth) | geometry(sample, disulfides) for sample in samples]
    kept = [interactions_kept(sample, wanted) for sample in samples]
    reference = np.where(truth.complete[:, None, None], truth.positions, np.nan).astype(np.float64)
    x = np.stack([resolve_symmetry(reference, sample.positions, truth.kind) for sample in samples]).astype(np.float64)
    means = average(rows)
    numbers: dict[str, float | None] = {}
    for part, slots in zip(PARTS, (slice(0, BACKBONE_SLOTS), slice(BACKBONE_SLOTS, None), slice(None)), strict=True):
        each = [value for row in rows if (value := row[f"rmsd_{part}"]) is not None]
        numbers[f"rmsd_{part}"] = means[f"rmsd_{part}"]
        numbers[f"best_rmsd_{part}"] = min(each, default=None)
        numbers[f"mean_rmsd_{part}"] = _rms(x.mean(0)[:, slots] - reference[:, slots])
    numbers |= diversity(x, reference) | coverage(x, reference) | graph_numbers(rows)
    for name in ("broken_bonds_percent", "contacts_share_percent", "clashscore", "ramachandran_outliers_percent"):
        numbers[name] = means[name]
    return numbers | average(kept)


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
    pairs = [_rms((a - b)[known]) for i, a in enumerate(samples) for b in samples[:i]]
    apart = [_rms((a - truth)[known]) for a in samples]
    if not pairs or None in pairs or None in apart:
        return {"spread": None, "diversity": None}
    spread, error = float(np.mean(pairs)), float(np.mean(apart))  # type: ignore[arg-type]
    return {"spread": spread, "diversity": 1.0 - spread / error if error > 0 else None}


def coverage(samples: NDArray[np.float64], truth: NDArray[np.float64]) -> dict[str, float | None]:
    """Ask how often the truth is as near to the samples as they are to each other.

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
    dict of str to float or None
        Percentage of atoms whose truth is within the nearest 50 and 90 % (``coverage_50``, ``coverage_90``), 50 and 90
        where the spread is right; atoms that never vary are left out.
    """
    n = len(samples)
    others = (samples.sum(0) - samples + truth) / n
    mine = np.linalg.norm(samples - others, axis=-1)
    its = np.linalg.norm(truth - samples.mean(0), axis=-1)
    free = np.isfinite(its) & np.isfinite(mine).all(0) & (mine.max(0, initial=0.0) > FIXED)
    rank = ((mine < its).sum(0) + 0.5) / (n + 1)
    return {f"coverage_{100 * q:.0f}": float(100 * (rank[free] <= q).mean()) if free.any() else None for q in COVERED}


def graph_numbers(rows: list[dict[str, float | None]]) -> dict[str, float | None]:
    """Summarise the bond graphs of samples.

    Parameters
    ----------
    rows : list of dict
        Numbers of `accuracy` and `geometry` of each sample.

    Returns
    -------
    dict of str to float or None
        ``graph_difference``: (E_generated − E_reference) / E_reference, as published, in which missing and extra edges
        cancel; ``wrong_edges_percent``: both kinds, where they do not; ``valid_percent``: samples without either; and
        ``sampling_rmsd``: of these to the truth, in Å (Wang et al., ICML 2022).
    """
    wrong = [(row["extra_edges"] or 0.0, row["missing_edges"] or 0.0) for row in rows]
    signed = [
        np.sign(extra - missing) * (row["graph_lambda"] or 0.0)
        for (extra, missing), row in zip(wrong, rows, strict=True)
    ]
    valid = [
        value
        for row, edges in zip(rows, wrong, strict=True)
        if not any(edges) and (value := row["rmsd_all"]) is not None
    ]
    return {
        "graph_difference": float(np.mean(signed)),
        "wrong_edges_percent": average([{"wrong": row["wrong_edges_percent"]} for row in rows])["wrong"],
        "valid_percent": 100.0 * float(np.mean([not any(edges) for edges in wrong])),
        "sampling_rmsd": float(np.mean(valid)) if valid else None,
    }


def evaluate_ensemble(generated: Path, reference: Path) -> dict[str, float | None]:
    """Judge a file of samples against the frames that they were made for.

    Parameters
    ----------
    generated : Path
        Models: all samples of the first frame, then all of the second, and so on, as ``unbead run --samples`` writes.
    reference : Path
        As many models as there are frames.

    Returns
    -------
    dict of str to float or None
        Means over frames of `judge_samples`; percentiles over frames of the samples' mean RMSD; divergences of χ1, χ2
        and φ/ψ of all samples from all frames in nats; numbers of frames and of samples per frame.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the numbers of models do not fit.
    """
    frames, models = count_frames(reference), count_frames(generated)
    if models % frames or models < 2 * frames:
        raise UnbeadError(
            f"{generated}: {models} models for {frames} frames of {reference}; give n ≥ 2 samples of each"
        )
    n = models // frames
    rows, found, expected = [], [], []
    for frame in range(frames):
        truth = read_structure(reference, frame)
        require_protein(reference, truth)
        samples = []
        for model in range(frame * n, (frame + 1) * n):
            atoms = read_structure(generated, model)
            require_protein(generated, atoms)
            sample, goal = common_residues(protein_slots(atoms), protein_slots(truth))
            samples.append(sample)
        rows.append(judge_samples(samples, goal))
        found += [count_torsions(sample) for sample in samples]
        expected.append(count_torsions(goal))
    numbers = average(rows)
    for name in ("rmsd_backbone", "rmsd_side_chain"):
        each = [value for row in rows if (value := row[name]) is not None]
        numbers |= {f"{name}_{q}": float(np.percentile(each, q)) if each else None for q in QUANTILES}
    return numbers | divergences(_total(found), _total(expected)) | {"frames": float(frames), "samples": float(n)}


def _total(counts: list[Torsions]) -> Torsions:
    return Torsions(*(sum(getattr(each, name) for each in counts) for name in ("chi1", "chi2", "phi_psi")))  # type: ignore[arg-type]


def _rms(arrows: NDArray[np.float64]) -> float | None:
    """Root mean square length of arrows, those that are known."""
    squared = (arrows.reshape(-1, 3) ** 2).sum(1)
    known = squared[np.isfinite(squared)]
    return float(np.sqrt(known.mean())) if len(known) else None
