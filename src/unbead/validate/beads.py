"""Do the atoms stand where the beads are? |M x − X|."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.whole import nearest_images
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import Mapping, residue_template
from unbead.mapping.molecule import MoleculeMapping


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
    chosen = mapping.of(beads)
    mapping = mapping.with_molecules(molecule for molecule in chosen.values() if molecule is not None)
    made = coarsen(atoms.select_residues(_mapped(atoms, mapping)), mapping)
    given = beads.select_residues(_mapped(beads, mapping))
    a, b = made.residues, given.residues
    same = len(a) == len(b) and all(
        _parent(str(x), None) == _parent(str(y), chosen[str(y)]) for x, y in zip(a.names, b.names, strict=True)
    )
    if not same:
        raise UnbeadError(
            f"{len(a)} residues of atoms, {len(b)} of beads, or other ones; give the beads that the atoms were made of"
        )
    place = {(int(r), str(name)): i for i, (r, name) in enumerate(zip(given.residue_index, given.names, strict=True))}
    rows = np.array([place.get((int(r), str(n)), -1) for r, n in zip(made.residue_index, made.names, strict=True)])
    if (rows < 0).any():
        i = int(np.flatnonzero(rows < 0)[0])
        where = b.label(int(made.residue_index[i]))
        raise UnbeadError(f"{where}: bead {made.names[i]} of mapping {mapping.name} is missing; choose --mapping")
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
