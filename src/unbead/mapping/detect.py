"""Recognise the mapping from residue and bead names."""

from itertools import pairwise

import numpy as np

from unbead.chem.particles import Particles
from unbead.chem.solvent import solvent_kinds
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.atomistic import refuse_atoms
from unbead.mapping.mapping import Mapping, available_mappings, load_mapping

# Where names fit several mappings, the more usual one comes first.
PREFERENCE = ("martini3", "martini3-ca", "martini2", "elnedyn")
AT_CA = {"martini3": "martini3-ca", "martini2": "elnedyn"}  # the same names with BB at Cα
RARE = 0.99  # what a residue counts whose beads are a variant: of two mappings that explain it, the usual one wins
CA_STEP = 3.80  # Å between neighbouring Cα of a trans peptide
CA_SPREAD = 0.06  # Å, half-width within which crystal and mapped structures keep it


def detect(beads: Particles) -> Mapping:
    """Find the shipped mapping whose residues have just the beads that are there.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure. Beads that a mapping does not know, such as virtual sites, count little; water and
        ions do not count.

    Returns
    -------
    Mapping
        The mapping that explains most residues. Martini 3 with BB at Cα has the names of Martini 3; it is chosen where
        neighbouring BB beads keep the distance of Cα atoms.

    Raises
    ------
    UnbeadError
        If no mapping explains half of the known residues, or if the input is atomistic.
    """
    refuse_atoms(beads, {})
    beads = beads.select(~solvent_kinds(beads).known)
    residues = beads.residues
    order = np.lexsort((beads.names, beads.residue_index))
    sets: dict[tuple[str, tuple[str, ...]], int] = {}
    index, names = beads.residue_index[order], beads.names[order]
    bounds = np.flatnonzero(np.diff(index, prepend=-1, append=-1))
    for a, b in pairwise(bounds):
        key = (str(residues.names[index[a]]), tuple(names[a:b].tolist()))
        sets[key] = sets.get(key, 0) + 1

    scores = {name: _score(load_mapping(name), sets) for name in available_mappings()}
    known = sum(count for (residue, _), count in sets.items() if template(residue) is not None)
    best = max(scores.values())
    close = [name for name in (*PREFERENCE, *scores) if scores[name] == best]
    if best == 0 or best < 0.5 * known:  # residues without a template are left to the error that counts them
        if not sets:
            raise UnbeadError("there is nothing but water and ions; there is no molecule to backmap")
        residue, example = next(iter(sets))
        raise UnbeadError(
            f"the beads fit no shipped mapping (first residue {residue} has {' '.join(example)});"
            " name yours with --mapping; `unbead mapping list` shows those that ship"
        )
    chosen = close[0]
    if AT_CA.get(chosen) in close and _steps_like_ca(beads):
        chosen = AT_CA[chosen]
    return load_mapping(chosen)


def _score(mapping: Mapping, sets: dict[tuple[str, tuple[str, ...]], int]) -> float:
    score = 0.0
    for (residue, beads), count in sets.items():
        molecule = mapping.find(residue, beads)
        if molecule is not None and set(molecule.beads) <= set(beads):
            usual = mapping.find(residue) is molecule
            score += count * len(molecule.beads) / len(beads) * (1.0 if usual else RARE)
    return score


def _steps_like_ca(beads: Particles) -> bool:
    backbone = beads.select(beads.names == "BB")
    follows = beads.residues.bonded_to_previous[backbone.residue_index[1:]]
    follows &= np.diff(backbone.residue_index) == 1
    step = np.linalg.norm(np.diff(backbone.positions, axis=0), axis=1)[follows]
    return len(step) > 0 and bool(np.mean(np.abs(step - CA_STEP) < CA_SPREAD) > 0.8)
