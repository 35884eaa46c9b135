"""Lipids composed by rule are those that ship where these ship, and chemically right where not."""

from collections import Counter

import numpy as np
import pytest

from unbead.chem.angles import angle, dihedral
from unbead.chem.lipids.graph import lipid_graph
from unbead.chem.lipids.shorthand import SHIPPED, named_lipid, read_lipid, residue_name, template_name
from unbead.chem.lipids.tails import MARTINI3, Tail, named_tail, patterns, read_tail, shares, usual_tail
from unbead.chem.lipids.template import _compose, lipid_template
from unbead.chem.naming import short_residue_name, written_residue_name
from unbead.chem.templates import shipped_template, template

# One lipid of each kind, and labels of its stereocentres where the literature has them.
KINDS = {
    "PC O-8:0/O-16:0": {"C2": "R"},
    "PE P-18:0/20:4(5Z,8Z,11Z,14Z)": {"C2": "R"},
    "PC 16:0/0:0": {"C2": "R"},
    "PS 10:0/10:0": {"C2": "R", "C12": "S"},
    "PG P-10:0/10:0": {"C2": "R", "C12": "R"},
    "PA 24:1(15Z)/26:0": {"C2": "R"},
    "PIP(3) 8:0/8:0": {"C2": "R"},
    "PIP(4) 8:0/8:0": {"C2": "R"},
    "PIP(5) 8:0/8:0": {"C2": "R"},
    "PIP2(3,4) 8:0/8:0": {"C2": "R"},
    "PIP2(3,5) 8:0/8:0": {"C2": "R"},
    "PIP3(3,4,5) 8:0/8:0": {"C2": "R"},
    "DG 18:1(9Z)/18:1(9Z)": {"C2": "S"},
    "MG 18:3(9Z,12Z,15Z)/0:0": {"C2": "S"},
    "TG 20:2(11Z,14Z)/20:3(8Z,11Z,14Z)/14:1(9Z)": {},
    "TAP 16:1(9Z)/18:1(11Z)": {"C2": "S"},
    "Cer d18:1(4E)/12:0": {"C2S": "S", "C3S": "R"},
    "PE-Cer d18:1(4E)/12:0": {"C2S": "S", "C3S": "R"},
    "SM d20:1(4E)/22:1(13Z)": {"C2S": "S", "C3S": "R"},
    "CL 14:0/18:1(9Z)/14:0/18:1(9Z)": {"C12": "R", "C32": "R"},
    "BMP(3,3') 18:1(9Z)/18:1(9Z)": {"C12": "S", "C32": "S"},
    "BMP(2,2') 8:0/8:0": {},
    "FA 22:6(4Z,7Z,10Z,13Z,16Z,19Z)": {},
    "HC 20:1(10Z)": {},
    "Ino(1,4,5)": {},
}  # fmt: skip


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param, template(request.param)


def test_the_rule_gives_what_ships():
    for name, text in SHIPPED.items():
        graph, known = lipid_graph(read_lipid(text)), shipped_template(name)
        assert set(graph.elements) == set(known.atoms), name
        bonds = [frozenset(known.atoms[i] for i in bond) for bond in known.bonds.tolist()]
        assert {frozenset(bond) for bond in graph.bonds} == set(bonds), name
        for centre, *arms in graph.chiral:
            x = known.coordinates[[known.index(atom) for atom in (centre, *arms)]]
            assert np.linalg.det(x[1:] - x[0]) > 1.0, (name, centre)


def test_references_are_those_of_what_ships():
    made, known = _compose(read_lipid(SHIPPED["POPS"])), shipped_template("POPS")
    lengths = {frozenset(known.atoms[i] for i in b): v for b, v in zip(known.bonds, known.bond_lengths, strict=True)}
    for bond, value in zip(made.bonds, made.bond_lengths, strict=True):
        assert value == pytest.approx(lengths[frozenset(made.atoms[i] for i in bond)], abs=0.01)
    angles = {(known.atoms[j], frozenset((known.atoms[i], known.atoms[k]))): v
              for (i, j, k), v in zip(known.angles, known.angle_values, strict=True)}  # fmt: skip
    for (i, j, k), value in zip(made.angles, made.angle_values, strict=True):
        assert value == pytest.approx(angles[made.atoms[j], frozenset((made.atoms[i], made.atoms[k]))], abs=1.5)
    named = [{frozenset(t.atoms[i] for i in group) for group in t.planar} for t in (made, known)]
    assert named[0] == named[1]


def test_geometry(kind):
    _, t = kind
    x = t.coordinates
    off = np.linalg.norm(x[t.bonds[:, 0]] - x[t.bonds[:, 1]], axis=1) - t.bond_lengths
    assert np.abs(off).max() < 0.04
    assert np.abs(angle(*(x[t.angles[:, k]] for k in range(3))) - t.angle_values).max() < 6
    for centre, *arms in t.chiral.tolist():
        assert np.linalg.det(x[arms] - x[centre]) > 1.0
    bonded = np.zeros((len(x),) * 2, bool)
    bonded[t.bonds[:, 0], t.bonds[:, 1]] = bonded[t.bonds[:, 1], t.bonds[:, 0]] = True
    near = bonded | (bonded.astype(int) @ bonded > 0) | np.eye(len(x), dtype=bool)
    heavy = np.ix_(range(t.n_heavy), range(t.n_heavy))
    assert np.linalg.norm(x[:, None] - x, axis=-1)[heavy][~near[heavy]].min() > 2.4


def test_valences(kind):
    """Four bonds on each carbon, a double bond counting twice."""
    _, t = kind
    degree = np.bincount(t.bonds.ravel(), minlength=len(t.atoms))
    assert {int(n) for n, element in zip(degree, t.elements, strict=True) if element == "P"} <= {4}
    assert set(degree[[i for i, element in enumerate(t.elements) if element == "C"]].tolist()) <= {3, 4}
    assert (degree[~t.heavy] == 1).all()


def test_double_bonds_are_where_the_shorthand_says(kind):
    text, t = kind
    lipid = read_lipid(text)
    expected = Counter(form for tail in lipid.tails for form in tail.forms().values())
    found = Counter()
    degree = np.bincount(t.bonds.ravel(), minlength=len(t.atoms))
    neighbours = [{sum(bond) - i for bond in t.bonds.tolist() if i in bond} for i in range(len(t.atoms))]
    flat = {i for i in range(t.n_heavy) if t.elements[i] == "C" and degree[i] == 3}
    for i, j in t.bonds.tolist():
        if {i, j} <= flat and all(any(t.elements[k] == "H" for k in neighbours[p]) for p in (i, j)):
            a, d = (next(k for k in neighbours[p] - {q} if t.elements[k] != "H") for p, q in ((i, j), (j, i)))
            turn = abs(float(dihedral(*t.coordinates[[a, i, j, d]])))
            assert turn < 12 or turn > 168
            found["Z" if turn < 90 else "E"] += 1
    assert found == expected
    if text.startswith("FA"):
        assert {t.atoms[i] for i in flat} == {"C1", *(f"C{k + n}" for k, _ in lipid.tails[0].doubles for n in (0, 1))}


def test_esters_are_z_and_amides_trans(kind):
    _, t = kind
    degree = np.bincount(t.bonds[(t.bonds < t.n_heavy).all(1)].ravel(), minlength=t.n_heavy)
    for group in t.planar:
        oxygens = [i for i in group if t.elements[i] == "O" and degree[i] == 1]
        if len(group) == 5 and len(oxygens) == 1:
            assert np.linalg.norm(t.coordinates[list(group)] - t.coordinates[oxygens[0]], axis=1).max() < 3.1


def test_labels_as_rdkit_sees_them(kind, cip_labels):
    text, t = kind
    found = cip_labels(t)
    assert {atom: found.get(atom) for atom in KINDS[text]} == KINDS[text]


def test_inositols_have_the_labels_of_the_one_that_ships(cip_labels):
    """Myo-inositol with other phosphates: the ring is laid alike, so its chiral volumes have the same signs."""
    known = shipped_template("POPI24")
    for name in ("POPI", "PIP(3) 8:0/8:0", "Ino(1,3,4,5)"):
        t = template(name)
        for row in known.chiral[:5].tolist():
            atoms = [known.atoms[i] for i in row]
            x = t.coordinates[[t.index(atom) for atom in atoms]]
            assert np.linalg.det(x[1:] - x[0]) > 1.0, (name, atoms[0])


def test_charges_of_phosphates_are_martini_s():
    for text, protons in (("PIP(4) 8:0/8:0", 0), ("PIP2(3,4) 8:0/8:0", 1), ("PIP3(3,4,5) 8:0/8:0", 2)):
        assert sum(atom.startswith("HP") for atom in template(text).atoms) == protons


def test_templates_are_functions_of_the_composition():
    lipid = read_lipid("PC O-8:0/O-16:0")
    assert lipid_template(lipid) is template("PC O-8:0/O-16:0")
    assert np.array_equal(_compose(lipid).coordinates, lipid_template(lipid).coordinates)
    assert template("DTEC").name == "PC O-8:0/O-8:0" and template("DTEC").kind == "lipid"


@pytest.mark.parametrize(
    "text", ["PC 16:0", "PC 16:0/18:1", "XX 16:0/18:0", "FA 18:1(18Z)", "PC 16:0/18:1(9)", "Ino 16:0"]
)
def test_what_is_no_shorthand(text):
    assert read_lipid(text) is None


@pytest.mark.parametrize("name", ["ALA", "DALA", "HOH", "POPX", "LIG", "PC", "GLYM", "TIP4"])
def test_names_that_are_no_systematic_lipid(name):
    assert named_lipid(name) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("POPC", "PC 16:0/18:1(9Z)"),
        ("DLPC", "PC 12:0/12:0"),  # CHARMM36's
        ("DLPA", "PA 18:2(9Z,12Z)/18:2(9Z,12Z)"),  # Martini 3's: CHARMM36's does not ship
        ("DIPG", "PG 18:2(9Z,12Z)/18:2(9Z,12Z)"),
        ("SDLE", "PE P-18:0/22:6(4Z,7Z,10Z,13Z,16Z,19Z)"),
        ("OLEG", "PG O-18:1(9Z)/O-18:2(9Z,12Z)"),
        ("SAP6", "PIP2(4,5) 18:0/20:4(5Z,8Z,11Z,14Z)"),
        ("NCER", "Cer d18:1(4E)/24:1(15Z)"),
        ("TOTG", "TG 18:1(9Z)/18:1(9Z)/18:1(9Z)"),
    ],
)
def test_names(name, text):
    lipid = named_lipid(name)
    assert lipid.text == text
    again = residue_name(text)
    assert named_lipid(again) == lipid and len(again) <= 4


def test_every_name_that_is_written_reads_back():
    for letters in (f"{a}{b}" for a in "PSOD" for b in MARTINI3):
        for head in ("PC", "EG", "LS", "P4", "DG", "TP"):
            lipid = named_lipid(letters + head)
            if lipid is not None and template_name(lipid) == lipid.text:
                code = residue_name(lipid.text)
                assert named_lipid(code) == lipid and short_residue_name(lipid.text) == code


def test_a_lipid_without_a_name_does_not_take_another_s():
    odd = lipid_template(read_lipid("FA 18:1(6Z)"))
    assert written_residue_name(odd, "XYZ") == "XYZ" and written_residue_name(odd, "POPC") == "LIP"
    assert written_residue_name(template("DTEC"), "ABCD") == "DTEC"


def test_tails_by_their_letters():
    assert {letter: patterns(tail)[0] for letter, tail in MARTINI3.items()} == {
        "T": "CC", "J": "CC", "U": "CCC", "M": "CCC", "P": "CCCC", "S": "CCCC", "K": "CCCCC", "B": "CCCCC",
        "X": "CCCCCC", "C": "CCCCCC", "H": "CCCCCC", "R": "CDC", "Y": "CCDC", "O": "CDCC", "G": "CCDCC", "E": "CCDCC",
        "N": "CCCDCC", "V": "CCDC", "L": "CDDC", "F": "CDDD", "I": "CCDDC", "Q": "CDDDC", "A": "CDDDC", "D": "DDDDD",
    }  # fmt: skip
    assert named_tail("L", "CCC", 3).text == "12:0" and named_tail("L", "CDDC", 2).text == "18:2(9Z,12Z)"
    assert named_tail("A", "DDDDC", 3).carbons == 20 and named_tail("P", "CDCC", 3) is None


def test_shares():
    assert shares(15, 4) == [3, 4, 4, 4] and shares(17, 4) == [5, 4, 4, 4] and shares(14, 4, 2) == [2, 4, 4, 4]
    assert shares(15, 3) == [5, 5, 5] and sum(shares(17, 5)) == 17


def test_beads_without_a_name():
    assert usual_tail("CDCC").text == "18:1(9Z)" and usual_tail("DCDC") == Tail(16, ((3, "Z"), (11, "Z")))
    assert read_tail("18:2(9Z)") is None and read_tail("d18:1(4E)").link == "d"
