"""Where the network would have the atoms that a structure lacks.

Atoms that are there are beads for it, each of one atom; residues with all their atoms are seen as Martini's beads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.chem.templates import Template, template
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.levels import anchors_from_bonds
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.mapping.molecule import MoleculeMapping
from unbead.models.store import load_models
from unbead.placement.backmapper import Backmapper

CONTEXT = "martini3"  # mapping of the surroundings, the one that the network knows best
SIGHT = 15.0  # Å; surroundings that are shown to the network
BACKBONE = ("N", "CA", "C", "O")
REST = "R"  # bead at the centre of the other atoms that are there


@dataclass(frozen=True)
class Guess:
    """Atoms of some residues as the network has them.

    Attributes
    ----------
    positions : dict of int to ndarray, shape=(n_heavy, 3), dtype=float64
        Heavy atoms in the order of the template, in Å, by residue.
    errors : dict of int to ndarray, shape=(n_heavy,), dtype=float64
        Predicted errors in Å.
    """

    positions: dict[int, NDArray[np.float64]]
    errors: dict[int, NDArray[np.float64]]


def guess_atoms(atoms: Particles, lacking: Sequence[int]) -> Guess:
    """Let the network place all atoms of residues that lack some.

    Parameters
    ----------
    atoms : Particles
        A structure.
    lacking : sequence of int
        Residues whose atoms are asked for.

    Returns
    -------
    Guess
        The atoms of those residues that the network knows: amino acids.
    """
    heavy = atoms.select(_is_heavy(atoms))
    wanted = [k for k in lacking if _amino(str(atoms.residues.names[k]))]
    if not wanted:
        return Guess({}, {})
    near = _near(heavy, wanted)
    there = _present(heavy, near)
    names = atoms.residues.names.astype("U16")
    molecules: dict[tuple[str, frozenset[str]], MoleculeMapping] = {}
    use = np.zeros(len(names), bool)
    for k in near.tolist():
        known = template(str(names[k]))
        assert known is not None
        if not there[k]:
            continue
        use[k] = True
        if len(there[k]) < known.n_heavy:
            pattern = (known.name, frozenset(there[k]))
            molecules.setdefault(pattern, _of_atoms(known, there[k], f"{known.name}#{len(molecules)}"))
            names[k] = molecules[pattern].aliases[0]
    mapping = _context(molecules.values())
    renamed = replace(heavy, residues=replace(heavy.residues, names=names)).select_residues(use)
    beads = coarsen(renamed, mapping)
    assembly = assemble(beads, mapping)
    answer = Backmapper(assembly, load_models(None), torch.device("cpu"), relax=False)(
        beads.positions, consistency="exact", level=0.0
    )
    place = np.cumsum(use) - 1
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names) + 1))
    rows = {k: slice(first[place[k]], first[place[k] + 1]) for k in wanted if use[k]}
    return Guess(
        {k: answer.positions[mine].astype(float) for k, mine in rows.items()},
        {k: answer.errors[mine].astype(float) for k, mine in rows.items()},
    )


def _is_heavy(atoms: Particles) -> NDArray[np.bool_]:
    """Atoms that a template has among its heavy atoms, by any of their names."""
    keys = np.char.add(np.char.add(atoms.residues.names[atoms.residue_index], ":"), atoms.names)
    unique, which = np.unique(keys, return_inverse=True)
    found = []
    for key in unique.tolist():
        residue, _, atom = key.partition(":")
        known = template(residue)
        place = -1 if known is None else known.index(canonical_atom_name(residue, atom))
        found.append(known is not None and 0 <= place < known.n_heavy)
    return np.array(found, bool)[which]


def _amino(residue: str) -> bool:
    known = template(residue)
    return known is not None and known.kind == "amino"


def _near(heavy: Particles, wanted: Sequence[int]) -> NDArray[np.int64]:
    """Amino acids with an atom near those that are asked for, and these."""
    mine = np.isin(heavy.residue_index, wanted)
    if not mine.any():
        return np.zeros(0, np.int64)
    distance, _ = KDTree(heavy.positions[mine]).query(heavy.positions, distance_upper_bound=SIGHT)
    near = np.unique(heavy.residue_index[np.isfinite(distance)])
    return near[[_amino(str(heavy.residues.names[k])) for k in near]]


def _present(heavy: Particles, residues: NDArray[np.int64]) -> dict[int, set[str]]:
    """Names of the atoms of some residues, as in their templates."""
    found: dict[int, set[str]] = {int(k): set() for k in residues}
    rows = np.flatnonzero(np.isin(heavy.residue_index, residues))
    for k, name in zip(heavy.residue_index[rows].tolist(), heavy.names[rows].tolist(), strict=True):
        found[k].add(canonical_atom_name(str(heavy.residues.names[k]), name))
    return found


def _of_atoms(known: Template, there: set[str], alias: str) -> MoleculeMapping:
    """Mapping whose beads are the backbone atoms that are there, and the centre of the others that are."""
    n = known.n_heavy
    names = known.atoms[:n]
    single = [name for name in BACKBONE if name in there]
    rest = [name for name in names if name in there and name not in single]
    beads = tuple(f"{alias}{name}" for name in (*single, *([REST] if rest else [])))
    weights = np.zeros((len(beads), n))
    for row, name in enumerate(single):
        weights[row, names.index(name)] = 1.0
    if rest:
        weights[-1, [names.index(name) for name in rest]] = 1.0
    owner = np.full(n, -1)
    for row in range(len(beads)):
        owner[weights[row] > 0] = row
    bonds = [(int(a), int(b)) for a, b in known.bonds if max(a, b) < n]
    while (owner < 0).any():  # atoms that are missing go with the bead that their bonds lead to
        before = owner.copy()
        for a, b in bonds:
            for i, j in ((a, b), (b, a)):
                if owner[i] < 0 <= before[j]:
                    owner[i] = before[j]
        if (owner == before).all():
            owner[owner < 0] = 0
    level, anchor = anchors_from_bonds(bonds, weights, owner)
    return MoleculeMapping(known.name, (alias,), beads, names, weights, owner, level, anchor, "completion")


def _context(extra) -> Mapping:
    """The mapping of the surroundings with that of the residues that lack atoms."""
    mapping = load_mapping(CONTEXT)
    return replace(mapping, variants=(*mapping.variants, *extra))
