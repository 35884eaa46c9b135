"""Names of finished atoms and residues in the dialects of programs."""

from dataclasses import replace
from functools import cache

import numpy as np

from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.prepare.molecule import Molecule, chain_ends, chain_starts

NAMINGS = ("iupac", "amber", "charmm")
# pdb2gmx makes disulfides only of residues whose names begin with CYS; unlike CYX, CYS2 is such a name.
AMBER_RESIDUES = {"CYX": "CYS2", "NH2": "NHE", "HOH": "SOL"}
CHARMM_IONS = {"NA": "SOD", "K": "POT", "CA": "CAL", "CL": "CLA"}
CHARMM_RESIDUES = {
    "HID": "HSD", "HIE": "HSE", "HIP": "HSP", "CYX": "CYS2", "ASH": "ASPP", "GLH": "GLUP", "LYN": "LSN",
    "NME": "CT3", "NH2": "CT2", "HOH": "TIP3", "ZN": "ZN2", **CHARMM_IONS,
}  # fmt: skip
STATES = ("HID", "HIE", "HIP", "CYX", "CYM", "ASH", "GLH", "LYN")  # whose canonical residue the PDB names
CAP_HYDROGENS = {"H1": "HH31", "H2": "HH32", "H3": "HH33"}
LYSINE = {"HZ2": "HZ1", "HZ3": "HZ2"}
AMBER_ATOMS = {
    "ACE": CAP_HYDROGENS,
    "NME": CAP_HYDROGENS | {"C": "CH3", "HN1": "H"},
    "NH2": {"HN1": "H1", "HN2": "H2"},
    "LYN": LYSINE,
    "HOH": {"O": "OW", "H1": "HW1", "H2": "HW2"},
}
CHARMM_ATOMS = {
    "ACE": CAP_HYDROGENS,
    "NME": CAP_HYDROGENS | {"C": "CH3", "HN1": "HN"},
    "NH2": {"N": "NT", "HN1": "HT1", "HN2": "HT2"},
    "ILE": {"CD1": "CD", "HD11": "HD1", "HD12": "HD2", "HD13": "HD3"},
    "SER": {"HG": "HG1"},
    "CYS": {"HG": "HG1"},
    "LYN": LYSINE,
    "HOH": {"O": "OH2"},
    **{ion: {ion: name} for ion, name in CHARMM_IONS.items()},
}


def rename(molecule: Molecule, naming: str) -> Particles:
    """Name atoms and residues as a program calls them.

    Parameters
    ----------
    molecule : Molecule
        Atoms under template names, residues under their states' names.
    naming : str
        ``iupac`` (names of the PDB: states show in the hydrogens only), ``amber`` (``HID``, ``CYS2``, ``ASH``,
        ``HB1``/``HB2``, …) or ``charmm`` (``HSD``, ``CYS2``, ``ASPP``, ``HN``, ``OT1``, …); the latter two as the
        force fields of GROMACS spell them.

    Returns
    -------
    Particles
        The same atoms renamed.

    Raises
    ------
    UnbeadError
        If the naming is unknown.
    """
    if naming not in NAMINGS:
        raise UnbeadError(f"naming {naming} is unknown; use {', '.join(NAMINGS)}")
    atoms = molecule.atoms
    states = atoms.residues.names.tolist()
    ends = zip(states, chain_starts(atoms).tolist(), chain_ends(atoms).tolist(), strict=True)
    tables = [atom_table(naming, *place) for place in ends]
    names = zip(atoms.names.tolist(), atoms.residue_index.tolist(), strict=True)
    return replace(
        atoms,
        names=np.array([tables[i].get(name, name) for name, i in names]),
        residues=replace(atoms.residues, names=np.array([_residue(state, naming) for state in states])),
    )


def _residue(state: str, naming: str) -> str:
    if naming == "charmm":
        return CHARMM_RESIDUES.get(state, state)
    if naming == "amber":
        return AMBER_RESIDUES.get(state, state)
    known = template(state)
    assert known is not None, f"{state} was checked before"
    return known.parent if state in STATES or known.kind == "nucleotide" else state


@cache
def atom_table(naming: str, state: str, first: bool, last: bool) -> dict[str, str]:
    """Say which atoms of a residue bear other names than in its template.

    Parameters
    ----------
    naming : str
        ``iupac``, ``amber`` or ``charmm``.
    state : str
        Template name of the residue.
    first, last : bool
        Whether the residue begins or ends a polymer.

    Returns
    -------
    dict of str to str
        Template name to name in the dialect.
    """
    known = template(state)
    assert known is not None, f"{state} was checked before"
    if naming == "iupac":
        return {}
    special = AMBER_ATOMS if naming == "amber" else CHARMM_ATOMS
    if known.kind != "amino":
        return special.get(state, {})
    table = _methylenes(state) | special.get(known.parent, {}) | special.get(state, {})
    proline = known.parent == "PRO"
    if naming == "amber":
        return table | ({"H2": "H1", "H3": "H2"} if first and proline else {})
    table["H"] = "HN"
    if first:
        table |= {"H2": "HT1", "H3": "HT2"} if proline else {f"H{n}": f"HT{n}" for n in "123"}
    if last:
        table |= {"O": "OT1", "OXT": "OT2"}
    return table


def _methylenes(state: str) -> dict[str, str]:
    """Number the hydrogens of CH₂ groups 1 and 2 instead of 2 and 3."""
    known = template(state)
    assert known is not None, f"{state} was checked before"
    carbons = [known.atoms[min(bond)] for bond in known.bonds.tolist() if known.n_heavy <= max(bond)]
    numbered = {}
    for carbon in {name for name in carbons if name[0] == "C" and carbons.count(name) == 2}:
        stem = "H" + carbon[1:]
        numbered |= {f"{stem}2": f"{stem}1", f"{stem}3": f"{stem}2"}
    return numbered
