"""CHARMM36's patches for nucleotides and phosphorylated amino acids, worked out into whole residues.

OpenMM's ``charmm36.xml`` has nucleotides as they stand within RNA, with all types and parameters, but none of the
patches that begin a strand, and its DEOX lacks a bond. ``charmm36_2024.xml`` has them, and takes 7 s to read. Types and
charges are CHARMM's (toppar_all36_na.rtf: DEOX, 5TER, 3TER; toppar_all36_prot_na_combined.str: SP2, THPB, TP2); the
tests compare them with the newer file.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

Sites = dict[str, tuple[str, float]]  # atom name to type and charge in e


@dataclass(frozen=True)
class Patch:
    """A change to a residue.

    Attributes
    ----------
    remove : tuple of str
        Atoms that go, with their bonds.
    change, add : dict of str to (str, float)
        Type and charge of atoms that stay, and of new ones.
    bonds : tuple of (str, str)
        New bonds.
    closed : tuple of str
        Atoms that have no bond to another residue any more.
    """

    remove: tuple[str, ...] = ()
    change: Sites = field(default_factory=dict)
    add: Sites = field(default_factory=dict)
    bonds: tuple[tuple[str, str], ...] = ()
    closed: tuple[str, ...] = ()


DEOXY = Patch(
    remove=("O2'",),
    change={"P": ("P2", 1.5), "O4'": ("ON6", -0.5), "C2'": ("CN8", -0.18), "H2'": ("HN8", 0.09), "H2''": ("HN8", 0.09)},
    bonds=(("C2'", "H2'"),),
)
HYDROXYL_5 = Patch(
    remove=("P", "O1P", "O2P"),
    change={"O5'": ("ON5", -0.66), "C5'": ("CN8B", 0.05)},
    add={"H5T": ("HN5", 0.43)},
    bonds=(("O5'", "H5T"),),
    closed=("P",),
)
# The dianion, by analogy with 3PO3 at the other end and with SP2; CHARMM's 5PHO is the monoanion, of which
# there is little at pH 7.
PHOSPHATE_5 = Patch(
    change={
        "P": ("P", 1.1),
        **dict.fromkeys(("O1P", "O2P"), ("ON3", -0.9)),
        "O5'": ("ON2", -0.4),
        "C5'": ("CN8B", -0.18),
    },
    add={"O5T": ("ON3", -0.9)},
    bonds=(("P", "O5T"),),
    closed=("P",),
)
HYDROXYL_3 = Patch(
    change={"C3'": ("CN7", 0.14), "O3'": ("ON5", -0.66)},
    add={"H3T": ("HN5", 0.43)},
    bonds=(("O3'", "H3T"),),
    closed=("O3'",),
)
BASES = {"A": "ADE", "C": "CYT", "G": "GUA", "U": "URA", "DA": "ADE", "DC": "CYT", "DG": "GUA", "DT": "THY"}
BEGINNINGS = {"": Patch(), "5": HYDROXYL_5, "P": PHOSPHATE_5}
ENDS = {"": Patch(), "3": HYDROXYL_3}
NUCLEOTIDES = frozenset(BASES.values())


def _dianion(carbon: str, oxygen: str, charge: float) -> Patch:
    """A phosphate of charge -2 on the oxygen of serine or threonine; the carbon's type does not change."""
    return Patch(
        remove=("HG1",),
        change={carbon: ("", charge), oxygen: ("ON2", -0.4)},
        add={"P": ("P", 1.1), **dict.fromkeys(("O1P", "O2P", "O3P"), ("ON3", -0.9))},
        bonds=((oxygen, "P"), ("P", "O1P"), ("P", "O2P"), ("P", "O3P")),
    )


# Residue to its parent and the patch of its dianion.
PHOSPHORYLATED = {
    "SEP": ("SER", _dianion("CB", "OG", -0.18)),
    "TPO": ("THR", _dianion("CB", "OG1", -0.09)),
    "PTR": (
        "TYR",
        Patch(
            remove=("HH",),
            change={
                **dict.fromkeys(("CE1", "CE2"), ("CA", -0.21)),
                **dict.fromkeys(("HE1", "HE2"), ("HP", 0.21)),
                "CZ": ("CA", -0.28),
                "OH": ("ON2B", -0.28),
            },
            add={"P": ("P", 1.44), **dict.fromkeys(("O1P", "O2P", "O3P"), ("ON3", -0.96))},
            bonds=(("OH", "P"), ("P", "O1P"), ("P", "O2P"), ("P", "O3P")),
        ),
    ),
}


def patched(residue: Element, name: str, *patches: Patch) -> Element:
    """Apply patches to a residue of a force field's file.

    Parameters
    ----------
    residue : Element
        The residue; it is left as it is.
    name : str
        Name of what comes out.
    *patches : Patch
        What to apply, one after the other.

    Returns
    -------
    Element
        The new residue.
    """
    entry = deepcopy(residue)
    entry.set("name", name)
    for patch in patches:
        for part in list(entry):
            ends = {part.get("atomName1"), part.get("atomName2")}
            gone = part.tag == "Atom" and part.get("name") in patch.remove
            gone |= part.tag == "Bond" and not ends.isdisjoint(patch.remove)
            gone |= part.tag == "ExternalBond" and part.get("atomName") in patch.closed
            if gone:
                entry.remove(part)
        atoms = {str(atom.get("name")): atom for atom in entry.iter("Atom")}
        for atom, (kind, charge) in patch.change.items():
            if atom in atoms:  # a strand without a phosphate at its beginning has no P to change
                atoms[atom].set("type", kind or str(atoms[atom].get("type")))
                atoms[atom].set("charge", str(charge))
        for atom, (kind, charge) in patch.add.items():
            SubElement(entry, "Atom", name=atom, type=kind, charge=str(charge))
        for a, b in patch.bonds:
            SubElement(entry, "Bond", atomName1=a, atomName2=b)
    return entry


def add_patched(residues: Element) -> None:
    """Add nucleotides of DNA and RNA, within strands and at their ends, and phosphorylated amino acids.

    Parameters
    ----------
    residues : Element
        Residues of ``charmm36.xml``; nucleotides of RNA are replaced.
    """
    entries = {str(entry.get("name")): entry for entry in residues}
    for name, base in BASES.items():
        plain = deepcopy(entries[base])
        bonds = {part.get("atomName") for part in plain.iter("ExternalBond")}
        for part in list(plain):
            if part.tag == "AllowPatch":
                plain.remove(part)
        for atom in {"P", "O3'"} - bonds:
            SubElement(plain, "ExternalBond", atomName=atom)  # OpenMM's file forgot P
        sugar = (DEOXY,) if name.startswith("D") else ()
        for begin, first in BEGINNINGS.items():
            for end, last in ENDS.items():
                residues.append(patched(plain, f"{name}_{begin}{end}", *sugar, first, last))
    for base in NUCLEOTIDES:
        residues.remove(entries[base])
    for name, (parent, patch) in PHOSPHORYLATED.items():
        residues.append(patched(entries[parent], name, patch))
