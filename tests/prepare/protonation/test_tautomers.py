import numpy as np
import pytest

from unbead.prepare.molecule import atom_index, heavy_atoms
from unbead.prepare.protonation.tautomers import choose_tautomers


def with_oxygen_beside(peptide, nitrogen):
    """A histidine with the serine's oxygen where a hydrogen on `nitrogen` would point."""
    atoms = heavy_atoms(peptide("ALA", "HIS", "GLY", "SER"))
    x = atoms.positions
    ring = x[[atom_index(atoms, name)[1] for name in ("CG", "ND1", "CE1", "NE2", "CD2")]].mean(0)
    donor = x[atom_index(atoms, nitrogen)[1]]
    outward = (donor - ring) / np.linalg.norm(donor - ring)
    x[:] = np.where((atoms.elements == "O")[:, None], x + 100, x)
    x[atom_index(atoms, "OG")[3]] = donor + 2.9 * outward
    return atoms


@pytest.mark.parametrize(("nitrogen", "name"), [("ND1", "HID"), ("NE2", "HIE")])
def test_the_hydrogen_goes_where_it_makes_a_bond(peptide, nitrogen, name):
    assert choose_tautomers(with_oxygen_beside(peptide, nitrogen))[1] == name


def test_without_partner_epsilon(peptide):
    atoms = with_oxygen_beside(peptide, "ND1")
    atoms.positions[atom_index(atoms, "OG")[3]] += 50
    assert choose_tautomers(atoms).tolist() == ["ALA", "HIE", "GLY", "SER"]


def test_given_names_are_kept(peptide):
    atoms = heavy_atoms(peptide("HID", "HIP", "HIE"))
    assert choose_tautomers(atoms).tolist() == ["HID", "HIP", "HIE"]
