"""Nucleotides with a phosphate at the 5' end: the last oxygen in structures, and Amber's residues for it."""

from copy import deepcopy
from dataclasses import replace
from io import StringIO
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, parse, tostring

import numpy as np

from unbead.chem.particles import Particles
from unbead.prepare.extras import require
from unbead.prepare.molecule import atom_index, chain_starts

P_O = 1.51  # Å, P–O of a phosphate of charge -2
OXYGENS = ("OP1", "OP2", "OP3")
FILES = {"DNA.OL15.xml": ("DA", "DC", "DG", "DT"), "RNA.OL3.xml": ("A", "C", "G", "U")}


def add_op3(atoms: Particles) -> Particles:
    """Give every phosphate that begins a strand its third oxygen, opposite to the other three.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names.

    Returns
    -------
    Particles
        The atoms with OP3 last in its residue.
    """
    p, op3, *others = (atom_index(atoms, name) for name in ("P", "OP3", "OP1", "OP2", "O5'"))
    where = np.flatnonzero(chain_starts(atoms) & (p >= 0) & (op3 < 0) & (np.array(others) >= 0).all(0))
    if not len(where):
        return atoms
    x = atoms.positions.astype(np.float64)
    middle = x[p[where]]
    arms = [x[other[where]] - middle for other in others]
    away = -sum(arm / np.linalg.norm(arm, axis=1, keepdims=True) for arm in arms)
    placed = middle + P_O * away / np.linalg.norm(away, axis=1, keepdims=True)
    last = np.searchsorted(atoms.residue_index, where, side="right")
    return replace(
        atoms,
        names=np.insert(atoms.names.astype(object), last, "OP3").astype(str),
        positions=np.insert(atoms.positions, last, placed, axis=0),
        residue_index=np.insert(atoms.residue_index, last, where),
        elements=np.insert(atoms.elements.astype(object), last, "O").astype(str),
        b_factors=np.insert(atoms.b_factors, last, atoms.b_factors[p[where]]),
    )


def phosphate_residues() -> StringIO:
    """Put Amber's nucleotides with a phosphate at the 5' end together, which OL15 and OL3 lack.

    The phosphate has the charge -2 (its second pKa is about 6.3). OP3 has the type of OP1 and OP2, and the three
    share what makes the strand's charge whole: -0.953 e each; Meagher, Redman and Carlson (J. Comput. Chem. 2003,
    24, 1016) have -0.953 e for the last phosphate of ATP. No other charge is changed, and the force field has all
    terms. The monoanion would need a hydroxyl, whose hydrogen has no size in Amber: tried, it fell into an oxygen.

    Returns
    -------
    StringIO
        Residues to load beside OpenMM's ``amber14-all.xml``, each called ``PHO`` and its name.
    """
    data = Path(require("openmm.app").__file__).parent / "data" / "amber14"
    root = Element("ForceField")
    residues = SubElement(root, "Residues")
    for file, names in FILES.items():
        entries = {str(entry.get("name")): entry for entry in parse(data / file).iter("Residue")}
        for name in names:
            # a 5' end that begins with a hydroxyl has the charge that the 3' end misses; the phosphate adds -2
            added = _charge(entries[f"{name}5"]) - 2 - _charge(entries[name])
            residues.extend(_with_phosphate(entries[inner], added) for inner in (name, f"{name}3"))
    return StringIO(tostring(root, encoding="unicode"))


def _with_phosphate(inner: Element, added: float) -> Element:
    """A nucleotide with OP3 on its phosphate, and so much more charge on the three oxygens."""
    entry = deepcopy(inner)
    entry.set("name", f"PHO{inner.get('name')}")
    for part in list(entry):
        if part.tag == "ExternalBond" and part.get("atomName") == "P":
            entry.remove(part)
    atoms = {str(atom.get("name")): atom for atom in entry.iter("Atom")}
    each = (added + 2 * float(atoms["OP1"].get("charge", 0))) / 3
    SubElement(entry, "Atom", name="OP3", type=str(atoms["OP1"].get("type")))
    SubElement(entry, "Bond", atomName1="P", atomName2="OP3")
    for atom in entry.iter("Atom"):
        if atom.get("name") in OXYGENS:
            atom.set("charge", f"{each:.6f}")
    return entry


def _charge(entry: Element) -> float:
    return sum(float(atom.get("charge", 0)) for atom in entry.iter("Atom"))
