"""The flagship: beads read by what they are made of, atoms answered one by one, one set of weights for all."""

import torch
from torch import Tensor, nn

from unbead.errors import UnbeadError
from unbead.graph import keys
from unbead.models.embedding import BeadEmbedding
from unbead.models.settings import NetworkSettings
from unbead.nn.message import Message, View
from unbead.nn.radial import RadialBasis, envelope
from unbead.nn.torsions import TorsionHead
from unbead.nn.update import Update

FARTHEST_OFFSET = 5  # residue offsets from -4 to 4 are told apart; beyond is one class per side


class UnbeadNetwork(nn.Module):
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
        super().__init__()
        s, v = settings.scalars, settings.vectors
        self.settings = settings
        self.embed = BeadEmbedding(vocabulary, s // 2, s)
        self.noise = nn.Sequential(nn.Linear(3, 32), nn.SiLU(), nn.Linear(32, s))
        self.basis = RadialBasis(settings.basis, longest=settings.radius)
        self.offset = nn.Embedding(2 * FARTHEST_OFFSET + 1, 16)
        self.messages = nn.ModuleList(
            Message(s, v, settings.rows, settings.sent, settings.basis + 17, settings.edge_hidden)
            for _ in range(settings.layers)
        )
        self.updates = nn.ModuleList(Update(s, v, 2 * s) for _ in range(settings.layers))
        self.final = nn.LayerNorm(s)
        self.to_readout = nn.Linear(v, settings.readout, bias=False)
        self.table = nn.Embedding(vocabulary, settings.readout)
        self.atom = nn.Embedding(vocabulary, settings.atom_hidden)
        self.bead_to_atom = nn.Linear(s, settings.atom_hidden)
        self.coefficients = nn.Sequential(
            nn.SiLU(),
            nn.Linear(settings.atom_hidden, settings.atom_hidden),
            nn.SiLU(),
            nn.Linear(settings.atom_hidden, settings.readout + 1),
        )
        self.level = nn.Sequential(nn.Linear(s, 32), nn.SiLU(), nn.Linear(32, 1))
        self.torsion_head: TorsionHead | None = TorsionHead(s, v)
        nn.init.normal_(self.table.weight, std=0.2)

    def _view(self, batch: dict[str, Tensor], part: slice) -> View:
        positions, rows = batch[keys.BEAD_POSITIONS], batch[keys.NEIGHBOURS][part]
        n, k = rows.shape
        here = positions[part][:, None]
        arrow = positions[rows.reshape(-1)].view(n, k, 3) - here + batch[keys.EDGE_SHIFT][part]
        distance = torch.sqrt((arrow * arrow).sum(-1) + 1e-8)
        fade = envelope(distance, batch[keys.REACH][part][:, None]) * batch[keys.EDGE_MASK][part]
        residue = batch[keys.BEAD_RESIDUE]
        offset = (residue[rows] - residue[part][:, None]).clamp(-FARTHEST_OFFSET, FARTHEST_OFFSET)
        edges = torch.cat([self.basis(distance), distance[..., None] * 0.2, self.offset(offset + FARTHEST_OFFSET)], -1)
        return View(rows, edges, fade, arrow / distance.clamp(min=0.05)[..., None])

    def encode(self, batch: dict[str, Tensor], block: int | None = None) -> tuple[Tensor, Tensor]:
        """Return scalars (n_beads, scalars) and vectors (n_beads, 3, vectors) of the beads.

        Every layer is computed for `block` beads at a time, so memory grows with what beads show to each other
        and not with their pairs, and the answer is that of the whole system.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.graph.keys`.
        block : int, optional
            Beads computed at a time; all at once by default.

        Returns
        -------
        tuple of Tensor
            Scalars and vectors.
        """
        if block is None or block >= len(batch[keys.BEAD_POSITIONS]):
            s, v = self._start(batch)
            view = self._view(batch, slice(None))
            for message, update in zip(self.messages, self.updates, strict=True):
                s, v = self._layer(message, update, s, v, message.show(s, v), view)  # type: ignore[operator]
            return self.final(s), v
        return self._encode_blocks(batch, block)

    def _start(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Scalars and vectors before the first layer."""
        level = batch[keys.NOISE][:, None]
        known = (level >= 0).to(level.dtype)
        level = level.clamp(min=0.0)
        told = torch.cat([known, 2 * level, level / (level + 0.05)], 1)
        s = self.embed(batch)[batch[keys.BEAD_TYPE]] + self.noise(told)
        return s, s.new_zeros(len(s), 3, self.settings.vectors)

    def _layer(
        self, message: nn.Module, update: nn.Module, s: Tensor, v: Tensor, shown: Tensor, view: View
    ) -> tuple[Tensor, Tensor]:
        """Scalars and vectors of some beads after a layer."""
        ds, dv = message(s, shown, view)
        s, v = s + ds, v + dv
        ds, dv = update(s, v)
        return s + ds, v + dv

    def _encode_blocks(self, batch: dict[str, Tensor], block: int) -> tuple[Tensor, Tensor]:
        """Do the same in place, block by block; without gradients."""
        s, v = self._start(batch)
        parts = [slice(start, start + block) for start in range(0, len(s), block)]
        shown = None
        for message, update in zip(self.messages, self.updates, strict=True):
            for part in parts:
                rows = message.show(s[part], v[part])  # type: ignore[operator]
                shown = s.new_empty(len(s), rows.shape[1]) if shown is None else shown
                shown[part] = rows
            assert shown is not None
            for part in parts:
                s[part], v[part] = self._layer(message, update, s[part], v[part], shown, self._view(batch, part))
        for part in parts:
            s[part] = self.final(s[part])
        return s, v

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

    def forward(self, batch: dict[str, Tensor], block: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Read the beads and place the atoms.

        Parameters
        ----------
        batch : dict of str to Tensor
            Fields of `unbead.graph.keys`.
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
            Fields of `unbead.graph.keys`.
        s : Tensor, shape=(n_beads, scalars)
            Scalars of the beads, from `encode`.
        v : Tensor, shape=(n_beads, 3, vectors)
            Vectors of the beads.
        block : int, optional
            Atoms computed at a time; all at once by default.

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
        size = max(block or len(atoms), 1)
        read = []
        for bead, atom in zip(beads.split(size), atoms.split(size), strict=True):
            if block is None:
                read.append(self.read(s, v, bead, atom))
            else:  # what a block does not read of costs nothing
                mine, place = bead.unique(return_inverse=True)
                read.append(self.read(s[mine], v[mine], place, atom))
        offset, log_sigma = (torch.cat(part) for part in zip(*read, strict=True))
        level = torch.cat([self.level(part)[:, 0] for part in s.split(size)])
        return batch[keys.BEAD_POSITIONS][beads] + offset, log_sigma, level
