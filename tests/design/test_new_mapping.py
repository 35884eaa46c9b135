"""Mappings that are made, from the structure to the files."""

import numpy as np
import pytest

from tests.mapping.made import molecule_of
from tests.trajectories import shaken, write_frames
from unbead.chem.particles import join
from unbead.design.compose import weights
from unbead.design.new_mapping import METHODS, MappingSettings, make_mapping, write_mapping
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import bead_operator
from unbead.mapping.mapping import load_mapping
from unbead.mapping.operator import to_scipy

SMILES = "CC(=O)NCC(=O)O"


@pytest.fixture
def structure(tmp_path):
    """A PDB file of one molecule in two residues."""
    write_structure(tmp_path / "in.pdb", molecule_of(SMILES, first=3))
    return tmp_path / "in.pdb"


@pytest.fixture
def frames(tmp_path, structure):
    """A trajectory of it."""
    molecule = read_structure(structure)
    write_frames(tmp_path / "run.xtc", molecule, shaken(molecule, 20))
    return tmp_path / "run.xtc"


@pytest.mark.parametrize("method", [method for method in METHODS if method not in ("alpha", "autoencoder")])
def test_what_is_written_is_what_was_made(tmp_path, structure, method):
    settings = MappingSettings(method=method, beads=None if method == "heavy" else 4, seed=5)
    made = make_mapping(structure, settings)
    write_mapping(tmp_path / "new", made)
    mapping, molecule = load_mapping(tmp_path / "new"), read_structure(tmp_path / "new" / "MOL.pdb")
    given = read_structure(structure)
    assert np.array_equal(molecule.positions, given.positions)
    assert molecule.elements.tolist() == given.elements.tolist()
    _, operator = bead_operator(molecule, mapping)
    assert np.allclose(to_scipy(operator).toarray(), weights(made.partition))
    assert make_mapping(structure, settings).text == made.text
    assert len(made.pieces) == (8 if method == "heavy" else 4)
    assert method == "random" or set(made.pieces) == {1}
    assert "# LIG 2 O7" in made.text


def test_a_protein_gets_a_bead_per_residue(crystal_path, tmp_path):
    made = make_mapping(crystal_path, MappingSettings(method="alpha"))
    given = read_structure(crystal_path)
    assert np.array_equal(made.partition.owner, given.residue_index)
    assert (given.names[made.partition.centres] == "CA").all()


def test_frames_tell_errors(structure, frames):
    made = make_mapping(structure, MappingSettings(method="contiguous", beads=4), frames)
    rebuilt, lifted = made.errors
    assert 0 < rebuilt < lifted


def test_a_number_of_beads_that_follows_may_be_told(structure):
    told = make_mapping(structure, MappingSettings(method="heavy", beads=8))
    assert told.text == make_mapping(structure, MappingSettings(method="heavy")).text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "magic"}, "known are autoencoder"),
        ({"method": "random"}, "add --beads"),
        ({"method": "random", "beads": 0}, "at least 3"),
        ({"method": "random", "beads": 2}, "at least 3"),
        ({"method": "random", "beads": 16}, r"in\.pdb: --beads 16: there are 15 atoms"),
        ({"method": "heavy", "beads": 5}, "gives 8 beads; leave --beads 5 out"),
        ({"method": "alpha"}, r"in\.pdb: no residue with N, CA and C"),
        ({"method": "autoencoder", "beads": 3}, "add --frames"),
        ({"method": "heavy", "name": "ALA"}, "--name ALA"),
    ],
)
def test_what_cannot_be_made(structure, settings, message):
    with pytest.raises(UnbeadError, match=message):
        make_mapping(structure, MappingSettings(**settings))


def test_structures_that_are_no_molecule(tmp_path):
    path = tmp_path / "in.pdb"
    heavy = MappingSettings(method="heavy")
    write_structure(path, join([molecule_of("CCO"), molecule_of("CCC").with_positions(np.eye(11, 3) + 20)]))
    with pytest.raises(UnbeadError, match="molecules that no bond joins"):
        make_mapping(path, heavy)
    wide = molecule_of("CCO")
    write_structure(path, wide.with_positions(wide.positions * 10))
    with pytest.raises(UnbeadError, match="no bonds found"):
        make_mapping(path, heavy)
    write_structure(path, molecule_of("CO"))
    with pytest.raises(UnbeadError, match="2 beads are too few"):
        make_mapping(path, heavy)


def test_frames_of_something_else(tmp_path, structure, frames):
    settings = MappingSettings(method="autoencoder", beads=3)
    other = molecule_of("CCO")
    write_structure(tmp_path / "other.pdb", other)
    with pytest.raises(UnbeadError, match=r"run\.xtc: has 15 particles where .*other\.pdb has 9"):
        make_mapping(tmp_path / "other.pdb", settings, frames)
    with pytest.raises(UnbeadError, match="one frame only"):
        make_mapping(structure, settings, structure)
    turned = read_structure(structure)
    write_frames(frames, turned, shaken(turned.with_positions(turned.positions[::-1]), 3))
    with pytest.raises(UnbeadError, match="atoms in the same order"):
        make_mapping(structure, settings, frames)


def test_folders_that_cannot_be(tmp_path, structure):
    made = make_mapping(structure, MappingSettings(method="heavy"))
    for folder in (structure, tmp_path / "none" / "new"):
        with pytest.raises(UnbeadError, match="choose another place"):
            write_mapping(folder, made)
