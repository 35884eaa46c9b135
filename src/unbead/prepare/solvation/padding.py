"""A box for a molecule that has none."""

from dataclasses import replace

import numpy as np

from unbead.chem.particles import Particles
from unbead.chem.solvent import IONS, WATER
from unbead.errors import UnbeadError


def pad(atoms: Particles, padding: float) -> tuple[Particles, dict[str, int]]:
    """Put molecules into the middle of a cubic box that keeps their images apart however they turn.

    Its side is the diameter of the sphere about them and twice the padding, as with ``gmx editconf -bt cubic -d``.

    Parameters
    ----------
    atoms : Particles
        Molecules; water among them stays out, and so do ions outside of the new box.
    padding : float
        Room in Å between the sphere and the box.

    Returns
    -------
    tuple of Particles and dict
        The molecules in their box, and how many residues stay out, by name.

    Raises
    ------
    UnbeadError
        If there is nothing but water and ions.
    """
    names = atoms.residues.names
    solvent = np.isin(names, (WATER, *IONS))
    mine = ~solvent[atoms.residue_index]
    if not mine.any():
        raise UnbeadError("--padding: there is no molecule to put into a box, only water and ions")
    x = atoms.positions.astype(np.float64)
    middle = (x[mine].min(0) + x[mine].max(0)) / 2
    side = 2 * (np.linalg.norm(x[mine] - middle, axis=1).max() + padding)
    moved = x - middle + side / 2
    outside = np.zeros(len(names), bool)
    outside[atoms.residue_index[((moved < 0) | (moved > side)).any(1)]] = True
    out = (names == WATER) | (solvent & outside)
    gone, counts = np.unique(names[out], return_counts=True)
    boxed = replace(atoms.with_positions(moved), box=np.array([side] * 3 + [90] * 3, np.float32))
    return boxed.select_residues(~out), {str(name): int(n) for name, n in zip(gone, counts, strict=True)}
