"""From atoms to beads."""

from dataclasses import replace

import numpy as np

from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.ends import PHOSPHORUS, name_ends_of_atoms, previous_atoms
from unbead.mapping.grammar import PREVIOUS
from unbead.mapping.mapping import Mapping
from unbead.mapping.operator import Operator, apply, normalised
from unbead.mapping.unknown import unknown_residues


def coarsen(atoms: Particles, mapping: Mapping) -> Particles:
    """Map an atomistic structure onto beads.

    Parameters
    ----------
    atoms : Particles
        Atoms; hydrogens count where the mapping lists them and they are present.
    mapping : Mapping
        The mapping.

    Returns
    -------
    Particles
        Beads, residue by residue in the mapping's order. Atoms that the mapping does not list are ignored, and so are
        caps (ACE, NME, NH2) that it does not map, as martinize2 does, and nucleotides without a phosphate if that is
        all it maps. Nucleotides keep their names.

    Raises
    ------
    UnbeadError
        If a residue has no mapping, or a bead has none of its atoms.
    """
    beads, operator = bead_operator(atoms, mapping)
    return beads.with_positions(apply(operator, atoms.positions).astype(np.float32))


def bead_operator(atoms: Particles, mapping: Mapping) -> tuple[Particles, Operator]:
    """Find out which atoms make which beads.

    Parameters
    ----------
    atoms : Particles
        Atoms.
    mapping : Mapping
        The mapping.

    Returns
    -------
    beads : Particles
        Beads as `coarsen` returns them, all at the origin.
    operator : Operator
        M over all atoms; those that make no bead have no entry.

    Raises
    ------
    UnbeadError
        If a residue has no mapping, or a bead has none of its atoms.
    """
    given = atoms.residues
    atoms = name_ends_of_atoms(atoms)
    caps = np.array([_is_unmapped_end(str(name), mapping) for name in atoms.residues.names], bool)
    number, place = len(atoms), np.flatnonzero(~caps[atoms.residue_index])
    atoms = atoms.select_residues(~caps)
    residues = atoms.residues
    molecules = {str(name): mapping.find(str(name)) for name in np.unique(residues.names)}
    missing = [name for name, molecule in molecules.items() if molecule is None]
    if missing:
        raise unknown_residues(atoms, np.isin(residues.names, missing), mapping)
    size = {name: len(molecule.beads) for name, molecule in molecules.items() if molecule is not None}
    sizes = np.array([size[str(name)] for name in residues.names])
    start = np.concatenate([[0], np.cumsum(sizes)])

    keys = np.char.add(np.char.add(residues.names[atoms.residue_index], ":"), atoms.names)
    rows, columns, weights = [], [], []
    kinds, which = np.unique(keys, return_inverse=True)
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(len(kinds) + 1))
    for k, kind in enumerate(kinds):
        residue, _, atom = str(kind).partition(":")
        molecule = molecules[residue]
        assert molecule is not None
        which_atom = molecule.column(atom)
        if which_atom < 0:
            which_atom = molecule.column(canonical_atom_name(residue, atom))
        if which_atom < 0:
            continue
        column = molecule.weights[:, which_atom]
        members = order[bounds[k] : bounds[k + 1]]
        for bead in np.flatnonzero(column):
            rows.append(start[atoms.residue_index[members]] + bead)
            columns.append(place[members])
            weights.append(np.full(len(members), column[bead]))
    before = {name: molecule.previous for name, molecule in molecules.items() if molecule is not None}
    for residue, atom, name in zip(*previous_atoms(atoms, before), strict=True):
        molecule = molecules[str(residues.names[residue])]
        assert molecule is not None
        column = molecule.weights[:, molecule.column(PREVIOUS + str(name))]
        rows.append(start[residue] + np.flatnonzero(column))
        columns.append(np.full(len(rows[-1]), place[atom]))
        weights.append(column[column > 0])
    if not rows:
        raise UnbeadError(f"no atom that mapping {mapping.name} knows; is the input atomistic?")
    shape = (int(start[-1]), number)
    operator = normalised(np.concatenate(rows), np.concatenate(columns), np.concatenate(weights), shape)
    residue_index = np.repeat(np.arange(len(residues)), sizes)
    names = np.array([b for name in residues.names for b in molecules[str(name)].beads])  # type: ignore[union-attr]
    empty = np.setdiff1d(np.arange(shape[0]), operator.bead)
    if len(empty):
        where = residues.label(int(residue_index[empty[0]]))
        raise UnbeadError(
            f"{where}: none of the atoms of bead {names[empty[0]]} is present; complete the residue first"
        )
    beads = Particles(
        names=names,
        positions=np.zeros((len(names), 3), np.float32),
        residue_index=residue_index.astype(np.int64),
        residues=replace(residues, names=given.names[~caps]),
        elements=np.full(shape[0], ""),
        b_factors=np.zeros(shape[0], np.float32),
        box=atoms.box,
    )
    return beads, operator


def partly_missing(atoms: Particles, mapping: Mapping) -> list[str]:
    """Name the residues that lack heavy atoms which count in their beads.

    Parameters
    ----------
    atoms : Particles
        Atoms.
    mapping : Mapping
        The mapping.

    Returns
    -------
    list of str
        Labels of residues; terminal oxygens, which most residues do not have, are not missed.
    """
    atoms = name_ends_of_atoms(atoms)
    residues = atoms.residues
    names = [str(name) for name in residues.names]
    wanted: dict[str, set[str]] = {}
    for name in set(names):
        molecule, known = mapping.find(name), template(name)
        if molecule is None or known is None:
            continue
        heavy = [atom for atom in known.atoms[: known.n_heavy] if molecule.column(atom) >= 0]
        wanted[name] = {atom for atom in heavy if molecule.weights[:, molecule.column(atom)].any()}
    present: list[set[str]] = [set() for _ in names]
    for k, atom in zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True):
        present[k].add(canonical_atom_name(names[k], atom))
    return [residues.label(k) for k, name in enumerate(names) if wanted.get(name, set()) - present[k]]


def _is_unmapped_end(name: str, mapping: Mapping) -> bool:
    """Whether a residue is a cap, or a nucleotide without phosphate, that the mapping does not have."""
    known, found = template(name), mapping.find(name)
    if known is None or known.kind not in ("cap", "nucleotide"):
        return False
    return found is None or (
        known.kind == "nucleotide" and PHOSPHORUS not in known.atoms and found.molecule != known.name
    )
