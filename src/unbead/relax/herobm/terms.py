"""Which atoms of a system the backbone optimisation knows, and how they hang together."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.chem.links import PEPTIDE_ANGLES, PEPTIDE_LENGTH
from unbead.mapping.assemble import Assembly
from unbead.relax.herobm.energy import Term
from unbead.relax.reference_geometry import OTHER_SIDE, Peptides, find_peptides, slot_of

N_CA_C = 111.2  # degrees


@dataclass(frozen=True)
class Spine:
    """The backbone of an assembly. Indices are those of its atoms.

    Attributes
    ----------
    rows : ndarray, shape=(n_rows,), dtype=int64
        Residues of the assembly that have N, CA, C and O; all else is by row.
    n, ca, c, o : ndarray, shape=(n_rows,), dtype=int64
        Their atoms.
    peptides : Peptides
        Peptide bonds.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds within N, CA, C and between residues.
    lengths : ndarray, shape=(n_bonds,), dtype=float64
        Ideal lengths in Å.
    angles : ndarray, shape=(n_angles, 3), dtype=int64
        Angles.
    values : ndarray, shape=(n_angles,), dtype=float64
        Ideal angles in radians.
    omegas : ndarray, shape=(n_peptides, 4), dtype=int64
        Torsions CA, C, N, CA.
    torsions : ndarray, shape=(n_torsions, 4), dtype=int64
        Each φ, then each ψ.
    predicted : ndarray, shape=(n_torsions, 2), dtype=int64
        For each of them, the row of its residue, and 0 for φ or 1 for ψ.
    """

    rows: NDArray[np.int64]
    n: NDArray[np.int64]
    ca: NDArray[np.int64]
    c: NDArray[np.int64]
    o: NDArray[np.int64]
    peptides: Peptides
    bonds: NDArray[np.int64]
    lengths: NDArray[np.float64]
    angles: NDArray[np.int64]
    values: NDArray[np.float64]
    omegas: NDArray[np.int64]
    torsions: NDArray[np.int64]
    predicted: NDArray[np.int64]


def find_spine(assembly: Assembly) -> Spine:
    """List the backbone of an assembly.

    Parameters
    ----------
    assembly : Assembly
        What is built.

    Returns
    -------
    Spine
        Its backbone; empty where there is no protein.
    """
    slots = np.stack([slot_of(assembly, name) for name in ("N", "CA", "C", "O")])
    rows = np.flatnonzero((slots >= 0).all(0))
    n, ca, c, o = slots[:, rows]
    p = find_peptides(assembly)
    row_of = np.full(slots.shape[1], -1)
    row_of[rows] = np.arange(len(rows))
    residue = assembly.atoms.residue_index
    earlier, later = row_of[residue[p.c]], row_of[residue[p.n]]
    bonds = [np.stack(pair, 1) for pair in ((n, ca), (ca, c), (p.c, p.n))]
    lengths = (OTHER_SIDE["C", "+N", "+CA"], OTHER_SIDE["CA", "C", "+N"], PEPTIDE_LENGTH)
    angles = [np.stack(three, 1) for three in ((n, ca, c), (p.ca, p.c, p.n), (p.c, p.n, p.next_ca))]
    values = np.radians((N_CA_C, PEPTIDE_ANGLES["CA", "C", "+N"], PEPTIDE_ANGLES["C", "+N", "+CA"]))
    phi, psi = np.stack([p.c, p.n, p.next_ca, c[later]], 1), np.stack([n[earlier], p.ca, p.c, p.n], 1)
    return Spine(
        rows=rows,
        n=n,
        ca=ca,
        c=c,
        o=o,
        peptides=p,
        bonds=np.concatenate(bonds),
        lengths=np.repeat(lengths, [len(part) for part in bonds]),
        angles=np.concatenate(angles),
        values=np.repeat(values, [len(part) for part in angles]),
        omegas=np.stack([p.ca, p.c, p.n, p.next_ca], 1),
        torsions=np.concatenate([phi, psi]),
        predicted=np.stack([np.concatenate([later, earlier]), np.repeat([0, 1], len(p.c))], 1),
    )


@dataclass(frozen=True)
class SpineTerms:
    """A backbone as tensors. Its atoms are counted N, CA, C by row.

    Attributes
    ----------
    atoms : Tensor, shape=(3 n_rows,), dtype=int64
        Their index in the assembly.
    bonds, angles, omegas : Term
        Ideal geometry; the targets of ω are left at trans.
    torsions : Tensor, shape=(n_torsions, 4), dtype=int64
        Each φ, then each ψ.
    predicted : Tensor, shape=(n_torsions, 2), dtype=int64
        Row, and 0 for φ or 1 for ψ.
    free : Tensor, shape=(3 n_rows, 1)
        0 for CA and 1 for N and C.
    """

    atoms: Tensor
    bonds: Term
    angles: Term
    omegas: Term
    torsions: Tensor
    predicted: Tensor
    free: Tensor


def spine_terms(spine: Spine, n_atoms: int, dtype: torch.dtype, device: torch.device) -> SpineTerms:
    """Turn a backbone into tensors.

    Parameters
    ----------
    spine : Spine
        The backbone.
    n_atoms : int
        Atoms of the assembly.
    dtype : torch.dtype
        Precision of lengths and angles.
    device : torch.device
        Where to compute.

    Returns
    -------
    SpineTerms
        The same facts.
    """
    atoms = np.stack([spine.n, spine.ca, spine.c], 1).reshape(-1)
    place = np.full(n_atoms, -1)
    place[atoms] = np.arange(len(atoms))
    targets = (spine.lengths, spine.values, np.full(len(spine.omegas), np.pi))
    bonds, angles, omegas = (
        Term(torch.from_numpy(place[index]).to(device), torch.from_numpy(target).to(device, dtype))
        for index, target in zip((spine.bonds, spine.angles, spine.omegas), targets, strict=True)
    )
    return SpineTerms(
        atoms=torch.from_numpy(atoms).to(device),
        bonds=bonds,
        angles=angles,
        omegas=omegas,
        torsions=torch.from_numpy(place[spine.torsions]).to(device),
        predicted=torch.from_numpy(spine.predicted).to(device),
        free=torch.tensor([1.0, 0.0, 1.0], dtype=dtype, device=device).repeat(len(spine.rows))[:, None],
    )
