"""From beads to the list of atoms that they stand for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.links import LINKS
from unbead.chem.naming import written_residue_name
from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import LIPIDS, POLYMERS, template
from unbead.mapping.atomistic import refuse_atoms
from unbead.mapping.ends import name_ends_of_beads, previous_atoms
from unbead.mapping.fit import Fit, Kind, fit_residues, known_beads, taken
from unbead.mapping.grammar import PREVIOUS
from unbead.mapping.links import Link, Links, find_links, link_rows
from unbead.mapping.mapping import Mapping
from unbead.mapping.operator import Operator, normalised
from unbead.mapping.unknown import misfit_residues
from unbead.structure.chains import closed_chains


@dataclass(frozen=True)
class Assembly:
    """Beads and the atoms to build from them.

    Attributes
    ----------
    beads : Particles
        The beads that stand for atoms, in the order of the input.
    kept : ndarray, shape=(n_beads,), dtype=int64
        Their indices in the input.
    atoms : Particles
        Heavy atoms to build, all at the origin.
    owner : ndarray, shape=(n_atoms,), dtype=int64
        Bead that places each atom.
    operator : Operator
        M over the heavy atoms.
    template_names : ndarray, shape=(n_residues,), dtype=str
        Template of each residue; "" for residues without beads to build from.
    kind : ndarray, shape=(n_residues,), dtype=int64
        Residues of one kind have the same name and beads, virtual sites aside; -1 without beads.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds, those between residues included.
    bond_lengths : ndarray, shape=(n_bonds,), dtype=float32
        Reference lengths in Å.
    skipped : dict of str to int
        Beads that stand for no atom (virtual sites), counted by ``RESIDUE:BEAD``.
    links : tuple of Link
        Bonds between residues that no chain explains.
    doubts : tuple of str
        Bonds of the file that are not built, and why.
    taken : tuple of str
        Lines on what was taken where neither name nor beads of a residue tell.
    """

    beads: Particles
    kept: NDArray[np.int64]
    atoms: Particles
    owner: NDArray[np.int64]
    operator: Operator
    template_names: NDArray[np.str_]
    kind: NDArray[np.int64]
    bonds: NDArray[np.int64]
    bond_lengths: NDArray[np.float32]
    skipped: dict[str, int]
    links: tuple[Link, ...] = ()
    doubts: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


def assemble(beads: Particles, mapping: Mapping, links: Sequence[Link] | None = None) -> Assembly:
    """Find out which atoms beads stand for.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure.
    mapping : Mapping
        The mapping it was made with.
    links : sequence of Link, optional
        Bonds between residues that no chain explains, and of beads that bear the names of what is left of their
        residues; looked for if not given.

    Returns
    -------
    Assembly
        The atoms to build, and how they hang together.

    Raises
    ------
    UnbeadError
        If residues do not fit the mapping, all of which it names, or if the input is atomistic.
    """
    given = beads.residues.names
    beads = name_ends_of_beads(beads, mapping)
    fit = fit_residues(beads, mapping)
    refuse_atoms(beads, known_beads(fit))
    if any(fit.misfits):
        raise misfit_residues(beads, fit, mapping)
    found = find_links(beads, fit) if links is None else Links(beads, tuple(links))
    if found.beads is not beads:
        beads = found.beads
        fit = fit_residues(beads, mapping)

    place, skipped = _bead_places(beads, fit)
    kept = np.flatnonzero(place >= 0)
    used = _unlink_molecules(beads.select(kept), fit)
    residues = used.residues
    bead_at = _bead_table(used, place[kept], fit)

    parts = [_build(np.flatnonzero(fit.kind == k), bead_at, kind) for k, kind in enumerate(fit.kinds)]
    residue_of = np.concatenate([part.residue for part in parts])
    slot = np.concatenate([part.slot for part in parts])
    order = np.lexsort((slot, residue_of))
    residue_of, slot = residue_of[order], slot[order]
    n = len(order)
    atoms = Particles(
        names=np.concatenate([part.names for part in parts])[order],
        positions=np.zeros((n, 3), np.float32),
        residue_index=residue_of,
        residues=_renamed(replace(residues, names=given), fit),
        elements=np.concatenate([part.elements for part in parts])[order],
        b_factors=np.zeros(n, np.float32),
        box=beads.box,
    )
    owner = np.concatenate([part.owner for part in parts])[order]
    first = np.searchsorted(residue_of, np.arange(len(residues)))  # first atom of each residue
    before = _previous(atoms, bead_at, fit)
    operator = normalised(
        np.concatenate([*(part.bead for part in parts), before[0]]),
        np.concatenate([*(first[part.weight_residue] + part.weight_slot for part in parts), before[1]]),
        np.concatenate([*(part.weight for part in parts), before[2]]),
        (len(used), n),
    )
    templates = [kind.template.name for kind in fit.kinds if kind.template is not None]
    template_names = np.array([*templates, ""])[fit.kind]
    bonds = np.concatenate([first[part.bond_residue][:, None] + part.bonds for part in parts])
    lengths = np.concatenate([part.lengths for part in parts])
    chained, chain_lengths = _links(used, template_names, first)
    others, other_lengths = link_rows(found.found, template_names, first)
    return Assembly(
        beads=used,
        kept=kept,
        atoms=atoms,
        owner=owner,
        operator=operator,
        template_names=template_names,
        kind=fit.alike,
        bonds=np.concatenate([bonds, chained, others]),
        bond_lengths=np.concatenate([lengths, chain_lengths, other_lengths]).astype(np.float32),
        skipped=skipped,
        links=found.found,
        doubts=found.doubts,
        taken=taken(fit),
    )


def restrict(assembly: Assembly, keep: NDArray[np.bool_]) -> Assembly:
    """Return the beads and atoms of some residues; the table of residues stays whole.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    keep : ndarray, shape=(n_residues,), dtype=bool
        Residues to keep.

    Returns
    -------
    Assembly
        A smaller assembly; what it keeps is in the same order.
    """
    if keep.all():
        return assembly
    bead, atom = keep[assembly.beads.residue_index], keep[assembly.atoms.residue_index]
    new_bead, new_atom = np.cumsum(bead) - 1, np.cumsum(atom) - 1
    m = assembly.operator
    entries = bead[m.bead] & atom[m.atom]
    inner = atom[assembly.bonds].all(1)
    return Assembly(
        beads=assembly.beads.select(bead),
        kept=assembly.kept[bead],
        atoms=assembly.atoms.select(atom),
        owner=new_bead[assembly.owner[atom]],
        operator=Operator(
            new_bead[m.bead[entries]], new_atom[m.atom[entries]], m.weight[entries], (int(bead.sum()), int(atom.sum()))
        ),
        template_names=np.where(keep, assembly.template_names, ""),
        kind=np.where(keep, assembly.kind, -1),
        bonds=new_atom[assembly.bonds[inner]],
        bond_lengths=assembly.bond_lengths[inner],
        skipped={},
    )


def _unlink_molecules(beads: Particles, fit: Fit) -> Particles:
    """Lipids that follow each other in a file are no chain."""
    residues = beads.residues
    polymer = fit.rows(kind.template is None or kind.template.kind in POLYMERS for kind in fit.kinds)
    linked = residues.bonded_to_previous & polymer & np.concatenate([[False], polymer[:-1]])
    return replace(beads, residues=replace(residues, bonded_to_previous=linked))


def _renamed(residues: Residues, fit: Fit) -> Residues:
    """Residues whose beads say what they are under the names of their templates; others keep theirs.

    Martini's CHOL is CHARMM's CHL1, and CYS with the beads of a palmitoyl group is CYSP.
    """
    new = []
    for kind in fit.kinds:
        known, named = kind.template, template(kind.name)
        other = known is not None and (known.kind in LIPIDS or (named is not None and named.name != known.name))
        new.append(written_residue_name(known, kind.name) if known is not None and other else "")
    chosen = np.array([*new, ""])[fit.kind]
    return replace(residues, names=np.where(chosen != "", chosen, residues.names))


@dataclass(frozen=True)
class _Part:
    """All residues of one name: atoms, weights and bonds, by residue and slot in the template."""

    residue: NDArray[np.int64]
    slot: NDArray[np.int64]
    names: NDArray[np.str_]
    elements: NDArray[np.str_]
    owner: NDArray[np.int64]
    bead: NDArray[np.int64]
    weight_residue: NDArray[np.int64]
    weight_slot: NDArray[np.int64]
    weight: NDArray[np.float64]
    bond_residue: NDArray[np.int64]
    bonds: NDArray[np.int64]
    lengths: NDArray[np.float64]


def _build(rows: NDArray[np.int64], bead_at: NDArray[np.int64], kind: Kind) -> _Part:
    known, molecule = kind.template, kind.molecule
    assert known is not None and molecule is not None, f"{kind.name} does not fit"
    heavy = known.n_heavy
    column = np.full(heavy, -1)
    for slot, atom in enumerate(known.atoms[:heavy]):
        if atom in molecule.atoms:
            column[slot] = molecule.atoms.index(atom)
    last = len(molecule.beads) - 1
    owner = np.where(column >= 0, molecule.owner[column], last)  # atoms of a modification go with the last bead
    weight = np.where(column >= 0, molecule.weights[:, column], 0.0)
    for i, j in known.bonds[known.bonds[:, 1] >= heavy]:  # hydrogens that count are taken to be where they are bonded
        if (place := molecule.column(known.atoms[j])) >= 0:
            weight[:, i] += molecule.weights[:, place]
    bead, slot = np.nonzero(weight)
    inner = np.flatnonzero((known.bonds < heavy).all(1))
    m = len(rows)
    return _Part(
        residue=np.repeat(rows, heavy),
        slot=np.tile(np.arange(heavy), m),
        names=np.tile(np.array(known.atoms[:heavy]), m),
        elements=np.tile(np.array(known.elements[:heavy]), m),
        owner=bead_at[rows][:, owner].reshape(-1),
        bead=bead_at[rows][:, bead].reshape(-1),
        weight_residue=np.repeat(rows, len(bead)),
        weight_slot=np.tile(slot, m),
        weight=np.tile(weight[bead, slot], m),
        bond_residue=np.repeat(rows, len(inner)),
        bonds=np.tile(known.bonds[inner], (m, 1)),
        lengths=np.tile(known.bond_lengths[inner], m),
    )


def _bead_places(beads: Particles, fit: Fit) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Place of each bead among its molecule's beads, -1 for beads of no atom, which are counted."""
    kind = fit.kind[beads.residue_index]
    names, which = np.unique(beads.names, return_inverse=True)
    pairs, pair, counts = np.unique(kind * len(names) + which, return_inverse=True, return_counts=True)
    places, skipped = np.full(len(pairs), -1), Counter[str]()
    for k, (code, count) in enumerate(zip(pairs.tolist(), counts.tolist(), strict=True)):
        known, bead = fit.kinds[code // len(names)], str(names[code % len(names)])
        if known.molecule is not None and bead in known.molecule.beads:
            places[k] = known.molecule.beads.index(bead)
        elif bead in known.sites:
            skipped[f"{known.name}:{bead}"] += count
    return places[pair], dict(skipped)


def _bead_table(used: Particles, place: NDArray[np.int64], fit: Fit) -> NDArray[np.int64]:
    """Bead index by residue and place, -1 beyond the beads of a residue."""
    width = max(len(kind.molecule.beads) for kind in fit.kinds if kind.molecule is not None)
    table = np.full((len(used.residues), width), -1, np.int64)
    table[used.residue_index, place] = np.arange(len(used))
    return table


def _previous(
    atoms: Particles, bead_at: NDArray[np.int64], fit: Fit
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Entries of M, as beads, atoms and weights, of atoms in beads of the residue after them."""
    molecules = {str(k): kind.molecule for k, kind in enumerate(fit.kinds) if kind.molecule is not None}
    by_kind = replace(atoms, residues=replace(atoms.residues, names=fit.kind.astype(str)))
    residue, atom, name = previous_atoms(by_kind, {kind: molecule.previous for kind, molecule in molecules.items()})
    beads, owners, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    kinds = by_kind.residues.names[residue]
    for kind, label in {*zip(kinds.tolist(), name.tolist(), strict=True)}:
        mine = (kinds == kind) & (name == label)
        column = molecules[kind].weights[:, molecules[kind].column(PREVIOUS + label)]
        for place in np.flatnonzero(column):
            beads.append(bead_at[residue[mine], place])
            owners.append(atom[mine])
            weights.append(np.full(mine.sum(), column[place]))
    return np.concatenate(beads), np.concatenate(owners), np.concatenate(weights)


def _links(
    beads: Particles, template_names: NDArray[np.str_], first: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Bonds between residues and their lengths: C–N of peptides, rings too, and O3'–P of nucleic acids."""
    kinds, which = np.unique(template_names, return_inverse=True)
    known = [template(str(name)) for name in kinds]
    here = np.flatnonzero(beads.residues.bonded_to_previous)
    before, here = np.concatenate([np.stack([here - 1, here], 1), closed_chains(beads)]).T
    pairs, lengths = [np.zeros((0, 2), np.int64)], [np.zeros(0)]
    for last, following, length in LINKS:
        end, start = (
            np.array([-1 if one is None else one.index(atom) for one in known])[which] for atom in (last, following)
        )
        there = (start[here] >= 0) & (end[before] >= 0)
        left, right = before[there], here[there]
        pairs.append(np.stack([first[left] + end[left], first[right] + start[right]], 1))
        lengths.append(np.full(len(left), length))
    return np.concatenate(pairs), np.concatenate(lengths)
