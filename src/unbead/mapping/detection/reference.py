"""Crystal structures on which the distances between the beads of any mapping are measured."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import template
from unbead.mapping.molecule import MoleculeMapping


@dataclass(frozen=True, eq=False)
class ReferenceResidues:
    """Residues of one name in the reference chains.

    Attributes
    ----------
    rows : ndarray, shape=(n,), dtype=int64
        Their places in the reference chains.
    atoms : tuple of str
        Their heavy atoms, by the names of the template.
    positions : ndarray, shape=(n, n_atoms, 3), dtype=float64
        Coordinates in Å; NaN for a phosphate that is absent.
    """

    rows: NDArray[np.int64]
    atoms: tuple[str, ...]
    positions: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reference:
    """Chains one after the other.

    Attributes
    ----------
    bonded_to_previous : ndarray, shape=(n_residues,), dtype=bool
        Whether each residue is bonded to the one before.
    residues : dict of str to ReferenceResidues
        The residues by name: 20 amino acids and 8 nucleotides.
    """

    bonded_to_previous: NDArray[np.bool_]
    residues: dict[str, ReferenceResidues]


@cache
def reference_chains() -> Reference:
    """Load the chains; ``scripts/build_reference_chains.py`` tells which.

    Returns
    -------
    Reference
        Some 2,500 amino acids at 1.5 Å or better and 800 nucleotides at 2.0 Å or better.
    """
    with (files("unbead.mapping") / "data" / "_reference.npz").open("rb") as source, np.load(source) as file:
        names, bonded, size, atoms = (file[key] for key in ("residues", "bonded", "size", "names"))
        centre = np.cumsum(file["step"], 0, dtype=np.int64)
        offset = file["offset"].astype(np.int64)
    residue = np.repeat(np.arange(len(names)), size.astype(np.int64))
    x = (centre[residue] + offset) * 1e-3
    found = {}
    for name in np.unique(names).tolist():
        known = template(name)
        assert known is not None, f"no template for {name}"
        heavy = known.atoms[: known.n_heavy]
        rows = np.flatnonzero(names == name)
        positions = np.full((len(rows), len(heavy), 3), np.nan)
        mine = np.flatnonzero(names[residue] == name)
        slot = np.array([heavy.index(atom) for atom in atoms[mine].tolist()])
        positions[np.searchsorted(rows, residue[mine]), slot] = x[mine]
        found[name] = ReferenceResidues(rows, heavy, positions)
    return Reference(bonded, found)


def reference_beads(residue: str, molecule: MoleculeMapping) -> NDArray[np.float64]:
    """Place the beads of a mapping on all reference residues of a name.

    Parameters
    ----------
    residue : str
        One of the 28 names.
    molecule : MoleculeMapping
        A mapping of this residue; atoms that the residue lacks do not count.

    Returns
    -------
    ndarray, shape=(n, n_beads, 3), dtype=float64
        Bead positions in Å; NaN where none of a bead's atoms is there.
    """
    known = reference_chains().residues[residue]
    columns = np.array([molecule.column(atom) for atom in known.atoms])
    weights = np.where(columns >= 0, molecule.weights[:, columns], 0.0)
    there = np.isfinite(known.positions[..., 0])
    share = weights[None] * there[:, None]
    total = share.sum(2, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, share / total, np.nan) @ np.nan_to_num(known.positions)
