"""Water and ions in the place of their beads.

Four waters of a bead start as a tetrahedron (three as a triangle, two as a line, those about an ion as its shell),
turned as the seed and the bead's place in the input say. Then waters that are too near to each other, to ions or to
molecules part, while the centre of a bead's waters stays on the bead.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import VDW_RADII, radii
from unbead.chem.particles import Particles, Residues
from unbead.chem.solvent import IONS, WATER
from unbead.mapping.split import SolventBeads
from unbead.placement.water_spread import TOUCH, spread
from unbead.structure.directions import SHELLS, turns

EDGE = 2.8  # Å between the waters of a bead at first: the maximum of g(r) in liquid water


@dataclass(frozen=True)
class SolventAtoms:
    """Atoms that beads of the solvent stand for.

    Attributes
    ----------
    atoms : Particles
        Water oxygens of water beads, those of ions' hydration, then ions; all at the origin.
    bead : ndarray, shape=(n_atoms,), dtype=int64
        Bead of each, as a row of the solvent beads.
    start : ndarray, shape=(n_atoms, 3), dtype=float64
        Where each is about its bead before the bead is turned, in Å.
    radius : ndarray, shape=(n_atoms,), dtype=float64
        Radii in Å, as `unbead.placement.water_spread.spread` takes them.
    key : ndarray, shape=(n_beads,), dtype=int64
        What decides how a bead is turned: its place in the input.
    """

    atoms: Particles
    bead: NDArray[np.int64]
    start: NDArray[np.float64]
    radius: NDArray[np.float64]
    key: NDArray[np.int64]

    @property
    def n_water(self) -> int:
        """Number of water molecules; they come first."""
        return int((self.atoms.residues.names == WATER).sum())


def assemble_solvent(solvent: SolventBeads, first_number: int = 1) -> SolventAtoms:
    """List the atoms of water and ions.

    Parameters
    ----------
    solvent : SolventBeads
        Beads of water and ions.
    first_number : int
        Residue number of the first; the others count on.

    Returns
    -------
    SolventAtoms
        One residue per water molecule (``HOH``, its oxygen) and per ion.
    """
    ionic = solvent.ion != ""
    ions = np.flatnonzero(ionic)
    rows = np.concatenate([np.flatnonzero(~ionic), ions])
    count = solvent.waters[rows]
    bead = np.repeat(rows, count)
    place = np.arange(len(bead)) - np.repeat(np.cumsum(count) - count, count)
    distance = np.array([IONS[name].distance if name else 0.0 for name in solvent.ion.tolist()])
    start = np.zeros((len(bead), 3))
    for n in SHELLS:
        here = solvent.waters[bead] == n
        edge = np.linalg.norm(SHELLS[n][0] - SHELLS[n][1])
        arm = np.where(ionic[bead[here]], distance[bead[here]], EDGE / edge)
        start[here] = SHELLS[n][place[here]] * arm[:, None]
    names = np.concatenate([np.full(len(bead), WATER), solvent.ion[ions]])
    n = len(names)
    blank = np.full(n, "")
    elements = {name: ion.element for name, ion in IONS.items()} | {WATER: "O"}
    oxygen = VDW_RADII["O"]
    return SolventAtoms(
        atoms=Particles(
            names=np.where(names == WATER, "O", names),
            positions=np.zeros((n, 3), np.float32),
            residue_index=np.arange(n),
            residues=Residues(names, first_number + np.arange(n), blank, blank, blank, np.zeros(n, bool)),
            elements=np.array([elements[name] for name in names.tolist()], dtype="U2"),
            b_factors=np.zeros(n, np.float32),
        ),
        bead=np.concatenate([bead, ions]),
        start=np.concatenate([start, np.zeros((len(ions), 3))]),
        radius=np.concatenate([np.full(len(bead), oxygen), distance[ions] - oxygen + TOUCH]),
        key=solvent.index,
    )


def place_solvent(
    solvent: SolventAtoms,
    beads: NDArray,
    solute: Particles | None = None,
    cell: NDArray[np.float64] | None = None,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Place water and ions of one frame.

    Parameters
    ----------
    solvent : SolventAtoms
        The atoms.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        Their beads in Å.
    solute : Particles, optional
        Atoms of the molecules, which stay where they are.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.
    seed : int
        Another seed turns the waters otherwise.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float32
        Positions in Å; ions are on their beads, and so are the centres of each bead's waters.
    """
    beads = np.asarray(beads, np.float64)
    n = solvent.n_water
    placed = beads[solvent.bead]
    placed[:n] += np.einsum("nij,nj->ni", turns(solvent.key, seed)[solvent.bead[:n]], solvent.start[:n])
    points, radius = placed, solvent.radius
    if solute is not None:
        points = np.concatenate([placed, solute.positions])
        radius = np.concatenate([radius, radii(solute.elements)])
    placed[:n] = spread(points, radius, solvent.bead[:n], len(beads), cell)
    return placed.astype(np.float32)


def solvate(
    solvent: SolventBeads,
    beads: NDArray,
    solute: Particles | None = None,
    cell: NDArray[np.float64] | None = None,
    seed: int = 0,
) -> Particles:
    """Make water and ions from the beads of one structure.

    Parameters
    ----------
    solvent : SolventBeads
        Beads of water and ions.
    beads : ndarray, shape=(n_beads, 3), dtype=float
        Their positions in Å.
    solute : Particles, optional
        Atoms of the molecules; residue numbers count on from theirs.
    cell : ndarray, shape=(3, 3), dtype=float64, optional
        Box vectors in Å as rows.
    seed : int
        Another seed turns the waters otherwise.

    Returns
    -------
    Particles
        Water oxygens, then ions.
    """
    last = 0 if solute is None else int(solute.residues.numbers.max(initial=0))
    made = assemble_solvent(solvent, last + 1)
    return made.atoms.with_positions(place_solvent(made, beads, solute, cell, seed))
