"""Ions in the place of waters: those that make a system neutral, and salt."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from MDAnalysis.lib.distances import distance_array
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues, join
from unbead.chem.solvent import IONS, WATER
from unbead.errors import UnbeadError
from unbead.prepare.extras import require
from unbead.prepare.forcefields.forcefield import create_system
from unbead.prepare.molecule import Molecule, select_residues, with_bonds
from unbead.prepare.solvation.fill import near_molecules
from unbead.structure.box import box_vectors

OFF = 5.0  # Å that ions keep from molecules and from each other, where there is room
MOLAR = 6.02214076e-4  # ions per Å³ in a solution of 1 mol/l
CATION, ANION = IONS["NA"], IONS["CL"]


@dataclass(frozen=True)
class Salt:
    """Which ions to add.

    Attributes
    ----------
    neutralize : bool
        Whether to add sodium or chloride until the charge is zero.
    concentration : float
        Sodium chloride in mol/l of the whole box, on top of what makes it neutral, as ``gmx genion -conc`` counts it.
    """

    neutralize: bool
    concentration: float


def total_charge(molecule: Molecule, forcefield: str) -> int:
    """Add up the charges that a force field gives the atoms.

    Parameters
    ----------
    molecule : Molecule
        All atoms.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    int
        The charge in elementary charges.
    """
    openmm = require("openmm")
    forces: list[Any] = create_system(molecule, forcefield, solvent=False).getForces()
    (force,) = (force for force in forces if isinstance(force, openmm.NonbondedForce))
    charges = [force.getParticleParameters(i)[0]._value for i in range(force.getNumParticles())]
    return round(sum(charges))


def count_ions(box: NDArray[np.float32] | None, charge: int, salt: Salt) -> tuple[int, int]:
    """Tell how many ions a system takes.

    Parameters
    ----------
    box : ndarray, shape=(6,), dtype=float32, or None
        Its box.
    charge : int
        Its charge.
    salt : Salt
        What is asked for.

    Returns
    -------
    tuple of int
        Sodium and chloride.

    Raises
    ------
    UnbeadError
        If a concentration is asked for and there is no box.
    """
    pairs = 0
    if salt.concentration:
        if box is None:
            raise UnbeadError(
                "--salt: without a box there is no volume; --padding 10 makes one and fills it with water"
            )
        pairs = round(salt.concentration * MOLAR * abs(float(np.linalg.det(box_vectors(box)))))
    return pairs + max(-charge, 0) * salt.neutralize, pairs + max(charge, 0) * salt.neutralize


def add_ions(molecule: Molecule, charge: int, salt: Salt, seed: int = 0) -> tuple[Molecule, dict[str, int]]:
    """Put sodium and chloride in the place of waters.

    Waters 5 Å or more from molecules, and from ions, go first.

    Parameters
    ----------
    molecule : Molecule
        All atoms, with water.
    charge : int
        Its charge.
    salt : Salt
        What to add.
    seed : int
        Another seed chooses other waters.

    Returns
    -------
    tuple of Molecule and dict
        The system with its ions last, and how many there are of each kind.

    Raises
    ------
    UnbeadError
        If there is too little water.
    """
    atoms = molecule.atoms
    n_plus, n_minus = count_ions(atoms.box, charge, salt)
    added = {ion.name: n for ion, n in ((CATION, n_plus), (ANION, n_minus)) if n}
    if not added:
        return molecule, added
    water = atoms.residues.names == WATER
    n = n_plus + n_minus
    if n > water.sum():
        remedy = (
            "use less salt" if water.any() else "fill the box with --water resolvate, or make one with --padding 10"
        )
        raise UnbeadError(f"{n} ions need the place of as many waters, and there are {water.sum()}; {remedy}")
    places = np.flatnonzero(water)
    oxygens = atoms.positions[np.searchsorted(atoms.residue_index, places)]
    chosen = _spread(oxygens, select_residues(molecule, ~water), n, np.random.default_rng(seed))
    chosen = np.append(np.sort(chosen[:n_plus]), np.sort(chosen[n_plus:]))
    ions = [CATION] * n_plus + [ANION] * n_minus
    names = np.array([ion.name for ion in ions])
    table = {field: getattr(atoms.residues, field)[places[chosen]] for field in Residues.__dataclass_fields__}
    salty = Particles(
        names=names,
        positions=oxygens[chosen],
        residue_index=np.arange(n),
        residues=Residues(**table | {"names": names}),
        elements=np.array([ion.element for ion in ions]),
        b_factors=np.zeros(n, np.float32),
        box=atoms.box,
    )
    rest = select_residues(molecule, ~np.isin(np.arange(len(water)), places[chosen]))
    return with_bonds(join([rest.atoms, salty]), rest.disulfides), added


def _spread(oxygens: NDArray, others: Molecule, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose waters at random: far from molecules and from each other, where there are such."""
    box = others.atoms.box
    rank = rng.random(len(oxygens)) + 2 * near_molecules(oxygens, others, OFF)
    chosen = []
    for _ in range(n):
        k = int(rank.argmin())
        chosen.append(k)
        rank[distance_array(oxygens[[k]], oxygens, box=box)[0] < OFF] += 4
        rank[k] = np.inf
    return np.array(chosen, np.int64)
