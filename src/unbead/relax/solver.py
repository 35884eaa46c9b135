"""Moves that bring atoms within their bounds, on torch tensors.

An atom takes about half of the mean of what it is asked for, since the other atoms of a bound move too, and some of
its last move besides: Jacobi iterations of position-based dynamics, with a momentum that ends where nothing asks to go
on. Its path depends on its surroundings alone: one bad spot in a system changes nothing elsewhere, and steps are the
same at any system size.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.mapping.operator import Operator
from unbead.relax.constraints import (
    BeadRestraints,
    DihedralConstraints,
    DistanceConstraints,
    contact_constraints,
    make_bead_restraints,
    make_constraints,
    tensor,
)
from unbead.relax.contacts import Contacts
from unbead.relax.corrections import (
    correct_beads,
    correct_dihedrals,
    correct_distances,
    correct_volumes,
    dihedral_violations,
    distance_violations,
    volume_violations,
)
from unbead.relax.local import ConstraintSet, narrow
from unbead.relax.residue_geometry import Bounds

MOMENTUM = 0.8
STEP = 0.55  # of the mean correction
LONGEST_STEP = 0.15  # Å
LONGEST_PULL = 0.1  # Å; atoms that had to go far are not pulled back harder
FAR = 0.05  # Å beyond a bound that is worth going on for
TORN = 0.2  # Å beyond a bound that only an obstacle explains
FAR_VOLUME = 0.3  # Å³


class ConstraintSolver:
    """Atoms on their way into their bounds.

    Parameters
    ----------
    bounds : Bounds
        Bounds on distances and volumes.
    home : ndarray, shape=(n_atoms, 3), dtype=float32
        Where atoms would like to be, in Å; images are chosen there.
    cell : ndarray, shape=(3, 3), dtype=float64, or None
        Box vectors in Å as rows.
    device : torch.device
        Where to compute.
    """

    def __init__(self, bounds: Bounds, home: NDArray, cell: NDArray | None, device: torch.device):
        self.device = device
        self.distances, self.volumes, self.forms = make_constraints(bounds, home, cell, device)
        self.home = tensor(home, device)
        self.contacts: DistanceConstraints | None = None
        self.anchors: BeadRestraints | None = None
        self.turns: DihedralConstraints | None = None
        self.set_positions(home)

    def set_positions(self, positions: NDArray) -> None:
        """Put the atoms somewhere, at rest.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float32
            Positions in Å.
        """
        self.x = tensor(positions, self.device)
        self.velocity = torch.zeros_like(self.x)

    def move(self, positions: NDArray) -> None:
        """Put some of the atoms elsewhere; these are at rest, the others go on.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float32
            Positions of all in Å.
        """
        moved = tensor(positions, self.device)
        self.velocity = torch.where((moved != self.x).any(1, keepdim=True), 0.0, self.velocity)
        self.x = moved

    def move_home(self, positions: NDArray) -> None:
        """Put some of the atoms elsewhere, to stay there: at rest, and held to where they are now.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float32
            Positions of all in Å.
        """
        moved = tensor(positions, self.device)
        self.home = torch.where((moved != self.x).any(1, keepdim=True), moved, self.home)
        self.move(positions)

    @property
    def positions(self) -> NDArray:
        """Where the atoms are, shape (n_atoms, 3), in Å."""
        return self.x.cpu().numpy()

    def restrain_to_beads(self, operator: Operator, beads: NDArray, tolerance: NDArray | float) -> None:
        """Let beads pull their atoms.

        Parameters
        ----------
        operator : Operator
            The mapping M.
        beads : ndarray, shape=(n_beads, 3), dtype=float
            Beads in Å.
        tolerance : float or ndarray, shape=(n_beads,), dtype=float
            Å within which they do not.
        """
        self.anchors = make_bead_restraints(operator, beads, tolerance, self.device)

    def set_contacts(self, contacts: Contacts, strength: float) -> None:
        """Say which atoms must keep apart.

        Parameters
        ----------
        contacts : Contacts
            The pairs.
        strength : float
            Their weight beside bonds.
        """
        self.contacts = contact_constraints(contacts, strength, self.device)

    def set_dihedrals(self, turns: DihedralConstraints | None) -> None:
        """Say which bonds are to be staggered.

        Parameters
        ----------
        turns : DihedralConstraints or None
            The bonds; None for none.
        """
        self.turns = turns

    def run(self, steps: int, hold: NDArray, mobile: NDArray | None = None) -> None:
        """Take steps.

        Parameters
        ----------
        steps : int
            How many.
        hold : ndarray, shape=(n_atoms,), dtype=float
            How much atoms are held to their home, beside the weight one of a bond.
        mobile : ndarray, shape=(n_atoms,), dtype=bool, optional
            Atoms that may move; all by default.
        """
        held = tensor(hold, self.device)[:, None]
        distances = [terms for terms in (self.distances, self.contacts) if terms is not None]
        turns = [terms for terms in (self.forms, self.turns) if terms is not None]
        terms = ConstraintSet(distances, self.volumes, turns, self.anchors)
        with torch.inference_mode():
            if mobile is None:
                whole = self.x, self.velocity, self.home, held, torch.ones_like(held)
                self.x, self.velocity = _descend(*whole, terms, steps)
                return
            free = tensor(mobile, self.device)[:, None]
            atoms, terms = narrow(terms, free[:, 0] > 0)
            near = (values[atoms] for values in (self.x, self.velocity, self.home, held, free))
            x, velocity = _descend(*near, terms, steps)
            self.x = self.x.index_copy(0, atoms, x)
            self.velocity = torch.zeros_like(self.x).index_copy(0, atoms, velocity)

    def torn(self) -> NDArray[np.bool_]:
        """Mark the atoms that nothing near by explains: of bonds far out of bounds, and of turned double bonds.

        Returns
        -------
        ndarray, shape=(n_atoms,), dtype=bool
            The atoms.
        """
        found = torch.zeros(len(self.x), dtype=torch.bool, device=self.device)
        found[self.distances.atoms[distance_violations(self.x, self.distances).abs() > TORN].reshape(-1)] = True
        found[self.forms.atoms[dihedral_violations(self.x, self.forms) > 0].reshape(-1)] = True
        return found.cpu().numpy()

    def wrong(self) -> NDArray[np.bool_]:
        """Mark the atoms of bounds that are clearly violated.

        Returns
        -------
        ndarray, shape=(n_atoms,), dtype=bool
            The atoms.
        """
        found = torch.zeros(len(self.x), dtype=torch.bool, device=self.device)
        for terms in (self.distances, self.contacts):
            if terms is not None:
                found[terms.atoms[distance_violations(self.x, terms).abs() > FAR].reshape(-1)] = True
        found[self.volumes.atoms[volume_violations(self.x, self.volumes).abs() > FAR_VOLUME].reshape(-1)] = True
        found[self.forms.atoms[dihedral_violations(self.x, self.forms) > 0].reshape(-1)] = True
        return found.cpu().numpy()


def _descend(
    x: Tensor, velocity: Tensor, home: Tensor, held: Tensor, free: Tensor, terms: ConstraintSet, steps: int
) -> tuple[Tensor, Tensor]:
    """Positions and last moves after some steps."""
    for _ in range(steps):
        away = home - x
        away = away * (LONGEST_PULL / away.norm(dim=1, keepdim=True).clamp(min=LONGEST_PULL))
        correction = torch.cat([held * away, held], 1)
        for part in terms.distances:
            correct_distances(x, correction, part)
        correct_volumes(x, correction, terms.volumes)
        for part in terms.turns:
            correct_dihedrals(x, correction, part)
        if terms.anchors is not None:
            correct_beads(x, correction, terms.anchors)
        onward = (correction[:, :3] * velocity).sum(1, keepdim=True) > 0  # atoms that are there do not overshoot
        velocity = MOMENTUM * onward * free * velocity + STEP * free * correction[:, :3] / correction[:, 3:].clamp(
            min=1e-3
        )
        velocity = velocity * (LONGEST_STEP / velocity.norm(dim=1, keepdim=True).clamp(min=LONGEST_STEP))
        x = x + velocity
    return x, velocity
