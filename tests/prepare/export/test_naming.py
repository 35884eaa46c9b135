from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import bonded
from unbead.chem.templates import known_residues, template
from unbead.errors import UnbeadError
from unbead.prepare.export.naming import NAMINGS, atom_table, rename
from unbead.prepare.molecule import heavy_atoms
from unbead.prepare.protonation.hydrogens import add_hydrogens

pytest.importorskip("openmm")
SHIPPED = known_residues()  # before other tests add molecules of their own


def names_of(atoms, residue):
    """Atom names of a residue."""
    return set(atoms.names[atoms.residue_index == residue].tolist())


@pytest.fixture(scope="module")
def full(molecule_of):
    """A peptide with what the namings differ in."""
    return add_hydrogens(molecule_of("ILE", "HIE", "LYN", "GLH", "SER", "GLY", "ARG"), "amber14")


def test_iupac_names_residues_as_the_pdb(full):
    named = rename(full, "iupac")
    assert named.residues.names.tolist() == ["ILE", "HIS", "LYS", "GLU", "SER", "GLY", "ARG"]
    assert named.names.tolist() == full.atoms.names.tolist()
    assert {"H1", "H2", "H3", "CD1", "HG12", "HG13"} <= names_of(named, 0)
    assert {"OXT", "HB2", "HB3"} <= names_of(named, 6)


def test_amber(full):
    named = rename(full, "amber")
    assert named.residues.names.tolist() == ["ILE", "HIE", "LYN", "GLH", "SER", "GLY", "ARG"]
    assert {"H1", "H2", "H3", "CD1", "HG11", "HG12"} <= names_of(named, 0)
    assert {"HZ1", "HZ2", "HB1", "HB2"} <= names_of(named, 2)
    assert {"O", "OXT"} <= names_of(named, 6)


def test_charmm(full):
    named = rename(full, "charmm")
    assert named.residues.names.tolist() == ["ILE", "HSE", "LSN", "GLUP", "SER", "GLY", "ARG"]
    assert {"HT1", "HT2", "HT3", "CD", "HD1", "HG11", "HG12"} <= names_of(named, 0)
    assert {"HN", "HB1", "HB2", "HG1"} <= names_of(named, 4)
    assert {"HN", "HA1", "HA2"} <= names_of(named, 5)
    assert {"OT1", "OT2", "HH11"} <= names_of(named, 6)


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("ends", [(False, False), (True, False), (False, True)])
def test_no_two_atoms_share_a_name(naming, ends):
    for name in SHIPPED:
        known = template(name)
        atoms = [atom for atom in known.atoms if atom != "H" or not ends[0]]
        table = atom_table(naming, name, *ends) if known.kind == "amino" or naming != "charmm" else {}
        assert len({table.get(atom, atom) for atom in atoms}) == len(atoms), name


@pytest.mark.parametrize("naming", ["amber", "charmm"])
def test_there_and_back(peptide, naming):
    """Names of a dialect are read again as those of the templates."""
    names = "ACE HID HIE HIP ASH GLH LYN ILE SER CYM THR TRP NME".split()
    molecule = bonded(peptide(*names))
    again = heavy_atoms(rename(molecule, naming))
    assert again.residues.names.tolist() == names
    assert again.names.tolist() == molecule.atoms.names.tolist()
    np.testing.assert_array_equal(again.positions, molecule.atoms.positions)
    assert rename(replace(molecule, atoms=again), "iupac").names.tolist() == rename(molecule, "iupac").names.tolist()


@pytest.mark.parametrize("cap", ["NME", "NH2"])
def test_caps_there_and_back(peptide, cap):
    molecule = bonded(peptide("ACE", "ALA", cap))
    for naming in NAMINGS:
        assert heavy_atoms(rename(molecule, naming)).residues.names.tolist() == ["ACE", "ALA", cap]


def test_unknown(full):
    with pytest.raises(UnbeadError, match="iupac, amber, charmm"):
        rename(full, "gromos")


@pytest.mark.parametrize(
    ("naming", "residues", "atoms"),
    [
        ("iupac", ["NA", "CL", "K", "CA", "MG", "ZN", "HOH"], ["NA", "CL", "K", "CA", "MG", "ZN", "O"]),
        ("amber", ["NA", "CL", "K", "CA", "MG", "ZN", "SOL"], ["NA", "CL", "K", "CA", "MG", "ZN", "OW"]),
        ("charmm", ["SOD", "CLA", "POT", "CAL", "MG", "ZN2", "TIP3"], ["SOD", "CLA", "POT", "CAL", "MG", "ZN", "OH2"]),
    ],
)
def test_water_and_ions_there_and_back(water, naming, residues, atoms):
    named = rename(water, naming)
    assert set(named.residues.names) == set(residues) and set(named.names) == set(atoms)
    again = heavy_atoms(named)
    assert again.residues.names.tolist() == water.atoms.residues.names.tolist()
    assert again.names.tolist() == water.atoms.names.tolist()
    assert again.elements.tolist() == water.atoms.elements.tolist()
