"""Templates of lipids are chemically right: formulas, stereochemistry, double bonds, rings."""

from collections import Counter

import numpy as np
import pytest

from unbead.chem.angles import dihedral
from unbead.chem.rings import rings
from unbead.chem.templates import LIPIDS, known_residues, template

NAMES = [name for name in known_residues() if template(name).kind in LIPIDS]
REQUESTED = """
    POPC POPE POPG POPS POPA DOPC DOPE DOPG DOPS DPPC DPPE DPPG DLPC DLPE DLPG DMPC DMPE DSPC PSM SSM PLPC SAPC SDPC
    PAPC PAPE POPI24 SAPI24 TOCL2 TMCL2 CHL1 DUPC DLIPE PAPS
""".split()
# A centre with its three heavy neighbours by falling priority (Cahn, Ingold, Prelog), and its label.
GLYCEROL = ("C2", "O21", "C1", "C3", "R")
LABELS = {
    "POPS": [("C12", "N", "C13", "C11", "S")],  # L-serine
    "POPG": [("C12", "OC2", "C11", "C13", "R")],  # as in CHARMM-GUI's structures
    "PSM": [("C2S", "NF", "C3S", "C1S", "S"), ("C3S", "O3", "C2S", "C4S", "R")],
    "TOCL2": [("C12", "O12", "C11", "C13", "R"), ("C32", "O32", "C31", "C33", "R")],
    "GM3": [("C2S", "NF", "C3S", "C1S", "S"), ("C3S", "O3", "C2S", "C4S", "R")],
    "CHL1": [("C3", "O3", "C4", "C2", "S"), ("C20", "C17", "C22", "C21", "R")],
}
# Labels as RDKit gives them: cholesterol's and GM3's as in their IUPAC names, inositol's as in the PDB's component PIO.
OUTER = {"C2S": "S", "C3S": "R", "C1A": "R", "C2A": "R", "C3A": "R", "C4A": "S", "C5A": "R"}
OUTER |= {"C2E": "S", "C4E": "S", "C5E": "R", "C6E": "R", "C7E": "R", "C8E": "R"}
RINGS = {
    "GM1": OUTER
    | {"C1B": "S", "C2B": "R", "C3B": "R", "C4B": "S", "C5B": "R"}
    | {"C1C": "S", "C2C": "R", "C3C": "R", "C4C": "R", "C5C": "R"}
    | {"C1D": "R", "C2D": "R", "C3D": "S", "C4D": "R", "C5D": "R"},
    "GM3": OUTER | {"C1B": "S", "C2B": "R", "C3B": "S", "C4B": "S", "C5B": "R"},
    "CHL1": {"C3": "S", "C8": "S", "C9": "S", "C10": "R", "C13": "R", "C14": "S", "C17": "R", "C20": "R"},
    "ERG": {"C3": "S", "C9": "S", "C10": "R", "C13": "R", "C14": "R", "C17": "R", "C20": "R", "C24": "R"},
    "POPI24": {"C11": "R", "C12": "R", "C13": "S", "C14": "R", "C15": "R", "C16": "S", "C2": "R"},
}


def names_of(t, rows):
    return [tuple(t.atoms[i] for i in row) for row in rows]


def test_the_lipids_asked_for_are_there():
    assert set(REQUESTED) <= set(NAMES)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("POPC", "C42 H82 N O8 P"),
        ("PAPE", "C41 H74 N O8 P"),
        ("DLIPE", "C41 H74 N O8 P"),
        ("SDPC", "C48 H84 N O8 P"),
        ("POPS", "C40 H75 N O10 P"),  # charge -1
        ("POPA", "C37 H70 O8 P"),
        ("POPI24", "C43 H79 O19 P3"),  # charge -4
        ("PSM", "C39 H79 N2 O6 P"),
        ("TOCL2", "C81 H148 O17 P2"),  # charge -2
        ("CHL1", "C27 H46 O"),
        ("ERG", "C28 H44 O"),
        ("GM1", "C71 H126 N3 O31"),  # charge -1
        ("GM3", "C57 H103 N2 O21"),
    ],
)
def test_formulas(name, formula):
    found = Counter(template(name).elements)
    assert " ".join(f"{e}{found[e] if found[e] > 1 else ''}" for e in sorted(found)) == formula


@pytest.mark.parametrize("name", NAMES)
def test_centres_have_their_labels(name):
    """Seen from the front of the lowest priority, R falls clockwise: a negative triple product."""
    t = template(name)
    expected = LABELS.get(name, []) + ([GLYCEROL] if t.index("C21") >= 0 and t.index("O22") >= 0 else [])
    for *atoms, label in expected:
        centre, a, b, c = t.coordinates[[t.index(atom) for atom in atoms]]
        assert (a - centre) @ np.cross(b - centre, c - centre) * (-1 if label == "R" else 1) > 1.0
        assert atoms[0] in [row[0] for row in names_of(t, t.chiral)]


@pytest.mark.parametrize("name", NAMES)
def test_double_bonds_are_cis_but_for_those_of_sphingosine_and_ergosterol(name):
    t = template(name)
    bonded = [{int(b if a == i else a) for a, b in t.bonds if i in (a, b)} for i in range(len(t.atoms))]
    flat = [i for i in range(t.n_heavy) if t.elements[i] == "C" and len(bonded[i]) == 3]
    length = {tuple(pair): value for pair, value in zip(t.bonds.tolist(), t.bond_lengths, strict=True)}
    double = [(i, j) for i in flat for j in bonded[i] & set(flat) if i < j and length[i, j] < 1.4]
    for i, j in double:
        a, d = (min(k for k in bonded[p] - {q} if t.elements[k] != "H") for p, q in ((i, j), (j, i)))
        turn = abs(dihedral(*t.coordinates[[a, i, j, d]]))
        pair = {t.atoms[i], t.atoms[j]}
        trans = pair in ({"C4S", "C5S"}, {"C22", "C23"})
        trans |= (name, *sorted(pair)) in (("CHL1", "C5", "C6"), ("ERG", "C7", "C8"))  # the first two, in a ring
        assert turn > 165 if trans else turn < 15, (t.atoms[i], turn)
        assert any({a, i, j, d} <= set(group) for group in t.planar)
    expected = {"PO": 1, "DO": 2, "SA": 4, "SD": 6, "PA": 4, "DL": 0, "DP": 0, "PS": 1, "CH": 1}
    if len(name) == 4 and name[:2] in expected:
        assert len(double) == expected[name[:2]]


@pytest.mark.parametrize("name", NAMES)
def test_esters_are_z_and_amides_trans(name):
    t = template(name)
    for group in t.planar:
        carbonyl = [i for i in group if t.elements[i] == "O" and sum(i in b for b in t.bonds.tolist()) == 1]
        if len(group) == 5 and len(carbonyl) == 1:
            far = t.coordinates[list(group)] - t.coordinates[carbonyl[0]]
            assert np.linalg.norm(far, axis=1).max() < 3.0  # 3.6 Å in an E ester


def test_stereocentres_are_all_there():
    counts = {"POPC": 1, "POPS": 2, "POPI24": 7, "PSM": 2, "TOCL2": 2, "CHL1": 8, "GM3": 18, "GM1": 28}
    assert {name: len(template(name).chiral) for name in counts} == counts


def test_rings_of_sterols_and_inositol():
    assert sorted(len(ring) for ring in rings(template("CHL1"))) == [5, 6, 6, 6]
    assert [len(ring) for ring in rings(template("POPI24"))] == [6] and rings(template("POPC")) == ()


@pytest.mark.parametrize(("name", "sugars"), [("GM1", "ABCD"), ("GM3", "AB")])
def test_sugars_of_gangliosides_are_chairs_with_equatorial_arms(name, sugars):
    t = template(name)
    assert [len(ring) for ring in rings(t)] == [6] * (len(sugars) + 1)
    before = {"A": "O1A", "B": "O4A", "C": "O4B", "D": "O3C"}
    turns = [(before[s], *(f"C{k}{s}" for k in (1, 2, 3))) for s in sugars]
    turns += [tuple(f"C{k}{s}" for k in (3, 4, 5, 6)) for s in sugars]
    turns += [("O3B", "C2E", "C3E", "C4E"), ("C4E", "C5E", "C6E", "C7E")]
    for turn in turns:
        assert abs(dihedral(*t.coordinates[[t.index(atom) for atom in turn]])) > 150, turn


@pytest.mark.parametrize("name", NAMES)
def test_tails_are_stretched(name):
    t = template(name)
    assert np.ptp(t.coordinates[: t.n_heavy] @ np.linalg.svd(t.coordinates[: t.n_heavy])[2][0]) > 14


@pytest.mark.parametrize("name", RINGS)
def test_labels_as_rdkit_sees_them(name, cip_labels):
    assert cip_labels(template(name)) == RINGS[name]
