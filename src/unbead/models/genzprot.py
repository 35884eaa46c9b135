"""Family `genzprot`: Cα beads to internal coordinates, with a Gaussian latent per residue.

After GenZProt (Yang and Gómez-Bombarelli, arXiv:2303.01569): a posterior over atoms and beads, a prior over beads, and
a decoder to bond, angle and torsion of every atom. The bead network is that of the flagship; directions reach the
decoder as the bead's vectors in a frame of the chain's own Cα, so what it sees, and what it says, are scalars.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from unbead.errors import UnbeadError
from unbead.models import keys
from unbead.models.beads import EDGE_EXTRA, BeadNetwork, equal_blocks
from unbead.models.settings import GenZProtSettings
from unbead.nn.activation import SiLU
from unbead.nn.internal_coordinates import Internal, frame, place
from unbead.nn.latent import Gaussian, GaussianHead, Posterior
from unbead.nn.message import Message
from unbead.nn.torsions import TorsionHead
from unbead.nn.vectors import VectorNorm

BOND_PLAY = 0.03  # share of its reference length that a bond may differ by
ENDS = 2  # further rows of the tables: N at the start of a chain, and C at its end


@dataclass(frozen=True)
class Decoded:
    """What the decoder says.

    Attributes
    ----------
    positions : Tensor, shape=(n_atoms, 3)
        Atoms in Å.
    internal : Internal
        Their internal coordinates.
    log_sigma : Tensor, shape=(n_atoms,)
        Logarithm of the expected error per coordinate in Å.
    points : Tensor, shape=(n_points, 3)
        Points that stand for missing neighbours of the chain, after the atoms; of atoms only Cα is there.
    references : Tensor, shape=(n_atoms, 3), dtype=int64
        Points that each atom is placed from.
    """

    positions: Tensor
    internal: Internal
    log_sigma: Tensor
    points: Tensor
    references: Tensor


class GenZProtNetwork(BeadNetwork):
    """Cα beads to atoms by internal coordinates.

    Parameters
    ----------
    settings : GenZProtSettings
        Size of the network.
    vocabulary : int
        Number of atom identities.
    """

    torsion_head: TorsionHead | None = None

    def __init__(self, settings: GenZProtSettings, vocabulary: int):
        super().__init__(settings, vocabulary)
        s, v, latent = settings.scalars, settings.vectors, settings.latent
        self.settings = settings
        self.prior = GaussianHead(s, v, latent)
        message = Message(s, v, settings.rows, settings.sent, settings.basis + EDGE_EXTRA, settings.edge_hidden)
        self.posterior = Posterior(s, v, latent, vocabulary, message)
        self.norm = VectorNorm(v)
        self.missing = nn.Linear(v, 2, bias=False)  # directions where the chain has no neighbour to give them
        self.read_bead = nn.Linear(s + 3 * v, settings.hidden)
        self.read_latent = nn.Linear(latent, settings.hidden, bias=False)
        self.trunk = nn.Sequential(
            SiLU(), nn.Linear(settings.hidden, settings.hidden), SiLU(),
            nn.Linear(settings.hidden, settings.atom_hidden),
        )  # fmt: skip
        self.atom = nn.Embedding(vocabulary + ENDS, settings.atom_hidden)
        self.say = nn.Sequential(
            SiLU(), nn.Linear(settings.atom_hidden, settings.atom_hidden), SiLU(),
            nn.Linear(settings.atom_hidden, 5),
        )  # fmt: skip
        self.table = nn.Embedding(vocabulary + ENDS, 4)  # length, logit of angle / π, cosine and sine of the torsion
        self.vocabulary = vocabulary

    def decode(self, batch: dict[str, Tensor], s: Tensor, v: Tensor, z: Tensor, block: int | None = None) -> Decoded:
        """Place the atoms of beads that were read, given their latents.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`, those of internal coordinates included.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        z : Tensor, shape=(n_beads, latent)
            Latents.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        Decoded
            Atoms and their internal coordinates.
        """
        beads, end, bead = batch[keys.BEAD_POSITIONS], batch[keys.CHAIN_END], batch[keys.ATOM_BEAD]
        parts = equal_blocks(len(beads), block or len(beads))
        stand_ins = torch.cat([beads[part, None] + self.missing(self.norm(v[part])).transpose(1, 2) for part in parts])
        hidden = torch.cat([self._read(batch, s, v, z, stand_ins, part) for part in parts])
        atom = torch.where(end > 0, self.vocabulary - 1 + end, batch[keys.ATOM_ID])
        rows = equal_blocks(len(bead), block or len(bead))
        said = torch.cat([self.say(hidden[bead[part]] + self.atom(atom[part])) for part in rows])
        table = self.table(atom)
        turn = table[:, 2:] + said[:, 2:4]
        internal = Internal(
            table[:, 0] * (1.0 + BOND_PLAY * torch.tanh(said[:, 0])),
            torch.pi * torch.sigmoid(table[:, 1] + said[:, 1]),
            turn * torch.rsqrt((turn * turn).sum(-1, keepdim=True) + 1e-8),
        )
        n = len(bead)
        points = torch.cat([beads[bead], stand_ins.reshape(-1, 3)])
        references = self._references(batch[keys.REFERENCES], bead, end)
        positions = place(points, references, batch[keys.DEPTH], internal)
        return Decoded(positions, internal, said[:, 4], points[n:], references)

    def _read(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, z: Tensor, stand_ins: Tensor, part: slice
    ) -> Tensor:
        """What atoms are told of some beads, each seen in the frame of its chain, shape (n_part, atom_hidden)."""
        beads, axes = batch[keys.BEAD_POSITIONS], batch[keys.AXES][part]
        own = torch.arange(len(beads), device=beads.device)[part, None]
        b, c = torch.where((axes != own)[..., None], beads[axes], stand_ins[part]).unbind(1)
        directions = torch.stack(frame(beads[part], b, c), 1)  # (n_part, 3, 3)
        seen = torch.cat([s[part], (directions @ self.norm(v[part])).flatten(1)], 1)
        return self.trunk(self.read_bead(seen) + self.read_latent(z[part]))

    def _references(self, references: Tensor, bead: Tensor, end: Tensor) -> Tensor:
        """Let the two stand-ins of a bead take the place of neighbours that its chain has not."""
        n = len(bead)
        own = torch.arange(n, device=bead.device)[:, None]
        columns = torch.arange(3, device=bead.device)[None] - 1
        columns = torch.where(end[:, None] == 2, 1 - columns, columns)  # C looks the other way
        return torch.where(references == own, n + 2 * bead[:, None] + columns.clamp(0, 1), references)

    def require_torsions(self) -> TorsionHead:
        """Refuse: this family has no φ/ψ head.

        Returns
        -------
        TorsionHead
            Never.

        Raises
        ------
        UnbeadError
            Always.
        """
        raise UnbeadError("this model does not predict phi and psi by a head of its own; use --backbone network")

    def place(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, block: int | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Place the atoms at the mean of the prior; parameters and answers are those of `UnbeadNetwork.place`.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Positions (n_atoms, 3) in Å, log errors (n_atoms,) and levels (n_beads,).
        """
        found = self.decode(batch, s, v, self.latents(s, v, block).mean, block)
        level = torch.cat([self.level(s[part])[:, 0] for part in equal_blocks(len(s), block or len(s))])
        return found.positions, found.log_sigma, level

    def latents(self, s: Tensor, v: Tensor, block: int | None = None) -> Gaussian:
        """Return the prior p(z | beads).

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        block : int, optional
            Beads computed at a time; all at once by default.

        Returns
        -------
        Gaussian
            Of shape (n_beads, latent).
        """
        found = [self.prior(s[part], v[part]) for part in equal_blocks(len(s), block or len(s))]
        return Gaussian(torch.cat([each.mean for each in found]), torch.cat([each.log_std for each in found]))

    def sample(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, noise: Tensor, block: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Place the atoms at a sample of the prior; parameters and answers are those of `UnbeadNetwork.sample`.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        noise : Tensor, shape=(n_beads, latent)
            Standard normal numbers, times the temperature.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Positions (n_atoms, 3) in Å and log errors (n_atoms,).
        """
        found = self.decode(batch, s, v, self.latents(s, v, block).at(noise), block)
        return found.positions, found.log_sigma

    def recognise(self, batch: dict[str, Tensor], s: Tensor, v: Tensor, positions: Tensor) -> Gaussian:
        """Return the posterior q(z | atoms, beads).

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        positions : Tensor, shape=(n_atoms, 3)
            Atoms in Å.

        Returns
        -------
        Gaussian
            Of shape (n_beads, latent).
        """
        beads, bead = batch[keys.BEAD_POSITIONS], batch[keys.ATOM_BEAD]
        view = self.view(batch, slice(0, len(beads)))
        return self.posterior(s, v, view, positions - beads[bead], bead, batch[keys.ATOM_ID])
