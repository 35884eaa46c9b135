"""What an atomistic file holds besides its molecules: water, ions, and what it was crystallised from."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

import gemmi
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.elements import guess_element
from unbead.chem.particles import Particles
from unbead.chem.solvent import ION_BEADS, ION_RESIDUES
from unbead.chem.templates import template

KINDS = ("water", "ions", "buffer")
TOLD = {"water": "water", "ions": "ions", "buffer": "buffer molecules"}
# Names of water beside those that gemmi knows (HOH, WAT, DOD, H2O): GROMACS, CHARMM, Amber, LAMMPS and OpenMM.
WATERS = frozenset("SOL TIP TIP3 TIP3P TP3 TP3M T3P TIP4 TIP4P TP4 T4P TP4E T4E TIP5 TP5 SPC SPCE OPC OPC3 HHO".split())
# Buffers, salts, precipitants and cryoprotectants that the PDB often has and gemmi does not count among its own; names
# and what they are from the Chemical Component Dictionary. Sugars, lipids and inhibitors are not among them.
AGENTS = frozenset(
    "12P 15P 1PE 1PG 2HP 2PE 7PE AF3 ALF BCT BEF BME BUD CO3 CXS DTT DTU DTV EPE ETE FLC GAI GDM HED IMD M2M MES"
    " MGF MLA MLI MLT MOO NO2 OXL P4G P6G PE5 PEG PER PG0 PG4 PI PO3 PO4 POP PPI SIN SO3 SRT TAM TCA THJ TOE VO4"
    " WO4".split()
)
MONATOMIC = frozenset(
    "Li Na K Rb Cs Be Mg Ca Sr Ba Al Ga In Tl Pb Sc Y La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ti Zr Hf V Cr Mo W Mn"
    " Re Fe Ru Os Co Rh Ir Ni Pd Pt Cu Ag Au Zn Cd Hg F Cl Br I Ne Ar Kr Xe".split()
)
BONDED = 1.75  # Å between heavy atoms: longer than C–C, shorter than any contact; S–S of mercaptoethanol is not meant


@dataclass(frozen=True)
class Contents:
    """An atomistic structure, residue by residue.

    Attributes
    ----------
    kind : ndarray, shape=(n_residues,), dtype=str
        ``water``, ``ions``, ``buffer``, or "" for everything else.
    left_out : ndarray, shape=(n_residues,), dtype=bool
        Water, ions and buffer that nobody wants.
    unknown : ndarray, shape=(n_residues,), dtype=bool
        Residues that stay and that nobody knows.
    counts : dict of str to dict of str to int
        Residues that are left out, by kind and name.
    keepable : tuple of str
        Kinds that were left out and could have been kept, since all their residues are known.
    """

    kind: NDArray[np.str_]
    left_out: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    counts: dict[str, dict[str, int]]
    keepable: tuple[str, ...] = ()

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Residues that stay and are known, shape (n_residues,)."""
        return ~(self.left_out | self.unknown)

    def described(self) -> str:
        """Say in one line what is left out, such as ``188 water, 2 ions (ZN 2), 17 buffer molecules (GOL 10, …)``.

        Returns
        -------
        str
            The line, with the options that would keep some; "" if nothing is left out.
        """
        parts = []
        for kind, counts in self.counts.items():
            names = ", ".join(f"{name} {count}" for name, count in counts.items())
            total = sum(counts.values())
            one = TOLD[kind].removesuffix("s") if total == 1 else TOLD[kind]
            parts.append(f"{total} {one}" + ("" if kind == "water" else f" ({names})"))
        options = ", ".join(f"--keep-{kind}" for kind in self.keepable)
        line = f"left out {', '.join(parts)}" if parts else ""
        return line + (f"; kept with {options}" if options else "")


def sort_contents(atoms: Particles, known: Callable[[str], bool], keep: Collection[str] = ()) -> Contents:
    """Tell molecules from water, ions and buffer, and from what nobody knows.

    Parameters
    ----------
    atoms : Particles
        An atomistic structure.
    known : callable
        Whether a residue of a name can be used.
    keep : collection of str
        Kinds (``water``, ``ions``, ``buffer``) and names of residues that are not to be left out.

    Returns
    -------
    Contents
        What each residue is.
    """
    names = atoms.residues.names
    kind = residue_kinds(atoms)
    left_out = (kind != "") & ~np.isin(kind, list(keep)) & ~np.isin(names, list(keep))
    unique, which = np.unique(names, return_inverse=True)
    unknown = ~left_out & ~np.array([known(str(name)) for name in unique], bool)[which]
    counts = {}
    for each in KINDS:
        found, numbers = np.unique(names[left_out & (kind == each)], return_counts=True)
        if len(found):
            order = np.argsort(-numbers, kind="stable")
            counts[each] = {str(found[k]): int(numbers[k]) for k in order}
    keepable = tuple(each for each, its in counts.items() if all(known(name) for name in its))
    return Contents(kind, left_out, unknown, counts, keepable)


def residue_kinds(atoms: Particles) -> NDArray[np.str_]:
    """Recognise water, ions and buffer molecules by their names and atoms.

    Parameters
    ----------
    atoms : Particles
        An atomistic structure.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=str
        ``water``, ``ions``, ``buffer``, or "" for everything else. What is bonded to another residue is no buffer.
    """
    residues, n = atoms.residues, len(atoms.residues)
    elements = _elements(atoms)
    heavy = ~np.isin(elements, ["H", "D", ""])  # virtual sites of water have no element
    size = np.bincount(atoms.residue_index[heavy], minlength=n)
    first = np.full(n, "", dtype="U2")
    rows = np.flatnonzero(heavy)[::-1]
    first[atoms.residue_index[rows]] = elements[rows]
    unique, which = np.unique(residues.names, return_inverse=True)
    by_name = np.array([_kind_of_name(str(name)) for name in unique], dtype="U7")[which]
    lone = np.bincount(atoms.residue_index, minlength=n) == 1
    ion = lone & (size == 1) & np.isin(first, list(MONATOMIC)) & (by_name != "polymer")
    water = (by_name == "water") & (size == 1) & (first == "O")
    kinds = np.where(water, "water", np.where(ion, "ions", np.where(by_name == "buffer", "buffer", "")))
    kinds[_ordinary(residues.names, size)] = ""
    found = np.flatnonzero(kinds == "buffer")
    kinds[found[_bonded(atoms, found, heavy, kinds)]] = ""
    return kinds


def _elements(atoms: Particles) -> NDArray[np.str_]:
    """Elements by the file, else by the names of residue and atom; "" for sites that are no atoms.

    A lone atom with an ion's name is that ion: files made by programs often have carbon there for calcium.
    """
    elements = np.char.capitalize(atoms.elements).astype("U2")
    lone = np.bincount(atoms.residue_index, minlength=len(atoms.residues)) == 1
    rows = np.flatnonzero((elements == "") | lone[atoms.residue_index])
    if not len(rows):
        return elements
    keys = np.char.add(np.char.add(atoms.residues.names[atoms.residue_index[rows]], ":"), atoms.names[rows])
    unique, which = np.unique(keys, return_inverse=True)
    named = np.array([_element(*str(key).split(":", 1)) for key in unique], dtype="U2")[which]
    elements[rows] = np.where((elements[rows] == "") | np.isin(named, list(MONATOMIC)), named, elements[rows])
    return elements


def _element(residue: str, atom: str) -> str:
    """Element of an atom by its name; ``NA`` alone in residue ``NA`` is sodium."""
    name = residue.upper()
    bare = re.sub(r"[\d+-]+$", "", atom.upper())
    ion = ION_BEADS.get(atom.upper(), ION_BEADS.get(bare, ""))
    if ion and name in ION_RESIDUES:
        return "I" if ion == "IOD" else ion.capitalize()
    if bare and bare == re.sub(r"[\d+-]+$", "", name) and bare.capitalize() in MONATOMIC:
        return bare.capitalize()
    if _kind_of_name(residue) == "water" and bare.startswith(("M", "EP", "L")):
        return ""
    return guess_element(atom)


def _kind(residue: str) -> str:
    known = template(residue)
    return "" if known is None else known.kind


@cache
def _kind_of_name(name: str) -> str:
    """What a residue of this name usually is: ``water``, ``buffer``, ``polymer`` (a part of a chain, a lipid) or ""."""
    upper = name.upper()
    found = gemmi.find_tabulated_residue(upper)
    if upper in WATERS or (found.found() and found.is_water()) or _kind(name) == "water":
        return "water"
    if upper in AGENTS or (found.found() and found.kind == gemmi.ResidueKind.BUF):
        return "buffer"
    return "polymer" if _kind(name) not in ("", "ion") else ""


def _ordinary(names: NDArray[np.str_], size: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Residues of names that also a template of a molecule bears (NHE: an amide for Amber, a buffer in the PDB)."""
    unique, which = np.unique(names, return_inverse=True)
    largest = np.array([_largest(str(name)) for name in unique])[which]
    return size <= largest


@cache
def _largest(name: str) -> int:
    """Heavy atoms of the template of a name that is neither water nor an ion; 0 for others."""
    known = template(name)
    return 0 if known is None or known.kind in ("water", "ion") else known.n_heavy


def _bonded(
    atoms: Particles, found: NDArray[np.int64], heavy: NDArray[np.bool_], kinds: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """Which residues of some are bonded to a molecule, as an amino acid with the name of a buffer is."""
    mine = np.flatnonzero(np.isin(atoms.residue_index, found) & heavy)
    others = np.flatnonzero((kinds == "")[atoms.residue_index] & heavy)
    if not len(mine) or not len(others):
        return np.zeros(len(found), bool)
    distance, _ = KDTree(atoms.positions[others]).query(atoms.positions[mine], distance_upper_bound=BONDED)
    return np.isin(found, atoms.residue_index[mine[np.isfinite(distance)]])
