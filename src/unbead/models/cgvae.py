"""Family `cgvae`: the beads of one molecule to all of its atoms, with a Gaussian latent per bead.

After CGVAE (Wang et al., ICML 2022, arXiv:2201.12176). The layers are those of the bead network, on frames of one
molecule in which every bead sees all others: no neighbour lists, and beads and atoms are known by their number.

Channels hold parts of either parity: the layers respect turns but not mirrors, a mirror image being another molecule.
So pseudo-scalars and pseudo-vectors need no channels of their own, and beads in one plane emit vectors out of it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from unbead.errors import UnbeadError
from unbead.models.settings import CGVAESettings
from unbead.nn.activation import SiLU
from unbead.nn.latent import Gaussian, GaussianHead, Invariants, Posterior
from unbead.nn.message import Message, View
from unbead.nn.radial import RadialBasis, envelope
from unbead.nn.update import Update
from unbead.nn.vectors import VectorNorm

WORST = 100.0  # condition number of the way back from beads to atoms
SMALLEST = 1e-9  # share of the largest eigenvalue that counts
CERTAIN = -2.0  # logarithm of the posterior's standard deviation before training
CLOSEST = 0.05  # Å, below which the direction to a bead fades


@dataclass(frozen=True)
class Read:
    """What the network has read from beads; those of frame k are numbered from k · n_beads.

    Attributes
    ----------
    beads : Tensor, shape=(n_frames, n_beads, 3)
        Beads in Å.
    view : View
        What they see of each other.
    s : Tensor, shape=(n_frames · n_beads, scalars)
        Their scalars.
    v : Tensor, shape=(n_frames · n_beads, 3, vectors)
        Their vectors.
    """

    beads: Tensor
    view: View
    s: Tensor
    v: Tensor

    def first(self, frames: int) -> "Read":
        """Return the same of the first frames.

        Parameters
        ----------
        frames : int
            How many.

        Returns
        -------
        Read
            What was read from them.
        """
        n = frames * self.beads.shape[1]
        of = self.view
        view = View(of.neighbours[:n], of.edges[:n], of.fade[:n], of.direction[:n])
        return Read(self.beads[:frames], view, self.s[:n], self.v[:n])


class CGVAENetwork(nn.Module):
    """Beads of one molecule to its atoms.

    Parameters
    ----------
    settings : CGVAESettings
        Size of the network.
    owner : Tensor, shape=(n_atoms,), dtype=int64
        Bead that places each atom.
    operator : Tensor, shape=(n_beads, n_atoms)
        M of the mapping, of which each row sums to one.
    """

    owner: Tensor
    operator: Tensor
    others: Tensor
    lift: Tensor
    spare: Tensor

    def __init__(self, settings: CGVAESettings, owner: Tensor, operator: Tensor):
        super().__init__()
        s, f, (n, atoms) = settings.scalars, settings.vectors, operator.shape
        self.settings = settings
        self.register_buffer("owner", owner)
        self.register_buffer("operator", operator)
        shared, lift = lift_of(owner, operator)
        self.register_buffer("lift", lift, persistent=False)
        self.register_buffer("spare", torch.eye(n) - shared, persistent=False)
        every = torch.arange(n)
        self.register_buffer("others", torch.stack([every[every != i] for i in range(n)]), persistent=False)
        self.linear = nn.Parameter(torch.zeros(atoms, n))  # what needs no network
        self.bead = nn.Embedding(n, s)
        self.basis = RadialBasis(settings.basis, longest=settings.radius)
        self.messages = nn.ModuleList(self._message() for _ in range(settings.layers))
        self.updates = nn.ModuleList(Update(s, f, 2 * s) for _ in range(settings.layers))
        if settings.latent:
            self.prior = GaussianHead(s, f, settings.latent)
            self.posterior = Posterior(s, f, settings.latent, atoms, self._message())
            with torch.no_grad():  # certain at first, or the decoder learns to ignore it
                self.posterior.head.net[-1].bias[settings.latent :] = CERTAIN  # type: ignore[index]
            self.read_latent = nn.Linear(settings.latent, s)
        self.decoder_messages = nn.ModuleList(self._message() for _ in range(settings.decoder_layers))
        self.decoder_updates = nn.ModuleList(Update(s, f, 2 * s) for _ in range(settings.decoder_layers))
        self.invariants = Invariants(s, f)
        hidden = settings.hidden
        self.hidden = nn.Sequential(nn.Linear(self.invariants.size, hidden), SiLU(), nn.Linear(hidden, hidden), SiLU())
        self.norm = VectorNorm(f)
        self.gates = nn.Parameter(torch.randn(atoms, f, hidden) * 0.5 * hidden**-0.5)  # what an atom reads of its bead
        self.bias = nn.Parameter(torch.zeros(atoms, f, 1))

    def _message(self) -> Message:
        c = self.settings
        return Message(c.scalars, c.vectors, c.rows, c.sent, c.basis + 1, c.edge_hidden)

    @torch.no_grad()
    def start_from(self, atoms: Tensor) -> None:
        """Begin with the linear decoder that is best for some frames, in place; layers have the rest to learn.

        Parameters
        ----------
        atoms : Tensor, shape=(n_frames, n_atoms, 3)
            Frames in Å.
        """
        beads = self.operator @ atoms
        offset, x = (
            (y.double()).transpose(1, 2).flatten(0, 1) for y in (atoms - beads[:, self.owner], _centred(beads))
        )
        self.linear.copy_((torch.linalg.pinv(x.T @ x, rtol=SMALLEST) @ (x.T @ offset)).T)

    def read(self, beads: Tensor) -> Read:
        """Describe the beads of frames.

        Parameters
        ----------
        beads : Tensor, shape=(n_frames, n_beads, 3)
            Beads in Å.

        Returns
        -------
        Read
            What the other methods need.
        """
        frames, n, _ = beads.shape
        arrow = beads[:, self.others] - beads[:, :, None]  # (n_frames, n_beads, n_beads - 1, 3)
        distance = torch.sqrt((arrow * arrow).sum(-1) + 1e-8)
        rows = self.others + n * torch.arange(frames, device=beads.device)[:, None, None]
        edges = torch.cat([self.basis(distance), distance[..., None] * 0.2], -1)
        fade = envelope(distance, distance.new_tensor(self.settings.radius))
        parts = (rows, edges, fade, arrow / distance.clamp(min=CLOSEST)[..., None])
        view = View(*(part.flatten(0, 1) for part in parts))
        s = self.bead.weight.repeat(frames, 1)
        v = s.new_zeros(len(s), 3, self.settings.vectors)
        return Read(beads, view, *_through(self.messages, self.updates, s, v, view))

    def expect(self, read: Read) -> Gaussian:
        """Return the prior p(z | beads).

        Parameters
        ----------
        read : Read
            The beads.

        Returns
        -------
        Gaussian
            Of shape (n_frames · n_beads, latent).
        """
        return _narrowed(self.prior(read.s, read.v))

    def recognise(self, read: Read, atoms: Tensor) -> Gaussian:
        """Return the posterior q(z | atoms, beads).

        Parameters
        ----------
        read : Read
            The beads.
        atoms : Tensor, shape=(n_frames, n_atoms, 3)
            Atoms in Å.

        Returns
        -------
        Gaussian
            Of shape (n_frames · n_beads, latent).
        """
        frames, n, _ = read.beads.shape
        offset = (atoms - read.beads[:, self.owner]).flatten(0, 1)
        bead = (self.owner + n * torch.arange(frames, device=atoms.device)[:, None]).flatten()
        which = torch.arange(len(self.owner), device=atoms.device).repeat(frames)
        return _narrowed(self.posterior(read.s, read.v, read.view, offset, bead, which))

    def decode(self, read: Read, z: Tensor | None) -> Tensor:
        """Place the atoms, whose weighted means are the beads.

        Parameters
        ----------
        read : Read
            The beads.
        z : Tensor, shape=(n_frames · n_beads, latent), or None
            Latents; None for a network without.

        Returns
        -------
        Tensor, shape=(n_frames, n_atoms, 3)
            Atoms in Å.
        """
        beads = read.beads
        frames, n, f = *beads.shape[:2], self.settings.vectors
        s = read.s if z is None else read.s + self.read_latent(z)
        s, v = _through(self.decoder_messages, self.decoder_updates, s, read.v, read.view)
        hidden = self.hidden(self.invariants(s, v)).view(frames, n, -1).permute(1, 2, 0)  # (n_beads, hidden, n_frames)
        gates = torch.baddbmm(self.bias, self.gates, hidden[self.owner])  # (n_atoms, vectors, n_frames)
        arrows = self.norm(v).view(frames, n, 3, f).permute(1, 3, 2, 0)  # (n_beads, vectors, 3, n_frames)
        offset = (arrows[self.owner] * gates[:, :, None]).sum(1).permute(2, 0, 1)  # (n_frames, n_atoms, 3)
        offset = offset + self.linear @ _centred(beads)
        return beads[:, self.owner] + offset + self.lift @ (self.spare @ beads - self.operator @ offset)

    def forward(self, beads: Tensor, noise: Tensor | None = None, temperature: float = 1.0) -> Tensor:
        """Place the atoms at a sample of the prior.

        Parameters
        ----------
        beads : Tensor, shape=(n_frames, n_beads, 3)
            Beads in Å.
        noise : Tensor, shape=(n_frames · n_beads, latent), optional
            Standard normal numbers; without them the prior's mean is taken.
        temperature : float
            Scale of the spread.

        Returns
        -------
        Tensor, shape=(n_frames, n_atoms, 3)
            Atoms in Å.
        """
        read = self.read(beads)
        if not self.settings.latent:
            return self.decode(read, None)
        prior = self.expect(read)
        return self.decode(read, prior.mean if noise is None else prior.at(noise, temperature))


def _centred(beads: Tensor) -> Tensor:
    return beads - beads.mean(1, keepdim=True)


def _narrowed(given: Gaussian) -> Gaussian:
    """Keep widths below one: nothing else holds the scale of latents, and where it grows training becomes unstable."""
    return Gaussian(given.mean, functional.logsigmoid(given.log_std))


def lift_of(owner: Tensor, operator: Tensor) -> tuple[Tensor, Tensor]:
    """Find out how atoms follow their beads, so that beads stay what they are.

    With C the assignment of atoms to beads, C (M C)⁻¹ moves atoms such that M moves their beads as asked. Where a bead
    averages atoms of its own alone M C is 1, and each atom moves with its bead.

    Parameters
    ----------
    owner : Tensor, shape=(n_atoms,), dtype=int64
        Bead that places each atom.
    operator : Tensor, shape=(n_beads, n_atoms)
        M of the mapping.

    Returns
    -------
    shared : Tensor, shape=(n_beads, n_beads)
        M C.
    lift : Tensor, shape=(n_atoms, n_beads)
        C (M C)⁻¹.

    Raises
    ------
    UnbeadError
        If beads can not be told apart.
    """
    chosen = (owner[:, None] == torch.arange(len(operator))).double()
    shared = operator.double() @ chosen
    if not torch.linalg.cond(shared) < WORST:
        raise UnbeadError("beads of the mapping share their atoms so that they are not independent; give each its own")
    return shared.float(), (chosen @ torch.linalg.inv(shared)).float()


def _through(
    messages: nn.ModuleList, updates: nn.ModuleList, s: Tensor, v: Tensor, view: View
) -> tuple[Tensor, Tensor]:
    for message, update in zip(messages, updates, strict=True):
        ds, dv = message(s, message.show(s, v), view)  # type: ignore[operator]
        s, v = s + ds, v + dv
        ds, dv = update(s, v)
        s, v = s + ds, v + dv
    return s, v
