"""Tell atoms from beads."""

from collections.abc import Collection, Mapping

import numpy as np

from unbead.chem.particles import Particles
from unbead.chem.templates import LIPIDS, template
from unbead.errors import UnbeadError

BACKBONE = ("N", "CA", "C", "O")  # atoms that some mappings keep as beads


def refuse_atoms(particles: Particles, beads: Mapping[str, Collection[str]]) -> None:
    """Refuse an atomistic structure: most of the atoms that side chains should have are there by name.

    Parameters
    ----------
    particles : Particles
        What should be beads.
    beads : mapping of str to collection of str
        Names that are beads in the mapping, by residue name; these do not count as atoms.

    Raises
    ------
    UnbeadError
        If the particles are atoms.
    """
    residues = particles.residues
    kinds, numbers = np.unique(residues.names, return_counts=True)
    expected = dict(zip(kinds.tolist(), numbers.tolist(), strict=True))
    side = {}
    for name in kinds.tolist():
        known = template(name)
        judged = ("amino", "nucleotide", *LIPIDS)
        heavy = known.atoms[: known.n_heavy] if known is not None and known.kind in judged else ()
        side[name] = set(heavy) - set(BACKBONE) - set(beads.get(name, ()))
    pairs = np.char.add(np.char.add(residues.names[particles.residue_index], ":"), particles.names)
    keys, counts = np.unique(pairs, return_counts=True)
    found, first = 0, ""
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        residue, _, name = key.partition(":")
        if name in side[residue]:
            found, first = found + count, first or f"{residue} has {name}"
    if found > 0.5 * sum(len(atoms) * expected[name] for name, atoms in side.items()):
        raise UnbeadError(
            f"atoms instead of beads ({first}); the input looks atomistic, make beads of it with `unbead coarsen`"
        )
