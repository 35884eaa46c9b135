"""From atoms to beads."""

from dataclasses import replace

import numpy as np

from unbead.chem.elements import guess_element
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


def bead_operator(atoms: Particles, mapping: Mapping, empty: bool = False) -> tuple[Particles, Operator]:
    """Find out which atoms make which beads.

    Parameters
    ----------
    atoms : Particles
        Atoms.
    mapping : Mapping
        The mapping.
    empty : bool
        Whether beads may have none of their atoms, which `drop_incomplete` leaves out.

    Returns
    -------
    beads : Particles
        Beads as `coarsen` returns them, all at the origin.
    operator : Operator
        M over all atoms; those that make no bead have no entry.

    Raises
    ------
    UnbeadError
        If a residue has no mapping, or a bead has none of its atoms and that is not allowed.
    """
    given = atoms.residues
    atoms = name_ends_of_atoms(atoms)
    caps = np.array([is_unmapped_end(str(name), mapping) for name in atoms.residues.names], bool)
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
    bare = np.setdiff1d(np.arange(shape[0]), operator.bead)
    if len(bare) and not empty:
        where = residues.label(int(residue_index[bare[0]]))
        raise UnbeadError(
            f"{where}: none of the atoms of bead {names[bare[0]]} is present, nor those of {len(bare) - 1} others;"
            " `unbead coarsen` completes them, or leaves the beads out with --incomplete drop"
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
    return [atoms.residues.label(k) for k in lacking_atoms(atoms, mapping)]


def lacking_atoms(atoms: Particles, mapping: Mapping) -> dict[int, tuple[str, ...]]:
    """List the heavy atoms that count in beads and that residues lack.

    Parameters
    ----------
    atoms : Particles
        Atoms.
    mapping : Mapping
        The mapping.

    Returns
    -------
    dict of int to tuple of str
        Names by residue, only of residues that lack some; terminal oxygens are not missed.
    """
    atoms = name_ends_of_atoms(atoms)
    names = [str(name) for name in atoms.residues.names]
    wanted = {name: _counted(name, mapping) for name in set(names)}
    present: list[set[str]] = [set() for _ in names]
    for k, atom in zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True):
        present[k].update((atom, canonical_atom_name(names[k], atom)))
    found = {}
    for k, name in enumerate(names):
        missing = tuple(one[0] for one in wanted[name] if not present[k].intersection(one))
        if missing:
            found[k] = missing
    return found


def _counted(name: str, mapping: Mapping) -> list[tuple[str, ...]]:
    """Heavy atoms that count in the beads of a residue, each by all its names."""
    molecule, known = mapping.find(name), template(name)
    if molecule is None or is_unmapped_end(name, mapping):
        return []
    if known is not None:
        heavy = list(known.atoms[: known.n_heavy])
    else:
        heavy = [atom for atom in molecule.atoms if not atom.startswith(PREVIOUS) and guess_element(atom) != "H"]
    columns = {atom: molecule.column(atom) for atom in heavy}
    return [
        (atom, *(other for other, place in molecule.other_names.items() if place == column and other != atom))
        for atom, column in columns.items()
        if column >= 0 and molecule.weights[:, column].any()
    ]


def drop_incomplete(
    beads: Particles, operator: Operator, atoms: Particles, mapping: Mapping
) -> tuple[Particles, Operator, dict[int, tuple[str, ...]]]:
    """Leave out the beads that lack an atom, since their centres would be off.

    Parameters
    ----------
    beads : Particles
        Beads as `bead_operator` returns them.
    operator : Operator
        M over all atoms.
    atoms : Particles
        The atoms.
    mapping : Mapping
        The mapping.

    Returns
    -------
    beads : Particles
        The other beads; residues without any are gone.
    operator : Operator
        Their M.
    dropped : dict of int to tuple of str
        Names of the beads that were left out, by residue of `atoms`.
    """
    named = name_ends_of_atoms(atoms).residues.names
    mapped = np.flatnonzero([not is_unmapped_end(str(name), mapping) for name in named])
    start = np.searchsorted(beads.residue_index, np.arange(len(beads.residues) + 1))
    out = np.zeros(len(beads), bool)
    lacking = lacking_atoms(atoms, mapping)
    for row, k in enumerate(mapped.tolist()):
        molecule = mapping.find(str(named[k]))
        if k in lacking and molecule is not None:
            columns = [molecule.column(atom) for atom in lacking[k]]
            out[start[row] : start[row + 1]] = (molecule.weights[:, columns] > 0).any(1)
    dropped = {
        int(mapped[row]): tuple(beads.names[start[row] : start[row + 1]][out[start[row] : start[row + 1]]].tolist())
        for row in np.unique(beads.residue_index[out]).tolist()
    }
    place = np.cumsum(~out) - 1
    entries = ~out[operator.bead]
    kept = beads.select(~out)
    filled = np.isin(np.arange(len(beads.residues)), kept.residue_index)
    shape = (len(kept), operator.shape[1])
    rest = Operator(place[operator.bead[entries]], operator.atom[entries], operator.weight[entries], shape)
    return kept.select_residues(filled), rest, dropped


def is_unmapped_end(name: str, mapping: Mapping) -> bool:
    """Tell caps, and nucleotides without phosphate, that a mapping does not have.

    Parameters
    ----------
    name : str
        Residue name.
    mapping : Mapping
        The mapping.

    Returns
    -------
    bool
        Whether it is one, which makes no beads.
    """
    known, found = template(name), mapping.find(name)
    if known is None or known.kind not in ("cap", "nucleotide"):
        return False
    # Martini's acetate is called ACE, as the acetyl cap is: a mapping of other atoms is not the cap's
    return (
        found is None
        or not set(found.atoms) & set(known.atoms)
        or (known.kind == "nucleotide" and PHOSPHORUS not in known.atoms and found.molecule != known.name)
    )
