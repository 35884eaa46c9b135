"""The flagship: beads read by what they are made of, atoms answered one by one, one set of weights for all."""

import torch
from torch import Tensor, nn

from unbead.chem.amino import filled_slots
from unbead.chem.torsions.rotamers import torsion_repeats, torsion_slots
from unbead.errors import UnbeadError
from unbead.models import keys
from unbead.models.beads import EDGE_EXTRA, BeadNetwork, by_blocks, equal_blocks
from unbead.models.settings import NetworkSettings
from unbead.nn.activation import SiLU
from unbead.nn.deviation import Deviation
from unbead.nn.internal_coordinates import frame
from unbead.nn.latent import Gaussian, Posterior
from unbead.nn.message import Message
from unbead.nn.rotamers import PlacedResidues, RotamerHead
from unbead.nn.torsions import TorsionHead


class UnbeadNetwork(BeadNetwork):
    """Bead graph to atom positions, for any mapping.

    Scalars and vectors per bead pass through equivariant layers; every atom asked for is the bead's position plus a
    linear combination of the bead's vectors, with coefficients that depend on the atom and on the bead's scalars.
    The answer rotates and moves with the beads, and does not mirror with them.

    Parameters
    ----------
    settings : NetworkSettings
        Size of the network.
    vocabulary : int
        Number of atom identities.
    """

    def __init__(self, settings: NetworkSettings, vocabulary: int):
        super().__init__(settings, vocabulary)
        s, v = settings.scalars, settings.vectors
        self.settings = settings
        self.to_readout = nn.Linear(v, settings.readout, bias=False)
        self.table = nn.Embedding(vocabulary, settings.readout)
        self.atom = nn.Embedding(vocabulary, settings.atom_hidden)
        self.bead_to_atom = nn.Linear(s, settings.atom_hidden)
        self.coefficients = nn.Sequential(
            SiLU(),
            nn.Linear(settings.atom_hidden, settings.atom_hidden),
            SiLU(),
            nn.Linear(settings.atom_hidden, settings.readout + 1),
        )
        self.torsion_head: TorsionHead | None = TorsionHead(s, v)
        self.rotamer_head: RotamerHead | None = RotamerHead(s, v, settings.rotamer_layers)
        self.deviation: Deviation | None = None
        self.posterior: Posterior | None = None  # serves training only
        if settings.latent:
            edge = settings.basis + EDGE_EXTRA
            self.deviation = Deviation(s, v, settings.latent, vocabulary, edge)
            message = Message(s, v, settings.rows, settings.sent, edge, settings.edge_hidden)
            self.posterior = Posterior(s, v, settings.latent, vocabulary, message)
        nn.init.normal_(self.table.weight, std=0.2)

    def read(self, s: Tensor, v: Tensor, bead: Tensor, atom: Tensor) -> tuple[Tensor, Tensor]:
        """Return offsets (n_atoms, 3) in Å and log errors (n_atoms,) of atoms from their beads.

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        bead, atom : Tensor, shape=(n_atoms,), dtype=int64
            Bead and vocabulary id of each atom.

        Returns
        -------
        tuple of Tensor
            Offsets in Å and log errors.
        """
        out = self.coefficients(self.bead_to_atom(s)[bead] + self.atom(atom))
        vectors = self.to_readout(v)[bead]  # (n_atoms, 3, readout)
        return (vectors @ (out[:, :-1] + self.table(atom))[..., None])[..., 0], out[:, -1]

    def torsions(self, s: Tensor, v: Tensor, bead: Tensor) -> Tensor:
        """Predict φ and ψ of residues as (cos φ, sin φ, cos ψ, sin ψ), shape (n_residues, 4).

        Each pair estimates the mean of (cos, sin) over what the residue may be, so its length is near one where the
        angle is clear and near zero where it is not.

        Parameters
        ----------
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        bead : Tensor, shape=(n_residues,), dtype=int64
            Bead that places the CA of each residue.

        Returns
        -------
        Tensor, shape=(n_residues, 4)
            Two vectors per residue, not normalised.

        Raises
        ------
        UnbeadError
            If the model was trained without this head.
        """
        return self.require_torsions()(s[bead], v[bead])

    def require_torsions(self) -> TorsionHead:
        """Return the φ/ψ head.

        Returns
        -------
        TorsionHead
            The head.

        Raises
        ------
        UnbeadError
            If the model was trained without it.
        """
        if self.torsion_head is None:
            raise UnbeadError(
                "this model does not predict phi and psi; use --backbone network, or train that head (docs/training.md)"
            )
        return self.torsion_head

    def side_chains(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, positions: Tensor, log_sigma: Tensor
    ) -> Tensor:
        """Read what is known of the side chains of placed residues, for `RotamerHead.logits`.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`, those of residues among them.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        positions : Tensor, shape=(n_atoms, 3)
            Atoms in Å, from `place`.
        log_sigma : Tensor, shape=(n_atoms,)
            Their log errors.

        Returns
        -------
        Tensor, shape=(n_residues, channels)
            One row for each residue.

        Raises
        ------
        UnbeadError
            If the model was trained without this head.
        """
        head = self.require_rotamers()
        atoms, kind, bead = batch[keys.RESIDUE_ATOMS], batch[keys.RESIDUE_KIND], batch[keys.RESIDUE_BEAD]
        x = positions[atoms]
        present, torsions = placed_torsions(kind, x)
        residues = PlacedResidues(
            s[bead], v[bead], kind, x, log_sigma[atoms].clamp(-5.0, 3.0), present, torsions,
            batch[keys.BEAD_RESIDUE][bead], batch[keys.RESIDUE_NEIGHBOURS], batch[keys.RESIDUE_MASK],
            batch[keys.RESIDUE_SHIFT], batch[keys.RESIDUE_REACH],
        )  # fmt: skip
        return head(residues)

    def require_rotamers(self) -> RotamerHead:
        """Return the head of the side chains.

        Returns
        -------
        RotamerHead
            The head.

        Raises
        ------
        UnbeadError
            If the model was trained without it.
        """
        if self.rotamer_head is None:
            raise UnbeadError(
                "this model does not predict distributions of side chains; use --answer mean, or train that head "
                "(docs/training.md)"
            )
        return self.rotamer_head

    def forward(self, batch: dict[str, Tensor], block: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Read the beads and place the atoms.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Positions, log errors and levels, as `place` returns them.
        """
        return self.place(batch, *self.encode(batch, block), block)

    def place(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, block: int | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Place the atoms of beads that were read.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        block : int, optional
            Beads whose atoms are computed at a time; all at once by default.

        Returns
        -------
        positions : Tensor, shape=(n_atoms, 3)
            Atom positions in Å.
        log_sigma : Tensor, shape=(n_atoms,)
            Logarithm of the predicted error per coordinate in Å.
        level : Tensor, shape=(n_beads,)
            Perturbation of the beads in Å as the network sees it.
        """
        beads, atoms = batch[keys.ATOM_BEAD], batch[keys.ATOM_ID]
        parts = equal_blocks(len(s), block or len(s))
        offset, log_sigma = by_blocks(
            parts, beads, lambda part, mine: self.read(s[part], v[part], beads[mine] - part.start, atoms[mine])
        )
        level = torch.cat([self.level(s[part])[:, 0] for part in parts])
        return batch[keys.BEAD_POSITIONS][beads] + offset, log_sigma, level

    def deviations(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, latents: list[Tensor], block: int | None = None
    ) -> list[Tensor]:
        """Say how far latents move the atoms from where `place` has them; zeros move none.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.models.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        latents : list of Tensor, shape=(n_beads, latent)
            Latents, standard normal numbers for samples.
        block : int, optional
            Beads (and atoms) computed at a time; all at once by default.

        Returns
        -------
        list of Tensor
            Displacements (n_atoms, 3) in Å, one for each of the latents.

        Raises
        ------
        UnbeadError
            If the model has no latents.
        """
        deviation = self.deviation
        if deviation is None:
            raise UnbeadError("this model has no latents to sample; use another, or train them (docs/generative.md)")
        parts, bead, atom = equal_blocks(len(s), block or len(s)), batch[keys.ATOM_BEAD], batch[keys.ATOM_ID]
        whole = self.view(batch, slice(None)) if len(parts) == 1 else None
        found = []
        for d in (torch.zeros_like(latents[0]), *latents):
            hidden, arrows = deviation(s, v, d, lambda part: whole or self.view(batch, part), parts)
            found += by_blocks(
                parts,
                bead,
                lambda part, mine, hidden=hidden, arrows=arrows: (
                    deviation.read(hidden[part], arrows[part], v[part], bead[mine] - part.start, atom[mine]),
                ),
            )
        return [moved - found[0] for moved in found[1:]]

    def sample(
        self, batch: dict[str, Tensor], s: Tensor, v: Tensor, noise: Tensor, block: int | None = None
    ) -> tuple[Tensor, Tensor]:
        """Place the atoms as latents have it.

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
            Positions (n_atoms, 3) in Å, and log errors (n_atoms,) of `place`.
        """
        positions, log_sigma, _ = self.place(batch, s, v, block)
        return positions + self.deviations(batch, s, v, [noise], block)[0], log_sigma

    def recognise(self, batch: dict[str, Tensor], s: Tensor, v: Tensor, positions: Tensor) -> Gaussian:
        """Return the posterior q(d | atoms, beads) of latents whose prior is standard normal.

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

        Raises
        ------
        UnbeadError
            If the model came without it, as those that ship do.
        """
        if self.posterior is None:
            raise UnbeadError("this model has no posterior; it is of use in training only")
        bead = batch[keys.ATOM_BEAD]
        offset = positions - batch[keys.BEAD_POSITIONS][bead]
        return self.posterior(s, v, self.view(batch, slice(None)), offset, bead, batch[keys.ATOM_ID])


def placed_torsions(kind: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return which slots are filled, and (cos, sin) of the torsions, doubled where they repeat.

    Parameters
    ----------
    kind : Tensor, shape=(n,), dtype=int64
        Residue types.
    x : Tensor, shape=(n, 14, 3)
        Atoms in Å by slot.

    Returns
    -------
    tuple of Tensor
        Shapes (n, 14) and (n, 4, 2); torsions that there are not are zeros.
    """
    slots = torch.from_numpy(torsion_slots()).to(kind.device)[kind]  # (n, 4, 4)
    repeats = torch.from_numpy(torsion_repeats()).to(kind.device)[kind]
    there = slots[..., 0] >= 0
    points = x.gather(1, slots.clamp(min=0).flatten(1)[..., None].expand(-1, -1, 3)).view(*slots.shape, 3)
    a, b, c, d = points.unbind(2)
    _, w, z = frame(c.reshape(-1, 3), b.reshape(-1, 3), a.reshape(-1, 3))
    arrow = (d - c).reshape(-1, 3)
    cos, sin = (arrow * w).sum(-1), (arrow * z).sum(-1)
    size = torch.sqrt(cos * cos + sin * sin + 1e-12)
    cos, sin = (cos / size).view_as(there), (sin / size).view_as(there)
    twice = repeats == 2
    cos, sin = torch.where(twice, cos * cos - sin * sin, cos), torch.where(twice, 2 * sin * cos, sin)
    present = torch.from_numpy(filled_slots()).to(kind.device)[kind].to(x.dtype)
    return present, torch.stack([cos, sin], -1) * there[..., None]
