"""Placement order."""

from unbead.mapping.grammar import parse_file
from unbead.mapping.mapping import load_mapping
from unbead.mapping.molecule import compile_molecule


def test_labels_give_anchors(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("molecule: X\natoms:\n  C1: A P1A\n  C2: A P2AB\n  C3: A P3BC\n  C4: A P1B1\n  C5: A P2BD\n")
    m = compile_molecule(parse_file(path))
    assert m.level.tolist() == [1, 2, 3, 1, 2]
    assert m.anchor.tolist() == [-1, 0, 1, -1, 3]  # B stands for B1, as published files have it


def test_without_labels_atoms_follow_the_bonds():
    m = load_mapping("ca").molecules["LYS"]
    at = dict(zip(m.atoms, range(len(m.atoms)), strict=True))
    assert m.level[at["CA"]] == 1 and m.anchor[at["CA"]] == -1
    assert m.anchor[at["NZ"]] == at["CE"] and m.level[at["NZ"]] == 6
