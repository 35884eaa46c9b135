"""One assembly, one model, any number of frames."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.graph import keys
from unbead.graph.batch import bead_fields
from unbead.io.box import box_vectors
from unbead.io.origin import at_origin
from unbead.mapping.assemble import Assembly
from unbead.models.encode import encode
from unbead.models.network import UnbeadNetwork
from unbead.models.vocabulary import UNKNOWN, Vocabulary
from unbead.reconstruct.complete import complete
from unbead.reconstruct.project import limited, project
from unbead.relax.backbone import BackboneOptimiser
from unbead.relax.relaxer import Relaxed, Relaxer

BLOCK = 4096  # beads computed at a time; memory beyond the features of all beads is bounded by it
PROBE = 4000  # beads that the perturbation level is estimated from
QUIET_LEVEL = 0.05  # Å; below it beads count as mapped exactly
TOLERANCE = 0.1  # Å that soft consistency leaves to mapped beads
SPREAD = 3.0  # perturbation levels that it leaves besides to simulated ones, whose bonds would break otherwise


@dataclass(frozen=True)
class Frame:
    """Atoms of one frame.

    Attributes
    ----------
    positions : ndarray, shape=(n_atoms, 3), dtype=float32
        Heavy atoms in Å.
    errors : ndarray, shape=(n_atoms,), dtype=float32
        Predicted error of each atom in Å (root mean square distance).
    level : float
        Perturbation of the beads against mapped ones in Å.
    relaxed : Relaxed or None
        What relaxing repaired and left; None where nothing was relaxed.
    """

    positions: NDArray[np.float32]
    errors: NDArray[np.float32]
    level: float
    relaxed: Relaxed | None = None


class Backmapper:
    """Turns bead positions into atom positions.

    Parameters
    ----------
    assembly : Assembly
        Beads and the atoms to build.
    model : UnbeadNetwork
        The network, in evaluation mode.
    vocabulary : Vocabulary
        Atoms that it knows.
    device : torch.device
        Where to compute.
    relax : bool
        Whether to bring the geometry within bounds after the network.
    backbone : str
        ``network``: as the network places it; ``herobm``: optimised towards φ and ψ that the network predicts.

    Raises
    ------
    UnbeadError
        If the backbone is to be optimised and the model does not predict φ and ψ.
    """

    def __init__(
        self,
        assembly: Assembly,
        model: UnbeadNetwork,
        vocabulary: Vocabulary,
        device: torch.device,
        relax: bool = True,
        backbone: str = "network",
    ):
        self.assembly = assembly
        self.model = model.to(device)
        self.device = device
        self.encoded = encode(assembly, vocabulary)
        self.known = self.encoded.atom_id != UNKNOWN
        self.relaxer = Relaxer(assembly, device) if relax else None
        self.optimiser = None
        if backbone == "herobm":
            model.require_torsions()
            self.optimiser = BackboneOptimiser(assembly, device)

    def __call__(
        self,
        positions: NDArray[np.float32],
        box: NDArray[np.float32] | None = None,
        consistency: str = "soft",
        level: float | None = None,
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
        level : float, optional
            Perturbation of the beads in Å; estimated by the network if not given.

        Returns
        -------
        Frame
            Atom positions, predicted errors and the level.
        """
        placed = at_origin(replace(self.assembly.beads, positions=positions, box=box))
        positions = placed.positions
        cell = None if box is None else box_vectors(box)
        settings = self.model.settings
        beads = bead_fields(positions, self.encoded.bead_residue, -1.0, settings.neighbours, settings.radius, cell)
        batch = {name: torch.from_numpy(field).to(self.device) for name, field in (beads | self._static()).items()}
        with torch.inference_mode():
            if level is None:
                level = self._estimate(batch)
            batch[keys.NOISE] = torch.full_like(batch[keys.NOISE], level)
            s, v = self.model.encode(batch, BLOCK)
            found, log_sigma, _ = self.model.place(batch, s, v, BLOCK)
            torsions = None if self.optimiser is None else self._torsions(s, v, self.optimiser)
        atoms = np.zeros((len(self.known), 3), np.float32)
        atoms[self.known] = found.cpu().numpy()
        errors = np.zeros(len(self.known), np.float32)
        errors[self.known] = np.sqrt(3.0) * np.exp(log_sigma.clamp(-5.0, 3.0).cpu().numpy())
        errors[~self.known] = errors[self.known].max(initial=0.0)
        atoms = complete(self.assembly, atoms, self.known)
        if self.optimiser is not None and torsions is not None:
            atoms = self.optimiser(atoms, torsions, cell, ideal=level == 0)
        tolerance = {"exact": 0.0, "off": None}.get(consistency, TOLERANCE + SPREAD * level)
        if tolerance is not None:
            operator = self.assembly.operator
            goal = positions if tolerance == 0 else limited(operator, atoms, positions, tolerance)
            atoms = project(operator, atoms, goal)
        relaxed = None
        if self.relaxer is not None:
            relaxed = self.relaxer(atoms, errors, positions, cell, tolerance, ideal=level == 0)
            atoms = relaxed.positions
        return Frame(placed.back(atoms, self.assembly.atoms.residue_index), errors, level, relaxed)

    def _static(self) -> dict[str, NDArray]:
        encoded = self.encoded
        return {
            **encoded.components,
            keys.BEAD_TYPE: encoded.bead_type,
            keys.ATOM_ID: encoded.atom_id[self.known],
            keys.ATOM_BEAD: self.assembly.owner[self.known],
        }

    def _torsions(self, s: torch.Tensor, v: torch.Tensor, optimiser: BackboneOptimiser) -> NDArray[np.float32]:
        bead = torch.from_numpy(self.assembly.owner[optimiser.spine.ca]).to(self.device)
        return self.model.torsions(s, v, bead).cpu().numpy()

    def _estimate(self, batch: dict[str, torch.Tensor]) -> float:
        """Median of what the network sees in (at most the first) beads, zero where that is next to nothing."""
        probe = batch
        if len(batch[keys.BEAD_POSITIONS]) > PROBE:
            rows = batch[keys.NEIGHBOURS][:PROBE]
            inside = rows < PROBE
            own = torch.arange(PROBE, device=rows.device)[:, None]
            probe = batch | {
                keys.NEIGHBOURS: torch.where(inside, rows, own),
                keys.EDGE_MASK: batch[keys.EDGE_MASK][:PROBE] * inside,
                keys.EDGE_SHIFT: batch[keys.EDGE_SHIFT][:PROBE],
            }
            for name in (keys.BEAD_POSITIONS, keys.BEAD_TYPE, keys.BEAD_RESIDUE, keys.NOISE, keys.REACH):
                probe[name] = batch[name][:PROBE]
        scalars, _ = self.model.encode(probe, BLOCK)
        level = float(self.model.level(scalars)[:, 0].median())
        return level if level > QUIET_LEVEL else 0.0
