"""The proteins of OpenMM's CHARMM36, without the thousand other molecules whose patches take seconds to combine."""

from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from unbead.chem.amino import AMINO_ACIDS
from unbead.finish.extras import require

RESIDUES = {*AMINO_ACIDS, "CYM", "HSD", "HSE", "HSP"} - {"HIS"}
PATCHES = set("NTER GLYP PROP ACE CTER CT2 CT3 ASPP GLUP LSN DISU".split())  # ends, caps, states, bridges


def charmm_proteins() -> StringIO:
    """Return the protein part of ``charmm36.xml``.

    Returns
    -------
    StringIO
        The force field file with its residues and patches reduced to those of proteins.
    """
    data = Path(require("openmm.app").__file__).parent / "data"
    root = ElementTree.parse(data / "charmm36.xml").getroot()
    for group, kept in (("Residues", RESIDUES), ("Patches", PATCHES)):
        entries = root.find(group)
        assert entries is not None, f"charmm36.xml has {group}"
        for entry in list(entries):
            if entry.get("name") not in kept:
                entries.remove(entry)
            for allowed in entry.findall("AllowPatch"):
                if allowed.get("name") not in PATCHES:
                    entry.remove(allowed)
    return StringIO(ElementTree.tostring(root, encoding="unicode"))
