"""The mmCIF format."""

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.io.read import count_frames, read_structure

TAGS = (
    "type_symbol label_atom_id label_alt_id label_comp_id label_asym_id label_seq_id"
    " pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z B_iso_or_equiv auth_seq_id auth_asym_id pdbx_PDB_model_num"
).split()
CELL = "_cell.length_a 30\n_cell.length_b 40\n_cell.length_c 50.5(2)\n" + "".join(
    f"_cell.angle_{name} 90\n" for name in ("alpha", "beta", "gamma")
)


@pytest.fixture
def read(tmp_path):
    def reader(rows, index=0, tags=TAGS, head=CELL):
        path = tmp_path / "x.cif"
        loop = "loop_\n" + "".join(f"_atom_site.{tag}\n" for tag in tags) + "\n".join(rows) + "\n"
        path.write_text(f"data_x\n{head}{loop}")
        return read_structure(path, index)

    return reader


def test_the_authors_labels_box_and_chain_parts(read):
    """Chain A comes in two parts, with water numbered as the protein: the order of the file stays."""
    p = read(
        [
            "C CA . ALA A 1 ? 0 0 0 9.5 10 AA 1",
            "C CA . GLY A 2 B 3.8 0 0 9.5 10 AA 1",
            'C "C1\'" . GLY B 1 ? 7 0 0 ? 1 BB 1',
            "O O . HOH C . ? 9 0 0 ? 10 AA 1",
            "X W . HOH C . ? 9 0 0 ? 11 AA 1",
        ]
    )
    assert p.residues.numbers.tolist() == [10, 10, 1, 10, 11] and p.residues.insertion_codes[1] == "B"
    assert p.residues.chains.tolist() == ["AA", "AA", "BB", "AA", "AA"] and p.names[2] == "C1'"
    assert p.elements.tolist() == ["C", "C", "C", "O", ""] and p.b_factors.tolist() == [9.5, 9.5, 0, 0, 0]
    assert p.residues.bonded_to_previous[:4].tolist() == [False, True, False, False]
    assert np.allclose(p.box, [30, 40, 50.5, 90, 90, 90])


def test_models_and_alternate_locations(read, tmp_path):
    rows = [f"C CA {alt} ALA A 1 ? {m} 0 0 1 1 A {m}" for m in (1, 2) for alt in "AB"]
    assert [read(rows, i).positions.tolist() for i in (0, 1)] == [[[1, 0, 0]], [[2, 0, 0]]]
    assert count_frames(tmp_path / "x.cif") == 2


def test_few_columns_are_enough(read):
    tags = "label_atom_id label_comp_id label_asym_id label_seq_id Cartn_x Cartn_y Cartn_z".split()
    p = read(["BB ALA A 1 0 0 0", "BB ALA A 2 3.8 0 0"], tags=tags, head="")
    assert p.residues.numbers.tolist() == [1, 2] and p.residues.bonded_to_previous.tolist() == [False, True]
    assert p.box is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["C CA . ALA A 1 ? ? 0 0 1 1 A 1"], "ALA 1 .*CA has coordinates that cannot be"),
        (["C CA . ALA A 1 ? 0 0"], "not a readable mmCIF"),
    ],
)
def test_damage_is_named(read, rows, message):
    with pytest.raises(UnbeadError, match=message):
        read(rows)
