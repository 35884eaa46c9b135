"""Covalent bonds between residues that no force field here has a template for."""

import numpy as np
from MDAnalysis.lib.distances import self_capped_distance

from unbead.chem.molecules.reactive import bond_at, groups
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.prepare.molecule import chain_ends, chain_starts
from unbead.structure.chains import closed_chains
from unbead.structure.unwrap import SMALLEST

LONGEST = 2.4  # Å, of such bonds
DISULFIDES = ("CYS", "CYX")  # whose bonds force fields know
ALONE = ("water", "ion")


def refuse_cross_links(atoms: Particles) -> None:
    """Complain of residues that are bonded besides their chain, disulfides aside.

    Atoms are bonded where their functional groups can react and they are as near as such a bond is long.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names.

    Raises
    ------
    UnbeadError
        If there is such a bond; the message names the first.
    """
    kinds = {name: template(name) for name in np.unique(atoms.residues.names).tolist()}
    reactive = {
        name: frozenset(group.atom for group in groups(known))
        for name, known in kinds.items()
        if known is not None and known.kind not in ALONE
    }
    closed = (("first", ~chain_starts(atoms)), ("last", ~chain_ends(atoms)))
    spent = {
        (int(row), group.atom)
        for end, inner in closed
        for row in np.flatnonzero(inner)
        if (known := kinds[str(atoms.residues.names[row])]) is not None
        for group in groups(known)
        if group.end == end
    }
    names = atoms.residues.names[atoms.residue_index].tolist()
    mine = [atom in reactive.get(name, ()) for name, atom in zip(names, atoms.names.tolist(), strict=True)]
    places = zip(atoms.residue_index.tolist(), atoms.names.tolist(), strict=True)
    rows = np.flatnonzero(np.array(mine) & np.array([place not in spent for place in places]))
    if len(rows) < 2:
        return
    box = None if atoms.box is None or atoms.box[:3].min() < SMALLEST else atoms.box
    pairs, apart = self_capped_distance(atoms.positions[rows], LONGEST, box=box)
    rings = {frozenset(pair) for pair in closed_chains(atoms).tolist()}
    for (i, j), length in zip(rows[np.asarray(pairs, np.int64).reshape(-1, 2)].tolist(), apart.tolist(), strict=True):
        first, second = sorted((int(atoms.residue_index[i]), int(atoms.residue_index[j])))
        chained = second - first == 1 and bool(atoms.residues.bonded_to_previous[second])
        if first == second or chained or frozenset((first, second)) in rings:
            continue
        kinds_of = [kinds[name] for name in _names(atoms, (i, j))]
        if None in kinds_of:
            continue
        bond = bond_at((kinds_of[0], str(atoms.names[i])), (kinds_of[1], str(atoms.names[j])), length)  # type: ignore[arg-type]
        if bond is not None and not (bond.kind == "disulfide" and set(_names(atoms, (i, j))) <= set(DISULFIDES)):
            ends = (f"{atoms.residues.label(int(atoms.residue_index[k]))} {atoms.names[k]}" for k in (i, j))
            raise UnbeadError(
                f"{bond.kind} bond of {' and '.join(ends)}: neither amber14 nor charmm36 has templates of residues"
                " that are bonded so; leave one of them out, or make the topology with another tool"
            )


def _names(atoms: Particles, rows: tuple[int, int]) -> list[str]:
    """Residue names of atoms."""
    return [str(atoms.residues.names[atoms.residue_index[row]]) for row in rows]
