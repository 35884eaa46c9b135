"""Amber's names of lipids: a residue for the head and one for each tail."""

import re
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import Template, template
from unbead.errors import UnbeadError

# Tails of Lipid17 and Lipid21 by their number of carbons and which of them have double bonds.
TAILS = {
    (12, ()): "LAL", (14, ()): "MY", (16, ()): "PA", (18, ()): "ST", (18, (9, 10)): "OL", (18, (9, 10, 12, 13)): "LEO",
    (20, (5, 6, 8, 9, 11, 12, 14, 15)): "AR", (22, (4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20)): "DHA",
    (16, (2, 3)): "SA",
}  # fmt: skip
# What CHARMM calls the carbons of tails, from the second on, and by how much their numbers differ from Amber's.
FIRST_TAILS, SECOND_TAILS = (r"C3(\d+)", r"C(\d+)F"), (r"C2(\d+)", r"C(\d+)S")
SPHINGOSINE_TAIL = 3  # carbons of sphingosine that belong to the head
# An atom that only this head has, and the head's residue; the first that fits.
HEADS = (("NF", "SM"), ("O13A", "PS"), ("OC3", "PGR"), ("C15", "PC"), ("HN1", "PE"), ("H12", "PH-"))
GLYCEROL = {
    "C1": "C3", "C2": "C2", "C3": "C1", "HA": "HA", "HB": "HB", "HS": "HX", "HX": "HR", "HY": "HS", "O31": "O11",
    "C31": "C11", "O32": "O12", "O21": "O21", "C21": "C21", "O22": "O22",
}  # fmt: skip
SPHINGOSINE = {
    "C1S": "C3", "C2S": "C2", "C3S": "C1", "H1S": "HA", "H1T": "HB", "H2S": "HX", "H3S": "HR", "O3": "O22",
    "HO3": "H22", "NF": "N11", "HNF": "H11", "C1F": "C11", "OF": "O12",
}  # fmt: skip
PHOSPHATE = {"P": "P31", "O11": "O31", "O12": "O32", "O13": "O33", "O14": "O34"}
ALCOHOLS = {
    "N": "N31", "HN1": "HN1A", "HN2": "HN1B", "HN3": "HN1C", "O13A": "O35", "O13B": "O36", "OC3": "O36", "HO3": "HO6A",
    "OC2": "O35", "HO2": "HO5A", "H12": "HO2A",
}  # fmt: skip
STEROL = {"O3": "O1", "H3'": "HO1"}


@dataclass(frozen=True)
class Split:
    """How Amber names a lipid.

    Attributes
    ----------
    residues : tuple of str
        Its residues.
    names : dict of str to (int, str)
        Which residue each atom of the template belongs to, and its name there.
    """

    residues: tuple[str, ...]
    names: dict[str, tuple[int, str]]


def split_lipids(atoms: Particles) -> Particles:
    """Split lipids into Amber's residues: first tail, head, second tail, in this order.

    Parameters
    ----------
    atoms : Particles
        Atoms under template names where they belong to lipids or sterols.

    Returns
    -------
    Particles
        The same atoms; those of lipids renamed and in another order. Residues of one lipid keep its number.

    Raises
    ------
    UnbeadError
        If Amber has no name of a lipid's head or tail.
    """
    kinds, kind = np.unique(atoms.residues.names, return_inverse=True)
    part = np.zeros(len(atoms), np.int64)
    count = np.ones(len(atoms.residues), np.int64)
    names = atoms.names.astype(object)
    called = {(k, 0): name for k, name in enumerate(kinds.tolist())}
    for k, name in enumerate(kinds.tolist()):
        known = template(name)
        if known is None or known.kind not in ("lipid", "sterol"):
            continue
        split = amber_split(name)
        if split is None:
            label = atoms.residues.label(int(np.argmax(kind == k)))
            raise UnbeadError(f"{label}: Amber has no names of this lipid; use --naming charmm")
        rows = np.flatnonzero(kind[atoms.residue_index] == k)
        given, which = np.unique(atoms.names[rows], return_inverse=True)
        part[rows] = np.array([split.names[atom][0] for atom in given.tolist()])[which]
        names[rows] = np.array([split.names[atom][1] for atom in given.tolist()])[which]
        count[kind == k] = len(split.residues)
        called |= {(k, p): residue for p, residue in enumerate(split.residues)}
    start = np.cumsum(count) - count
    place = start[atoms.residue_index] + part
    order = np.argsort(place, kind="stable")
    old = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(old)) - start[old]
    table = {field: getattr(atoms.residues, field)[old] for field in Residues.__dataclass_fields__}
    table["names"] = np.array([called[key] for key in zip(kind[old].tolist(), number.tolist(), strict=True)])
    table["bonded_to_previous"] = np.where(number > 0, True, table["bonded_to_previous"])
    moved = replace(atoms, names=names.astype(str), residue_index=place).select(order)
    return replace(moved, residues=Residues(**table))


@cache
def amber_split(residue: str) -> Split | None:
    """Find Amber's names of a lipid.

    Parameters
    ----------
    residue : str
        Name of its template.

    Returns
    -------
    Split or None
        None where Amber has no such head or tail.
    """
    known = template(residue)
    if known is None:
        return None
    if known.kind == "sterol":
        names = {name: (0, STEROL.get(name) or _sterol_atom(name)) for name in known.atoms}
        return Split(("CHL",), names) if "O3" in names else None
    head = next((name for atom, name in HEADS if known.index(atom) >= 0), None)
    if head is None:
        return None
    backbone = SPHINGOSINE if head == "SM" else GLYCEROL
    late = SPHINGOSINE_TAIL - 1 if head == "SM" else 0
    first = _tail(known, FIRST_TAILS[head == "SM"], 0)
    second = _tail(known, SECOND_TAILS[head == "SM"], late)
    tails = [TAILS.get(_formula(known, tail)) for tail in (first, second)]
    names = {atom: (0, name) for atom, name in first.items()} | {atom: (2, name) for atom, name in second.items()}
    for atom in known.atoms:
        if atom not in names:
            name = (PHOSPHATE | ALCOHOLS | backbone).get(atom) or _head_atom(atom)
            if name is None:
                return None
            names[atom] = 1, name
    return Split((tails[0], head, tails[1]), names) if tails[0] and tails[1] else None


def _tail(known: Template, pattern: str, late: int) -> dict[str, str]:
    """Amber's names of the atoms of a tail: carbons from C12 on, their hydrogens R, S, T."""
    names = {}
    for atom in known.atoms[: known.n_heavy]:
        found = re.fullmatch(pattern, atom)
        number = int(found.group(1)) - late if found else 0
        if number >= 2:
            names[atom] = f"C1{number}"
            names |= {h: f"H{number}{end}" for h, end in zip(_hydrogens(known, atom), "RST", strict=False)}
    return names


def _formula(known: Template, tail: dict[str, str]) -> tuple[int, tuple[int, ...]]:
    """Length of a tail with the carbon before it, and its carbons with one hydrogen."""
    carbons = {name: atom for atom, name in tail.items() if name[0] == "C"}
    flat = tuple(int(name[2:]) for name, atom in carbons.items() if len(_hydrogens(known, atom)) == 1)
    return len(carbons) + 1, tuple(sorted(flat))


def _hydrogens(known: Template, atom: str) -> list[str]:
    mine: NDArray[np.int64] = known.bonds[(known.bonds == known.index(atom)).any(1)]
    return sorted(known.atoms[i] for i in mine.ravel().tolist() if i >= known.n_heavy)


def _head_atom(atom: str) -> str | None:
    """Atoms of the alcohol: C11 and H11A are C31 and H1A."""
    found = re.fullmatch(r"C1(\d)|H1(\d[A-C])", atom)
    return found and (f"C3{found.group(1)}" if found.group(1) else f"H{found.group(2)}")


def _sterol_atom(atom: str) -> str:
    """Hydrogens are numbered, not lettered."""
    if atom[0] != "H":
        return atom
    return f"{atom[:-1]}{'ABC'.index(atom[-1]) + 1}" if atom[-1] in "ABC" else f"{atom}1"
