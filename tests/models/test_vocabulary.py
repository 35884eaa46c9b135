"""Atom identities."""

from unbead.models.vocabulary import UNKNOWN, protein_vocabulary


def test_vocabulary_has_every_heavy_atom_once():
    names = protein_vocabulary().names
    assert len(set(names)) == len(names) == 167
    assert "TRP:CH2" in names and "ALA:H" not in names


def test_unknown_atoms_get_the_unknown_id():
    vocabulary = protein_vocabulary()
    assert vocabulary.ids(["ALA:CB", "SER:P"]).tolist() == [vocabulary.names.index("ALA:CB"), UNKNOWN]
