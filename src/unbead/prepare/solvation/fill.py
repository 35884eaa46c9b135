"""A periodic box filled with water around what is in it.

OpenMM's `Modeller.addSolvent` would ask the force field for every molecule, so refuse ligands that it lacks, and fill
the voids of a membrane's core. We tile OpenMM's own equilibrated water and leave out what does not fit.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from unbead.chem.elements import radii
from unbead.chem.particles import Particles, Residues
from unbead.chem.solvent import WATER
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.prepare.extras import require
from unbead.prepare.molecule import Molecule
from unbead.structure.box import reduced_vectors
from unbead.structure.pairs import find_pairs

TOUCH = 0.5  # Å that van der Waals spheres of a water's oxygen and heavy atoms may overlap
CLOSEST = 1.4  # Å between hydrogens and any atom
SEAM = 2.2  # Å between waters of one side of the box and the other
ROUND = 5.0  # Å about a water that tell whether it is in a membrane's core
APOLAR = 0.5  # share of apolar carbons there, at least one of them a lipid's


def fill_box(molecule: Molecule, seed: int = 0) -> Particles:
    """Make the water that a box has room for.

    Parameters
    ----------
    molecule : Molecule
        What is in the box, with hydrogens; its atoms have a box.
    seed : int
        Another seed starts the tiles elsewhere.

    Returns
    -------
    Particles
        Water molecules with hydrogens, none in the core of a membrane.

    Raises
    ------
    UnbeadError
        If there is no box, or OpenMM is not installed.
    """
    atoms = molecule.atoms
    check_box(atoms)
    assert atoms.box is not None
    cell = reduced_vectors(atoms.box)
    waters = _tiles(cell, np.random.default_rng(seed))
    waters = waters[~_too_near(waters, atoms, cell)]
    waters = waters[~_across_seams(waters[:, 0], cell)]
    waters = waters[~in_core(waters[:, 0], molecule, cell)]
    n = len(waters)
    blank = np.full(n, "")
    first = int(atoms.residues.numbers.max(initial=0)) + 1
    return Particles(
        names=np.tile(["O", "H1", "H2"], n),
        positions=waters.reshape(-1, 3).astype(np.float32),
        residue_index=np.repeat(np.arange(n), 3),
        residues=Residues(np.full(n, WATER), first + np.arange(n), blank, blank, blank, np.zeros(n, bool)),
        elements=np.tile(["O", "H", "H"], n),
        b_factors=np.zeros(3 * n, np.float32),
        box=atoms.box,
    )


def check_box(atoms: Particles) -> None:
    """Complain where there is no box to fill.

    Parameters
    ----------
    atoms : Particles
        The structure.

    Raises
    ------
    UnbeadError
        If it has no box.
    """
    if atoms.box is None:
        raise UnbeadError(
            "there is no box to fill with water; make one with --padding 10, or give the input one (CRYST1, last line"
            " of .gro)"
        )


def in_core(oxygens: NDArray, molecule: Molecule, cell: NDArray[np.float64] | None) -> NDArray[np.bool_]:
    """Tell which waters are among the tails of lipids: most heavy atoms within 5 Å are carbons far from polar atoms.

    Parameters
    ----------
    oxygens : ndarray, shape=(n, 3), dtype=float
        Oxygens of water in Å.
    molecule : Molecule
        Lipids and whatever else is there.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        Waters in the core; it follows curved membranes.
    """
    atoms = molecule.atoms
    names, which = np.unique(atoms.residues.names, return_inverse=True)
    fat = np.array([(k := template(str(name))) is not None and k.kind in ("lipid", "sterol") for name in names], bool)
    if not fat.any():
        return np.zeros(len(oxygens), bool)
    polar = np.isin(atoms.elements, ("N", "O", "P"))
    i, j = molecule.bonds.T
    graph = csr_matrix((np.ones(2 * len(i)), (np.append(i, j), np.append(j, i))), shape=(len(atoms), len(atoms)))
    near = polar.astype(float)
    for _ in range(2):
        near += graph @ near
    apolar = (atoms.elements == "C") & (near == 0)
    tail = apolar & fat[which][atoms.residue_index]
    rows = np.flatnonzero(~molecule.hydrogens)
    water, atom, _ = _between(oxygens, atoms.positions[rows], ROUND, cell)
    counts = [np.bincount(water, what[rows[atom]], len(oxygens)) for what in (np.ones(len(atoms)), apolar, tail)]
    return (counts[1] > APOLAR * counts[0]) & (counts[2] > 0)


def near_molecules(points: NDArray, molecule: Molecule, cutoff: float) -> NDArray[np.bool_]:
    """Tell which points have a heavy atom about them.

    Parameters
    ----------
    points : ndarray, shape=(n, 3), dtype=float
        Positions in Å.
    molecule : Molecule
        The atoms, in their box.
    cutoff : float
        Distance in Å.

    Returns
    -------
    ndarray, shape=(n,), dtype=bool
        True where one is nearer.
    """
    atoms = molecule.atoms
    cell = None if atoms.box is None else reduced_vectors(atoms.box)
    found = np.zeros(len(points), bool)
    found[_between(points, atoms.positions[~molecule.hydrogens], cutoff, cell)[0]] = True
    return found


def _tiles(cell: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Waters whose oxygen is in the brick of the cell's diagonal, which fills space as the cell does; (n, 3, 3)."""
    data = Path(require("openmm.app").__file__).parent / "data"
    tile = read_structure(data / "tip3p.pdb")
    assert tile.box is not None
    size = tile.box[:3].astype(np.float64)
    waters = tile.positions.reshape(-1, 3, 3).astype(np.float64) + rng.uniform(0, size)
    waters -= np.floor(waters[:, :1] / size) * size
    brick = np.diag(cell)
    counts = np.ceil(brick / size).astype(int)
    copies = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), -1).reshape(-1, 3) * size
    everywhere = (copies[:, None, None] + waters).reshape(-1, 3, 3)
    return everywhere[(everywhere[:, 0] < brick).all(1)]


def _too_near(waters: NDArray[np.float64], atoms: Particles, cell: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Waters that would lie on other atoms."""
    n = len(waters)
    bad = np.zeros(n, bool)
    heavy = np.flatnonzero(atoms.elements != "H")
    size = radii(atoms.elements[heavy])
    oxygen = radii(np.array(["O"]))[0]
    water, atom, distance = _between(waters[:, 0], atoms.positions[heavy], size.max(initial=0) + oxygen, cell)
    bad[water[distance < size[atom] + oxygen - TOUCH]] = True
    rows = np.flatnonzero(~bad)
    any_atom, _, _ = _between(waters[rows].reshape(-1, 3), atoms.positions, CLOSEST, cell)
    bad[rows[any_atom // 3]] = True
    return bad


def _across_seams(oxygens: NDArray[np.float64], cell: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Waters too near to the image of another, the later of both."""
    pairs = find_pairs(oxygens, SEAM, cell)
    bad = np.zeros(len(oxygens), bool)
    bad[np.maximum(pairs.i, pairs.j)[pairs.images.any(1)]] = True
    return bad


def _between(
    points: NDArray, others: NDArray, cutoff: float, cell: NDArray[np.float64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of a point and another, with their distance."""
    n = len(points)
    pairs = find_pairs(np.concatenate([points, others]), cutoff, cell)
    mixed = (pairs.i < n) != (pairs.j < n)
    i, j = pairs.i[mixed], pairs.j[mixed]
    return np.minimum(i, j), np.maximum(i, j) - n, pairs.distance[mixed]
