"""The YAML grammar: what it reads, and what it says of mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbead.errors import UnbeadError
from unbead.mapping.grammar import parse_file
from unbead.mapping.molecule import compile_molecule


def write(folder, text, name="x.yaml"):
    path = folder / name
    path.write_text(text)
    return path


def test_flags_in_any_order(tmp_path):
    text = (
        "molecule: PHE\ncenter: geometry\naliases: [PHX, PHY]\natoms:\n  N: BB P1A\n  HA: BB !\n  CA: BB CM\n"
        "  CD1,CDA: 1/3,2/3 SC1\n"
    )
    with pytest.raises(UnbeadError, match=r"x.yaml:8: CD1: SC1 is no flag"):
        parse_file(write(tmp_path, text))
    file = parse_file(write(tmp_path, text.replace("1/3,2/3 SC1", "SC1,SC2 P2BA,P1A 1/3,2/3")))
    assert file.molecule == "PHE" and file.aliases == ("PHX", "PHY") and file.centre == "geometry"
    n, ha, ca, cd1 = file.atoms
    assert n.levels == ((1, "", "A"),) and not ha.counted and ca.alone == ("BB",)
    assert cd1.names == ("CD1", "CDA") and cd1.beads == ("SC1", "SC2")
    assert cd1.shares == pytest.approx((1 / 3, 2 / 3)) and cd1.levels == ((2, "B", "A"), (1, "", "A"))


def test_equal_shares_are_the_default_and_ids_go_past_z(tmp_path):
    file = parse_file(
        write(tmp_path, "molecule: X\natoms:\n  C1: A,B,C\n  C2: A P2B12C3\n  C3: A P0A\n  C4: A 0.125\n")
    )
    assert file.atoms[0].shares == pytest.approx((1 / 3,) * 3)
    assert file.atoms[1].levels == ((2, "B12", "C3"),)
    assert file.atoms[2].alone == ("A",) and file.atoms[3].shares == (0.125,)


def test_inherits_takes_over_and_overrides(tmp_path):
    write(tmp_path, "molecule: HIS\natoms:\n  CA: BB\n  ND1: SC1\n", "his.yaml")
    child = write(tmp_path, "molecule: HID\ninherits: his\natoms:\n  ND1: SC2\n  HD1: SC2 !\n", "hid.yaml")
    assert [(a.names[0], a.beads[0]) for a in parse_file(child).atoms] == [("CA", "BB"), ("ND1", "SC2"), ("HD1", "SC2")]
    loop = write(tmp_path, "molecule: A\ninherits: loop\n", "loop.yaml")
    with pytest.raises(UnbeadError, match="inherits itself"):
        parse_file(loop)


def test_a_mistake_in_an_inherited_file_is_reported_there(tmp_path):
    write(tmp_path, "molecule: A\n\natoms:\n  C1: B P1A\n  C2: B P2QB\n", "base.yaml")
    child = parse_file(write(tmp_path, "molecule: X\ninherits: base\natoms:\n  C3: B P1C\n", "child.yaml"))
    with pytest.raises(UnbeadError, match=r"base.yaml:5: C2: bead B has no atom Q"):
        compile_molecule(child)


def test_spaces_and_unlabelled_atoms_of_published_files(tmp_path):
    file = parse_file(
        write(tmp_path, "molecule: X\n\natoms:\n  O1 :  R1 P1A\n  H,HN:   R1\n  N: R1,R2 3/4,1/4 P2AA,P1B\n")
    )
    assert [a.names for a in file.atoms] == [("O1",), ("H", "HN"), ("N",)]
    assert file.atoms[1].levels == () and file.atoms[2].shares == (0.75, 0.25)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("atoms:\n  CA: BB\n", 1, "no `molecule:`"),
        ("molecule: X\n", 1, "no `atoms:`"),
        ("molecule: X\natom:\n  CA: BB\n", 2, "unknown key atom"),
        ("molecule: X\natoms:\n  CA: BB\n  CA: BB\n", 4, "listed twice"),
        ("molecule: X\natoms:\n  CA: BB 1/2,1/2\n", 3, "2 weights for 1 beads"),
        ("molecule: X\natoms:\n  CA: BB 1/0\n", 3, "divides by zero"),
        ("molecule: X\natoms:\n  CA: BB 0\n", 3, "must be positive"),
        ("molecule: X\natoms:\n  CA: BB P1AB\n", 3, "has an anchor"),
        ("molecule: X\natoms:\n  CA: BB,BB\n", 3, "repeated"),
        ("molecule: X\natoms:\n  CA: BB ?\n", 3, "is no flag"),
        ("molecule: X\natoms:\n  CA: BB ! CM\n", 3, "remove one of the flags"),
        ("molecule: X\natoms:\n  CA:\n    - BB\n", 3, "on one line"),
        ("molecule: X\natoms: [CA]\n", 2, "one line per atom"),
        ("molecule: X\ncenter: middle\natoms:\n  CA: BB\n", 2, "mass or geometry"),
        ("molecule: X\ninherits: none\n", 2, "no file none.yaml"),
        ("molecule: X\nbonds: CA-CB\natoms:\n  CA: BB\n", 2, "is not two atoms"),
        ("molecule: X\natoms:\n CA: BB\n  CB: BB\n", 4, "not YAML"),
        ("- a\n- b\n", 1, "not a mapping file"),
    ],
)
def test_every_mistake_names_file_line_and_remedy(tmp_path, text, line, words):
    with pytest.raises(UnbeadError) as caught:
        parse_file(write(tmp_path, text))
    message = str(caught.value)
    assert f"x.yaml:{line}: " in message and words in message


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "ignore"))
    try:
        parse_file(path)
    except UnbeadError as error:
        assert "any.yaml" in str(error)


@given(st.lists(st.text("ABP0123/,!CM. ", min_size=1, max_size=8), max_size=5))
def test_any_entry_is_parsed_or_refused(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "entry.yaml"
    path.write_text(f"molecule: X\natoms:\n  CA: 'BB {' '.join(words)}'\n")
    try:
        assert parse_file(path).atoms[0].names == ("CA",)
    except UnbeadError as error:
        assert "entry.yaml:3" in str(error)


def test_what_is_inherited_by_many_ways_is_parsed_once(tmp_path):
    """Twelve floors of four files each that inherit all of the floor below: 4^12 parses, and as many bonds."""
    (tmp_path / "f0_0.yaml").write_text("molecule: X\natoms: {C1: A, C2: A}\nbonds: [C1-C2]\n")
    for floor in range(1, 13):
        for k in range(4):
            below = ", ".join(f"f{floor - 1}_{j}" for j in range(4 if floor > 1 else 1))
            (tmp_path / f"f{floor}_{k}.yaml").write_text(f"molecule: X\ninherits: [{below}]\n")
    file = parse_file(tmp_path / "f12_0.yaml")
    assert file.bonds == (("C1", "C2"),) and [entry.names[0] for entry in file.atoms] == ["C1", "C2"]


def test_a_long_line_of_inheritance_is_refused(tmp_path):
    (tmp_path / "f0.yaml").write_text("molecule: X\natoms: {C1: A}\n")
    for k in range(1, 3000):
        (tmp_path / f"f{k}.yaml").write_text(f"molecule: X\ninherits: f{k - 1}\n")
    with pytest.raises(UnbeadError, match="inherited through more than 20 files"):
        parse_file(tmp_path / "f2999.yaml")
    assert parse_file(tmp_path / "f20.yaml").atoms


@pytest.mark.parametrize("parent", ["../x", "a/b", "..", ".", "'' ", "x" * 5000, '"\\0"'])
def test_only_files_beside_it_are_inherited(tmp_path, parent):
    (tmp_path / "m").mkdir()
    (tmp_path / "x.yaml").write_text("molecule: X\natoms: {C1: A}\n")
    path = tmp_path / "m/y.yaml"
    path.write_text(f"molecule: Y\ninherits: {parent}\n")
    with pytest.raises(UnbeadError, match=r"y\.yaml:2: inherits: (no file|needs one word)"):
        parse_file(path)


@pytest.mark.parametrize("flag", ["9" * 400, "9" * 5000, "1/" + "9" * 5000, "P99999999999A", "P1A" + "9" * 5000, "١/٢"])
def test_numbers_that_cannot_be_are_no_flags(tmp_path, flag):
    path = tmp_path / "x.yaml"
    path.write_text(f"molecule: X\natoms:\n  C1: A {flag}\n")
    with pytest.raises(UnbeadError, match=r"x\.yaml:3: C1: .* is no flag"):
        parse_file(path)


@pytest.mark.parametrize("text", ["? [a, b]\n: c\n", "molecule: X\natoms:\n  ? {a: b}\n  : BB\n"])
def test_keys_that_are_no_words_are_refused(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(UnbeadError, match="(unknown key that is no word|needs to be one word)"):
        parse_file(path)
