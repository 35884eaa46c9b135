"""Handedness of centres, twists of peptide bonds, and bonds through rings."""

import numpy as np

from unbead.chem.amino import AMINO_ACIDS, CA, SLOTS, Slots, amino_template
from unbead.chem.rings import pierced, ring_table
from unbead.chem.symmetric_names import breaks_rule, name_rules
from unbead.validate.checks.bonds import Bonds
from unbead.validate.checks.dihedrals import backbone_torsions
from unbead.validate.finding import Finding, of_residues

CIS = 30.0  # degrees
TRANS = 150.0


def inverted_centres(slots: Slots, centre: str) -> Finding:
    """Find centres whose three neighbours run the wrong way round.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    centre : str
        ``CA`` for D residues that do not have the name of one, ``CB`` for the side chains of Ile and Thr.

    Returns
    -------
    Finding
        The centres.
    """
    wrong, tested = [np.zeros(0, np.int64)], 0
    hand = slots.hand
    for kind in np.unique(slots.kind):
        known = amino_template(int(kind))
        rows = np.flatnonzero(slots.kind == kind)
        for row in known.chiral:
            if known.atoms[row[0]] == centre:
                p = slots.positions[rows][:, row].astype(np.float64)
                volume = (np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 0])).sum(-1)
                volume = volume * hand[rows]
                wrong.append(rows[volume < 0] * SLOTS + row[0])
                tested += int(np.isfinite(volume).sum())
    return Finding(np.sort(np.concatenate(wrong))[:, None], tested)


def misnamed_atoms(slots: Slots) -> Finding:
    """Find equal atoms whose names break a rule of IUPAC.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    Finding
        The pairs of atoms whose names should swap, such as CD1 and CD2 of PHE where |χ2| is above 90°.
    """
    wrong, tested = [np.zeros((0, 2), np.int64)], 0
    for kind in np.unique(slots.kind):
        rows = np.flatnonzero(slots.kind == kind)
        for rule in name_rules(amino_template(int(kind))):
            x = slots.positions[rows]
            swapped = rows[breaks_rule(rule, x)]
            wrong.append(swapped[:, None] * SLOTS + np.array(rule.swaps[0]))
            tested += int(np.isfinite(x[:, list(rule.slots)]).all((1, 2)).sum())
    found = np.concatenate(wrong)
    return Finding(found[np.argsort(found[:, 0], kind="stable")], tested)


def peptide_twists(slots: Slots) -> dict[str, Finding]:
    """Find peptide bonds that are cis or twisted.

    Parameters
    ----------
    slots : Slots
        Amino acids.

    Returns
    -------
    dict of str to Finding
        ``cis`` bonds not to proline (\\|ω\\| below 30°) and ``twisted`` bonds (30° to 150°), each named by the residue
        after the bond.
    """
    omega = np.abs(backbone_torsions(slots)[2])
    known = np.isfinite(omega)
    proline = slots.kind == AMINO_ACIDS.index("PRO")
    cis = np.flatnonzero((omega < CIS) & ~proline)
    twisted = np.flatnonzero((omega >= CIS) & (omega < TRANS))
    return {
        "cis": of_residues(cis, int((known & ~proline).sum())),
        "twisted": of_residues(twisted, int(known.sum()), -np.abs(omega[twisted] - 90)),
    }


def ring_piercings(slots: Slots, bonds: Bonds) -> Finding:
    """Find bonds that run through rings.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    bonds : Bonds
        Their bonds.

    Returns
    -------
    Finding
        For each, the Cα of the ring's residue, then the two atoms of the bond.
    """
    names = np.array(AMINO_ACIDS)[slots.kind]
    table = ring_table(names, np.arange(len(names)) * SLOTS)
    there = np.append(slots.present.reshape(-1), True)  # the last for the -1 that fill up rings
    table = table[there[table].all(1)]
    pairs = pierced(slots.positions.reshape(-1, 3), table, bonds.pairs)
    through = np.column_stack([table[pairs[:, 0], 0] // SLOTS * SLOTS + CA, bonds.pairs[pairs[:, 1]]])
    return Finding(through.astype(np.int64), len(table))
