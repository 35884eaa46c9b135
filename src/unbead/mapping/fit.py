"""Which molecule each residue is: its name says what it may be, its beads what it is.

Residues of one name with the same beads are one `Kind`. A residue with some of the beads of a mapping is built from
these; beads that no mapping of the residue knows are virtual sites, or are named.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.templates import Template
from unbead.chem.virtual import is_site, on_another
from unbead.mapping.levels import anchors_from_bonds
from unbead.mapping.mapping import Mapping, residue_template
from unbead.mapping.molecule import MoleculeMapping

MOST_INCOMPLETE = 0.5  # share of residues that lack beads, beyond which the mapping is another one


@dataclass(frozen=True, eq=False)
class Kind:
    """Residues of one name with the same beads.

    Attributes
    ----------
    name : str
        Residue name.
    beads : tuple of str
        Names of its beads, sorted.
    molecule : MoleculeMapping or None
        Its mapping, of the beads that are there; None where the mapping has no such residue.
    template : Template or None
        What is built.
    missing : tuple of str
        Beads of the mapping that are not there.
    twice : tuple of str
        Beads of the mapping that are there several times.
    strange : tuple of str
        Beads that the mapping does not know and that are no virtual sites.
    sites : tuple of str
        Virtual sites and dummies.
    """

    name: str
    beads: tuple[str, ...]
    molecule: MoleculeMapping | None = None
    template: Template | None = None
    missing: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def misfit(self) -> str:
        """Why these residues cannot be built; "" where they can."""
        if self.molecule is None:
            return "no such residue"
        if self.template is None:
            return "there is no template of the atoms to build"
        if self.twice:
            counts = Counter(self.beads)
            return ", ".join(f"bead {bead} is there {counts[bead]} times" for bead in self.twice)
        if self.missing and (self.strange or not self.molecule.beads):
            other = f", {' '.join(self.strange)} not known" if self.strange else ""
            return f"{_beads(self.missing)} missing{other}"
        return ""


@dataclass(frozen=True, eq=False)
class Fit:
    """The residues of a system by kind.

    Attributes
    ----------
    kinds : tuple of Kind
        All kinds.
    kind : ndarray, shape=(n_residues,), dtype=int64
        Kind of each residue; -1 for residues without beads.
    misfits : tuple of str
        Why residues of each kind cannot be built; "" where they can.
    """

    kinds: tuple[Kind, ...]
    kind: NDArray[np.int64]
    misfits: tuple[str, ...]

    def rows(self, chosen: Iterable[bool]) -> NDArray[np.bool_]:
        """Find the residues of some kinds.

        Parameters
        ----------
        chosen : iterable of bool
            One answer for each kind.

        Returns
        -------
        ndarray, shape=(n_residues,), dtype=bool
            Residues whose kind is chosen.
        """
        return np.append(np.fromiter(chosen, bool, len(self.kinds)), False)[self.kind]

    def of(self, residues: NDArray[np.bool_]) -> "Fit":
        """Return some of the residues; the others count as those without beads.

        Parameters
        ----------
        residues : ndarray, shape=(n_residues,), dtype=bool
            Residues to keep.

        Returns
        -------
        Fit
            Their kinds alone; why they do not fit stays.
        """
        kept = [k for k in range(len(self.kinds)) if (residues & (self.kind == k)).any()]
        number = np.full(len(self.kinds) + 1, -1)
        number[kept] = np.arange(len(kept))
        return Fit(
            tuple(self.kinds[k] for k in kept),
            np.where(residues, number[self.kind], -1),
            tuple(self.misfits[k] for k in kept),
        )

    @cached_property
    def alike(self) -> NDArray[np.int64]:
        """Number for each residue, shape (n_residues,), the same where name and beads are, virtual sites aside."""
        found = [(kind.name, kind.molecule) for kind in self.kinds]
        keys = [(name, "", ()) if one is None else (name, one.source, one.beads) for name, one in found]
        number = {key: k for k, key in enumerate(sorted(set(keys), key=str))}
        return np.array([*(number[key] for key in keys), -1])[self.kind]


def taken(fit: Fit) -> tuple[str, ...]:
    """Say what was taken where neither a residue's name nor its beads tell.

    Parameters
    ----------
    fit : Fit
        The residues of a system.

    Returns
    -------
    tuple of str
        A line for each residue name and choice, with the number of residues.
    """
    lines = Counter()
    for k, kind in enumerate(fit.kinds):
        for note in kind.molecule.notes if kind.molecule is not None else ():
            lines[kind.name, note] += int((fit.kind == k).sum())
    return tuple(f"{name} ({n}): neither name nor beads tell; taken: {note}" for (name, note), n in lines.items())


def fit_residues(beads: Particles, mapping: Mapping) -> Fit:
    """Find the mapping of each residue by its name and its own beads.

    Of several molecules that a name may mean, the one is taken that explains the beads best: with the fewest beads that
    are missing or not known.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        The mapping.

    Returns
    -------
    Fit
        Every residue by kind.
    """
    kind, first = _group(beads)
    start = np.searchsorted(beads.residue_index, first)
    end = np.searchsorted(beads.residue_index, first, side="right")
    kinds = [
        _kind(str(beads.residues.names[residue]), tuple(sorted(beads.names[a:b].tolist())), mapping)
        for residue, a, b in zip(first.tolist(), start.tolist(), end.tolist(), strict=True)
    ]
    kinds = _sites_by_place(beads, kind, kinds)
    return Fit(tuple(kinds), kind, _misfits(kinds, np.bincount(kind[kind >= 0], minlength=len(kinds))))


def _misfits(kinds: Sequence[Kind], counts: NDArray[np.int64]) -> tuple[str, ...]:
    """Why kinds cannot be built; where most residues that could be lack beads, theirs is another mapping."""
    good = [not kind.misfit for kind in kinds]
    lacking = [here and bool(kind.missing) for here, kind in zip(good, kinds, strict=True)]
    too_many = counts[lacking].sum() > MOST_INCOMPLETE * counts[good].sum()
    return tuple(
        f"{_beads(kind.missing)} missing" if lacks and too_many else kind.misfit
        for lacks, kind in zip(lacking, kinds, strict=True)
    )


def known_beads(fit: Fit) -> dict[str, set[str]]:
    """List the beads that the mapping knows of each residue name.

    Parameters
    ----------
    fit : Fit
        The residues of a system.

    Returns
    -------
    dict of str to set of str
        Names of beads by residue name.
    """
    known: dict[str, set[str]] = {}
    for kind in fit.kinds:
        if kind.molecule is not None:
            known.setdefault(kind.name, set()).update(kind.molecule.beads)
    return known


def _group(beads: Particles) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of each residue's set of name and beads, -1 without beads, and the first residue of each."""
    residues, index = beads.residues, beads.residue_index
    n = len(residues)
    kind = np.full(n, -1, np.int64)
    if not len(beads):
        return kind, np.zeros(0, np.int64)
    bead = np.unique(beads.names, return_inverse=True)[1]
    name = np.unique(residues.names, return_inverse=True)[1]
    order = np.lexsort((bead, index))
    size = np.bincount(index, minlength=n)
    place = np.arange(len(beads)) - np.repeat(np.cumsum(size) - size, size)
    found: list[NDArray[np.int64]] = []
    for width in np.unique(size[size > 0]).tolist():
        rows = np.flatnonzero(size == width)
        table = np.zeros((n, width + 1), np.int64)
        mine = order[size[index[order]] == width]
        table[index[mine], place[size[index[order]] == width]] = bead[mine]
        table[:, width] = name
        _, first, which = np.unique(table[rows], axis=0, return_index=True, return_inverse=True)
        kind[rows] = which.reshape(-1) + sum(map(len, found))
        found.append(rows[first])
    return kind, np.concatenate(found)


def _kind(name: str, beads: tuple[str, ...], mapping: Mapping) -> Kind:
    """What residues of a name with these beads are, as far as names tell."""
    there = set(beads)

    def misfit(molecule: MoleculeMapping) -> tuple[int, int]:
        strange = [bead for bead in there - set(molecule.beads) if not is_site(name, bead)]
        return len(set(molecule.beads) - there) + len(strange), len(there - set(molecule.beads))

    molecule = min(mapping.candidates(name, there), key=misfit, default=None)
    if molecule is None:
        return Kind(name, beads)
    counts = Counter(beads)
    built = residue_template(name, molecule)
    unknown = [bead for bead in counts if bead not in molecule.beads]
    sites = tuple(bead for bead in unknown if is_site(name, bead) or (built is not None and is_site(built.name, bead)))
    known = Kind(
        name,
        beads,
        molecule,
        built,
        missing=tuple(bead for bead in molecule.beads if bead not in there),
        twice=tuple(bead for bead in molecule.beads if counts[bead] > 1),
        strange=tuple(bead for bead in unknown if bead not in sites),
        sites=sites,
    )
    return replace(known, molecule=_of_beads(molecule, there, known.template)) if known.missing else known


def _sites_by_place(beads: Particles, kind: NDArray[np.int64], kinds: list[Kind]) -> list[Kind]:
    """Kinds, with beads among their sites that lie on other beads wherever they occur."""
    for k, known in enumerate(kinds):
        if known.molecule is None or not known.strange:
            continue
        here = np.flatnonzero((kind == k)[beads.residue_index])
        on = {bead for bead in known.strange if on_another(beads, here[beads.names[here] == bead]).all()}
        if on:
            strange = tuple(bead for bead in known.strange if bead not in on)
            kinds[k] = replace(known, strange=strange, sites=(*known.sites, *sorted(on)))
    return kinds


def _of_beads(molecule: MoleculeMapping, there: set[str], known: Template | None) -> MoleculeMapping:
    """Keep the beads that are there; atoms of the others go with the bead that is the fewest bonds away."""
    rows = [row for row, bead in enumerate(molecule.beads) if bead in there]
    if not rows:
        return replace(molecule, beads=())
    new = {row: k for k, row in enumerate(rows)}
    owner = np.array([new.get(int(row), -1) for row in molecule.owner])
    place = {name: i for i, name in enumerate(molecule.atoms)}
    pairs = [] if known is None else [(known.atoms[a], known.atoms[b]) for a, b in known.bonds.tolist()]
    bonds = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
    while (owner < 0).any():
        reached = [(i, owner[j]) for a, b in bonds for i, j in ((a, b), (b, a)) if owner[i] < 0 <= owner[j]]
        for i, bead in reached:
            owner[i] = bead
        if not reached:  # atoms that no bond of the template leads to
            owner[owner < 0] = 0
    weights = molecule.weights[rows]
    level, anchor = anchors_from_bonds(bonds, weights, owner)
    beads = tuple(molecule.beads[row] for row in rows)
    return replace(molecule, beads=beads, weights=weights, owner=owner, level=level, anchor=anchor)


def _beads(names: tuple[str, ...]) -> str:
    return f"bead{'s' if len(names) > 1 else ''} {' '.join(names)}"
