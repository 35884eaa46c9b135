"""Side chains at their mode: rotamers of predicted distributions, fitted to the beads and chosen together."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unbead.chem.amino import AMINO_ACIDS, CB, SLOTS, amino_template, filled_slots, slot_elements
from unbead.chem.elements import radii
from unbead.chem.torsions.rotamers import N_CHI, doubled_torsions, torsion_repeats
from unbead.mapping.assemble import Assembly
from unbead.placement.residue_slots import ResidueSlots
from unbead.placement.rotamer_geometry import build_side_chains
from unbead.placement.rotamer_packing import choose, overlap, pair_costs
from unbead.relax.contacts import OVERLAP, UNITED_ATOM_MARGIN
from unbead.structure.disulfides import find_bridges
from unbead.structure.pairs import pairs_by_part

STIFFNESS = 6.0  # cost of an overlap of 1 Å in nats; tuned on validation chains, 2 to 15 are alike
SULFURS = 1.9  # Å between sulfurs, which may be bonded
MEET = 3.5  # Å between the reaches of two side chains that can meet
TURN = np.radians(7.0)  # standard deviation of a torsion about its rotamer in the fit; tuned on validation chains
BEND = np.radians(2.0)  # of the angle at CB in crystals
MOST = 2.0  # standard deviations that a fit turns at most
FIT_ROUNDS = 3
STEP = 1e-2  # radians, of differences
FARTHEST = np.radians(25.0)  # that a torsion turns in one round
SAME = np.radians(20.0)  # that the mean's torsions may be off a rotamer for the mean to stand in its place; tuned
REGULAR = 0.04  # that its distances over one and two bonds may be off, as a share; tuned
CLOSE, WIDE = 0.2, 1.0  # Å: tolerance of beads (tuned), and how much more of it by Å of perturbation
BLUR = 0.25  # Å added to the predicted errors of atoms, towards whose places rotamers are fitted; tuned


@dataclass(frozen=True)
class Rotamers:
    """Candidates for the side chains of residues.

    Attributes
    ----------
    torsions : Tensor, shape=(n, k, 4)
        Radians, doubled where they repeat.
    cost : Tensor, shape=(n, k)
        Negative logarithm of the mass of each.
    """

    torsions: Tensor
    cost: Tensor


class SideChains:
    """Places the side chains of a system from distributions of their torsions.

    Parameters
    ----------
    assembly : Assembly
        Beads and atoms.
    slots : ResidueSlots
        Its amino acids.
    rows : ndarray, shape=(n,), dtype=int64
        Those of them, by place in `slots`, whose side chains are to be placed.
    device : torch.device
        Where to compute.
    """

    def __init__(self, assembly: Assembly, slots: ResidueSlots, rows: NDArray[np.int64], device: torch.device):
        self.slots, self.rows, self.device = slots, rows, device
        self.kind = torch.from_numpy(slots.kind[rows]).to(device)
        present = filled_slots()[slots.kind[rows]]
        self.mobile = present & (np.arange(SLOTS) >= CB)
        self.atoms = slots.atoms[rows]
        self.beads, weights = _beads_of(assembly, self.atoms, self.mobile)
        self.weights = torch.from_numpy(weights).to(device)
        nearest = _nearest()
        self.beyond = torch.from_numpy(nearest[:, CB + 1 :][:, :, :, CB + 1 :].copy()).to(device)
        decoded = np.zeros(len(slots.kind), bool)
        decoded[rows] = True
        stands = nearest[:, CB + 1 :][..., :]  # (kinds, 9, kinds, 14)
        self.stands = torch.from_numpy(stands.copy()).to(device)
        self.fixed = torch.from_numpy(~decoded[:, None] | (np.arange(SLOTS) <= CB)).to(device)
        self.all_kinds = torch.from_numpy(slots.kind).to(device)
        self.reach = np.where(decoded, _reach()[slots.kind], 2.0)
        self.place_of = np.where(decoded, np.cumsum(decoded) - 1, -1)  # among the rows; -1 for what stands

    def place(
        self,
        atoms: NDArray[np.float32],
        errors: NDArray[np.float32],
        beads: NDArray[np.float32],
        rotamers: Rotamers,
        level: float,
        cell: NDArray[np.float64] | None,
        offset: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float32]:
        """Place the side chains of one frame.

        Parameters
        ----------
        atoms : ndarray, shape=(n_atoms, 3), dtype=float32
            All atoms in Å, at the mean of what they may be.
        errors : ndarray, shape=(n_atoms,), dtype=float32
            Predicted errors in Å.
        beads : ndarray, shape=(n_beads, 3), dtype=float32
            All beads in Å.
        rotamers : Rotamers
            Candidates for the residues to place.
        level : float
            Perturbation of the beads in Å.
        cell : ndarray, shape=(3, 3), dtype=float64, or None
            Box vectors in Å as rows.
        offset : ndarray, shape=(n_atoms, 3), dtype=float64, optional
            Å that atoms are moved by where neighbours are looked for; keeps copies at one place apart.

        Returns
        -------
        ndarray, shape=(n_atoms, 3), dtype=float32
            Atoms, those of these side chains anew.
        """
        if not len(self.rows):
            return atoms
        mean = torch.from_numpy(atoms[self.slots.atoms]).to(self.device)  # (n_all, 14, 3)
        kept = self._kept(atoms, cell, offset)
        fitted, own = self._fit(atoms, errors, beads, rotamers, level)
        placed = fitted[:, :, CB + 1 :]
        ca = atoms[self.slots.atoms[:, 1]].astype(np.float64)
        aside = None if offset is None else offset[self.slots.atoms[:, 1]]
        i, j, shift = self._near(ca, cell, aside)
        own = own + self._fixed_cost(placed, mean, i, j, shift)
        place_of = self.place_of
        both = (place_of[i] >= 0) & (place_of[j] >= 0) & (i < j)
        a, b = (torch.from_numpy(place_of[each[both]]).to(self.device) for each in (i, j))
        moves = torch.from_numpy(shift[both]).to(self.device)
        overlaps = pair_costs(placed, a, b, moves, self.beyond, self.kind, STIFFNESS)
        which = choose(own, overlaps)
        best = torch.arange(len(which)), torch.from_numpy(which)
        found = fitted[best].cpu().numpy()
        kept |= self._regular(atoms[self.atoms], found, rotamers.torsions[best].cpu().numpy())
        out = atoms.copy()
        mine = self.mobile & ~kept[:, None]
        out[self.atoms[mine]] = found[mine]
        return out

    def _regular(
        self, mean: NDArray[np.float32], found: NDArray[np.float32], torsions: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Residues whose mean is such a rotamer already, of as regular a geometry: it is the nearer answer."""
        kind = self.slots.kind[self.rows]
        pairs = _pairs()[kind]  # (n, m, 2)
        a, b = (np.take_along_axis(np.stack([mean, found], 1), pairs[:, None, :, k, None], 2) for k in (0, 1))
        length = np.linalg.norm(a - b, axis=-1)  # (n, 2, m)
        regular = (np.abs(length[:, 0] - length[:, 1]) <= REGULAR * length[:, 1]).all(1)
        turned = doubled_torsions(kind, mean) - torsions
        off = np.abs((turned + np.pi) % (2 * np.pi) - np.pi) / torsion_repeats()[kind]
        return regular & ~(off > SAME).any(1)

    def _kept(
        self, atoms: NDArray[np.float32], cell: NDArray[np.float64] | None, offset: NDArray[np.float64] | None
    ) -> NDArray[np.bool_]:
        """Cysteines whose sulfurs are bonded as they were placed."""
        kept = np.zeros(len(self.rows), bool)
        cys = np.flatnonzero(self.slots.kind[self.rows] == AMINO_ACIDS.index("CYS"))
        sulfurs = self.atoms[cys, CB + 1]
        points = atoms[sulfurs] if offset is None else atoms[sulfurs] + offset[sulfurs]
        kept[cys[find_bridges(points, cell)]] = True
        return kept

    def _fit(
        self,
        atoms: NDArray[np.float32],
        errors: NDArray[np.float32],
        beads: NDArray[np.float32],
        rotamers: Rotamers,
        level: float,
    ) -> tuple[Tensor, Tensor]:
        """Rotamers turned towards the beads and the mean: atoms (n, k, 14, 3) and costs (n, k)."""
        device, n, k = self.device, len(self.rows), rotamers.torsions.shape[1]
        mean = torch.from_numpy(atoms[self.atoms]).to(device)
        sigma = torch.from_numpy(errors[self.atoms]).to(device) / np.sqrt(3.0) + BLUR
        pull = torch.from_numpy(self.mobile.astype(np.float32)).to(device) / sigma
        goal = torch.from_numpy(beads[self.beads.clip(0)]).to(device)
        tight = torch.from_numpy((self.beads >= 0).astype(np.float32)).to(device) / (CLOSE + WIDE * level)
        prior = torch.tensor([TURN] * 4 + [BEND], dtype=torch.float32, device=device)
        free = torch.arange(5, device=device) < torch.from_numpy(N_CHI).to(device)[self.kind][:, None]
        free[:, 4] = True

        def residuals(x: Tensor) -> Tensor:
            """Weighted distances of conformers (n, m, 5) from beads and mean, (n, m, channels)."""
            built = build_side_chains(self.kind, mean[:, :4], x[..., :4] + start, x[..., 4])
            centres = torch.einsum("nbs,nmsx->nmbx", self.weights, built)
            away = (centres - goal[:, None]) * tight[:, None, :, None]
            apart = (built - mean[:, None]) * pull[:, None, :, None]
            return torch.cat([away.flatten(2), apart.flatten(2)], 2)

        x = torch.zeros(n, k, 5, device=device)
        start = rotamers.torsions
        damping = torch.diag(prior**-2)
        if bool((tight > 0).any()):
            for _ in range(FIT_ROUNDS):
                r = residuals(x)
                jacobian = []
                for axis in range(5):
                    moved = x.clone()
                    moved[..., axis] += STEP
                    jacobian.append((residuals(moved) - r) / STEP)
                slope = torch.stack(jacobian, -1) * free[:, None, None]  # (n, k, channels, 5)
                normal = slope.transpose(-1, -2) @ slope + damping
                force = (slope.transpose(-1, -2) @ r[..., None])[..., 0] + x / prior**2
                step = torch.linalg.solve(normal, force[..., None])[..., 0].clamp(-FARTHEST, FARTHEST)
                x = (x - step * free[:, None]).clamp(-MOST * prior, MOST * prior)
        cost = 0.5 * (residuals(x)[..., : 3 * goal.shape[1]].square().sum(-1) + (x / prior).square().sum(-1))
        built = build_side_chains(self.kind, mean[:, :4], x[..., :4] + start, x[..., 4])
        return built, rotamers.cost + cost

    def _near(
        self, ca: NDArray[np.float64], cell: NDArray[np.float64] | None, offset: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Pairs of residues whose side chains can meet, from both ends, with the shift of the second."""
        points = ca if offset is None else ca + offset
        found = []
        for pairs in pairs_by_part(points, 2 * float(self.reach.max()) + MEET, cell, both=True):
            near = pairs.distance < self.reach[pairs.i] + self.reach[pairs.j] + MEET
            rows = np.flatnonzero(near & (pairs.i != pairs.j))
            found.append((pairs.i[rows], pairs.j[rows], pairs.shift(rows).astype(np.float32)))
        i, j, shift = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((*shift.T, j, i))
        return i[order], j[order], shift[order]

    def _fixed_cost(
        self, placed: Tensor, mean: Tensor, i: NDArray[np.int64], j: NDArray[np.int64], shift: NDArray[np.float32]
    ) -> Tensor:
        """What rotamers (n, k) cost beside atoms that stand."""
        mine = self.place_of[i] >= 0
        a, b = torch.from_numpy(self.place_of[i[mine]]).to(self.device), torch.from_numpy(j[mine]).to(self.device)
        moves = torch.from_numpy(shift[mine]).to(self.device)
        total = placed.new_zeros(placed.shape[:2])
        for start in range(0, len(a), 4096):
            part = slice(start, start + 4096)
            own, other = a[part], b[part]
            nearest = self.stands[self.kind[own], :, self.all_kinds[other]]  # (pairs, 9, 14)
            nearest = torch.where(self.fixed[other][:, None], nearest, -1.0)
            stand = mean[other] + moves[part][:, None]
            cost = STIFFNESS * overlap(placed[own], stand[:, None], nearest)[..., 0]
            total.index_add_(0, own, cost)
        return total


def _beads_of(
    assembly: Assembly, atoms: NDArray[np.int64], mobile: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Beads (n, m) whose centres side chains decide, -1 for none, and the weights (n, m, 14) of their atoms."""
    operator = assembly.operator
    row = np.full(operator.shape[1], -1)
    slot = np.zeros(operator.shape[1], np.int64)
    r, s = np.nonzero(mobile | (np.arange(SLOTS) < CB))
    row[atoms[r, s]], slot[atoms[r, s]] = r, s
    moves = np.zeros(operator.shape[1], bool)
    moves[atoms[mobile]] = True
    residue = row[operator.atom]
    first = np.full(operator.shape[0], -1)
    first[operator.bead] = residue
    whole = np.ones(operator.shape[0], bool)
    np.logical_and.at(whole, operator.bead, residue == first[operator.bead])
    decided = np.zeros(operator.shape[0], bool)
    decided[operator.bead[moves[operator.atom]]] = True
    mine = np.flatnonzero(decided & whole & (first >= 0))
    order = mine[np.argsort(first[mine], kind="stable")]
    rank = np.arange(len(order)) - np.searchsorted(first[order], first[order])
    most = int(rank.max(initial=-1)) + 1
    beads = np.full((len(atoms), most), -1)
    beads[first[order], rank] = order
    place = np.full(operator.shape[0], -1)
    place[order] = rank
    weights = np.zeros((len(atoms), most, SLOTS), np.float32)
    keep = place[operator.bead] >= 0
    bead, atom = operator.bead[keep], operator.atom[keep]
    weights[first[bead], place[bead], slot[atom]] = operator.weight[keep]
    return beads, weights


def _nearest() -> NDArray[np.float32]:
    """Least distances in Å, shape (20, 14, 20, 14), by residue types and slots; −1 where there is no atom."""
    elements = slot_elements()
    radius = np.where(elements != "", radii(elements.ravel()).reshape(elements.shape), 0.0)
    united_atom = np.zeros(elements.shape, bool)
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        united_atom[kind, : known.n_heavy] = known.hydrogens > 0
    united_atom &= elements == "C"
    both = united_atom[:, :, None, None] & united_atom
    least = radius[:, :, None, None] + radius - OVERLAP + UNITED_ATOM_MARGIN * both
    sulfur = elements == "S"
    least = np.where(sulfur[:, :, None, None] & sulfur, SULFURS, least)
    there = (elements != "")[:, :, None, None] & (elements != "")
    return np.where(there, least, -1.0).astype(np.float32)


@cache
def _pairs() -> NDArray[np.int64]:
    """Slots of atoms one and two bonds apart of which one is beyond CA, shape (20, m, 2); padded with N and CA."""
    found = []
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        rows = [(int(a), int(b)) for a, b in known.bonds] + [(int(a), int(c)) for a, _, c in known.angles]
        found.append([pair for pair in rows if CB <= max(pair) < known.n_heavy and min(pair) < known.n_heavy])
    most = max(len(pairs) for pairs in found)
    return np.array([pairs + [(0, 1)] * (most - len(pairs)) for pairs in found])


def _reach() -> NDArray[np.float64]:
    """How far atoms are from CA in Å, at most, by residue type."""
    found = []
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        x = known.coordinates[: known.n_heavy]
        bonds = len(known.atoms[: known.n_heavy]) - CB
        found.append(max(np.linalg.norm(x - x[1], axis=1).max(), 1.3 * min(bonds, 5) + 0.5))
    return np.array(found)
