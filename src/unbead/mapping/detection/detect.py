"""Recognise the mapping: by the names of residues and beads, and by the distances between beads."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from unbead.chem.particles import Particles
from unbead.chem.solvent import solvent_kinds
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.atomistic import refuse_atoms
from unbead.mapping.detection.contact import part_contacts
from unbead.mapping.detection.likeness import CLEAR, Likeness, likeness
from unbead.mapping.detection.one_bead import ONE_BEAD, against, name_one_beads, spell_out, take_only_beads
from unbead.mapping.detection.spacing import middle_bead, reference_name, revise_bonds
from unbead.mapping.mapping import Mapping, available_mappings, load_mapping
from unbead.mapping.unknown import place_names

# Where names and distances fit several mappings, the more usual one comes first.
PREFERENCE = ("martini3", "martini3-ca", "martini2", "elnedyn")
RARE = 0.99  # what a residue counts whose beads are a variant: of two mappings that explain it, the usual one wins
# Å by which distances may differ from those of crystals without a word. Those of simulations (Martini 2 and 3, ElNeDyn,
# CALVADOS) were off by up to 0.25 between neighbours and 0.85 within residues.
ODD_STEP, ODD_INSIDE = 0.6, 1.5


HIDDEN = ("NGP", "IPR", "IGL")  # residue names of AWSEM: any but proline and glycine, proline, glycine


@dataclass(frozen=True)
class Recognition:
    """What the beads of a system are.

    Attributes
    ----------
    mapping : Mapping
        The mapping.
    beads : Particles
        The system, with the residue and bead names of the mapping, and chains that break where neighbours are farther
        apart than the mapping allows.
    notes, warnings : tuple of str
        What was read or taken, and what looks wrong, a line each.
    """

    mapping: Mapping
    beads: Particles
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def detect(beads: Particles) -> Mapping:
    """Find the shipped mapping whose residues have just the beads that are there; see `recognise`.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure.

    Returns
    -------
    Mapping
        The mapping.

    Raises
    ------
    UnbeadError
        If no mapping explains half of the known residues, or if the input is atomistic.
    """
    return recognise(beads).mapping


def recognise(beads: Particles, given: Mapping | None = None, left_out: Collection[str] = ()) -> Recognition:
    """Find out what the beads of a system are.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure. Beads that a mapping does not know, such as virtual sites, count little; water and
        ions do not count.
    given : Mapping, optional
        The mapping that the user gave; then nothing is chosen, but what does not fit is said.
    left_out : collection of str
        Residue names that do not count: molecules of the user's own.

    Returns
    -------
    Recognition
        The mapping that explains most residues by their names; of those with the same names (Martini with BB at the
        centre of mass or at Cα; one bead per residue at Cα or at the centre of mass), the one whose distances are those
        that are there.

    Raises
    ------
    UnbeadError
        If no mapping explains half of the known residues, or if the input is atomistic.
    """
    if given is not None and not len(beads):
        return Recognition(given, beads)
    refuse_atoms(beads, {} if given is None else {m.molecule: m.beads for m in given.every()})
    letters = beads.residues.names
    beads, notes = spell_out(beads)
    counted = ~solvent_kinds(beads).known | (beads.residues.names != letters)[beads.residue_index]
    counted &= ~np.isin(beads.residues.names[beads.residue_index], list(left_out))
    rows = np.flatnonzero(counted)
    judged = beads.select(rows)
    one = name_one_beads(judged)
    likely = one.beads if given is None or given.name == ONE_BEAD else take_only_beads(judged, given)
    names = beads.names.astype(f"U{max(beads.names.dtype.itemsize, likely.names.dtype.itemsize) // 4}")
    names[rows] = likely.names
    beads = replace(beads, names=names)
    if given is None or given.name == ONE_BEAD:
        notes = (*notes, *one.notes)
    sets = _bead_sets(likely)
    if given is None:
        mapping, said = _choose(likely, sets)
        notes, warnings = (*notes, *said), _odd(likely, mapping)
    else:
        mapping, warnings = given, _doubts(likely, given, sets) or against(one, likely, given) or _odd(likely, given)
    beads, said = part_contacts(revise_bonds(beads, mapping), mapping)
    return Recognition(mapping, beads, (*notes, *said), warnings)


def _bead_sets(beads: Particles) -> dict[tuple[str, tuple[str, ...]], int]:
    """Count residues by their name and the names of their beads."""
    residues = beads.residues
    order = np.lexsort((beads.names, beads.residue_index))
    sets: dict[tuple[str, tuple[str, ...]], int] = {}
    index, names = beads.residue_index[order], beads.names[order]
    bounds = np.flatnonzero(np.diff(index, prepend=-1, append=-1))
    for a, b in pairwise(bounds):
        key = (str(residues.names[index[a]]), tuple(names[a:b].tolist()))
        sets[key] = sets.get(key, 0) + 1
    return sets


def _choose(beads: Particles, sets: dict[tuple[str, tuple[str, ...]], int]) -> tuple[Mapping, tuple[str, ...]]:
    """The mapping that fits best, and a line where distances decided against the usual one."""
    scores = {name: _score(load_mapping(name), sets) for name in (*available_mappings(), ONE_BEAD)}
    known = sum(count for (residue, _), count in sets.items() if template(residue) is not None)
    best = max(scores.values())
    close = list(dict.fromkeys(name for name in (*PREFERENCE, *scores) if scores[name] == best))
    close = [name for name in close if name != ONE_BEAD] or close
    if best == 0 or best < 0.5 * known:  # residues without a template are left to the error that counts them
        if not sets:
            raise UnbeadError("there is nothing but water and ions; there is no molecule to backmap")
        raise _no_mapping(*next(iter(sets)))
    if len(close) == 1:
        return load_mapping(close[0]), ()
    fits = {name: likeness(beads, load_mapping(name)) for name in close}
    usual, likely = close[0], max(fits, key=lambda name: fits[name].score)
    if fits[likely].score < fits[usual].score + CLEAR:
        return load_mapping(usual), ()
    chosen, other = load_mapping(likely), load_mapping(usual)
    return chosen, (_line(beads, chosen, fits[likely], other, fits[usual]),)


def _no_mapping(residue: str, beads: tuple[str, ...]) -> UnbeadError:
    """The error where no mapping explains the beads: what is there, what is known, and how to go on."""
    there = f"the beads fit no shipped mapping (first residue {residue} has {' '.join(beads)})"
    if residue in HIDDEN:
        return UnbeadError(
            f"{there}; {', '.join(HIDDEN)} are AWSEM's names of residues, which do not tell the amino acid: give each"
            " residue the name that its sequence has"
        )
    known: dict[str, str] = {}
    for name in dict.fromkeys((*PREFERENCE, *available_mappings())):
        for molecule in load_mapping(name).candidates(residue):
            known.setdefault(" ".join(molecule.beads), name)
    if not known:
        return UnbeadError(
            f"{there}; name yours with --mapping, or leave out what is no part of the molecule; `unbead mapping list`"
            " shows those that ship"
        )
    mappings = ", ".join(f"{names} ({name})" for names, name in known.items())
    one = (
        f"; one bead alone may be called {place_names(residue)}, wherever it stands" if reference_name(residue) else ""
    )
    partly = next(((names, name) for names, name in known.items() if set(names.split()) <= set(beads)), None)
    part = f", or --mapping {partly[1]}, which builds from {partly[0]} alone" if partly else ""
    return UnbeadError(
        f"{there}; mappings know of {residue}: {mappings}{one}; keep such beads{part}, or describe yours in a folder of"
        " files (docs/mappings.md) and give it with --mapping"
    )


def _doubts(beads: Particles, given: Mapping, sets: dict[tuple[str, tuple[str, ...]], int]) -> tuple[str, ...]:
    """A line where another mapping with the same names fits better than the one that the user gave."""
    if _score(given, sets) == 0:
        return ()
    found = likeness(beads, given)
    least = _score(given, sets)
    fits = {}
    for name in available_mappings():
        other = load_mapping(name)
        if name != given.name and _score(other, sets) >= least:
            fits[name] = likeness(beads, other)
    better = {name: fit for name, fit in fits.items() if fit.count >= found.count and fit.score > found.score + CLEAR}
    if not better:
        return ()
    name = max(better, key=lambda name: better[name].score)
    return (_line(beads, load_mapping(name), better[name], given, found) + f"; is it --mapping {name}?",)


def _line(beads: Particles, fitting: Mapping, fit: Likeness, other: Mapping, misfit: Likeness) -> str:
    """One line on which distances speak for one mapping and against another."""
    if np.isfinite(fit.step) and abs(misfit.step - misfit.expected_step) >= abs(fit.step - fit.expected_step):
        what = f"neighbouring {_middle_name(beads, fitting)} beads are {fit.step:.2f} Å apart"
        expected = fit.expected_step, misfit.expected_step
    else:
        what = f"the beads of a residue are {fit.inside:.2f} Å from its {_middle_name(beads, fitting)}"
        expected = fit.expected_inside, misfit.expected_inside
    return f"{what}, as in mapping {fitting.name} ({expected[0]:.2f} Å) and not in {other.name} ({expected[1]:.2f} Å)"


def _odd(beads: Particles, mapping: Mapping) -> tuple[str, ...]:
    """A line where distances are not those of the mapping, and no other has these beads."""
    found = likeness(beads, mapping)
    name = _middle_name(beads, mapping)
    if abs(found.step - found.expected_step) > ODD_STEP:
        return (
            f"neighbouring {name} beads are {found.step:.2f} Å apart, in mapping {mapping.name}"
            f" {found.expected_step:.2f} Å; if they stand elsewhere, give the mapping that says where (--mapping)",
        )
    if abs(found.inside - found.expected_inside) > ODD_INSIDE:
        return (
            f"the beads of a residue are {found.inside:.2f} Å from its {name}, in mapping {mapping.name}"
            f" {found.expected_inside:.2f} Å; if they stand elsewhere, give the mapping that says where (--mapping)",
        )
    return ()


def _middle_name(beads: Particles, mapping: Mapping) -> str:
    """Name of the bead that stands for the first residue with a reference."""
    for residue in np.unique(beads.residues.names[beads.residue_index]).tolist():
        known, reference = template(residue), reference_name(residue)
        there = np.unique(beads.names[beads.residues.names[beads.residue_index] == residue]).tolist()
        molecule = mapping.find(residue, there) if reference else None
        if molecule is not None and known is not None:
            return middle_bead(molecule, known.kind)
    return ""


def _score(mapping: Mapping, sets: dict[tuple[str, tuple[str, ...]], int]) -> float:
    score = 0.0
    for (residue, beads), count in sets.items():
        molecule = mapping.find(residue, beads)
        if molecule is not None and set(molecule.beads) <= set(beads):
            usual = mapping.find(residue) is molecule
            score += count * len(molecule.beads) / len(beads) * (1.0 if usual else RARE)
    return score
