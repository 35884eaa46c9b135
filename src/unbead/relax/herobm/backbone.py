"""The backbone optimisation of HEroBM, for one assembly and any number of frames.

1. Minimise E = E_bond + E_angle + E_ω over N, CA and C.
2. Turn every peptide plane about its Cα-Cα axis towards the predicted φ and ψ.
3. Minimise E = E_bond + E_angle + E_ω + E_φψ over N and C, with Cα fixed.
4. Place O from the Cα-Cα axis, and carry the side chains along as rigid bodies.

The steps are those of the published method (see `unbead.relax.herobm.energy`). How they are minimised, in a fixed
number of steps along the gradient with momentum, the φ/ψ energy in step 3 and the rigid side chains are ours.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.mapping.assemble import Assembly
from unbead.relax.herobm.energy import Term, angle_energy, bond_energy, omega_energy, torsion_energy
from unbead.relax.herobm.momentum import descend
from unbead.relax.herobm.oxygen import place_oxygens
from unbead.relax.herobm.plane_rotation import rotate_planes
from unbead.relax.herobm.rigid_body import carry
from unbead.relax.herobm.terms import SpineTerms, find_spine, spine_terms
from unbead.relax.peptide_cis_trans import choose_cis
from unbead.relax.reference_geometry import arrows

STEPS = 120  # of each minimisation
STEP = 0.05
LONGEST_STEP = 0.05  # Å
TORSION_WEIGHT = 0.2  # of E_φψ in the second minimisation, which keeps what turning has reached


def geometry_energy(x: Tensor, terms: SpineTerms, omegas: Term) -> Tensor:
    """E = E_bond + E_angle + E_ω.

    Parameters
    ----------
    x : Tensor, shape=(..., 3 n_rows, 3)
        N, CA, C of every row, in Å.
    terms : SpineTerms
        The backbone.
    omegas : Term
        Torsions ω, with targets for cis and trans.

    Returns
    -------
    Tensor, shape=(...)
        Energies.
    """
    return bond_energy(x, terms.bonds) + angle_energy(x, terms.angles) + omega_energy(x, omegas)


def optimise(x: Tensor, terms: SpineTerms, cis: Tensor, goal: Tensor) -> Tensor:
    """Do steps 1 to 3.

    Parameters
    ----------
    x : Tensor, shape=(..., 3 n_rows, 3)
        N, CA, C of every row, in Å.
    terms : SpineTerms
        The backbone.
    cis : Tensor, shape=(..., n_peptides), dtype=bool
        Which peptides are cis.
    goal : Tensor, shape=(..., n_torsions, 2)
        Predicted vectors of the torsions.

    Returns
    -------
    Tensor, shape=(..., 3 n_rows, 3)
        Positions in Å.
    """
    omegas = Term(terms.omegas.atoms, terms.omegas.target * ~cis)
    x = descend(x, lambda x: geometry_energy(x, terms, omegas), STEPS, STEP, LONGEST_STEP)
    x = rotate_planes(x, terms, goal)
    return descend(
        x,
        lambda x: geometry_energy(x, terms, omegas) + TORSION_WEIGHT * torsion_energy(x, terms.torsions, goal),
        STEPS,
        STEP,
        LONGEST_STEP,
        terms.free,
    )


class BackboneOptimiser:
    """Optimises the backbone of one assembly.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    device : torch.device
        Where to compute.
    dtype : torch.dtype
        Precision.
    """

    def __init__(self, assembly: Assembly, device: torch.device, dtype: torch.dtype = torch.float32):
        self.spine = find_spine(assembly)
        self.device, self.dtype = device, dtype
        self.terms = spine_terms(self.spine, len(assembly.atoms), dtype, device)
        row_of = np.full(len(assembly.template_names), -1)
        row_of[self.spine.rows] = np.arange(len(self.spine.rows))
        row = row_of[assembly.atoms.residue_index]
        self.hanging = np.flatnonzero(row >= 0)
        self.row = torch.from_numpy(row[self.hanging]).to(device)

    def __call__(
        self, positions: NDArray, torsions: NDArray, cell: NDArray[np.float64] | None = None, ideal: bool = True
    ) -> NDArray[np.float32]:
        """Optimise frames.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3) or (n_frames, n_atoms, 3), dtype=float
            Atoms in Å.
        torsions : ndarray, shape=(n_rows, 4) or (n_frames, n_rows, 4), dtype=float
            Predicted (cos φ, sin φ, cos ψ, sin ψ) of the residues `Spine.rows`; lengths are confidences and count as
            one at most.
        cell : ndarray, shape=(3, 3), dtype=float64, optional
            Box vectors in Å as rows, the same for all frames.
        ideal : bool
            Whether the beads were mapped from atoms. Then a clear cis peptide is believed.

        Returns
        -------
        ndarray, shape=positions.shape, dtype=float32
            Atoms in Å; other molecules are where they were.
        """
        spine = self.spine
        if not len(spine.peptides.c):
            return positions.astype(np.float32)
        batch = positions.reshape(-1, *positions.shape[-2:])
        cis = np.stack([choose_cis(frame, spine.peptides, ideal, cell)[0] for frame in batch])
        lattice = np.stack([self._lattice(frame, cell) for frame in batch])
        whole = self._tensor(batch - lattice)
        vectors = self._tensor(torsions).reshape(len(batch), -1, 2, 2)
        row, kind = self.terms.predicted.unbind(1)
        goal = vectors[:, row, kind]
        goal = goal / goal.norm(dim=-1, keepdim=True).clamp(min=1)
        folded = torch.from_numpy(cis).to(self.device)
        x = whole.index_select(-2, self.terms.atoms)
        found = self._hang(whole, x, optimise(x, self.terms, folded, goal), folded)
        moved = (found.double().cpu().numpy() + lattice).astype(np.float32)
        return moved.reshape(positions.shape)

    def _tensor(self, values: NDArray) -> Tensor:
        return torch.from_numpy(values).to(self.device, self.dtype)

    def _lattice(self, positions: NDArray, cell: NDArray | None) -> NDArray[np.float64]:
        """Lattice vectors in Å by which atoms are away from a whole chain, in which N, CA and C follow each other."""
        shift = np.zeros(positions.shape)
        if cell is None:
            return shift
        spine = self.spine
        path = np.stack([spine.n, spine.ca, spine.c], 1).reshape(-1)
        near = arrows(positions, path[:-1], path[1:], cell)
        shift[path[1:]] = np.cumsum(positions[path[1:]] - positions[path[:-1]] - near, 0)
        centre = spine.ca[self.row.cpu().numpy()]
        near = arrows(positions, centre, self.hanging, cell)
        shift[self.hanging] = positions[self.hanging] - positions[centre] - near + shift[centre]
        return shift

    def _hang(self, whole: Tensor, before: Tensor, after: Tensor, cis: Tensor) -> Tensor:
        """All atoms, from the backbone before and after."""
        old, new = (tuple(x[..., k::3, :] for k in range(3)) for x in (before, after))
        ca, c, n, next_ca = (after.index_select(-2, atoms) for atoms in self.terms.omegas.atoms.unbind(1))
        answer = whole.clone()
        answer[..., self.hanging, :] = carry(whole[..., self.hanging, :], self.row, old, new)
        answer[..., self.terms.atoms, :] = after
        answer[..., self.spine.peptides.o, :] = place_oxygens(ca, c, n, next_ca, cis)
        return answer
