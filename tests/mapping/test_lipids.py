"""Lipids are composed from heads, linkers and tails: all of the Martini 3 lipidome, and other spellings."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.lipids.graph import lipid_graph
from unbead.chem.lipids.shorthand import read_lipid
from unbead.chem.templates import template
from unbead.mapping.assemble import assemble
from unbead.mapping.detection.detect import detect
from unbead.mapping.fit import fit_residues
from unbead.mapping.lipids import _read, compose_lipid
from unbead.mapping.mapping import load_mapping

# Beads and shorthand of the tails by Martini 3's letters (Pedersen et al. 2025), written down anew.
LETTERS = {
    "T": ("CC", "8:0"), "J": ("CC", "10:0"), "U": ("CCC", "12:0"), "M": ("CCC", "14:0"), "P": ("CCCC", "16:0"),
    "S": ("CCCC", "18:0"), "K": ("CCCCC", "20:0"), "B": ("CCCCC", "22:0"), "X": ("CCCCCC", "24:0"),
    "C": ("CCCCCC", "26:0"), "R": ("CDC", "14:1(9Z)"), "Y": ("CCDC", "16:1(9Z)"), "O": ("CDCC", "18:1(9Z)"),
    "V": ("CCDC", "18:1(11Z)"), "G": ("CCDCC", "20:1(11Z)"), "E": ("CCDCC", "22:1(13Z)"),
    "N": ("CCCDCC", "24:1(15Z)"), "L": ("CDDC", "18:2(9Z,12Z)"), "F": ("CDDD", "18:3(9Z,12Z,15Z)"),
    "I": ("CCDDC", "20:2(11Z,14Z)"), "Q": ("CDDDC", "20:3(8Z,11Z,14Z)"), "A": ("CDDDC", "20:4(5Z,8Z,11Z,14Z)"),
    "D": ("DDDDD", "22:6(4Z,7Z,10Z,13Z,16Z,19Z)"),
}  # fmt: skip
PAIRS = (
    "DT DJ DU DM DP DS DK DB DX DC DR DY DO DV DG DE DN DL DF DA DD PY PS PO PL PF PI PQ PA PE PD YO SO SL SA SD OL OE"
    " OD LF MP MS PM SM OA"
).split()
HEADS = {
    "C": ("PC", "NC3 PO4"),
    "E": ("PE", "NH3 PO4"),
    "S": ("PS", "CNO PO4"),
    "G": ("PG", "GL0 PO4"),
    "A": ("PA", "PO4"),
}
LINKS = {"P": ("GL1 GL2", "", ""), "E": ("ET1 ET2", "O-", "O-"), "L": ("GL1 PL2", "P-", "")}
INOSITIDES = {
    "PI": ("PI", ""), "P1": ("PIP(3)", "P3"), "P4": ("PIP(4)", "P4"), "P5": ("PIP(5)", "P5"),
    "P2": ("PIP2(3,4)", "P3 P4"), "P6": ("PIP2(4,5)", "P4 P5"), "P7": ("PIP2(3,5)", "P3 P5"),
    "P3": ("PIP3(3,4,5)", "P3 P4 P5"),
}  # fmt: skip


def chain(letter, key):
    return [f"{bead}{n}{key}" for n, bead in enumerate(LETTERS[letter][0], 1)]


def pair(letters):
    """Letters of sn-1 and sn-2."""
    return (letters[1], letters[1]) if letters[0] == "D" else (letters[0], letters[1])


def glycerolipids():
    for letters in PAIRS:
        first, second = pair(letters)
        beads = chain(second, "A") + chain(first, "B")
        for linker, (link, one, two) in LINKS.items():
            tails = f"{one}{LETTERS[first][1]}/{two}{LETTERS[second][1]}"
            for end, (head, names) in HEADS.items():
                yield letters + linker + end, [*names.split(), *link.split(), *beads], f"{head} {tails}"
        for end, (head, names) in INOSITIDES.items():
            ring = ["C1", "C2", "C3", "C4", "PO4", *names.split()]
            yield letters + end, [*ring, "GL1", "GL2", *beads], f"{head} {LETTERS[first][1]}/{LETTERS[second][1]}"


def others():
    for letter in "UMPSKBXCON":
        beads = ["OH1", "AM2", "T1A", "C2A", "C3A", "C4A", *chain(letter, "B")]
        for name, head, more in (("SM", "SM", ["NC3", "PO4"]), ("CER", "Cer", ["COH"])):
            yield letter + name, more + beads, f"{head} d18:1(4E)/{LETTERS[letter][1]}"
    names = {"O": "O", "L": "L", "LN": "F", "S": "S", "P": "P", "M": "M", "LA": "U"}
    for name, letter in names.items():
        tail = LETTERS[letter][1]
        three = [bead for key in "ABC" for bead in chain(letter, key)]
        yield "T" + name, ["GL1", "GL2", "GL3", *three], f"TG {tail}/{tail}/{tail}"
        yield "M" + name, ["DOH", "GL1", *chain(letter, "A")], f"MG {tail}/0:0"
    for name, letter in {"OA": "O", "LA": "L", "LNA": "F", "MA": "M", "PA": "P", "SA": "S"}.items():
        yield name, ["COO", *chain(letter, "A")], f"FA {LETTERS[letter][1]}"
    two = chain("O", "A") + chain("O", "B")
    oleoyl = LETTERS["O"][1]
    yield "DODG", ["COH", "GL1", "GL2", *two], f"DG {oleoyl}/{oleoyl}"
    yield "DOTAP", ["NC3", "GL1", "GL2", *two], f"TAP {oleoyl}/{oleoyl}"
    for place in "23":
        head = f"BMP({place},{place}')"
        yield f"DO{place}B", ["PO4", "GL1", "OH1", "GL2", "OH2", *two], f"{head} {oleoyl}/{oleoyl}"
    for name, letter in (("TOCL", "O"), ("TMCL", "M")):
        four = [bead for key in ("A1", "B1", "A2", "B2") for bead in chain(letter, key)]
        linkers = "GLC PO41 GL11 GL21 PO42 GL12 GL22".split()
        yield name, linkers + four, "CL " + "/".join([LETTERS[letter][1]] * 4)
    for n in (4, 5, 6):
        yield f"C{4 * n}", [f"C{k}A" for k in range(1, n + 1)], f"HC {4 * n}:0"
    for places in ((), (1,), (1, 3), (1, 4), (1, 5), (1, 3, 4), (1, 3, 5), (1, 4, 5)):
        head = f"Ino({','.join(map(str, places))})" if places else "Ino"
        yield f"INO{len(places)}", ["C1", "C2", "C3", "C4", *(f"P{k}" for k in places)], head
    yield "INO4", "C1 C2 C3 C4 PO4 P3 P4 P5".split(), "Ino(1,3,4,5)"


def read(name, beads, martini=3):
    return _read(name, frozenset(beads) - {"C4"}, martini)


def test_every_lipid_of_the_lipidome():
    count = 0
    for name, beads, text in (*glycerolipids(), *others()):
        found = read(name, beads)
        assert found is not None and found.lipid.text == text, name
        assert not found.notes, name
        atoms = [atom for bead in found.beads.values() for atom in bead]
        heavy = [atom for atom, element in lipid_graph(found.lipid).elements.items() if element != "H"]
        assert sorted(atoms) == sorted(heavy), name
        assert set(found.beads) == set(beads) - {"C4"}, name
        count += 1
    assert count > 1000


def test_order_of_beads_and_case_do_not_matter():
    name, beads, text = next(glycerolipids())
    assert read(name, beads[::-1]).lipid.text == text


def test_composed_beads_are_connected():
    for name, beads, _ in [*list(glycerolipids())[4:20:3], *others()]:
        found = read(name, beads)
        bonds = {frozenset(bond) for bond in lipid_graph(found.lipid).bonds}
        for bead, atoms in found.beads.items():
            joined, rest = {atoms[0]}, set(atoms[1:])
            while new := {a for a in rest if any(frozenset((a, b)) in bonds for b in joined)}:
                joined, rest = joined | new, rest - new
            assert not rest, (name, bead, rest)


@pytest.mark.parametrize(
    ("name", "beads", "text"),
    [
        ("DLPC", "NC3 PO4 GL1 GL2 C1A C2A C3A C1B C2B C3B", "PC 12:0/12:0"),
        ("DLPC", "NC3 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B", "PC 18:2(9Z,12Z)/18:2(9Z,12Z)"),
        ("DUPC", "NC3 PO4 GL1 GL2 C1A C2A C3A C1B C2B C3B", "PC 12:0/12:0"),
        ("DUPC", "NC3 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B", "PC 18:2(9Z,12Z)/18:2(9Z,12Z)"),
        ("DYPC", "NC3 PO4 GL1 GL2 C1A C2A D3A C4A C1B C2B D3B C4B", "PC 16:1(9Z)/16:1(9Z)"),
        ("DYPE", "NH3 PO4 GL1 GL2 C1A D2A C3A C1B D2B C3B", "PE 16:1(9Z)/16:1(9Z)"),
        ("PIPS", "CNO PO4 GL1 GL2 C1A C2A D3A D4A C5A C1B C2B C3B C4B", "PS 16:0/20:2(11Z,14Z)"),
        ("PIPS", "CNO PO4 GL1 GL2 C1A D2A D3A C4A C1B C2B C3B C4B", "PS 16:0/18:2(9Z,12Z)"),
        ("DLPG", "GL0 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B", "PG 18:2(9Z,12Z)/18:2(9Z,12Z)"),
    ],
)
def test_beads_decide_where_letters_moved(name, beads, text):
    mapping = load_mapping("martini3").find(name, beads.split())
    assert set(mapping.beads) == set(beads.split())
    known = template(mapping.molecule)
    heavy = [atom for atom, element in lipid_graph(read_lipid(text)).elements.items() if element != "H"]
    assert set(known.atoms[: known.n_heavy]) == set(heavy)
    assert sum(element == "H" for element in known.elements) == sum(
        element == "H" for element in lipid_graph(read_lipid(text)).elements.values()
    )
    assert not mapping.notes


@pytest.mark.parametrize(
    ("name", "beads", "text"),
    [
        ("SAPI", "C1 C2 C3 C4 PO4 GL1 GL2 D1A D2A D3A D4A C5A C1B C2B C3B C4B", "PI 18:0/20:4(5Z,8Z,11Z,14Z)"),  # COBY
        ("POPS", "CN0 PO4 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B", "PS 16:0/18:1(9Z)"),
        ("POPX", "NC3 PO4 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B", "PC 16:0/18:1(9Z)"),
        ("OPLE", "NH3 PO4 GL1 PL2 C1A D2A C3A C4A C1B C2B C3B C4B", "PE P-16:0/18:1(9Z)"),  # COBY
        ("PODG", "OH GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B", "DG 16:0/18:1(9Z)"),  # COBY
        ("PPC", "NC3 PO4 GL1 GL2 C1B C2B C3B C4B", "PC 16:0/0:0"),
    ],
)
def test_other_spellings(name, beads, text):
    mapping = compose_lipid(name, frozenset(beads.split()), 3)
    assert set(mapping.beads) == set(beads.split()) - {"C4"}
    assert mapping.source == f"composed as {text}" and not mapping.notes


@pytest.mark.parametrize(
    ("name", "beads", "text"),
    [
        ("DPPC", "NC3 PO4 GL1 GL2 C1A C2A C3A C4A C1B C2B C3B C4B", "PC 16:0/16:0"),
        ("DIPC", "NC3 PO4 GL1 GL2 C1A D2A D3A C4A C1B D2B D3B C4B", "PC 18:2(9Z,12Z)/18:2(9Z,12Z)"),
        ("PUPC", "NC3 PO4 GL1 GL2 D1A D2A D3A D4A D5A C1B C2B C3B C4B", "PC 16:0/22:6(4Z,7Z,10Z,13Z,16Z,19Z)"),
        ("PEPC", "NC3 PO4 GL1 GL2 C1A C2A D3A D4A C5A C1B C2B C3B C4B", "PC 16:0/20:2(11Z,14Z)"),
        ("PAPI", "C1 C2 C3 PO4 GL1 GL2 D1A D2A D3A D4A C5A C1B C2B C3B C4B", "PI 16:0/20:4(5Z,8Z,11Z,14Z)"),
        ("DBSM", "NC3 PO4 AM1 AM2 T1A C2A C3A C4A C1B C2B C3B C4B C5B", "SM d20:1(4E)/20:0"),
        ("PNSM", "NC3 PO4 AM1 AM2 T1A C2A C3A C1B C2B C3B D4B C5B C6B", "SM d18:1(4E)/24:1(15Z)"),
    ],
)
def test_letters_of_martini_2(name, beads, text):
    assert _read(name, frozenset(beads.split()), 2).lipid.text == text


def test_martini_2_crosses_chains_where_the_name_says():
    beads = "NC3 PO4 GL1 GL2 C1A C2A C3A C4A C1B C2B D3B C4B C5B".split()
    found = _read("SOPC", frozenset(beads), 2)
    assert found.lipid.text == "PC 18:0/18:1(9Z)" and "C29" in found.beads["D3B"]


def test_phosphates_of_martini_2_are_told():
    beads = "C1 C2 C3 PO4 P1 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B".split()
    for martini in (2, 3):  # Martini 3 calls it P3, but its older files do not
        found = _read("POP1", frozenset(beads), martini)
        assert found.lipid.head == "PIP(3)" and found.notes == ("its phosphates: P1 at 3",)


@pytest.mark.parametrize("martini", [2, 3])
def test_a_lysolipid_whose_one_tail_is_a(martini):
    """insane's LPC and PPC ended in a KeyError."""
    found = _read("PPC", frozenset("NC3 PO4 GL1 GL2 C1A C2A C3A C4A".split()), martini)
    assert found.lipid.text == "PC 16:0/0:0"
    assert [len(found.beads[f"C{k}A"]) for k in range(1, 5)] == [3, 4, 4, 4] and "C316" in found.beads["C4A"]


def test_gangliosides_under_martini_2_s_beads_are_known_in_martini_3():
    head = [f"GM{k}" for k in range(1, 18)]
    beads = [*head, *"AM1 AM2 T1A C2A C3A C1B C2B C3B C4B".split()]
    assert load_mapping("martini3").find("DPG1", beads).molecule == "GM1"
    assert load_mapping("martini3").find("DPG1", [*beads, "C5B"]) is None


def test_what_neither_name_nor_beads_tell_is_said():
    beads = "NC3 PO4 GL1 GL2 C1A C2A C3A C4A C1B D2B C3B C4B".split()
    found = read("LIP1", beads)
    assert found.lipid.text == "PC 18:1(9Z)/16:0" and found.notes == ("16:0 for beads CCCC",)
    assert read("XXXX", ["COO", "C1A", "D2A", "C3A", "C4A"]).notes == ()  # only oleate has these


@pytest.mark.parametrize(
    "beads",
    [
        "C1 C2 C3 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B",  # no PO4
        "NC3 PO4 GL1 GL2 C1A C3A C1B C2B",  # C2A is missing
        "NC3 PO4 GL1 GL2 C1A D1A C2A C1B C2B",  # two first beads
        "NC3 PO4 GL1 GL2 GL3 C1A C2A C1B C2B",
        "NC3 NH3 PO4 GL1 GL2 C1A C2A C1B C2B",
        "NC3 PO4 GL1 GL2",
        "BB SC1 C1A",
        "PO4",
        "",
    ],
)
def test_what_is_no_lipid(beads):
    assert compose_lipid("POPC", frozenset(beads.split()), 3) is None


def test_weights_are_those_of_the_files():
    """A lipid that ships, composed anew, has the beads of its file."""
    mapping = load_mapping("martini3")
    for name in ("POPC", "SAPI24", "PSM", "DPPA", "TOCL2"):
        known = mapping.molecules[name]
        made = compose_lipid(name[:4] if name != "SAPI24" else "SAP6", frozenset(known.beads), 3)
        assert made.molecule == name and set(made.beads) == set(known.beads)
        rows = [made.beads.index(bead) for bead in known.beads]
        columns = [made.atoms.index(atom) for atom in known.atoms]
        assert np.allclose(made.weights[np.ix_(rows, columns)], known.weights)


def test_names_without_beads():
    """Atoms of a lipid that is composed can be made beads."""
    found = load_mapping("martini3").find("DPEC")
    assert found.molecule == "PC O-16:0/O-16:0" and "ET1" in found.beads
    assert load_mapping("martini3").find("PIPC").molecule == "PC 16:0/20:2(11Z,14Z)"
    assert load_mapping("ca").find("DPEC") is None


def test_detection_takes_martini_for_composed_lipids():
    names = "NC3 PO4 ET1 ET2 C1A C2A C1B C2B".split()
    assert detect(make_particles(names, ["DTEC"] * len(names), [1] * len(names))).name == "martini3"


def test_a_line_says_what_was_taken():
    names = "NC3 PO4 GL1 GL2 C1A C2A C3A C4A C1B C2B C3B C4B".split()
    positions = np.arange(2 * 3 * len(names)).reshape(-1, 3)
    beads = make_particles(names * 2, ["FOOB"] * 24, [1] * 12 + [2] * 12, positions)
    found = assemble(beads, load_mapping("martini3"))
    assert found.taken == ("FOOB (2): neither name nor beads tell; taken: 16:0 for beads CCCC",)
    assert found.atoms.residues.names.tolist() == ["DPPC", "DPPC"]
    named = make_particles(names, ["DSPC"] * 12, [1] * 12, positions[:12])
    assert assemble(named, load_mapping("martini3")).taken == ()


def test_ergosterol_has_the_atoms_of_charmm_and_cholesterol_s_ring_system():
    ergosterol, cholesterol = template("ERG"), template("CHL1")
    assert set(ergosterol.atoms[: ergosterol.n_heavy]) == {*cholesterol.atoms[: cholesterol.n_heavy], "C28"}
    shared = {
        frozenset((cholesterol.atoms[a], cholesterol.atoms[b]))
        for a, b in cholesterol.bonds.tolist()
        if max(a, b) < cholesterol.n_heavy
    }
    bonds = {
        frozenset((ergosterol.atoms[a], ergosterol.atoms[b])): length
        for (a, b), length in zip(ergosterol.bonds.tolist(), ergosterol.bond_lengths, strict=True)
        if max(a, b) < ergosterol.n_heavy
    }
    assert set(bonds) == shared | {frozenset(("C24", "C28"))}
    double = {bond for bond, length in bonds.items() if length < 1.38}
    assert double == {frozenset(pair) for pair in (("C5", "C6"), ("C7", "C8"), ("C22", "C23"))}


@pytest.mark.parametrize(
    ("name", "beads"),
    [("INO1_1", "P1 C1 C2 C3 C4"), ("XYZ", "C1 C2 C3 C4 PO4 GL1 GL2 C1A D2A C3A C4A C1B C2B C3B C4B")],
)
def test_the_middle_of_inositol_is_a_site_whatever_the_residue_is_called(name, beads):
    names = beads.split()
    kind = fit_residues(make_particles(names, [name] * len(names), [1] * len(names)), load_mapping("martini3")).kinds[0]
    assert kind.sites == ("C4",) and not kind.strange and not kind.missing
