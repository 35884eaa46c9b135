"""Several samples per frame beside the truth: every number of ``unbead evaluate --ensemble``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots, protein_slots
from unbead.chem.particles import Particles
from unbead.errors import UnbeadError, about
from unbead.io.read import structure_frames
from unbead.validate.accuracy import BACKBONE_SLOTS, accuracy, resolve_symmetry
from unbead.validate.checks.bonds import find_disulfides
from unbead.validate.checks.geometry import geometry
from unbead.validate.checks.interactions import find_interactions, interactions_kept
from unbead.validate.checks.ramachandran import PhiPsi, phi_psi
from unbead.validate.compare import average, common_residues, require_protein
from unbead.validate.diversity import coverage, diversity, rms, truth_ranks
from unbead.validate.torsion_histograms import Torsions, count_torsions, divergences

PARTS = {
    "backbone": slice(0, BACKBONE_SLOTS),
    "side_chain": slice(BACKBONE_SLOTS, None),
    "all": slice(None),
}
QUANTILES = (5, 50, 95)
LEAST = 50.0  # percent of the reference's atoms that samples must have


@dataclass(frozen=True)
class SampledFrame:
    """The samples of one frame, judged.

    Attributes
    ----------
    numbers : dict of str to float or None
        Means over samples of RMSDs to the truth (``rmsd_*``, Å), the smallest of them (``best_rmsd_*``) and that of the
        mean structure (``mean_rmsd_*``), all with symmetric names resolved; what `diversity`, `coverage` and
        `graph_numbers` give; contacts, broken bonds and interactions as of single structures.
    errors : dict of str to ndarray, shape=(n_samples,), dtype=float64
        RMSD of each sample in Å by part (``backbone``, ``side_chain``, ``all``); NaN where nothing is to compare.
    ranks : ndarray, shape=(n_residues, 14), dtype=float64
        Of `unbead.validate.diversity.truth_ranks`.
    found, expected : Torsions
        Counts of the torsions of all samples, and of the truth.
    found_phi_psi : tuple of PhiPsi
        φ and ψ of each sample.
    expected_phi_psi : PhiPsi
        The same of the truth.
    """

    numbers: dict[str, float | None]
    errors: dict[str, NDArray[np.float64]]
    ranks: NDArray[np.float64]
    found: Torsions
    expected: Torsions
    found_phi_psi: tuple[PhiPsi, ...]
    expected_phi_psi: PhiPsi


@dataclass(frozen=True)
class Ensemble:
    """Samples of several frames, judged.

    Attributes
    ----------
    numbers : dict of str to float or None
        Means over frames of those of `SampledFrame`; percentiles over frames of the samples' mean RMSD; divergences of
        χ1, χ2 and φ/ψ of all samples from all frames in nats; numbers of frames and of samples per frame.
    frames : tuple of SampledFrame
        The frames.
    found, expected : Torsions
        Counts of the torsions of all samples, and of the truth of all frames.
    """

    numbers: dict[str, float | None]
    frames: tuple[SampledFrame, ...]
    found: Torsions
    expected: Torsions


def judge_frame(samples: list[Slots], truth: Slots) -> SampledFrame:
    """Judge the samples of one frame.

    Parameters
    ----------
    samples : list of Slots
        Structures of the same residues, at least two to say anything of their spread.
    truth : Slots
        The same residues of the reference.

    Returns
    -------
    SampledFrame
        Numbers, and what plots are drawn from.
    """
    disulfides, wanted = find_disulfides(truth), find_interactions(truth)
    rows = [accuracy(sample, truth) | geometry(sample, disulfides) for sample in samples]
    kept = [interactions_kept(sample, wanted) for sample in samples]
    reference = np.where(truth.complete[:, None, None], truth.positions, np.nan).astype(np.float64)
    x = np.stack([resolve_symmetry(reference, sample.positions, truth.kind) for sample in samples]).astype(np.float64)
    means = average(rows)
    numbers: dict[str, float | None] = {}
    errors = {part: np.array([row[f"rmsd_{part}"] for row in rows], float) for part in PARTS}
    for part, slots in PARTS.items():
        known = errors[part][np.isfinite(errors[part])]
        numbers[f"rmsd_{part}"] = means[f"rmsd_{part}"]
        numbers[f"best_rmsd_{part}"] = float(known.min()) if len(known) else None
        numbers[f"mean_rmsd_{part}"] = rms(x.mean(0)[:, slots] - reference[:, slots])
    ranks = truth_ranks(x, reference)
    numbers |= diversity(x, reference) | coverage(ranks) | graph_numbers(rows)
    for name in ("broken_bonds_percent", "contacts_share_percent", "clashscore", "ramachandran_outliers_percent"):
        numbers[name] = means[name]
    return SampledFrame(
        numbers | average(kept),
        errors,
        ranks,
        _total([count_torsions(sample) for sample in samples]),
        count_torsions(truth),
        tuple(phi_psi(sample) for sample in samples),
        phi_psi(truth),
    )


def judge_samples(samples: list[Slots], truth: Slots) -> dict[str, float | None]:
    """Judge the samples of one frame by numbers alone.

    Parameters
    ----------
    samples : list of Slots
        Structures of the same residues.
    truth : Slots
        The same residues of the reference.

    Returns
    -------
    dict of str to float or None
        Those of `SampledFrame`.
    """
    return judge_frame(samples, truth).numbers


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


def evaluate_ensemble(generated: Path, reference: Path) -> Ensemble:
    """Judge a file of samples against the frames that they were made for.

    Parameters
    ----------
    generated : Path
        Models: all samples of the first frame, then all of the second, and so on, as ``unbead run --samples`` writes.
    reference : Path
        As many models as there are frames.

    Returns
    -------
    Ensemble
        The samples of each frame, and of all.

    Raises
    ------
    UnbeadError
        If a file is unusable, the numbers of models do not fit, or the samples of a frame have other atoms.
    """
    truths, models = structure_frames(reference), structure_frames(generated)
    if len(models) % len(truths) or len(models) < 2 * len(truths):
        raise UnbeadError(
            f"{generated}: {_counted(len(models), 'model')} for {_counted(len(truths), 'frame')} of {reference}; give"
            " n ≥ 2 samples of each (unbead run --samples), or leave out --ensemble"
        )
    n = len(models) // len(truths)
    frames, shares = [], []
    for frame, read in enumerate(truths):
        truth = protein_slots(_protein(reference, read))
        samples = []
        for model in range(frame * n, (frame + 1) * n):
            sample = protein_slots(_protein(generated, models[model]))
            samples.append(sample)
            if difference := _difference(samples[0], sample):
                raise UnbeadError(
                    f"{generated}: model {model + 1} has other atoms than model {frame * n + 1} ({difference}); give"
                    " samples of one structure for each frame"
                )
        with about(generated):
            pairs = [common_residues(sample, truth) for sample in samples]
        goal = pairs[0][1]
        share = 100.0 * int((pairs[0][0].present & goal.present).sum()) / int(truth.present.sum())
        if share < LEAST:
            raise UnbeadError(
                f"{generated}: has {share:.0f} % of the heavy atoms of {reference}; give samples of the same protein"
            )
        shares.append(share)
        frames.append(judge_frame([sample for sample, _ in pairs], goal))
    rows = [frame.numbers for frame in frames]
    numbers = average(rows) | {"atoms_found_percent": float(np.mean(shares))}
    for name in ("rmsd_backbone", "rmsd_side_chain"):
        each = [value for row in rows if (value := row[name]) is not None]
        numbers |= {f"{name}_{q}": float(np.percentile(each, q)) if each else None for q in QUANTILES}
    found, expected = (_total([getattr(frame, name) for frame in frames]) for name in ("found", "expected"))
    numbers |= divergences(found, expected) | {"frames": float(len(truths)), "samples": float(n)}
    return Ensemble(numbers, tuple(frames), found, expected)


def _protein(path: Path, read: Callable[[], Particles]) -> Particles:
    structure = read()
    require_protein(path, structure)
    return structure


def _difference(first: Slots, other: Slots) -> str | None:
    """Say in a few words where two structures do not have the same atoms; None where they do."""
    if len(first.kind) != len(other.kind):
        return f"{len(other.kind)} residues for {len(first.kind)}"
    residue = np.flatnonzero((first.kind != other.kind) | (first.present != other.present).any(1))
    return f"first at {other.residues.label(int(residue[0]))}" if len(residue) else None


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)


def _total(counts: list[Torsions]) -> Torsions:
    return Torsions(*(sum(getattr(each, name) for each in counts) for name in ("chi1", "chi2", "phi_psi")))  # type: ignore[arg-type]
