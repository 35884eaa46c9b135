"""Amino acids that are a whole chain: Amber has residues for either end of a chain, none for both in one."""

from collections.abc import Iterable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, parse, tostring

from unbead.prepare.extras import require

ACID = ("C", "O", "OXT")  # atoms as in a C-terminus; the others are as in an N-terminus


def lone_residues() -> StringIO:
    """Put amino acids with both ends charged together from Amber's residues for the ends.

    C, O and OXT have types and charges of the C-terminus, all others those of the N-terminus. The sum misses the whole
    charge by 0.1 e or so, which is spread over all atoms evenly.

    Returns
    -------
    StringIO
        Residues to load beside OpenMM's ``amber14-all.xml``, each called ``LONE`` and the name inside a chain.
    """
    data = Path(require("openmm.app").__file__).parent / "data"
    entries = {
        str(entry.get("name")): entry for entry in parse(data / "amber14" / "protein.ff14SB.xml").iter("Residue")
    }
    root = Element("ForceField")
    residues = SubElement(root, "Residues")
    for name, inner in entries.items():
        if f"N{name}" in entries and f"C{name}" in entries:
            residues.append(_both_ends(f"LONE{name}", inner, entries[f"N{name}"], entries[f"C{name}"]))
    return StringIO(tostring(root, encoding="unicode"))


def _both_ends(name: str, inner: Element, first: Element, last: Element) -> Element:
    """Join the amino end of one entry and the acid end of another."""
    entry = Element("Residue", name=name)
    atoms = [atom for atom in first.iter("Atom") if atom.get("name") not in ACID]
    atoms = deepcopy(atoms + [atom for atom in last.iter("Atom") if atom.get("name") in ACID])
    whole = round(_charge(first.iter("Atom")) + _charge(last.iter("Atom")) - _charge(inner.iter("Atom")))
    off = (_charge(atoms) - whole) / len(atoms)
    for atom in atoms:
        atom.set("charge", f"{float(atom.get('charge', 0)) - off:.6f}")
    bonds = list(first.iter("Bond"))
    bonds += [bond for bond in last.iter("Bond") if "OXT" in bond.attrib.values()]
    outside = [bond for bond in first.iter("ExternalBond") if bond.get("atomName") != "C"]  # of a disulfide
    entry.extend(atoms + deepcopy(bonds + outside))
    return entry


def _charge(atoms: Iterable[Element]) -> float:
    return sum(float(atom.get("charge", 0)) for atom in atoms)
