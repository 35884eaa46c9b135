"""A generated structure beside its reference: every number of ``unbead evaluate``."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, Slots, protein_slots
from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import structure_frames
from unbead.validate.accuracy import accuracy
from unbead.validate.checks.bonds import find_disulfides
from unbead.validate.checks.geometry import geometry


def evaluate(generated: Particles, reference: Particles) -> dict[str, float | None]:
    """Judge a structure against the truth.

    Chain breaks and disulfides are taken from the reference.

    Parameters
    ----------
    generated, reference : Particles
        Atomistic protein structures in the same place.

    Returns
    -------
    dict of str to float or None
        The numbers of `unbead.validate.accuracy.accuracy` and `unbead.validate.checks.geometry.geometry`.

    Raises
    ------
    UnbeadError
        If the two have no residues in common.
    """
    a, b = common_residues(protein_slots(generated), protein_slots(reference))
    n_reference = int(protein_slots(reference).present.sum())
    pairs = find_disulfides(b)
    numbers = accuracy(a, b) | geometry(a, pairs)
    numbers["residues"] = float(len(a.kind))
    numbers["atoms_found_percent"] = 100.0 * int((a.present & b.present).sum()) / max(n_reference, 1)
    numbers["reference_clashscore"] = geometry(b, pairs)["clashscore"]
    return numbers


def common_residues(generated: Slots, reference: Slots) -> tuple[Slots, Slots]:
    """Take the residues that two structures share; where chains break is taken from the reference.

    Parameters
    ----------
    generated, reference : Slots
        Amino acids.

    Returns
    -------
    tuple of Slots
        The common residues of both, in the same order.

    Raises
    ------
    UnbeadError
        If there are none.
    """
    rows, partners = match_residues(generated, reference)
    if not len(rows):
        raise UnbeadError("the two structures have no amino acids in common; compare structures of the same protein")
    b = _pick(reference, partners, None)
    return _pick(generated, rows, b.residues.bonded_to_previous & (np.diff(rows, prepend=-2) == 1)), b


def evaluate_files(generated: Path, reference: Path) -> dict[str, float | None]:
    """Judge a file against another, model by model, and average.

    Parameters
    ----------
    generated, reference : Path
        Structure files; a reference with one model serves all models.

    Returns
    -------
    dict of str to float or None
        Means over models, and the number of models.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the numbers of models do not fit.
    """
    rows = []
    for atoms, truth in read_together(generated, reference):
        assert truth is not None
        for path, structure in ((generated, atoms), (reference, truth)):
            require_protein(path, structure)
        rows.append(evaluate(atoms, truth))
    return average(rows) | {"models": float(len(rows))}


def read_together(path: Path, *others: Path | None) -> Iterator[tuple[Particles, *tuple[Particles | None, ...]]]:
    """Read a file model by model, and what belongs to each model from other files.

    Parameters
    ----------
    path : Path
        A structure file.
    *others : Path or None
        Files with as many models, or with one that serves all.

    Yields
    ------
    tuple of Particles or None
        A model, and its partner in each other file.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the numbers of models do not fit.
    """
    models = structure_frames(path)
    partners = [None if other is None else structure_frames(other) for other in others]
    for other, frames in zip(others, partners, strict=True):
        if frames is not None and len(frames) not in (1, len(models)):
            raise UnbeadError(f"{other}: {len(frames)} models for {len(models)} in {path}; give as many, or one")
    for i, read in enumerate(models):
        yield read(), *(None if frames is None else frames[i if len(frames) > 1 else 0]() for frames in partners)


def require_protein(path: Path, structure: Particles) -> None:
    """Refuse a structure without atoms of a protein.

    Parameters
    ----------
    path : Path
        Where it came from.
    structure : Particles
        The structure.

    Raises
    ------
    UnbeadError
        If there is no heavy atom of an amino acid.
    """
    if not protein_slots(structure).present.any():
        raise UnbeadError(
            f"{path}: no heavy atoms of a protein in it, and nothing else is judged; rebuild beads with `unbead run`"
            " first"
        )


def average(rows: list[dict[str, float | None]]) -> dict[str, float | None]:
    """Average numbers over structures.

    Parameters
    ----------
    rows : list of dict
        The numbers of each structure.

    Returns
    -------
    dict of str to float or None
        The mean of each number over the structures that have it.
    """
    means: dict[str, float | None] = {}
    for name in rows[0]:
        values = [value for row in rows if (value := row[name]) is not None]
        means[name] = float(np.mean(values)) if values else None
    return means


def match_residues(a: Slots, b: Slots) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair the residues of two structures.

    By chain, number, insertion code and type where that explains nine tenths of the first structure, else by aligning
    the sequences.

    Parameters
    ----------
    a, b : Slots
        Amino acids.

    Returns
    -------
    ndarray, shape=(n,), dtype=int64
        Residues of `a`.
    ndarray, shape=(n,), dtype=int64
        Their partners in `b`.
    """
    if not len(a.kind) or not len(b.kind):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    known = {label: i for i, label in enumerate(_labels(b))}
    partner = np.array([known.get(label, -1) for label in _labels(a)], np.int64)
    if len(known) == len(b.kind) and (partner >= 0).mean() >= 0.9:
        rows = np.flatnonzero(partner >= 0)
        return rows, partner[rows]
    blocks = SequenceMatcher(None, a.kind.tolist(), b.kind.tolist(), autojunk=False).get_matching_blocks()
    rows = np.concatenate([np.arange(m.a, m.a + m.size) for m in blocks])
    partners = np.concatenate([np.arange(m.b, m.b + m.size) for m in blocks])
    return rows.astype(np.int64), partners.astype(np.int64)


def _labels(slots: Slots) -> list[tuple]:
    r = slots.residues
    kinds = [AMINO_ACIDS[kind] for kind in slots.kind]
    return list(zip(r.chains.tolist(), r.numbers.tolist(), r.insertion_codes.tolist(), kinds, strict=True))


def _pick(slots: Slots, rows: NDArray[np.int64], bonded: NDArray[np.bool_] | None) -> Slots:
    """Take residues by index; `bonded` replaces what is known of their chain."""
    r = slots.residues
    kept = replace(
        r,
        names=r.names[rows],
        numbers=r.numbers[rows],
        insertion_codes=r.insertion_codes[rows],
        chains=r.chains[rows],
        segments=r.segments[rows],
        bonded_to_previous=r.bonded_to_previous[rows] & (np.diff(rows, prepend=-2) == 1) if bonded is None else bonded,
    )
    return Slots(slots.kind[rows], slots.positions[rows], kept)
