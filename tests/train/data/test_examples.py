"""Training examples say the truth."""

import numpy as np
import pytest

from tests.train.chains import crystal_chain
from unbead.chem.amino import protein_slots
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.encode import encode
from unbead.models.settings import NetworkSettings
from unbead.models.vocabulary import protein_vocabulary
from unbead.train.data import examples
from unbead.train.data.examples import crop, fragment, make_example, random_rotation
from unbead.train.data.tables import mapping_tables
from unbead.validate.checks.dihedrals import backbone_torsions

NETWORK = NetworkSettings()


@pytest.mark.parametrize("name", ["martini3", "ca", "sidechain-com", "ca-cm"])
def test_examples_are_what_the_pipeline_sees(assembly_of, rng, name):
    """Training and use must encode a chain alike, or the network meets inputs it never saw."""
    chain = crystal_chain()
    example = make_example(chain, mapping_tables(load_mapping(name).molecules), NETWORK, rng)
    assembly = assembly_of(name)
    encoded = encode(assembly, protein_vocabulary())
    assert np.allclose(example[keys.BEAD_POSITIONS], assembly.beads.positions, atol=2e-3)
    assert np.array_equal(example[keys.ATOM_ID], encoded.atom_id)
    assert np.array_equal(example[keys.ATOM_BEAD], assembly.owner)
    assert np.array_equal(np.diff(example[keys.BEAD_RESIDUE]), np.diff(encoded.bead_residue))

    def contents(fields, bead_type):
        rows = zip(
            fields[keys.COMPONENT_TYPE], fields[keys.COMPONENT_ATOM], fields[keys.COMPONENT_WEIGHT],
            fields[keys.COMPONENT_OWNED], strict=True,
        )  # fmt: skip
        total = {}
        for kind, atom, weight, owned in rows:
            old = total.setdefault(int(kind), {}).get(int(atom), np.zeros(2))
            total[int(kind)][int(atom)] = old + np.array([weight, owned])
        return [{a: tuple(np.round(v, 4)) for a, v in total[int(t)].items()} for t in bead_type]

    assert contents(example, example[keys.BEAD_TYPE]) == contents(encoded.components, encoded.bead_type)


def test_geometry_fields_point_at_bonds_and_l_centres(rng):
    example = make_example(crystal_chain(), mapping_tables(load_mapping("ca").molecules), NETWORK, rng)
    x = example[keys.ATOM_POSITIONS]
    i, j = example[examples.PAIRS][example[examples.PAIR_WEIGHT] == 1].T
    length = np.linalg.norm(x[i] - x[j], axis=1)
    assert length.min() > 1.1 and length.max() < 1.95
    c, a, b, d = (x[example[examples.CHIRAL][:, k]] for k in range(4))
    assert (((a - c) * np.cross(b - c, d - c)).sum(1) > 0).all()
    named, swap = example[examples.ATOM_SWAP].T
    assert np.array_equal(named, np.arange(len(named)))
    assert np.array_equal(swap[swap], np.arange(len(swap))) and (swap != np.arange(len(swap))).any()


def test_perturbation_grows_with_the_level_and_is_told_or_not(rng):
    chain, tables = crystal_chain(), mapping_tables(load_mapping("martini3").molecules)
    clean = make_example(chain, tables, NETWORK, rng)
    moves = []
    for level in (0.1, 0.4):
        noisy = make_example(chain, tables, NETWORK, rng, level)
        moves.append(np.linalg.norm(noisy[keys.BEAD_POSITIONS] - clean[keys.BEAD_POSITIONS], axis=1).mean())
        assert (noisy[keys.NOISE] == np.float32(level)).all()
        assert np.array_equal(noisy[keys.ATOM_POSITIONS], clean[keys.ATOM_POSITIONS])
    assert moves[1] > 2 * moves[0] > 0.1
    assert (make_example(chain, tables, NETWORK, rng, 0.3, told=False)[keys.NOISE] == -1).all()


def test_crops_are_balls_and_break_chains(rng):
    part = crop(crystal_chain(), 20, rng)
    assert len(part) == 20 and not part.bonded_to_previous[0]
    assert crop(part, 50, rng) is part


def test_fragments_are_stretches(rng):
    chain = crystal_chain()
    part = fragment(chain, 10, 20, rng)
    assert 10 <= len(part) <= 20 and part.bonded_to_previous[1:].all() and not part.bonded_to_previous[0]
    assert len(fragment(chain, 100, 200, rng)) == len(chain)


def test_rotations_are_proper(rng):
    q = random_rotation(rng)
    assert np.allclose(q @ q.T, np.eye(3), atol=1e-6) and np.linalg.det(q) > 0


@pytest.mark.parametrize("name", ["martini3", "residue-com"])
def test_torsions_are_those_of_the_judge_at_the_beads_of_alpha_carbons(crystal, rng, name):
    example = make_example(crystal_chain(), mapping_tables(load_mapping(name).molecules), NETWORK, rng)
    phi, psi, _ = backbone_torsions(protein_slots(crystal))
    cosine, sine = example[examples.TORSIONS].reshape(-1, 2, 2).transpose(2, 0, 1)
    for k, angle in enumerate((phi, psi)):
        there = np.isfinite(angle)
        assert np.allclose(np.degrees(np.arctan2(sine[there, k], cosine[there, k])), angle[there], atol=0.01)
        assert not cosine[~there, k].any() and not sine[~there, k].any()
    chosen = example[keys.BEAD_POSITIONS][example[examples.TORSION_BEAD]]
    alpha = example[keys.ATOM_ID] == protein_vocabulary().names.index("ALA:CA")
    owner = example[keys.ATOM_BEAD][alpha]
    assert len(owner) and all((chosen == example[keys.BEAD_POSITIONS][bead]).all(1).any() for bead in owner)
