"""Training systems of molecules."""

import numpy as np
import pytest

from tests.train.molecules import loose_residues
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.settings import NetworkSettings
from unbead.train.data import examples
from unbead.train.data.molecule_examples import make_molecule_example, map_system, nearest_molecules
from unbead.train.data.molecules import vocabulary_of
from unbead.train.data.systems import make_system

NETWORK = NetworkSettings(neighbours=8)
BOX = [30, 30, 30, 90, 90, 90]


@pytest.fixture
def system(rng):
    return loose_residues(["PHE", "TRP", "ALA", "LYS"] * 5, 2, rng, BOX)


@pytest.fixture
def mapped(system):
    return map_system(system, load_mapping("martini3"), vocabulary_of([system]))


@pytest.fixture
def frame(system):
    return system.frames[1], system.box(1)


def test_a_frame_keeps_shape_through_the_rotation(mapped, frame, system, rng):
    example = make_molecule_example(mapped, *frame, NETWORK, rng)
    beads = coarsen(system.atoms.with_positions(frame[0]), load_mapping("martini3"))
    for a, b in ((example[keys.ATOM_POSITIONS], frame[0]), (example[keys.BEAD_POSITIONS], beads.positions)):
        assert np.allclose(np.linalg.norm(a - a[0], axis=1), np.linalg.norm(b - b[0], axis=1), atol=1e-3)
        assert not np.allclose(a, b)
    assert example[keys.EDGE_SHIFT].any()  # neighbours through the faces


def test_a_crop_keeps_whole_molecules_at_their_nearest_images(mapped, frame, rng):
    chosen = nearest_molecules(mapped, *frame, 3, 6)
    assert chosen[0] == 3 and len(set(chosen.tolist())) == 6
    example = make_molecule_example(mapped, *frame, NETWORK, rng, chosen)
    sizes = np.bincount(mapped.assembly.atoms.residue_index)[np.sort(chosen)]
    assert len(example[keys.ATOM_ID]) == sizes.sum() and not example[keys.EDGE_SHIFT].any()
    x, pairs = example[keys.ATOM_POSITIONS], example[examples.PAIRS]
    bonds = pairs[example[examples.PAIR_WEIGHT] == 1]
    assert np.linalg.norm(x[bonds[:, 0]] - x[bonds[:, 1]], axis=1).max() < 2
    beads, atoms = example[keys.BEAD_POSITIONS], example[keys.ATOM_BEAD]
    assert np.linalg.norm(beads[atoms] - x, axis=1).max() < 5
    spread = np.linalg.norm(beads - beads.mean(0), axis=1).max()
    assert spread < 30


def test_handed_centres_keep_their_hand_and_swaps_stay_within_molecules(mapped, frame, rng):
    example = make_molecule_example(mapped, *frame, NETWORK, rng, nearest_molecules(mapped, *frame, 0, 8))
    x = example[keys.ATOM_POSITIONS]
    c, a, b, d = (x[example[examples.CHIRAL][:, k]] for k in range(4))
    assert (((a - c) * np.cross(b - c, d - c)).sum(1) > 0).all()
    ways = example[examples.ATOM_SWAP]
    assert np.array_equal(ways[:, 0], np.arange(len(x)))
    assert np.array_equal(np.sort(ways, 0), np.repeat(np.arange(len(x))[:, None], ways.shape[1], 1))
    assert np.linalg.norm(x[ways] - x[:, None], axis=2).max() < 8


def test_perturbed_beads_move_and_tell_their_level(mapped, frame):
    clean, noisy = (
        make_molecule_example(mapped, *frame, NETWORK, np.random.default_rng(1), level=level) for level in (0.0, 0.3)
    )
    assert np.array_equal(clean[keys.ATOM_POSITIONS], noisy[keys.ATOM_POSITIONS])
    moved = np.linalg.norm(clean[keys.BEAD_POSITIONS] - noisy[keys.BEAD_POSITIONS], axis=1)
    assert 0.2 < moved.mean() < 1 and (noisy[keys.NOISE] == np.float32(0.3)).all()


def test_a_molecule_without_one_of_its_atoms_is_refused(rng):
    whole = loose_residues(["PHE"], 1, rng)
    lacks = make_system(
        "cut", whole.atoms.names[:-1], whole.atoms.residue_index[:-1], np.array(["PHE"]), whole.frames[:, :-1]
    )
    with pytest.raises(UnbeadError, match="cut: PHE 1 has no atom"):
        map_system(lacks, load_mapping("martini3"), vocabulary_of([whole]))
