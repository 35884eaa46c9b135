"""``unbead check``: everything about an atomistic protein structure, with a verdict."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots, protein_slots
from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.mapping.detection.detect import recognise
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.structure.unwrap import make_whole
from unbead.validate.accuracy import accuracy, resolve_symmetry
from unbead.validate.checks.beads import bead_distances, bead_numbers
from unbead.validate.checks.bonds import find_disulfides
from unbead.validate.checks.geometry import fault_numbers, find_faults
from unbead.validate.checks.interactions import find_interactions, interactions_kept
from unbead.validate.compare import average, common_residues, read_together, require_protein
from unbead.validate.finding import Finding
from unbead.validate.thresholds import MEASURES
from unbead.validate.torsion_histograms import Torsions, count_torsions, divergences, usual_torsions
from unbead.validate.verdict import Level, Reason, reasons, verdict

NAMED = 5  # places named for each fault


@dataclass(frozen=True)
class Model:
    """One model of a structure, judged.

    Attributes
    ----------
    slots : Slots
        Its amino acids; only those that the reference has, if there is one.
    atoms : Particles
        The structure.
    beads : Particles or None
        The beads that it was made of, if given.
    torsions, expected : Torsions
        Counts of its torsions, and those to compare them with: the reference's, or those of many structures.
    residue_error : ndarray, shape=(n,), dtype=float64, or None
        Root mean square distance of each residue's atoms from the reference in Å, symmetric names resolved.
    numbers : dict of str to float or None
        The numbers.
    faults : dict of str to Finding
        What is wrong where.
    """

    slots: Slots
    atoms: Particles
    beads: Particles | None
    torsions: Torsions
    expected: Torsions
    residue_error: NDArray[np.float64] | None
    numbers: dict[str, float | None]
    faults: dict[str, Finding]


@dataclass(frozen=True)
class Check:
    """A judged structure.

    Attributes
    ----------
    level : Level
        The verdict.
    reasons : tuple of Reason
        Why it is not better, the worst first.
    numbers : dict of str to float or None
        Means over models.
    worst : dict of str to tuple of float and int
        The worst value of each number with limits, unless that is 0, and its model, counted from 1.
    where : dict of str to list of str
        Residues and atoms by finding, at most five named for each.
    mapping : str or None
        Mapping of the beads, if given.
    models : tuple of Model
        The models.
    """

    level: Level
    reasons: tuple[Reason, ...]
    numbers: dict[str, float | None]
    worst: dict[str, tuple[float, int]]
    where: dict[str, list[str]]
    mapping: str | None
    models: tuple[Model, ...]


def check_files(
    structure: Path, reference: Path | None = None, beads: Path | None = None, mapping: str | None = None
) -> Check:
    """Judge a structure file, model by model.

    Parameters
    ----------
    structure : Path
        An atomistic protein structure.
    reference, beads : Path, optional
        The truth, and the coarse-grained structure; one model of each serves all models.
    mapping : str, optional
        Mapping of the beads; recognised if not given.

    Returns
    -------
    Check
        The verdict, the numbers averaged over models, and what is wrong.

    Raises
    ------
    UnbeadError
        If a file is unusable, or the files do not fit together.
    """
    if mapping is not None and beads is None:
        raise UnbeadError("--mapping says what the beads of --cg are; give --cg, too")
    known = None if mapping is None else load_mapping(mapping)
    models = []
    for atoms, truth, cg in read_together(structure, reference, beads):
        require_protein(structure, atoms)
        if truth is not None and reference is not None:
            require_protein(reference, truth)
        found = None if cg is None else recognise(cg, known)
        if found is not None:
            known = found.mapping
        models.append(check_model(atoms, truth, None if found is None else found.beads, known))
    return summarise(models, known.name if known is not None else None)


def check_model(
    atoms: Particles, reference: Particles | None = None, beads: Particles | None = None, mapping: Mapping | None = None
) -> Model:
    """Judge one structure.

    Parameters
    ----------
    atoms : Particles
        An atomistic protein structure; what is no amino acid is left out, and so are hydrogens. Chains that a
        periodic box cut are made whole.
    reference : Particles, optional
        The truth. Where chains break and which cysteines are bonded is then taken from it.
    beads : Particles, optional
        The coarse-grained structure.
    mapping : Mapping, optional
        Mapping of the beads.

    Returns
    -------
    Model
        The numbers and what is wrong.

    Raises
    ------
    UnbeadError
        If the structures do not belong together.
    """
    atoms = make_whole(atoms)
    slots, truth = protein_slots(atoms), None
    if reference is not None:
        slots, truth = common_residues(slots, protein_slots(make_whole(reference)))
    faults = find_faults(slots, None if truth is None else find_disulfides(truth))
    numbers = fault_numbers(slots, faults)
    torsions, expected = count_torsions(slots), usual_torsions() if truth is None else count_torsions(truth)
    numbers |= divergences(torsions, expected)
    error = None
    if beads is not None and mapping is not None:
        numbers |= bead_numbers(bead_distances(atoms, beads, mapping))
    if truth is not None:
        numbers |= accuracy(slots, truth) | interactions_kept(slots, find_interactions(truth))
        error = _residue_error(slots, truth)
    return Model(slots, atoms, beads, torsions, expected, error, numbers, faults)


def summarise(models: list[Model], mapping: str | None = None) -> Check:
    """Average over models and give the verdict.

    Parameters
    ----------
    models : list of Model
        Judged models.
    mapping : str, optional
        Name of the beads' mapping.

    Returns
    -------
    Check
        The verdict, the numbers, and what is wrong.
    """
    means = average([model.numbers for model in models])
    numbers = {name: means[name] for name in MEASURES if name in means}
    worst = {}
    for name in numbers:
        values = [(value, i) for i, model in enumerate(models, 1) if (value := model.numbers[name]) is not None]
        judged = MEASURES[name].warn is not None or MEASURES[name].fail is not None
        if judged and values and max(values)[0] > 0:
            worst[name] = max(values, key=lambda pair: pair[0])
    where = {name: _places(models, name) for name in models[0].faults}
    found = reasons(numbers, where)
    return Check(verdict(found), found, numbers, worst, where, mapping, tuple(models))


def _places(models: list[Model], name: str) -> list[str]:
    """Name the worst faults of each model until there are enough."""
    named: list[str] = []
    for i, model in enumerate(models, 1):
        prefix = f"model {i}: " if len(models) > 1 else ""
        named += [prefix + text for text in model.faults[name].describe(model.slots, NAMED - len(named))]
    more = sum(len(model.faults[name]) for model in models) - len(named)
    return named + ([f"and {more} more"] if more else [])


def _residue_error(slots: Slots, truth: Slots) -> NDArray[np.float64]:
    x, y = slots.positions.astype(np.float64), truth.positions.astype(np.float64)
    squared = ((x - resolve_symmetry(x, y, truth.kind)) ** 2).sum(-1)
    known = np.isfinite(squared)
    return np.sqrt(np.where(known, squared, 0).sum(1) / np.maximum(known.sum(1), 1))
