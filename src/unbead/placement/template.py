"""Molecules that no network knows: template conformers, laid onto beads and bent until they fit.

The atoms of each bead start as a rigid piece of the conformer (`residue_batch.lay_conformer`).
Moves of `ConstraintSolver` then close the bonds between pieces, keep every bound of the template,
handedness and planes among them, bring the centres onto the beads, and turn bonds between
tetrahedral atoms that are eclipsed. Molecules that are strained still start again from other
conformers, if their beads were mapped from atoms, and the best answer is kept.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.torsions.rotatable_bonds import conformers, staggered
from unbead.mapping.assemble import Assembly, restrict
from unbead.mapping.operator import apply
from unbead.placement.residue_batch import (
    find_copies,
    helix_neighbours,
    lay_conformer,
    on_a_line,
    stretched,
    surroundings,
)
from unbead.relax.constraints import DihedralConstraints
from unbead.relax.corrections import distance_violations, volume_violations
from unbead.relax.reference_geometry import residue_bounds
from unbead.relax.repair import flatten, invert
from unbead.relax.solver import ConstraintSolver

TRIES = 8  # conformers, at most
MAPPED = 0.4  # Å that beads may be stretched; other conformers would not bring those of a simulation into bounds either
FRUITLESS = 2  # of them in a row end the search
GAIN = 0.2  # share of the strain that counts as better
STEPS = (200, 100)  # of a try, with the constraint of staggered bonds and without
FREE_TURN = math.radians(20)  # from the staggered form, which is no worse
STAGGERED = 0.1  # weight of that constraint beside bonds
STRAINED = 0.05  # Å beyond a bound, or away from a bead
THICKNESS = 6.0  # Å² by which a volume is divided to compare it with distances
CROWDED, SLOPE, SUREST, LEAST_SURE = 1.8, 0.4, 0.2, 2.0
"""Measured error of an atom: 0.4 Å per heavy atom of a bead beyond 1.8, from 0.2 to 2 Å (docs/molecules.md)."""


@dataclass(frozen=True)
class TemplatePlacement:
    """Molecules laid onto their beads.

    Attributes
    ----------
    positions : ndarray, shape=(n_mine, 3), dtype=float32
        Atoms in Å, in the order of `Layer.atoms`.
    errors : ndarray, shape=(n_mine,), dtype=float32
        How far atoms of molecules like these usually are from where they should be, in Å.
    level : float
        Perturbation of the beads in Å: by how much the worst bound of a molecule is usually missed.
    """

    positions: NDArray[np.float32]
    errors: NDArray[np.float32]
    level: float


class TemplatePlacer:
    """Lays template conformers onto the beads of some residues.

    Parameters
    ----------
    assembly : Assembly
        Beads and atoms of the whole system.
    residues : ndarray, shape=(n_residues,), dtype=bool
        The residues to lay.
    device : torch.device
        Where to compute.

    Attributes
    ----------
    atoms : ndarray, shape=(n_mine,), dtype=int64
        The atoms that it places, in the whole.
    """

    def __init__(self, assembly: Assembly, residues: NDArray[np.bool_], device: torch.device):
        self.assembly = assembly
        self.residues = residues & (assembly.template_names != "")
        self.device = device
        self.atoms = np.flatnonzero(self.residues[assembly.atoms.residue_index])
        size = np.bincount(assembly.atoms.residue_index, minlength=len(residues))
        size = size / np.bincount(assembly.beads.residue_index, minlength=len(residues)).clip(1)
        errors = (SLOPE * (size - CROWDED)).clip(SUREST, LEAST_SURE)
        self.errors = errors[assembly.atoms.residue_index[self.atoms]].astype(np.float32)
        self.chain = np.cumsum(~assembly.atoms.residues.bonded_to_previous) - 1

    def __call__(self, positions: NDArray[np.float32], cell: NDArray[np.float64] | None) -> TemplatePlacement:
        """Lay the molecules of one frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_beads, 3), dtype=float32
            All beads of the system in Å, molecules whole.
        cell : ndarray, shape=(3, 3), dtype=float64, or None
            Box vectors in Å as rows.

        Returns
        -------
        TemplatePlacement
            Atoms, and how well they fit.
        """
        found = np.zeros((len(self.assembly.atoms), 3), np.float32)
        strain = np.where(self.residues, np.inf, 0.0)
        improved = np.zeros(len(strain), np.int64)
        todo = self.residues
        again = self._mapped(positions)
        for number in range(TRIES):
            trial, worst = self._try(number, todo, positions, cell)
            improved[todo & (worst < (1 - GAIN) * strain)] = number
            better = todo & (worst < strain)
            mine = better[self.assembly.atoms.residue_index]
            found[mine], strain[better] = trial[mine], worst[better]
            todo = again & (strain > STRAINED) & (number - improved < FRUITLESS)
            if not todo.any():
                break
        level = float(np.median(strain[self.residues]))
        return TemplatePlacement(found[self.atoms], self.errors, level if level > STRAINED else 0.0)

    def _mapped(self, positions: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Residues whose beads, and those of the rest of their chain, are as far apart as atoms have them."""
        apart = np.zeros(self.chain[-1] + 1)
        for copies in find_copies(self.assembly, self.residues):
            found = stretched(copies, positions[copies.beads].astype(np.float64))
            np.maximum.at(apart, self.chain[copies.residues], found)
        return self.residues & (apart[self.chain] < MAPPED)

    def _try(
        self, number: int, todo: NDArray[np.bool_], positions: NDArray[np.float32], cell: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Start from one conformer; atoms of the whole system, and the strain of its residues, equal along chains."""
        part = restrict(self.assembly, todo)
        start = self._start(number, part, positions, cell)
        bounds = residue_bounds(part)
        start, _ = invert(start, bounds)
        descent = ConstraintSolver(bounds, start, None, self.device)
        mine = positions[todo[self.assembly.beads.residue_index]]
        descent.restrain_to_beads(part.operator, mine, 0.0)
        free = np.zeros(len(start))
        descent.set_dihedrals(self._turns(part))
        descent.run(STEPS[0], free)
        descent.set_dihedrals(None)
        descent.set_positions(invert(flatten(part, descent.positions)[0], bounds)[0])
        descent.run(STEPS[1], free)

        strain = np.zeros(len(todo))
        residue = part.atoms.residue_index
        for atoms, lacking, scale in (
            (bounds.pairs, distance_violations(descent.x, descent.distances), 1.0),
            (bounds.quads, volume_violations(descent.x, descent.volumes), THICKNESS),
        ):
            np.maximum.at(strain, residue[atoms[:, 0]], lacking.abs().cpu().numpy() / scale)
        away = np.linalg.norm(apply(part.operator, descent.positions) - mine, axis=1)
        np.maximum.at(strain, part.beads.residue_index, away)
        of_chain = np.zeros(self.chain[-1] + 1)
        np.maximum.at(of_chain, self.chain, strain)
        found = np.zeros((len(self.assembly.atoms), 3), np.float32)
        found[todo[self.assembly.atoms.residue_index]] = descent.positions
        return found, of_chain[self.chain]

    def _start(
        self, number: int, part: Assembly, positions: NDArray[np.float32], cell: NDArray[np.float64] | None
    ) -> NDArray[np.float32]:
        start = np.zeros((len(part.atoms), 3), np.float32)
        residue = self.assembly.beads.residue_index
        count = np.bincount(residue, minlength=len(self.residues)).clip(1)[:, None]
        centres = np.stack([np.bincount(residue, x, len(self.residues)) for x in positions.T], 1) / count
        whole = np.flatnonzero((part.template_names != "")[residue])
        kinds = find_copies(part, part.template_names != "")
        ideal = np.full_like(centres, np.nan)
        for copies in kinds:
            if copies.known.screw is not None:
                ideal[copies.residues] = (copies.weights @ copies.known.coordinates[: copies.known.n_heavy]).mean(0)
        for copies in kinds:
            conformer = conformers(copies.known, TRIES)[number]
            mine = whole[copies.beads]
            guides = None
            if copies.known.screw is not None:
                guides = helix_neighbours(copies, ideal, centres, self.assembly.atoms.residues.bonded_to_previous)
            elif on_a_line(copies.weights @ conformer):
                guides = surroundings(copies, conformer, positions, residue, mine, cell)
            start[copies.atoms] = lay_conformer(copies, conformer, positions[mine].astype(np.float64), guides)
        return start

    def _turns(self, part: Assembly) -> DihedralConstraints | None:
        kinds = find_copies(part, part.template_names != "")
        atoms = np.concatenate([copies.atoms[:, staggered(copies.known)].reshape(-1, 4) for copies in kinds])
        if not len(atoms):
            return None
        goal = torch.full((len(atoms),), math.pi, device=self.device)
        return DihedralConstraints(torch.from_numpy(atoms).to(self.device), goal, 3, FREE_TURN, None, STAGGERED)
