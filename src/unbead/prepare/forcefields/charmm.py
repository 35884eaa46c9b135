"""The part of OpenMM's CHARMM36 that finishing needs, without the patches that take seconds to combine."""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.templates import known_residues, template
from unbead.prepare.extras import require
from unbead.prepare.forcefields.analogy import add_by_analogy
from unbead.prepare.forcefields.charmm_patches import NUCLEOTIDES, add_patched

ACYLATED = {"GLYM"}  # with a fatty acid on the nitrogen: it begins a chain
LIPIDATED = {"CYSP", "CYSF", "CYSG"} | ACYLATED  # amino acids with a lipid
PROTEINS = {*AMINO_ACIDS, "CYM", "HSD", "HSE", "HSP"} - {"HIS"} | LIPIDATED
PATCHES = set("NTER GLYP PROP ACE CTER CT2 CT3 ASPP GLUP LSN DISU".split())  # ends, caps, states, bridges
LIPIDS = ("lipid", "sterol")  # kinds of templates


def charmm_residues() -> StringIO:
    """Return the part of ``charmm36.xml`` that describes proteins, nucleic acids, lipids and sterols.

    Returns
    -------
    StringIO
        The force field file with the residues that have templates here (lipids that it lacks by analogy;
        nucleotides and phosphorylated amino acids with their patches worked out) and the patches of proteins.
    """
    data = Path(require("openmm.app").__file__).parent / "data"
    root = ElementTree.parse(data / "charmm36.xml").getroot()
    known = [entry for name in known_residues() if (entry := template(name)) is not None and entry.kind in LIPIDS]
    lipids = {entry.name for entry in known}
    for group, kept in (("Residues", PROTEINS | NUCLEOTIDES | lipids), ("Patches", PATCHES)):
        entries = root.find(group)
        assert entries is not None, f"charmm36.xml has {group}"
        for entry in list(entries):
            name = entry.get("name")
            if name not in kept:
                entries.remove(entry)
            for allowed in entry.findall("AllowPatch"):
                if name in lipids or allowed.get("name") not in PATCHES:
                    entry.remove(allowed)
    residues = root.find("Residues")
    assert residues is not None, "charmm36.xml has Residues"
    add_by_analogy(residues, known)
    add_patched(residues)
    for residue in residues:
        ends = {bond.get("atomName") for bond in residue.iter("ExternalBond")}
        if residue.get("name") in LIPIDATED - ACYLATED and "N" not in ends:
            ElementTree.SubElement(residue, "ExternalBond", atomName="N")  # OpenMM's file forgot it in two of them
    _shorten_urey_bradley(root)
    return StringIO(ElementTree.tostring(root, encoding="unicode"))


def _shorten_urey_bradley(root: ElementTree.Element) -> None:
    """Leave out terms that cannot occur: OpenMM looks through the whole list for every angle, and both ways round."""
    used = {atom.get("type") for atom in root.iter("Atom") if atom.get("charge")}
    used |= {change.get("type") for kind in ("AddAtom", "ChangeAtom") for change in root.iter(kind)}
    terms = root.find("AmoebaUreyBradleyForce")
    assert terms is not None, "charmm36.xml has Urey-Bradley terms"
    seen = set()
    for term in list(terms):
        types = tuple(str(term.get(f"type{k}")) for k in (1, 2, 3))
        if types in seen or types[::-1] in seen or not used.issuperset(types):
            terms.remove(term)
        seen.add(types)
