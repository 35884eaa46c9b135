"""Names of atoms from elements, bonds and beads."""

import numpy as np
import pytest

from tests.molecules import ADENOSINE, NAMES, write_mapping
from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import automorphisms
from unbead.errors import UnbeadError
from unbead.mapping.grammar import parse_file
from unbead.mapping.match import Graph, fits, match_names, number


def graph_of(smiles):
    molecule, _ = read_molecule(smiles)
    elements = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
    bonds = np.array([(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()])
    return Graph(elements, bonds, automorphisms(molecule))


def file_of(folder, *lines, molecule="LIG"):
    path = folder / "lig.yaml"
    path.write_text(f"molecule: {molecule}\natoms:\n" + "\n".join(f"  {line}" for line in lines) + "\n")
    return parse_file(path)


def test_names_of_the_file_are_known_by_their_beads(tmp_path):
    file, graph = parse_file(write_mapping(tmp_path)), graph_of(ADENOSINE)
    names = [*NAMES, *(f"H{i}" for i in range(13))]
    assert fits(file, graph, names)
    names[1], names[14] = names[14], names[1]  # C5' for N6
    assert not fits(file, graph, names)
    names[1], names[14], names[0], names[8] = names[14], names[1], names[8], names[0]  # a bead in two pieces
    assert not fits(file, graph, names)
    assert not fits(file, graph, ()) and not fits(file, graph, ["X"] * 32)


def test_listed_bonds_tell_more_than_beads_that_hang_together(tmp_path):
    rows = ("C1: A", "C2: B", "O3: A", "C4: B")  # CH3-CH2-O-CH3: neither bead hangs together
    text = "molecule: XYZ\nbonds: [{}]\natoms:\n" + "".join(f"  {row}\n" for row in rows)
    graph = graph_of("CCOC")
    names = ["C1", "C2", "O3", "C4", *(f"H{k}" for k in range(8))]
    path = tmp_path / "xyz.yaml"
    for bonds, right in (("C1-C2, C2-O3, O3-C4", True), ("C1-C2, C1-O3, O3-C4", False), ("C1-C2, C2-O3", False)):
        path.write_text(text.format(bonds))
        assert fits(parse_file(path), graph, names) == right
    path.write_text(text.replace("bonds: [{}]\n", ""))
    assert not fits(parse_file(path), graph, names)


def test_beads_find_their_atoms(tmp_path):
    file, graph = parse_file(write_mapping(tmp_path)), graph_of(ADENOSINE)
    ways = match_names(file, graph)
    assert all(fits(file, graph, way) for way in ways)
    beads = {name: entry.beads[0] for entry in file.atoms for name in entry.names}
    true = [beads[name] for name in NAMES]
    assert true in [[beads[name] for name in way[:19]] for way in ways]
    assert len({tuple(beads[name] for name in way[:19]) for way in ways}) == len(ways)


def test_equal_ways_are_one_and_numbers_run_along_the_bonds(tmp_path):
    lines = ["C1: A", "C2: A", "C3: A", "C4: B", "C5: B", "C6: B"]
    ways = match_names(file_of(tmp_path, *lines), graph_of("CCCCCC"))
    assert len(ways) == 1 and [number(name) for name in ways[0][:6]] in ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1])


def test_labels_and_hydrogens_tell_atoms_apart(tmp_path):
    lines = [
        "C1: A P1A",
        "C2: A P1B",
        "O1: A P2BA",
        "H1: A P2AA",
        "H2: A P2AB",
        "H3: A P2AC",
        "H4: A P2BB",
        "H5: A P2BC",
    ]
    way = match_names(file_of(tmp_path, *lines, "H6: A P3AA"), graph_of("CCO"))[0]
    assert way[:3] == ("C1", "C2", "O1")
    assert sorted(way[3:6]) == ["H1", "H2", "H3"] and sorted(way[6:8]) == ["H4", "H5"] and way[8] == "H6"


def test_shared_atoms_and_two_letter_elements(tmp_path):
    way = match_names(file_of(tmp_path, "CL1: A", "C1: A,B", "C2: B", "BR1: B"), graph_of("ClCCBr"))[0]
    assert way[:4] == ("CL1", "C1", "C2", "BR1")


def test_hydrogens_must_be_in_their_beads(tmp_path):
    lines = ["C1: A", "C2: B", *(f"H{i}: A" for i in range(1, 4)), *(f"H{i}: B" for i in range(4, 6))]
    way = match_names(file_of(tmp_path, *lines, "O1: B", "H6: B"), graph_of("OCC"))[0]
    assert way[:3] == ("O1", "C2", "C1")


@pytest.mark.parametrize(
    ("lines", "smiles", "message"),
    [
        (["C1: A", "C2: A"], "CCO", r"lig.yaml:1: LIG has C2 here and C2 O1 in the structure"),
        (["C1: A", "C2: B", "O1: A"], "CCO", None),
        (["C1: A", "C2: A", "O1: B", "N1: B"], "OCCN", "no pieces of the molecule's bond graph"),
    ],
)
def test_files_of_other_molecules_are_refused(tmp_path, lines, smiles, message):
    file, graph = file_of(tmp_path, *lines), graph_of(smiles)
    if message is None:
        assert match_names(file, graph)[0][:3] == ("C2", "C1", "O1")
    else:
        with pytest.raises(UnbeadError, match=message):
            match_names(file, graph)


def test_a_search_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("unbead.mapping.match.MOST_STEPS", 5)
    with pytest.raises(UnbeadError, match="too many ways"):
        match_names(file_of(tmp_path, *(f"C{i}: A" for i in range(1, 7))), graph_of("CCCCCC"))
