"""One assembly, one model, any number of frames."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.templates import is_d_residue, template
from unbead.chem.torsions.rotamers import N_CHI
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly
from unbead.mapping.operator import apply
from unbead.mapping.projection import limited, project
from unbead.models.family import Network
from unbead.models.network import UnbeadNetwork
from unbead.placement.bead_summary import BeadSummary, summarise_beads
from unbead.placement.completion import complete
from unbead.placement.latent_noise import LatentNoise
from unbead.placement.memory import BLOCK
from unbead.placement.mirrored import MirrorCheck
from unbead.placement.network import Model, NetworkPlacement, NetworkPlacer, share_out
from unbead.placement.residue_slots import residue_slots
from unbead.placement.side_chains import SideChains
from unbead.placement.symmetric_names import SymmetricNames
from unbead.placement.template import TemplatePlacement, TemplatePlacer
from unbead.relax.herobm.backbone import BackboneOptimiser
from unbead.relax.relaxer import Relaxed, Relaxer
from unbead.relax.violations import Violations
from unbead.structure.box import box_vectors
from unbead.structure.unwrap import find_molecules, whole_positions

TOLERANCE = 0.1  # Å that soft consistency leaves to mapped beads
SPREAD = 3.0  # perturbation levels that it leaves besides to simulated ones, whose bonds would break otherwise
STRAINED = 0.02  # share of residues with broken bonds that only a larger perturbation explains
UNUSUAL = 2, 0.06  # Ramachandran outliers, and their share of the residues, that only a larger one explains
HARD = 0.6  # Å that it is then taken to be at least: beads of a model without angles, whose traces no peptides allow
MORE = 0.15  # Å that it is taken to be larger at each attempt
ATTEMPTS = 3
LEAST = 0.5  # of a residue's atoms, that networks placed, for templates to complete it; with less it is laid


@dataclass(frozen=True)
class Frame:
    """Atoms of one frame.

    Attributes
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Heavy atoms in Å.
    errors : ndarray, shape=(n_atoms,), dtype=float32
        Predicted error of each atom in Å (root mean square distance).
    levels : tuple of float
        Perturbation of the beads against mapped ones in Å, as each network sees it, and last what is laid by template.
    relaxed : Relaxed or None
        What relaxing repaired and left; None where nothing was relaxed.
    seconds_placing : float
        Time that the networks took.
    overlapping : ndarray, shape=(n,), dtype=int64
        Residues of the input that lie in periodic images of others; the box was not used then.
    mirrored : ndarray, shape=(n,), dtype=int64
        Residues of the assembly whose chain is a mirror image.
    bead_distances : ndarray, shape=(n_beads,), dtype=float64
        Distance in Å of each bead from the centre of its atoms.
    """

    positions: NDArray[np.float32]
    errors: NDArray[np.float32]
    levels: tuple[float, ...]
    relaxed: Relaxed | None = None
    seconds_placing: float = 0.0
    overlapping: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    mirrored: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    bead_distances: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def bead_summary(self, copy: int = 0, n_copies: int = 1) -> BeadSummary:
        """Sum up how far the beads are from the centres of their atoms.

        Parameters
        ----------
        copy, n_copies : int
            Which of how many copies of a system the assembly holds.

        Returns
        -------
        BeadSummary
            For that copy.
        """
        return summarise_beads(self.bead_distances.reshape(n_copies, -1)[copy])

    @property
    def level(self) -> float:
        """The largest of the levels in Å."""
        return max(self.levels)


class Backmapper:
    """Turns bead positions into atom positions.

    Parameters
    ----------
    assembly : Assembly
        Beads and the atoms to build.
    models : sequence of tuple of Network and Vocabulary
        Networks, in evaluation mode, and the atoms that they know; the first that knows a residue places it. Residues
        that none knows are laid onto their beads by template.
    device : torch.device
        Where to compute.
    relax : bool
        Whether to bring the geometry within bounds after the network.
    backbone : str
        ``network``: as the network places it; ``herobm``: optimised towards φ and ψ that the network predicts.
    block : int
        Beads that networks compute at a time.
    answer : str
        ``mean``: side chains at the mean of what they may be; ``mode``: at the likeliest rotamers.

    Raises
    ------
    UnbeadError
        If the backbone is to be optimised and the model does not predict φ and ψ.
    """

    def __init__(
        self,
        assembly: Assembly,
        models: Sequence[Model],
        device: torch.device,
        relax: bool = True,
        backbone: str = "network",
        block: int = BLOCK,
        answer: str = "mean",
    ):
        self.assembly = assembly
        self.device = device
        self.molecules = find_molecules(assembly.beads)
        share = share_out(assembly, models)
        inverted = _inverted(assembly)
        self.inverted = inverted[assembly.atoms.residue_index]
        slots = turning = None
        if answer == "mode":
            slots = residue_slots(assembly.atoms, assembly.template_names)
            fixed = inverted | _named_d(assembly) | _linked(assembly)
            turning = (N_CHI[slots.kind] > 0) & ~fixed[slots.residue]
            for k in np.unique(share[slots.residue]).tolist():
                _require_rotamers(models[k][0])
        self.placers = [
            NetworkPlacer(assembly, share == k, models[k], device, block, slots, turning)
            for k in np.unique(share[share >= 0]).tolist()
        ]
        self.side_chains = [
            SideChains(assembly, slots, placer.rows, device) for placer in self.placers if slots is not None
        ]
        self.known = np.zeros(len(assembly.atoms), bool)
        for placer in self.placers:
            self.known[placer.atoms] = True
        size, known = (np.bincount(assembly.atoms.residue_index, w, len(share)) for w in (None, self.known))
        self.by_template = (size > 0) & (known < LEAST * size)
        self.layer = TemplatePlacer(assembly, self.by_template, device) if self.by_template.any() else None
        self.shares = [placer.beads for placer in self.placers]  # beads that go by one level
        if self.layer is not None:
            self.shares.append(np.flatnonzero(self.by_template[assembly.beads.residue_index]))
        self.relaxer = Relaxer(assembly, device) if relax else None
        if backbone == "herobm" and self.inverted.any():
            raise UnbeadError("--backbone herobm knows L-amino acids only; leave it out for D-amino acids")
        self.symmetric_names = SymmetricNames(assembly)
        self.mirror_check = MirrorCheck(assembly)
        self.optimiser = None
        if backbone == "herobm":
            self.optimiser = BackboneOptimiser(assembly, device)
            spine = assembly.owner[self.optimiser.spine.ca]
            for placer in self.placers:
                if np.isin(spine, placer.beads).any():
                    placer.network.require_torsions()

    @property
    def sampled(self) -> NDArray[np.bool_]:
        """Which residues a network that can be sampled places, shape (n_residues,)."""
        mine = np.zeros(len(self.assembly.template_names), bool)
        for placer in self.placers:
            if placer.network.settings.latent:
                mine[placer.residues] = True
        return mine

    def __call__(
        self,
        positions: NDArray[np.float32],
        box: NDArray[np.float32] | None = None,
        consistency: str = "soft",
        level: float | Sequence[float] | None = None,
        offset: NDArray[np.float64] | None = None,
        draws: LatentNoise | None = None,
    ) -> Frame:
        """Backmap one frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_beads, 3), dtype=float32
            Beads of the assembly in Å; chains that the box cut are made whole.
        box : ndarray, shape=(6,), dtype=float32, optional
            Box lengths in Å and angles in degrees.
        consistency : str
            ``exact``: the atoms' centres are the beads; ``soft``: within a tolerance that grows with the level;
            ``off``.
        level : float or sequence of float, optional
            Perturbation of the beads in Å, for all or as in `Frame.levels`; estimated if not given.
        offset : ndarray, shape=(n_beads, 3), dtype=float64, optional
            See `unbead.models.batch.bead_fields`.
        draws : LatentNoise, optional
            Random numbers of the latents; their mean is taken if not given.

        Returns
        -------
        Frame
            Atom positions, predicted errors and the level.
        """
        started = time.perf_counter()
        positions = whole_positions(positions, box, self.molecules).astype(np.float32)
        cell = None if box is None else box_vectors(box)
        laid = None if self.layer is None else self.layer(positions, cell)
        aside = None if offset is None else offset[self.assembly.owner]
        told: Sequence[float | None] = level if isinstance(level, Sequence) else [level] * len(self.shares)
        mirrored = np.zeros(0, np.int64)
        for attempt in range(ATTEMPTS):
            placed = self._place(positions, cell, told, offset, draws)
            levels = [part.level for part in placed]
            if laid is not None:
                levels.append(laid.level if told[-1] is None else told[-1])
            atoms, errors = self._gather(placed, laid)
            atoms, errors = self._named(atoms, errors)
            for side_chains, part in zip(self.side_chains, placed, strict=False):
                if part.rotamers is not None:
                    atoms = side_chains.place(atoms, errors, positions, part.rotamers, part.level, cell, aside)
            if attempt == 0:
                mirrored = self.mirror_check.find(
                    atoms, cell, partial(self._place_inverted, positions, cell, levels, offset)
                )
            ideal = not any(levels)
            if self.optimiser is not None:
                atoms = self.optimiser(atoms, self._torsions(placed, self.optimiser), cell, ideal=ideal)
            del placed  # the features of the beads are large
            tolerance = self._tolerance(consistency, levels)
            if tolerance is not None:
                operator = self.assembly.operator
                goal = limited(operator, atoms, positions, tolerance) if tolerance.any() else positions
                atoms = project(operator, atoms, goal)
            seconds, relaxed = time.perf_counter() - started, None
            if self.relaxer is None:
                break
            relaxed = self.relaxer(atoms, errors, positions, cell, tolerance, ideal=ideal, offset=aside)
            atoms, seconds = relaxed.positions, time.perf_counter() - started - relaxed.seconds
            free = consistency == "soft" and level is None
            told = self._raised(levels, relaxed.left, mirrored) if free else levels
            if told == levels or attempt == ATTEMPTS - 1:
                break
        atoms, errors = self._named(atoms, errors)
        away = np.linalg.norm(apply(self.assembly.operator, atoms) - positions, axis=1)
        return Frame(atoms, errors, tuple(levels), relaxed, seconds, mirrored=mirrored, bead_distances=away)

    def _place(
        self,
        positions: NDArray[np.float32],
        cell: NDArray | None,
        told: Sequence[float | None],
        offset: NDArray | None,
        draws: LatentNoise | None,
    ) -> list[NetworkPlacement]:
        """What the networks place; D-amino acids as the mirror image of what they make of the mirrored beads."""
        aside = None if offset is None else -offset
        chosen = draws is None and bool(self.side_chains)
        placed = []
        for placer, its in zip(self.placers, told, strict=False):
            inverted = self.inverted[placer.atoms]
            usual = None if inverted.all() else placer(positions, cell, its, offset, draws, chosen)
            if not inverted.any():
                placed.append(usual)
                continue
            other = placer(-positions, cell, its, aside, draws)
            other = replace(other, positions=-other.positions, vectors=-other.vectors)
            if usual is not None:
                x = np.where(inverted[:, None], other.positions, usual.positions)
                errors = np.where(inverted, other.errors, usual.errors)
                other = replace(other if inverted.mean() > 0.5 else usual, positions=x, errors=errors)
            placed.append(other)
        return placed

    def _named(self, atoms: NDArray, errors: NDArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Atoms and errors with equal atoms named by rule."""
        order = self.symmetric_names.order(atoms)
        return atoms[order], errors[order]

    def _place_inverted(
        self, positions: NDArray[np.float32], cell: NDArray | None, levels: Sequence[float], offset: NDArray | None
    ) -> NDArray[np.float32]:
        """Atoms that the networks make of the mirror image; inversion keeps the lattice as it is."""
        aside = None if offset is None else -offset
        placed = [placer(-positions, cell, its, aside, None) for placer, its in zip(self.placers, levels, strict=False)]
        atoms = np.zeros((len(self.known), 3), np.float32)
        for placer, part in zip(self.placers, placed, strict=True):
            atoms[placer.atoms] = part.positions
        known = self.known.copy()
        if self.layer is not None:
            known[self.layer.atoms] = True  # residues that templates place have no chain that could be mirrored
        return complete(self.assembly, atoms, known)

    def _gather(
        self, placed: Sequence[NetworkPlacement], laid: TemplatePlacement | None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Atoms and errors of all networks, and what they left out."""
        atoms = np.zeros((len(self.known), 3), np.float32)
        errors = np.zeros(len(self.known), np.float32)
        for placer, part in zip(self.placers, placed, strict=True):
            atoms[placer.atoms], errors[placer.atoms] = part.positions, part.errors
        errors[~self.known] = errors[self.known].max(initial=0.0)
        known = self.known.copy()
        if self.layer is not None and laid is not None:
            mine = ~known[self.layer.atoms]
            rows = self.layer.atoms[mine]
            atoms[rows], errors[rows] = laid.positions[mine], laid.errors[mine]
            known[rows] = True
        return complete(self.assembly, atoms, known), errors

    def _tolerance(self, consistency: str, levels: Sequence[float]) -> NDArray[np.float64] | None:
        """Å that each bead leaves to the centre of its atoms."""
        if consistency == "off":
            return None
        tolerance = np.zeros(len(self.assembly.beads))
        if consistency == "soft":
            for beads, level in zip(self.shares, levels, strict=True):
                tolerance[beads] = TOLERANCE + SPREAD * level
        return tolerance

    def strained(self, left: Violations) -> list[bool]:
        """Tell whose beads pull their atoms apart, so that they cannot be as near to mapped ones as was thought.

        Parameters
        ----------
        left : Violations
            What is wrong after relaxing.

        Returns
        -------
        list of bool
            One answer for each of `Frame.levels`.
        """
        return [broken > STRAINED * total for broken, total in self._count(left.broken)]

    def _raised(self, levels: list[float], left: Violations, mirrored: NDArray[np.int64]) -> list[float]:
        """Levels, larger where what is wrong asks for it; not for mirrored beads, which no level explains."""
        few, share = UNUSUAL
        outliers = np.setdiff1d(left.outliers, mirrored)
        odd = [n > few + share * total for n, total in self._count(outliers)]
        rows = zip(levels, self.strained(left), odd, strict=True)
        return [max(its + MORE, HARD) if hard else its + MORE * bad for its, bad, hard in rows]

    def _count(self, found: NDArray[np.int64]) -> list[tuple[int, int]]:
        """How many residues of those found, and of all, there are for each of `Frame.levels`."""
        index = self.assembly.beads.residue_index
        shares = [np.unique(index[beads]) for beads in self.shares]
        return [(int(np.isin(share, found).sum()), len(share)) for share in shares]

    def _torsions(self, placed: Sequence[NetworkPlacement], optimiser: BackboneOptimiser) -> NDArray[np.float32]:
        """φ and ψ of the residues with a backbone, each from the network that places it."""
        spine = self.assembly.owner[optimiser.spine.ca]
        found = np.zeros((len(spine), 4), np.float32)
        for placer, part in zip(self.placers, placed, strict=True):
            mine = np.isin(spine, placer.beads)
            if mine.any():
                bead = torch.from_numpy(np.searchsorted(placer.beads, spine[mine])).to(self.device)
                with torch.inference_mode():
                    head = placer.network.require_torsions()
                    found[mine] = head(part.scalars[bead], part.vectors[bead]).cpu().numpy()
        return found


def _require_rotamers(network: Network) -> None:
    """Complain of a network that does not predict distributions of side chains."""
    if not isinstance(network, UnbeadNetwork):
        raise UnbeadError("models of family genzprot have no rotamers; use --answer mean")
    network.require_rotamers()


def _linked(assembly: Assembly) -> NDArray[np.bool_]:
    """Which residues have bonds to others that no chain explains, shape (n_residues,)."""
    linked = np.zeros(len(assembly.template_names), bool)
    for link in assembly.links:
        linked[list(link.residues)] = True
    return linked


def _named_d(assembly: Assembly) -> NDArray[np.bool_]:
    """Which residues have the name of a D-amino acid, shape (n_residues,)."""
    names, which = np.unique(assembly.template_names, return_inverse=True)
    return np.array([is_d_residue(name) for name in names.tolist()], bool)[which]


def _inverted(assembly: Assembly) -> NDArray[np.bool_]:
    """Which residues are placed in the mirror: D-amino acids and glycines that no L-amino acid is bonded to."""
    d = _named_d(assembly)
    if not d.any():
        return d
    names, which = np.unique(assembly.template_names, return_inverse=True)
    kinds = [template(name) for name in names.tolist()]
    amino = np.array([known is not None and known.kind == "amino" for known in kinds], bool)[which]
    left = amino & ~d & (assembly.template_names != "GLY")
    bonded = assembly.beads.residues.bonded_to_previous
    beside_l, beside_d = np.zeros((2, len(which)), bool)
    for mine, beside in ((left, beside_l), (d, beside_d)):
        beside[1:] |= bonded[1:] & mine[:-1]
        beside[:-1] |= bonded[1:] & mine[1:]
    return (d | (~left & beside_d)) & ~beside_l
