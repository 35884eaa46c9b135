"""Atom names: from those of force fields and programs to those of the templates."""

from functools import cache

from unbead.chem.lipids.shorthand import residue_name as lipid_residue
from unbead.chem.templates import LIPIDS, Template, shipped, template

LONGEST = 4  # letters of a residue name in a PDB file
SOLVENT = "SOLVENT "  # before the residue names of solvents and molecular ions, in the names of their templates

# CHARMM, GROMOS and OPLS names that OpenMM's table lacks.
_COMMON = {
    "HN": "H",
    "OT1": "O",
    "OT2": "OXT",
    "O1": "O",
    "O2": "OXT",
    "OC1": "O",
    "OC2": "OXT",
    "H1": "H",
    "HT1": "H",
}
_NUCLEOTIDES = {"O5T": "OP3", "O3P": "OP3"}  # the third oxygen of a phosphate at the 5' end
_BY_RESIDUE = {
    "ILE": {"CD": "CD1", "HD1": "HD11", "HD2": "HD12", "HD3": "HD13"},
    "SER": {"HG1": "HG"},
    "CYS": {"HG1": "HG"},
    "NME": {"CH3": "C", "CAT": "C", "H": "HN1", "HN": "HN1"},
    "NH2": {"NT": "N"},
    "ACE": {"CAY": "CH3", "CY": "C", "OY": "O"},
    "CHL1": {"O1": "O3"},
}


# What stands for residue names that have more letters than a PDB file has columns.
SHORT_RESIDUES = {
    "POPI24": "POP6", "SAPI24": "SAP6", "TOCL2": "TOCL", "TMCL2": "TMCL", "DLIPE": "DIPE", "PDOPC": "PRPC",
    "PDOPE": "PRPE",
}  # fmt: skip


def short_residue_name(residue: str) -> str:
    """Return a name of at most four letters, which every format holds and which is an alias of the template.

    Parameters
    ----------
    residue : str
        Name of a template.

    Returns
    -------
    str
        The name itself where it is short enough, or no shorter one is known.
    """
    return SHORT_RESIDUES.get(residue) or lipid_residue(residue) or residue.removeprefix(SOLVENT)


def written_residue_name(known: Template, given: str) -> str:
    """Return the name that a residue is written under.

    Parameters
    ----------
    known : Template
        Its template.
    given : str
        Its name in the input.

    Returns
    -------
    str
        That of the template for lipids, and for others where the name given is another residue's; ``LIP`` for a lipid
        that no name of four letters tells.
    """
    free = template(given) in (None, known)
    short = short_residue_name(known.name)
    if known.kind not in LIPIDS:
        return given if free and (len(given) <= LONGEST or not known.name.startswith(SOLVENT)) else short
    return short if len(short) <= LONGEST else given if free and len(given) <= LONGEST else "LIP"


@cache
def canonical_atom_name(residue: str, atom: str) -> str:
    """Translate an atom name to that of the residue's template.

    Parameters
    ----------
    residue : str
        Residue name.
    atom : str
        Atom name as a program wrote it: ``HN``, ``OT1``, ``CD`` of isoleucine, ``HB1`` of a ``CH2`` group.

    Returns
    -------
    str
        The template's name; the name itself where nothing is known about it.
    """
    known = template(residue)
    name = atom.upper()
    if known is None or known.index(name) >= 0:
        # HB1/HB2 (CHARMM) for HB2/HB3 cannot be told from HB2 alone; both lie on the same carbon
        return name
    tables = shipped("atom_names")
    if known.kind == "amino":
        specific = _BY_RESIDUE.get(known.parent, {}) | tables.get(known.parent, {})
        common = _COMMON | tables["Protein"]
    elif known.kind == "nucleotide":
        name = name.replace("*", "'")  # of old PDB files
        specific, common = _NUCLEOTIDES, tables["Nucleic"]
    else:
        specific, common = _BY_RESIDUE.get(known.name, {}) | tables.get(known.name, {}), {}
    for table in (specific, common):
        if name in table:
            return table[name]
    if known.index(name) >= 0:
        return name
    turned = name[1:] + name[:1]  # old PDB files begin names of four letters with the digit: 0C21 for C210
    return turned if name[:1].isdigit() and known.index(turned) >= 0 else name
