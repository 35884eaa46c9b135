"""Chains whose beads are the mirror image of a protein.

A network makes L-amino acids of any beads, so mirrored input shows only in the backbone: its φ and ψ are
unusual, and those that the network makes of the inverted beads are usual. Both are looked at before
relaxing, which turns peptides and gives hard traces room, so that mirrored beads may look right afterwards.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from unbead.mapping.assemble import Assembly
from unbead.relax.peptide_flips import find_backbone, log_usualness
from unbead.relax.reference_geometry import find_peptides

FEWEST = 8  # residues with φ and ψ to judge a chain by
# Mean of ln(usualness of φ and ψ) over a chain. Crystal chains in ten mappings are above -1.1, with 0.6 Å of
# noise on their beads above -1.4; their mirror images are below -2.9. Tuned on these. 50 frames of CALVADOS,
# which has no handedness, are below -2.6 both ways: neither image of them is right or wrong.
UNUSUAL = -2.0
MIRRORED = (
    "beads are a mirror image of a protein of L-amino acids; mirror the coordinates back (x to -x), or name"
    " D-amino acids with --d-residues"
)


class MirrorCheck:
    """Tells chains of mirrored beads.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    """

    def __init__(self, assembly: Assembly):
        self._peptides = find_peptides(assembly)
        atoms, residues = assembly.atoms, assembly.beads.residues
        self._backbone = find_backbone(self._peptides, atoms.residue_index, assembly.template_names)
        self._chain_of = np.cumsum(~residues.bonded_to_previous)
        self._chain = self._chain_of[self._backbone.residue]

    def find(self, atoms: NDArray, cell: NDArray | None, place_inverted: Callable[[], NDArray]) -> NDArray[np.int64]:
        """Find residues of mirrored chains.

        Parameters
        ----------
        atoms : ndarray, shape=(n_atoms, 3), dtype=float32
            Atoms in Å as the networks placed them.
        cell : ndarray, shape=(3, 3), dtype=float64, or None
            Box vectors in Å as rows.
        place_inverted : callable
            Returns the atoms that the networks make of the inverted beads; called only if a chain looks unusual.

        Returns
        -------
        ndarray, shape=(n,), dtype=int64
            Residues of the chains.
        """
        if not len(self._chain):
            return np.zeros(0, np.int64)
        usual, count = self._means(atoms, cell)
        odd = (count >= FEWEST) & (usual < UNUSUAL)
        if odd.any():
            odd &= self._means(place_inverted(), cell)[0] > UNUSUAL
        return np.flatnonzero(odd[self._chain_of])

    def _means(self, atoms: NDArray, cell: NDArray | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Mean ln(usualness) of each chain, and its number of residues with φ and ψ."""
        value = log_usualness(atoms, self._peptides, self._backbone, cell)
        size = int(self._chain_of[-1]) + 1
        count = np.bincount(self._chain, minlength=size)
        return np.bincount(self._chain, value, size) / count.clip(1), count
