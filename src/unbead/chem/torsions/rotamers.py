"""Torsions of side chains, and how usual they are by residue type."""

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.chem.angles import dihedral

# Atoms from N outwards, each four in a row a torsion. Proline's ring is left out.
_CHAINS = {
    "ARG": "CG CD NE CZ", "ASN": "CG OD1", "ASP": "CG OD1", "CYS": "SG", "GLN": "CG CD OE1", "GLU": "CG CD OE1",
    "HIS": "CG ND1", "ILE": "CG1 CD1", "LEU": "CG CD1", "LYS": "CG CD CE NZ", "MET": "CG SD CE", "PHE": "CG CD1",
    "SER": "OG", "THR": "OG1", "TRP": "CG CD1", "TYR": "CG CD1", "VAL": "CG1",
}  # fmt: skip
N_CHI = np.array([len(_CHAINS.get(name, "").split()) for name in AMINO_ACIDS])  # torsions of each residue type
DIMENSIONS = np.minimum(N_CHI, 3)  # torsions that are judged; the fourth of Arg and Lys is not
WIDTH = {1: 2, 2: 5, 3: 10}  # degrees of a bin, by the number of torsions
REPEATS = {"PHE": 1, "TYR": 1, "ASP": 1, "GLU": 2}  # torsion that repeats after 180°
STEPS_PER_HALVING = 16  # of the logarithmic scale on which shares are stored
OUTLIER = 0.003  # share of residues beyond the contour, as in MolProbity (Hintze et al., Proteins 2016, 84, 1177)
FAVOURED = 0.02


def torsion_atoms(kind: int) -> list[str]:
    """Return the atoms that the torsions of a residue type run through.

    Parameters
    ----------
    kind : int
        Residue type.

    Returns
    -------
    list of str
        From N outwards, each four in a row a torsion; three atoms or fewer have none.
    """
    return ["N", "CA", "CB", *_CHAINS.get(AMINO_ACIDS[kind], "").split()]


@cache
def torsion_slots() -> NDArray[np.int64]:
    """Return the slots that each torsion runs through, shape (20, 4, 4); -1 where there is no such torsion."""
    slots = np.full((len(AMINO_ACIDS), 4, 4), -1)
    for kind in np.flatnonzero(N_CHI).tolist():
        chain = [amino_template(kind).index(name) for name in torsion_atoms(kind)]
        for k in range(N_CHI[kind]):
            slots[kind, k] = chain[k : k + 4]
    return slots


@cache
def torsion_repeats() -> NDArray[np.int64]:
    """Return how often each torsion repeats in a full turn, shape (20, 4): 2 where two equal atoms make it, else 1."""
    repeats = np.ones((len(AMINO_ACIDS), 4), np.int64)
    for name, k in REPEATS.items():
        repeats[AMINO_ACIDS.index(name), k] = 2
    return repeats


def side_chain_angles(kind: NDArray[np.int64], positions: NDArray) -> NDArray[np.float64]:
    """Measure the torsions of side chains.

    Parameters
    ----------
    kind : ndarray, shape=(n,), dtype=int64
        Residue types.
    positions : ndarray, shape=(n, 14, 3), dtype=float
        Atoms in Å by slot.

    Returns
    -------
    ndarray, shape=(n, 4), dtype=float64
        Degrees; NaN where there is no such torsion, in proline, and where atoms are absent.
    """
    slots = torsion_slots()[kind]
    points = np.take_along_axis(positions.astype(np.float64)[:, None], slots.clip(0)[..., None], 2)
    chi = dihedral(*(points[:, :, k].reshape(-1, 3) for k in range(4))).reshape(-1, 4)
    return np.where(slots[..., 0] >= 0, chi, np.nan)


def doubled_torsions(kind: NDArray[np.int64], positions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure the torsions of side chains so that each fills the circle, as networks read them.

    Parameters
    ----------
    kind : ndarray, shape=(n,), dtype=int64
        Residue types.
    positions : ndarray, shape=(n, 14, 3), dtype=float32
        Atoms in Å by slot.

    Returns
    -------
    ndarray, shape=(n, 4), dtype=float32
        Radians, doubled where a torsion repeats after 180°; NaN where there is none.
    """
    return (np.radians(side_chain_angles(kind, positions)) * torsion_repeats()[kind]).astype(np.float32)


def table_shape(kind: int) -> tuple[int, ...]:
    """Return the number of bins in each torsion of a residue type.

    Parameters
    ----------
    kind : int
        Residue type.

    Returns
    -------
    tuple of int
        Bins of chi1, chi2 and chi3, as many as are judged.
    """
    n = int(DIMENSIONS[kind])
    full = 360 // WIDTH[n]
    return tuple(full // 2 if REPEATS.get(AMINO_ACIDS[kind]) == k else full for k in range(n))


def rotamer_bins(kind: int, chi: NDArray) -> tuple[NDArray[np.int64], ...]:
    """Return the bins of torsions.

    Parameters
    ----------
    kind : int
        Residue type.
    chi : ndarray, shape=(n, 4), dtype=float
        Torsions in degrees, finite where they are judged.

    Returns
    -------
    tuple of ndarray, shape=(n,), dtype=int64
        Bins of each torsion that is judged.
    """
    width = WIDTH[int(DIMENSIONS[kind])]
    return tuple((chi[:, k] // width).astype(np.int64) % size for k, size in enumerate(table_shape(kind)))


@cache
def mass_outside(kind: int) -> NDArray[np.float64]:
    """Share of side chains in high-resolution structures that lie in bins no denser than this one.

    Made by ``scripts/build_rotamers.py``.

    Parameters
    ----------
    kind : int
        Residue type.

    Returns
    -------
    ndarray, shape=table_shape(kind), dtype=float64
        By bin: next to 0 for bins never seen, 1 for the densest.
    """
    with np.load(str(files("unbead.chem") / "data" / "rotamers.npz")) as file:
        return 2.0 ** (-file[AMINO_ACIDS[kind]].astype(np.float64) / STEPS_PER_HALVING)


@cache
def _favoured(kind: int) -> NDArray[np.int64]:
    return np.argwhere(mass_outside(kind) >= FAVOURED)


def nearest_favoured(kind: int, bins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nearest favoured bins.

    Parameters
    ----------
    kind : int
        Residue type.
    bins : ndarray, shape=(n, n_judged), dtype=int64
        Bins of each torsion that is judged.

    Returns
    -------
    ndarray, shape=(n, n_judged), dtype=int64
        The least turns away, all torsions counted alike.
    """
    favoured = _favoured(kind)
    off = np.abs(favoured - bins[:, None])
    return favoured[(np.minimum(off, np.array(table_shape(kind)) - off) ** 2).sum(-1).argmin(1)]
