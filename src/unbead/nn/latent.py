"""Gaussian latents per bead: a prior from the beads, a posterior from beads and atoms, and their divergence.

Latents are scalars, so whatever decodes them stays equivariant. Prior p(z | X) and posterior q(z | x, X) are diagonal
Gaussians whose means and widths are invariant functions of the network's features (Kingma and Welling, arXiv:1312.6114;
learnt prior as in CGVAE, arXiv:2201.12176).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from unbead.nn.activation import SiLU
from unbead.nn.message import Message, View
from unbead.nn.update import Update
from unbead.nn.vectors import cross

PRODUCTS = 24  # invariants of each kind: products of two vectors, and of three
HIDDEN = 128
NARROWEST, WIDEST = -5.0, 2.0  # logarithms of standard deviations


@dataclass(frozen=True)
class Gaussian:
    """Independent normal distributions.

    Attributes
    ----------
    mean, log_std : Tensor, shape=(n, latent)
        Means and logarithms of the standard deviations.
    """

    mean: Tensor
    log_std: Tensor

    def at(self, noise: Tensor, temperature: float = 1.0) -> Tensor:
        """Return the point that standard normal numbers stand for: mean + temperature · std · noise.

        Parameters
        ----------
        noise : Tensor, shape=(n, latent)
            Standard normal numbers.
        temperature : float
            Scale of the spread; 0 gives the mean.

        Returns
        -------
        Tensor, shape=(n, latent)
            A sample, differentiable in mean and standard deviation.
        """
        return self.mean + temperature * torch.exp(self.log_std) * noise

    def draw(self, generator: torch.Generator, temperature: float = 1.0) -> Tensor:
        """Sample with a generator of one's own.

        Parameters
        ----------
        generator : torch.Generator
            Source of randomness, on the device of the distribution.
        temperature : float
            Scale of the spread.

        Returns
        -------
        Tensor, shape=(n, latent)
            A sample.
        """
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.at(noise, temperature)


def divergence(q: Gaussian, p: Gaussian) -> Tensor:
    """Kullback-Leibler divergence KL(q ‖ p) in closed form.

    ln σp − ln σq + (σq² + (μq − μp)²) / (2 σp²) − 1/2, for each dimension.

    Parameters
    ----------
    q, p : Gaussian
        Posterior and prior.

    Returns
    -------
    Tensor, shape=(n, latent)
        Divergences in nats.
    """
    apart = (q.mean - p.mean) * torch.exp(-p.log_std)
    return p.log_std - q.log_std + 0.5 * (torch.exp(2 * (q.log_std - p.log_std)) + apart.square() - 1.0)


class Invariants(nn.Module):
    """Scalars that describe a bead: its scalars, and products of two and of three of its vectors.

    Parameters
    ----------
    scalars, vectors : int
        Channels of a bead.

    Attributes
    ----------
    size : int
        Scalars that come out.
    """

    def __init__(self, scalars: int, vectors: int):
        super().__init__()
        self.mix = nn.Linear(vectors, 3 * PRODUCTS, bias=False)
        self.size = scalars + 2 * PRODUCTS

    def forward(self, s: Tensor, v: Tensor) -> Tensor:
        """Return the invariants, shape (n, size).

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars.
        v : Tensor, shape=(n, 3, vectors)
            Vectors.

        Returns
        -------
        Tensor, shape=(n, size)
            Numbers that do not change when the system turns; those of three vectors change sign in a mirror.
        """
        a, b, c = self.mix(v).chunk(3, -1)
        products = torch.cat([(a * b).sum(1), (cross(a, b) * c).sum(1)], 1)
        return torch.cat([s, products * torch.rsqrt(1 + products.square())], 1)


class GaussianHead(nn.Module):
    """A Gaussian per bead from its features.

    Parameters
    ----------
    scalars, vectors, latent : int
        Channels of a bead, and dimensions of the latent.
    """

    def __init__(self, scalars: int, vectors: int, latent: int):
        super().__init__()
        self.invariants = Invariants(scalars, vectors)
        self.net = nn.Sequential(
            nn.Linear(self.invariants.size, HIDDEN), SiLU(), nn.Linear(HIDDEN, HIDDEN), SiLU(),
            nn.Linear(HIDDEN, 2 * latent),
        )  # fmt: skip

    def forward(self, s: Tensor, v: Tensor) -> Gaussian:
        """Return the distributions.

        Parameters
        ----------
        s : Tensor, shape=(n, scalars)
            Scalars.
        v : Tensor, shape=(n, 3, vectors)
            Vectors.

        Returns
        -------
        Gaussian
            Of shape (n, latent).
        """
        mean, log_std = self.net(self.invariants(s, v)).chunk(2, -1)
        return Gaussian(mean, log_std.clamp(NARROWEST, WIDEST))


class Posterior(nn.Module):
    """Posterior q(z | atoms, beads): beads sum up their atoms as vectors, and hear of their neighbours' atoms.

    Parameters
    ----------
    scalars, vectors, latent : int
        Channels of a bead, and dimensions of the latent.
    vocabulary : int
        Number of atom identities.
    message : Message
        One exchange between neighbouring beads.
    """

    def __init__(self, scalars: int, vectors: int, latent: int, vocabulary: int, message: Message):
        super().__init__()
        self.atoms = nn.Embedding(vocabulary, vectors)
        nn.init.normal_(self.atoms.weight, std=0.5)
        self.keep = nn.Linear(vectors, vectors, bias=False)
        self.message = message
        self.updates = nn.ModuleList([Update(scalars, vectors, 2 * scalars) for _ in range(2)])
        self.head = GaussianHead(scalars, vectors, latent)

    def forward(self, s: Tensor, v: Tensor, view: View, offset: Tensor, bead: Tensor, atom: Tensor) -> Gaussian:
        """Return the posterior of every bead.

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        view : View
            Whom every bead sees.
        offset : Tensor, shape=(n_atoms, 3)
            Atoms against their beads in Å.
        bead, atom : Tensor, shape=(n_atoms,), dtype=int64
            Bead and vocabulary id of each atom.

        Returns
        -------
        Gaussian
            Of shape (n_beads, latent).
        """
        arrows = offset[:, :, None] * self.atoms(atom)[:, None, :]  # (n_atoms, 3, vectors)
        v = self.keep(v).to(arrows.dtype).index_add(0, bead, arrows)
        first, second = self.updates
        ds, dv = first(s, v)
        s, v = s + ds, v + dv
        ds, dv = self.message(s, self.message.show(s, v), view)
        s, v = s + ds, v + dv
        ds, dv = second(s, v)
        return self.head(s + ds, v + dv)
