"""What is taken of a file from elsewhere: molecules that can be finished, and lines on everything else."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.contents import residue_kinds, sort_contents
from unbead.chem.particles import Particles
from unbead.chem.solvent import ION_BEADS, WATER
from unbead.chem.templates import template
from unbead.completion.complete_atoms import complete_atoms, missing_atoms
from unbead.errors import UnbeadError
from unbead.mapping.ends import name_ends_of_atoms
from unbead.prepare.molecule import find_misfits
from unbead.prepare.solvation.solvent_model import fills_box
from unbead.structure.box import box_vectors

SELENOMETHIONINE = ("MSE", "SEM")
RIBOSE = "O2'"
TOLD = 8  # completed residues that a line names
PER_WATER = 30.0  # Å³
WET = 0.2  # of a box that is water in a simulation; ordered water takes some 0.05 to 0.1 of a crystal


@dataclass(frozen=True)
class Download:
    """What is taken of a file.

    Attributes
    ----------
    atoms : Particles
        Molecules to finish.
    notes : tuple of str
        Lines on what was left out or renamed by rule.
    skipped : tuple of str
        Residues that cannot be built and were to be left out, each with the reason.
    crowded : tuple of str
        Residues that were completed and whose new atoms are in the way of others.
    """

    atoms: Particles
    notes: tuple[str, ...]
    skipped: tuple[str, ...]
    crowded: tuple[str, ...] = ()


def take(
    atoms: Particles,
    keep: Collection[str] = (),
    *,
    drop_water: bool = False,
    skip_unknown: bool = False,
    mse_to_met: bool = False,
) -> Download:
    """Take what can be finished of an atomistic structure.

    Water, ions and buffer are left out, but for the water and the ions of a box that is full of them: a simulation's.
    Atoms that residues lack are completed from the others.

    Parameters
    ----------
    atoms : Particles
        A structure as it was read.
    keep : collection of str
        Kinds to keep in any case: ``water``, ``ions``, ``buffer``.
    drop_water : bool
        Whether water goes out of full boxes too.
    skip_unknown : bool
        Whether to leave out residues without template, with atoms too many, or too few to be completed, instead of an
        error.
    mse_to_met : bool
        Whether selenomethionine becomes methionine.

    Returns
    -------
    Download
        The molecules and what to say of the rest.

    Raises
    ------
    UnbeadError
        If a residue cannot be built and is not to be left out, or nothing is left.
    """
    notes = []
    atoms = name_deoxy(atoms)
    if mse_to_met:
        atoms, n = to_methionine(atoms)
        notes += [f"selenomethionine × {n} became methionine"] * (n > 0)
    full = _simulated(replace(atoms, residues=replace(atoms.residues, names=_plain_water(atoms))))
    keep = {*keep, *(("ions",) if drop_water else ("water", "ions"))} if full else set(keep)
    contents = sort_contents(atoms, lambda name: template(name) is not None, keep)
    if contents.counts:
        notes.append(contents.described())
    atoms, kind = atoms.select_residues(~contents.left_out), contents.kind[~contents.left_out]
    atoms = name_ends_of_atoms(_plain_solvent(atoms, kind))
    atoms, skipped = _without(atoms, find_misfits(atoms, incomplete=False), skip_unknown)
    done = complete_atoms(atoms, missing_atoms(atoms))
    if done.added:
        lines = [f"{atoms.residues.label(k)} {' '.join(names)}" for k, names in done.added.items()]
        more = f" and {len(lines) - TOLD} more" if len(lines) > TOLD else ""
        notes.append(f"completed {len(lines)} residues: {', '.join(lines[:TOLD])}{more}")
    crowded = [atoms.residues.label(k) for k in done.crowded]
    atoms, more_skipped = _without(done.atoms, find_misfits(done.atoms), skip_unknown)
    return Download(atoms, tuple(notes), skipped + more_skipped, tuple(crowded))


def _without(atoms: Particles, misfits: dict[int, str], skip: bool) -> tuple[Particles, tuple[str, ...]]:
    """Leave out residues that do not fit, or refuse them all at once."""
    if misfits and not skip:
        reasons = "; ".join(_counted(misfits))
        raise UnbeadError(f"{reasons}; --skip-unknown leaves out what cannot be built")
    bad = np.zeros(len(atoms.residues), bool)
    bad[list(misfits)] = True
    if bad.all():
        raise UnbeadError("no residue is left that can be finished" + "".join(f"; {t}" for t in misfits.values())[:200])
    return (atoms.select_residues(~bad) if misfits else atoms), tuple(misfits.values())


def name_deoxy(atoms: Particles) -> Particles:
    """Call nucleotides without O2' by their names in DNA: CHARMM and old PDB files have ``ADE`` and ``A`` in both.

    Parameters
    ----------
    atoms : Particles
        A structure.

    Returns
    -------
    Particles
        The same; ``A``, ``ADE``, ``RA`` … without O2' are ``DA``.
    """
    names = atoms.residues.names
    sugar = np.zeros(len(names), bool)
    sugar[atoms.residue_index[np.isin(atoms.names, ("C2'", "C2*"))]] = True
    sugar[atoms.residue_index[np.isin(atoms.names, (RIBOSE, "O2*"))]] = False
    new = names.astype(object)
    for k in np.flatnonzero(sugar).tolist():
        known = template(str(names[k]))
        if known is not None and known.kind == "nucleotide" and known.index(RIBOSE) >= 0:
            deoxy = template("D" + known.parent)
            new[k] = names[k] if deoxy is None else deoxy.name
    return replace(atoms, residues=replace(atoms.residues, names=new.astype(str)))


def to_methionine(atoms: Particles) -> tuple[Particles, int]:
    """Turn selenomethionine into methionine: the selenium becomes sulfur where it is.

    Parameters
    ----------
    atoms : Particles
        A structure.

    Returns
    -------
    tuple of Particles and int
        The same with methionine, and how many there were.
    """
    chosen = np.isin(atoms.residues.names, SELENOMETHIONINE)
    rows = chosen[atoms.residue_index] & np.isin(np.char.upper(atoms.names), ("SE", "SED"))
    return (
        replace(
            atoms,
            names=np.where(rows, "SD", atoms.names),
            elements=np.where(rows, "S", atoms.elements),
            residues=replace(atoms.residues, names=np.where(chosen, "MET", atoms.residues.names)),
        ),
        int(chosen.sum()),
    )


def _simulated(atoms: Particles) -> bool:
    """Whether a box is full of water, as those of simulations are."""
    if atoms.box is None or not fills_box(atoms):
        return False
    water = int((atoms.residues.names == WATER).sum())
    return water * PER_WATER > WET * abs(float(np.linalg.det(box_vectors(atoms.box))))


def _plain_water(atoms: Particles) -> NDArray[np.str_]:
    """Names of residues, those of water as the templates call it."""
    return np.where(residue_kinds(atoms) == "water", WATER, atoms.residues.names)


def _plain_solvent(atoms: Particles, kind: NDArray[np.str_]) -> Particles:
    """Water as its oxygen, and ions, under the names of templates; sites that are no atoms go."""
    water = (kind == "water")[atoms.residue_index]
    oxygen = np.char.startswith(np.char.lstrip(np.char.upper(atoms.names), "0123456789"), "O")
    atoms, water = atoms.select(~water | oxygen), water[~water | oxygen]
    names = np.where(kind == "water", WATER, atoms.residues.names).astype("U8")
    atom_names = np.where(water, "O", atoms.names).astype("U8")
    for k in np.flatnonzero(kind == "ions").tolist():
        ion = ION_BEADS.get(str(names[k]).upper())
        if ion is not None:
            names[k] = ion
            atom_names[atoms.residue_index == k] = ion
    return replace(atoms, names=atom_names, residues=replace(atoms.residues, names=names))


def _counted(misfits: dict[int, str], most: int = 6) -> list[str]:
    """Misfits, those of one kind as one with their number."""
    groups: dict[str, list[str]] = {}
    for text in misfits.values():
        residue, _, reason = text.partition(": ")
        groups.setdefault(f"{re.split(' ', residue)[0]}: {reason}", []).append(text)
    lines = [
        texts[0] + (f" (and {len(texts) - 1} more like it)" if len(texts) > 1 else "") for texts in groups.values()
    ]
    return lines[:most] + ([f"{len(lines) - most} more kinds"] if len(lines) > most else [])
