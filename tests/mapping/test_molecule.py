"""Molecule files as arrays."""

import pytest

from unbead.errors import UnbeadError
from unbead.mapping.grammar import parse_file
from unbead.mapping.molecule import compile_molecule


def molecule(folder, atoms, head="molecule: PHE"):
    path = folder / "m.yaml"
    path.write_text(f"{head}\natoms:\n" + "".join(f"  {line}\n" for line in atoms))
    return compile_molecule(parse_file(path))


def test_shares_times_masses_and_owners(tmp_path):
    m = molecule(tmp_path, ["CG: A", "CD1: A,B 1/3,2/3", "HD1: A,B !", "OH: B"], "molecule: TYR")
    assert m.beads == ("A", "B") and m.owner.tolist() == [0, 1, 0, 1]
    assert m.weights[:, 1] == pytest.approx([12.011 / 3, 12.011 * 2 / 3])
    assert m.weights[:, 2].tolist() == [0, 0] and m.weights[1, 3] == pytest.approx(15.999)


def test_a_centre_of_one_atom_and_of_geometry(tmp_path):
    assert molecule(tmp_path, ["N: A", "CA: A CM"]).weights.tolist() == [[0, 1]]
    head = "molecule: PHE\ncenter: geometry"
    assert molecule(tmp_path, ["N: A", "CA: A"], head).weights.tolist() == [[1, 1]]


def test_names_of_force_fields_become_template_names(tmp_path):
    assert molecule(tmp_path, ["HN: A !", "CD: A"], "molecule: ILE").atoms == ("H", "CD1")


def test_p0_centres_the_bead_it_is_written_for(tmp_path):
    m = molecule(tmp_path, ["CB: A P1A", "CG: A,B P2AA,P0A 1,1", "CD1: B P1B"])
    assert m.weights[1].tolist() == [0, 1, 0] and (m.weights[0, :2] > 0).all()


def test_atoms_are_found_by_their_other_names(tmp_path):
    m = molecule(tmp_path, ["HB2,HB1: A !", "HB3,HB2: A !", "CB,CBX: A"])
    assert [m.column(name) for name in ("HB1", "HB2", "HB3", "CBX", "CQ")] == [0, 0, 1, 2, -1]


def test_atoms_of_the_residue_before_count(tmp_path):
    m = molecule(tmp_path, ["P: A", "-O3': A", "O3': B"], "molecule: DA")
    assert m.previous == ["O3'"] and m.column("O3'") != m.column("-O3'")
    assert m.weights[0] == pytest.approx([30.974, 15.999, 0])
    with pytest.raises(UnbeadError, match="DA has no atom -O9'; perhaps"):
        molecule(tmp_path, ["P: A", "-O9': A"], "molecule: DA")


def test_mistakes(tmp_path):
    with pytest.raises(UnbeadError, match=r"m.yaml:4: PHE has no atom CX1; perhaps C"):
        molecule(tmp_path, ["CA: A", "CX1: A"])
    with pytest.raises(UnbeadError, match="no atom that counts"):
        molecule(tmp_path, ["CA: A !"])
    with pytest.raises(UnbeadError, match="two CM atoms"):
        molecule(tmp_path, ["N: A CM", "CA: A CM"])
    with pytest.raises(UnbeadError, match=r"m.yaml:4: .*no atom Q on level 1"):
        molecule(tmp_path, ["CA: A P1A", "CB: A P2QB"])
