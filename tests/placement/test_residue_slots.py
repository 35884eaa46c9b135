"""Amino acids of an assembly by slot; what has other atoms is left out."""

import numpy as np

from tests.helpers import molecules
from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.placement.residue_slots import residue_slots


def test_residues_with_all_atoms_of_an_amino_acid_are_found():
    atoms = molecules("LYS", "POPC", "HIS", "GLY", "SEP")
    found = residue_slots(atoms, atoms.residues.names)
    assert found.residue.tolist() == [0, 2, 3]
    assert [AMINO_ACIDS[kind] for kind in found.kind] == ["LYS", "HIS", "GLY"]
    for row, kind in enumerate(found.kind.tolist()):
        known = amino_template(kind)
        assert atoms.names[found.atoms[row, : known.n_heavy]].tolist() == list(known.atoms[: known.n_heavy])
        assert (found.atoms[row, known.n_heavy :] == found.atoms[row, 1]).all()


def test_a_residue_that_lacks_an_atom_is_left_out():
    atoms = molecules("LYS", "HIS")
    less = atoms.select(np.arange(len(atoms)) != 6)
    assert residue_slots(less, less.residues.names).residue.tolist() == [1]
