"""Random mappings: what makes the network learn to read any bead."""

from collections.abc import Sequence

import numpy as np

from unbead.chem.elements import mass
from unbead.chem.templates import Template, template
from unbead.design.partition import contiguous
from unbead.mapping.levels import anchors_from_bonds
from unbead.mapping.molecule import MoleculeMapping

MOST_BEADS = 4
SMALL = 14  # heavy atoms of the largest amino acid; larger molecules get a bead per three to eight atoms
CENTRES = ("atom", "mass", "geometry")


def random_mapping(rng: np.random.Generator, residues: Sequence[str]) -> dict[str, MoleculeMapping]:
    """Draw a mapping: each residue in connected parts, one to four (of molecules more), centred in some way.

    A residue is never one bead at the centre of all its atoms, so that residue-com stays unseen in training; glycine
    and alanine, which other mappings make one bead too, are exempt.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    residues : sequence of str
        Names of residues with templates.

    Returns
    -------
    dict of str to MoleculeMapping
        Mappings of the heavy atoms by residue name.
    """
    favourite = rng.choice(CENTRES)
    drawn = {}
    for residue in residues:
        known = template(residue)
        assert known is not None, f"no template for {residue}"
        owner = _partition(rng, known)
        parts = int(owner.max()) + 1
        centre = favourite if rng.random() < 0.7 else rng.choice(CENTRES)
        if parts == 1 and residue not in ("GLY", "ALA"):
            centre = "atom"
        weights = np.zeros((parts, len(owner)))
        for bead in range(parts):
            mine = np.flatnonzero(owner == bead)
            if centre == "atom":
                weights[bead, rng.choice(mine)] = 1.0
            else:
                weights[bead, mine] = [mass(known.elements[i]) if centre == "mass" else 1.0 for i in mine]
        bonds = [(int(a), int(b)) for a, b in known.bonds if max(a, b) < known.n_heavy]
        level, anchor = anchors_from_bonds(bonds, weights, owner)
        beads = tuple(f"B{bead + 1}" for bead in range(parts))
        atoms = known.atoms[: known.n_heavy]
        drawn[residue] = MoleculeMapping(residue, (), beads, atoms, weights, owner, level, anchor, "random")
    return drawn


def _partition(rng: np.random.Generator, known: Template) -> np.ndarray:
    """Grow connected parts from random atoms; numbered by their first atom."""
    n = known.n_heavy
    fewest, most = (1, MOST_BEADS) if n <= SMALL else (n // 8, n // 3)
    parts = int(min(n, rng.integers(fewest, most + 1)))
    bonds = known.bonds[(known.bonds < n).all(1)]
    return contiguous(rng, n, bonds, parts)
