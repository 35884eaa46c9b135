"""Do the atoms stand where the beads are? |M x − X|."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen
from unbead.mapping.ends import name_ends_of_beads
from unbead.mapping.fit import fit_residues
from unbead.mapping.mapping import Mapping, residue_template
from unbead.mapping.molecule import MoleculeMapping
from unbead.structure.unwrap import nearest_images


def bead_distances(atoms: Particles, beads: Particles, mapping: Mapping) -> NDArray[np.float64]:
    """Measure how far the atoms' centres are from the beads.

    Parameters
    ----------
    atoms : Particles
        An atomistic structure, its molecules whole; only residues of the mapping count.
    beads : Particles
        The coarse-grained structure that it was made of; beads that stand for no atom, and other molecules, are left
        out. The nearest periodic image counts.
    mapping : Mapping
        The mapping of the beads.

    Returns
    -------
    ndarray, shape=(n_beads,), dtype=float64
        Distances in Å.

    Raises
    ------
    UnbeadError
        If the two do not have the same residues, or a bead is missing.
    """
    fit = fit_residues(name_ends_of_beads(beads, mapping), mapping)
    molecules = [kind.molecule for kind in fit.kinds if kind.molecule is not None and not kind.missing]
    mapping = mapping.with_molecules(molecules)
    made = coarsen(atoms.select_residues(_mapped(atoms, mapping)), mapping)
    mapped = _mapped(beads, mapping) & (fit.kind >= 0)
    given = beads.select_residues(mapped)
    kinds = [fit.kinds[k] for k in fit.kind[mapped]]
    a, b = made.residues, given.residues
    for where, k in enumerate(fit.kind[mapped].tolist()):
        if fit.misfits[k]:
            raise UnbeadError(f"{b.label(where)}: {fit.misfits[k]} in mapping {mapping.name}; choose --mapping")
    same = len(a) == len(b) and all(
        _parent(str(x), None) == _parent(kind.name, kind.molecule) for x, kind in zip(a.names, kinds, strict=True)
    )
    if not same:
        raise UnbeadError(
            f"{len(a)} residues of atoms, {len(b)} of beads, or other ones; give the beads that the atoms were made of"
        )
    place = {(int(r), str(name)): i for i, (r, name) in enumerate(zip(given.residue_index, given.names, strict=True))}
    rows = np.array([place.get((int(r), str(n)), -1) for r, n in zip(made.residue_index, made.names, strict=True)])
    for i in np.flatnonzero(rows < 0).tolist():
        where = int(made.residue_index[i])
        if kinds[where].misfit or made.names[i] not in kinds[where].missing:
            raise UnbeadError(
                f"{b.label(where)}: bead {made.names[i]} of mapping {mapping.name} is missing; choose --mapping"
            )
    made, rows = made.select(rows >= 0), rows[rows >= 0]
    vectors = made.positions.astype(np.float64) - given.positions[rows]
    return np.linalg.norm(nearest_images(vectors, beads.box), axis=1)


def bead_numbers(distances: NDArray[np.float64]) -> dict[str, float | None]:
    """Summarise the distances.

    Parameters
    ----------
    distances : ndarray, shape=(n_beads,), dtype=float64
        What `bead_distances` measured, in Å.

    Returns
    -------
    dict of str to float or None
        Mean, 95th percentile and largest in Å.
    """
    return {
        "bead_distance_mean": float(distances.mean()),
        "bead_distance_95": float(np.percentile(distances, 95)),
        "bead_distance_max": float(distances.max()),
    }


def _mapped(particles: Particles, mapping: Mapping) -> NDArray[np.bool_]:
    """Residues that the mapping has; caps that it lacks have no beads."""
    return np.array([mapping.find(str(name)) is not None for name in particles.residues.names], bool)


def _parent(name: str, molecule: MoleculeMapping | None) -> str:
    known = residue_template(name, molecule)
    return known.parent if known is not None else ""
