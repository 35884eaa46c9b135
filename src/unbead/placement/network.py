"""One network at work on the residues that it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from unbead.chem.amino import CA
from unbead.chem.templates import template
from unbead.chem.torsions.rotamers import N_CHI
from unbead.mapping.assemble import Assembly, restrict
from unbead.models import keys
from unbead.models.batch import bead_fields, residue_fields
from unbead.models.encode import encode, encode_internal
from unbead.models.family import Network
from unbead.models.genzprot import GenZProtNetwork
from unbead.models.network import UnbeadNetwork
from unbead.models.vocabulary import UNKNOWN, Vocabulary
from unbead.nn.rotamer_search import likeliest
from unbead.nn.rotamers import NEIGHBOURS, RADIUS
from unbead.placement.latent_noise import LatentNoise
from unbead.placement.memory import BLOCK
from unbead.placement.residue_slots import ResidueSlots
from unbead.placement.side_chains import Rotamers

PROBE = 4000  # beads that the perturbation level is estimated from
QUIET_LEVEL = 0.05  # Å; below it beads count as mapped exactly
CANDIDATES = 8  # rotamers of a residue that are tried
FEWEST = 3  # atoms that a network must know of a residue to place it
MOST = 0.8  # of a residue's atoms, that it must know; with less, laying by template is nearer (docs/molecules.md)

Model = tuple[Network, Vocabulary]


@dataclass(frozen=True)
class NetworkPlacement:
    """Atoms that a network placed.

    Attributes
    ----------
    positions : ndarray, shape=(n_known, 3), dtype=float32
        Atoms in Å, in the order of `Placer.atoms`.
    errors : ndarray, shape=(n_known,), dtype=float32
        Predicted errors in Å.
    level : float
        Perturbation of the beads in Å.
    scalars, vectors : Tensor
        Features of the beads, in the order of `Placer.beads`.
    rotamers : Rotamers or None
        Candidates for the side chains of `Placer.rows`; None where the mean is asked for.
    """

    positions: NDArray[np.float32]
    errors: NDArray[np.float32]
    level: float
    scalars: torch.Tensor
    vectors: torch.Tensor
    rotamers: Rotamers | None = None


class NetworkPlacer:
    """A network and its share of a system; it sees the beads of its own residues only, as in training.

    Parameters
    ----------
    assembly : Assembly
        Beads and atoms of the whole system.
    residues : ndarray, shape=(n_residues,), dtype=bool
        The residues to place.
    model : tuple of Network and Vocabulary
        The network, in evaluation mode, and the atoms that it knows.
    device : torch.device
        Where to compute.
    block : int
        Beads computed at a time; memory beyond the features of all beads is bounded by it, and the answer is the same.
    slots : ResidueSlots, optional
        Amino acids of the whole system; None for the mean answer alone.
    turning : ndarray, shape=(n_slots,), dtype=bool, optional
        Those of them that rotamers are asked for; given with `slots`.

    Attributes
    ----------
    beads : ndarray, shape=(n_mine,), dtype=int64
        Its beads in the whole.
    atoms : ndarray, shape=(n_known,), dtype=int64
        The atoms that it places, in the whole.
    rows : ndarray, shape=(n,), dtype=int64
        Those of `slots` that it gives rotamers for.
    """

    def __init__(
        self,
        assembly: Assembly,
        residues: NDArray[np.bool_],
        model: Model,
        device: torch.device,
        block: int = BLOCK,
        slots: ResidueSlots | None = None,
        turning: NDArray[np.bool_] | None = None,
    ):
        part = restrict(assembly, residues)
        network, vocabulary = model
        self.network = network.to(device)
        self.device = device
        self.block = block
        self.encoded = encode(part, vocabulary)
        known = self.encoded.atom_id != UNKNOWN
        self.beads = np.flatnonzero(residues[assembly.beads.residue_index])
        self.atoms = np.flatnonzero(residues[assembly.atoms.residue_index])[known]
        self.residues = assembly.beads.residue_index[self.beads]
        self.n_residues = len(assembly.template_names)
        fields = self.encoded.components | {
            keys.BEAD_TYPE: self.encoded.bead_type,
            keys.ATOM_ID: self.encoded.atom_id[known],
            keys.ATOM_BEAD: part.owner[known],
        }
        if isinstance(network, GenZProtNetwork):
            fields |= encode_internal(part, known)
        self.rows = np.zeros(0, np.int64)
        self.ca_beads = np.zeros(0, np.int64)
        if slots is not None and turning is not None:
            fields |= self._side_chain_fields(assembly, slots, turning)
        self.fields = {name: torch.from_numpy(field).to(device) for name, field in fields.items()}

    def _side_chain_fields(
        self, assembly: Assembly, slots: ResidueSlots, turning: NDArray[np.bool_]
    ) -> dict[str, NDArray]:
        """Amino acids of its own, of which it knows all atoms; `rows` are those of them that turn."""
        local = np.full(len(assembly.atoms), -1)
        local[self.atoms] = np.arange(len(self.atoms))
        mine = np.flatnonzero((local[slots.atoms] >= 0).all(1))
        self.ca_beads = np.searchsorted(self.beads, assembly.owner[slots.atoms[mine, CA]])
        self.rows = mine[turning[mine]]
        self.turning = torch.from_numpy(np.flatnonzero(turning[mine])).to(self.device)
        return {
            keys.RESIDUE_KIND: slots.kind[mine],
            keys.RESIDUE_BEAD: self.ca_beads,
            keys.RESIDUE_ATOMS: local[slots.atoms[mine]],
        }

    def __call__(
        self,
        positions: NDArray[np.float32],
        cell: NDArray[np.float64] | None,
        level: float | None = None,
        offset: NDArray[np.float64] | None = None,
        draws: LatentNoise | None = None,
        rotamers: bool = False,
    ) -> NetworkPlacement:
        """Place the atoms of one frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_beads, 3), dtype=float32
            All beads of the system in Å.
        cell : ndarray, shape=(3, 3), dtype=float64, or None
            Box vectors in Å as rows.
        level : float, optional
            Perturbation of the beads in Å; estimated if not given.
        offset : ndarray, shape=(n_beads, 3), dtype=float64, optional
            See `unbead.models.batch.bead_fields`.
        draws : LatentNoise, optional
            Random numbers of the latents, if the network has any; their mean is taken if not given.
        rotamers : bool
            Whether rotamers are asked for, too.

        Returns
        -------
        NetworkPlacement
            Atoms, errors and features.
        """
        settings = self.network.settings
        mine, aside = positions[self.beads], None if offset is None else offset[self.beads]
        found = bead_fields(mine, self.encoded.bead_residue, -1.0, settings.neighbours, settings.radius, cell, aside)
        batch = self.fields | {name: torch.from_numpy(field).to(self.device) for name, field in found.items()}
        with torch.inference_mode():
            if level is None:
                level = self._estimate(batch)
            batch[keys.NOISE] = torch.full_like(batch[keys.NOISE], level)
            s, v = self.network.encode(batch, self.block)
            if draws is not None and settings.latent:
                noise = draws.temperature * draws.noise(self.residues, self.n_residues, settings.latent)
                drawn = torch.from_numpy(noise).to(self.device)
                atoms, log_sigma = self.network.sample(batch, s, v, drawn, self.block)
            else:
                atoms, log_sigma, _ = self.network.place(batch, s, v, self.block)
            asked = rotamers and len(self.rows) > 0
            found = self._rotamers(batch, s, v, atoms, log_sigma, cell, aside) if asked else None
        errors = np.sqrt(3.0) * np.exp(log_sigma.clamp(-5.0, 3.0).cpu().numpy())
        return NetworkPlacement(atoms.cpu().numpy(), errors.astype(np.float32), level, s, v, found)

    def _rotamers(
        self,
        batch: dict[str, torch.Tensor],
        s: torch.Tensor,
        v: torch.Tensor,
        atoms: torch.Tensor,
        log_sigma: torch.Tensor,
        cell: NDArray[np.float64] | None,
        offset: NDArray[np.float64] | None,
    ) -> Rotamers:
        """The likeliest rotamers of `rows`."""
        network = self.network
        assert isinstance(network, UnbeadNetwork)
        beads = batch[keys.BEAD_POSITIONS].cpu().numpy()[self.ca_beads]
        aside = None if offset is None else offset[self.ca_beads]
        found = residue_fields(beads, NEIGHBOURS, RADIUS, cell, aside)
        batch = batch | {name: torch.from_numpy(field).to(self.device) for name, field in found.items()}
        h = network.side_chains(batch, s, v, atoms, log_sigma)[self.turning]
        n_chi = torch.from_numpy(N_CHI).to(self.device)[batch[keys.RESIDUE_KIND][self.turning]]
        torsions, log_mass = likeliest(network.require_rotamers(), h, n_chi, CANDIDATES)
        return Rotamers(torsions, -log_mass)

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
        scalars, _ = self.network.encode(probe, self.block)
        level = float(self.network.level(scalars)[:, 0].median())
        return level if level > QUIET_LEVEL else 0.0


def share_out(assembly: Assembly, models: Sequence[Model]) -> NDArray[np.int64]:
    """Decide which network places which residue.

    Parameters
    ----------
    assembly : Assembly
        Beads and the atoms to build.
    models : sequence of tuple of Network and Vocabulary
        Networks; the first that knows a residue takes it.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Index of the network; -1 where none knows at least three atoms and 80 % of the residue, or all of the amino acid
        that it is made of.
    """
    index, n = assembly.atoms.residue_index, len(assembly.template_names)
    size = np.bincount(index, minlength=n)
    enough = np.minimum(MOST * size, _canonical_sizes(assembly))
    taken = np.full(n, -1)
    for k, (_, vocabulary) in reversed(list(enumerate(models))):
        known = np.bincount(index[encode(assembly, vocabulary).atom_id != UNKNOWN], minlength=n)
        taken[(known >= FEWEST) & (known >= enough)] = k
    return taken


def _canonical_sizes(assembly: Assembly) -> NDArray[np.float64]:
    """Heavy atoms of the canonical amino acid of each residue; endless for other residues."""
    names, which = np.unique(assembly.template_names, return_inverse=True)
    sizes = []
    for name in names.tolist():
        known = template(name)
        parent = template(known.parent) if known is not None and known.kind == "amino" else None
        sizes.append(np.inf if parent is None else parent.n_heavy)
    return np.array(sizes)[which]
