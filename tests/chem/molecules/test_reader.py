"""Molecules from files and SMILES."""

import numpy as np
import pytest
from rdkit import Chem

from tests.molecules import ADENOSINE
from unbead.chem.molecules.reader import read_molecule, stereocentres
from unbead.errors import UnbeadError

MOL2 = """@<TRIPOS>MOLECULE
EOH
 3 2
SMALL
NO_CHARGES
@<TRIPOS>ATOM
 1 CA  0.000 0.000 0.000 C.3 1 EOH
 2 CB  1.520 0.000 0.000 C.3 1 EOH
 3 CG  2.000 1.440 0.000 C.3 1 EOH
@<TRIPOS>BOND
 1 1 2 1
 2 2 3 1
"""
CIF = """data_ACT
_chem_comp.id ACT
loop_
_chem_comp_atom.comp_id
_chem_comp_atom.atom_id
_chem_comp_atom.type_symbol
_chem_comp_atom.charge
_chem_comp_atom.pdbx_model_Cartn_x_ideal
_chem_comp_atom.pdbx_model_Cartn_y_ideal
_chem_comp_atom.pdbx_model_Cartn_z_ideal
ACT C   C 0  -0.072 0.000 -0.0
ACT O   O 0  -0.682 1.057 -0.0
ACT OXT O -1 -0.682 -1.057 0.0
ACT CH3 C 0  1.437 0.000 0.0
ACT H1  H 0  1.799 0.000 1.028
ACT H2  H 0  1.799 0.890 -0.514
ACT H3  H 0  1.799 -0.890 -0.514
loop_
_chem_comp_bond.comp_id
_chem_comp_bond.atom_id_1
_chem_comp_bond.atom_id_2
_chem_comp_bond.value_order
ACT C O DOUB
ACT C OXT SING
ACT C CH3 SING
ACT CH3 H1 SING
ACT CH3 H2 SING
ACT CH3 H3 SING
"""


def test_a_smiles_gets_hydrogens_and_a_conformer():
    molecule, names = read_molecule(ADENOSINE)
    assert molecule.GetNumAtoms() == 32 and names == ()
    assert molecule.GetConformer().Is3D()
    assert np.array_equal(
        molecule.GetConformer().GetPositions(), read_molecule(ADENOSINE)[0].GetConformer().GetPositions()
    )


def test_long_chains_can_be_embedded():
    molecule, _ = read_molecule("CCCCCCCCCCCCCCCCCC(=O)OCCCCCCCCCCCCCCCCCCCC")
    assert molecule.GetConformer().Is3D()


@pytest.mark.parametrize("ending", [".sdf", ".mol"])
def test_coordinates_of_a_file_stay(tmp_path, ending):
    whole, _ = read_molecule(ADENOSINE)
    path = tmp_path / f"lig{ending}"
    Chem.MolToMolFile(whole, str(path))
    molecule, names = read_molecule(str(path))
    assert names == ()
    assert np.allclose(molecule.GetConformer().GetPositions(), whole.GetConformer().GetPositions(), atol=1e-3)


def test_names_and_hydrogens_of_a_mol2_file(tmp_path):
    (tmp_path / "lig.mol2").write_text(MOL2)
    molecule, names = read_molecule(str(tmp_path / "lig.mol2"))
    assert names == ("CA", "CB", "CG") and molecule.GetNumAtoms() == 11
    assert np.ptp(molecule.GetConformer().GetPositions(), 0).min() > 1  # hydrogens stand around


def test_names_and_bond_orders_of_a_component(tmp_path):
    (tmp_path / "act.cif").write_text(CIF)
    molecule, names = read_molecule(str(tmp_path / "act.cif"))
    assert names == ("C", "O", "OXT", "CH3", "H1", "H2", "H3")
    assert molecule.GetBondBetweenAtoms(0, 1).GetBondTypeAsDouble() == 2
    assert molecule.GetConformer().GetPositions()[3].tolist() == [1.437, 0, 0]


def test_bond_orders_of_a_pdb_file_come_from_its_hydrogens(tmp_path):
    whole, _ = read_molecule("CC(=O)[O-]")
    Chem.MolToPDBFile(whole, str(tmp_path / "lig.pdb"), flavor=2)  # without CONECT
    molecule, names = read_molecule(str(tmp_path / "lig.pdb"))
    assert sorted(bond.GetBondTypeAsDouble() for bond in molecule.GetBonds()) == [1] * 5 + [2]
    assert len(set(names)) == 7


def test_phosphates_are_no_stereocentres():
    molecule, _ = read_molecule("C[C@H](O)COP(=O)([O-])OCC")
    assert [found.centeredOn for found in stereocentres(molecule)] == [1]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("CC(O)CN", r"handedness of C \(atom 2\) is not told.*SMILES"),
        ("OC(=O)C=CC", r"side of the double bond C \(atom 4\)=C \(atom 5\) is not told"),
        ("[Na+].[Cl-]", "several molecules.*counter-ions"),
        ("no letters", "neither a molecule .* nor a SMILES"),
        ("", "nor a SMILES"),
        ("nowhere.sdf", "no such file"),
    ],
)
def test_what_is_no_molecule_is_refused(source, message):
    with pytest.raises(UnbeadError, match=message):
        read_molecule(source)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.sdf", "", "a.sdf: cannot be read"),
        ("a.mol2", "a letter", "nor a SMILES"),
        ("a.cif", "a letter", "a.cif"),
        ("a.cif", "# nothing\n", "a.cif: cannot be read"),
        ("a.pdb", "a letter", "a.pdb"),
        ("a.pdb", "HETATM    1  C1  LIG A   1       0.000   0.000   0.000  1.00  0.00           C\n", "hydrogens"),
    ],
)
def test_files_without_a_molecule_are_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(UnbeadError, match=message):
        read_molecule(str(tmp_path / name))


def test_one_molecule_at_a_time(tmp_path):
    writer = Chem.SDWriter(str(tmp_path / "two.sdf"))
    for smiles in ("CCO", "CCN"):
        writer.write(read_molecule(smiles)[0])
    writer.close()
    with pytest.raises(UnbeadError, match="holds 2 molecules"):
        read_molecule(str(tmp_path / "two.sdf"))
