"""The geometry relaxer of one assembly, for any number of frames."""

import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.mapping.assemble import Assembly
from unbead.mapping.projection import project
from unbead.relax.contacts import Contacts, across, find_contacts
from unbead.relax.peptide_cis_trans import choose_cis, straighten
from unbead.relax.peptide_flips import flip_peptides
from unbead.relax.reference_geometry import disulfide_bounds, join, peptide_bounds
from unbead.relax.repair import Repairs, flatten, invert, part, unthread
from unbead.relax.rotamers import Guide, turn_side_chains
from unbead.relax.solver import ConstraintSolver
from unbead.relax.topology import make_topology
from unbead.relax.violations import Violations, find_violations
from unbead.structure.disulfides import find_bridges

ROUNDS = ((0.3, 0.5), (0.6, 0.5), (0.6, 0.3), (0.5, 0.1), (0.4, 0.05))
"""Strength of contacts and hold on the starting positions; contacts are looked up anew in each round."""
STEPS = 25  # of a round
LATE_ROUNDS = 9  # at most, of the surroundings of what is still wrong
LATE_STEPS = 40
LAST = (2, 0.1)  # of them, and the strength of contacts there: where not all can be had, bonds matter more
LOOSE = 3  # rounds after which residues that are torn still may go through others once
SURE = 0.3  # Å; atoms whose predicted error is larger are held less


@dataclass(frozen=True)
class Relaxed:
    """A relaxed frame.

    Attributes
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Atoms in Å.
    repairs : Repairs
        What was repaired before.
    left : Violations
        What is wrong still.
    seconds : float
        Time that it took.
    """

    positions: NDArray[np.float32]
    repairs: Repairs
    left: Violations
    seconds: float


class Relaxer:
    """Brings atoms within their bounds, moving them as little as possible.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    device : torch.device
        Where to compute.
    """

    def __init__(self, assembly: Assembly, device: torch.device):
        self.topology = make_topology(assembly)
        self.device = device

    def __call__(
        self,
        positions: NDArray[np.float32],
        errors: NDArray[np.float32],
        beads: NDArray[np.float32],
        cell: NDArray[np.float64] | None = None,
        tolerance: NDArray | float | None = 0.1,
        ideal: bool = True,
        offset: NDArray[np.float64] | None = None,
    ) -> Relaxed:
        """Relax one frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float32
            Atoms in Å.
        errors : ndarray, shape=(n_atoms,), dtype=float32
            Predicted errors in Å; the larger, the freer is an atom to move.
        beads : ndarray, shape=(n_beads, 3), dtype=float32
            Beads in Å.
        cell : ndarray, shape=(3, 3), dtype=float64, optional
            Box vectors in Å as rows.
        tolerance : float or ndarray, shape=(n_beads,), dtype=float, optional
            Å that atoms' centres may be away from their beads; 0 for exactly, None for anything.
        ideal : bool
            Whether the beads were mapped from atoms. Then a clear cis peptide is believed.
        offset : ndarray, shape=(n_atoms, 3), dtype=float64, optional
            See `unbead.models.batch.bead_fields`.

        Returns
        -------
        Relaxed
            Atoms, what was repaired before, and what is wrong still.
        """
        started = time.perf_counter()
        known = self.topology
        operator, bonds = known.assembly.operator, known.assembly.bonds
        aside = np.zeros((1, 3)) if offset is None else offset

        def meeting(x: NDArray, cell: NDArray[np.float64] | None) -> Contacts:
            return find_contacts(x + aside, known.radius, known.united_atom, excluded, cell)

        bridges = find_bridges((positions + aside)[known.sg], cell)
        ca, cb, sg = (atoms[bridges] for atoms in (known.ca, known.cb, known.sg))
        excluded = np.union1d(known.related, across(ca, cb, sg, len(positions)))
        cis, n_cis = choose_cis(positions, known.peptides, ideal, cell)
        home, peptides = flip_peptides(positions, errors, known.peptides, known.backbone, cell)
        start, n_flat = flatten(known.assembly, home)
        start, n_inverted = invert(start, known.inner)
        start = straighten(start, known.peptides, cis, cell)
        start, n_pierced = unthread(start, known.rings, bonds, cell, aside)
        start, n_parted = part(start, meeting(start, None).pairs, bonds)

        descent = ConstraintSolver(
            join(known.inner, peptide_bounds(known.peptides, cis), disulfide_bounds(cb, sg)), home, cell, self.device
        )
        if tolerance is not None:
            descent.restrain_to_beads(operator, beads, tolerance)
        sure = 1.0 / (1.0 + (errors / SURE) ** 2)
        bridged, rotamers = known.assembly.atoms.residue_index[sg], np.zeros(0, np.int64)
        descent.set_positions(start)
        for number, (strength, hold) in enumerate(ROUNDS):
            if number:  # where atoms have moved, other turns help
                turned = self._turn(descent, errors, Guide(operator, beads, tolerance), cell, bridged)
                peptides, rotamers = (np.union1d(a, b) for a, b in zip((peptides, rotamers), turned, strict=True))
            descent.set_contacts(meeting(descent.positions, cell), strength)
            descent.run(STEPS, hold * sure)
        pulling = tolerance
        for number in range(LATE_ROUNDS):
            contacts = meeting(descent.positions, cell)
            mended = straighten(descent.positions, known.peptides, cis, cell)
            mended, inverted = invert(mended, known.inner)
            mended, threaded = unthread(mended, known.rings, bonds, cell, aside)
            n_inverted, n_pierced = n_inverted + inverted, n_pierced + threaded
            descent.move(mended)
            if number % LOOSE == LOOSE - 1 and (torn := descent.torn()).any():
                loose = self._free(descent, torn, contacts, beads, pulling)
                if number >= LOOSE:
                    pulling = loose  # beads that tear their residue again and again
                elif pulling is not None:
                    descent.restrain_to_beads(operator, beads, pulling)
                contacts = meeting(descent.positions, cell)
            descent.set_contacts(contacts, LAST[1] if number >= LATE_ROUNDS - LAST[0] else ROUNDS[-1][0])
            wrong = descent.wrong()
            if not wrong.any():
                break
            descent.run(LATE_STEPS, 0 * sure, self._around(wrong, contacts.pairs))
        exact = tolerance is not None and not np.any(tolerance)
        relaxed = project(operator, descent.positions, beads) if exact else descent.positions
        left = find_violations(known, relaxed, contacts.pairs, beads, tolerance, cell, aside)
        repairs = Repairs(n_inverted, n_flat, n_cis, n_pierced, n_parted, len(sg), len(peptides), len(rotamers))
        return Relaxed(relaxed, repairs, left, time.perf_counter() - started)

    def _turn(
        self,
        descent: ConstraintSolver,
        errors: NDArray,
        guide: Guide,
        cell: NDArray[np.float64] | None,
        held: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Turn peptides and side chains that are unusual; which were turned. Side chains of some residues are held."""
        known = self.topology
        x, peptides = flip_peptides(descent.positions, errors, known.peptides, known.backbone, cell)
        x, rotamers = turn_side_chains(x, errors, known.side_chains, guide, cell, held)
        descent.move_home(x)
        return peptides, rotamers

    def _free(
        self,
        descent: ConstraintSolver,
        torn: NDArray[np.bool_],
        contacts: Contacts,
        beads: NDArray,
        tolerance: NDArray | float | None,
    ) -> NDArray | float | None:
        """Let the residues of some atoms find their own form, past others and away from their beads; new tolerances."""
        assembly = self.topology.assembly
        mine = np.zeros(len(assembly.template_names), bool)
        mine[assembly.atoms.residue_index[torn]] = True
        moving = mine[assembly.atoms.residue_index]
        keep = ~moving[contacts.pairs].any(1)
        descent.set_contacts(
            Contacts(contacts.pairs[keep], contacts.nearest[keep], contacts.shift[keep]), ROUNDS[-1][0]
        )
        if tolerance is not None:
            tolerance = np.where(mine[assembly.beads.residue_index], np.inf, tolerance)
            descent.restrain_to_beads(assembly.operator, beads, tolerance)
        descent.run(LATE_STEPS, np.zeros(len(moving)), moving)
        return tolerance

    def _around(self, wrong: NDArray[np.bool_], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Atoms of the residues of some atoms, of those bonded to them and of those that they meet."""
        assembly = self.topology.assembly
        residue = assembly.atoms.residue_index
        marked = np.zeros(len(assembly.template_names), bool)
        marked[residue[wrong]] = True
        meeting = residue[np.concatenate([pairs, assembly.bonds])]
        grown = marked.copy()
        for a, b in (meeting.T, meeting.T[::-1]):
            grown[b[marked[a]]] = True
        return grown[residue]
