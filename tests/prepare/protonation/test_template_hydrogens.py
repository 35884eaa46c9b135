import numpy as np
import pytest

from unbead.chem.templates import known_residues, template
from unbead.prepare.protonation.template_hydrogens import attach, sites

MOLECULES = [name for name in known_residues() if template(name).kind in ("lipid", "sterol", "water", "ion")]
TURN = np.array([[0, 0, 1.0], [1, 0, 0], [0, 1, 0]])


def hands(known, x):
    """Sign of the triple product of the first three neighbours of each centre with four."""
    found = []
    for centre in range(known.n_heavy):
        around = [int(bond[bond != centre][0]) for bond in known.bonds if centre in bond]
        if len(around) == 4:
            found.append(np.sign(np.linalg.det(x[around[:3]] - x[centre])))
    return np.array(found)


@pytest.mark.parametrize("name", ["POPC", "CHL1", "PSM", "POPG", "SAPI24"])
def test_hydrogens_are_where_the_template_has_them(name):
    known = template(name)
    heavy = known.coordinates[: known.n_heavy] @ TURN + [3, -20, 7]
    placed = attach(name, heavy[None], np.array([0]))[0]
    np.testing.assert_allclose(placed, known.coordinates[known.n_heavy :] @ TURN + [3, -20, 7], atol=1e-3)


@pytest.mark.parametrize("name", ["POPC", "CHL1", "PSM", "TOCL2"])
def test_bonds_and_hands_hold_where_heavy_atoms_are_shaken(name, rng):
    known = template(name)
    heavy = known.coordinates[: known.n_heavy] + rng.normal(scale=0.15, size=(5, known.n_heavy, 3))
    placed = attach(name, heavy, np.arange(5))
    for x, hydrogens in zip(heavy, placed, strict=True):
        atoms = np.concatenate([x, hydrogens])
        a, b = known.bonds[(known.bonds >= known.n_heavy).any(1)].T
        length = np.linalg.norm(atoms[a] - atoms[b], axis=1)
        ideal = np.linalg.norm(known.coordinates[a] - known.coordinates[b], axis=1)
        np.testing.assert_allclose(length, ideal, atol=1e-6)
        assert (hands(known, atoms) == hands(known, known.coordinates)).all()


def test_hydrogens_of_one_carbon_are_apart(rng):
    known = template("POPC")
    placed = attach("POPC", known.coordinates[None, : known.n_heavy], np.array([0]))[0]
    parent = sites("POPC").parent
    i, j = np.triu_indices(len(parent), 1)
    same = parent[i] == parent[j]
    distance = np.linalg.norm(placed[i[same]] - placed[j[same]], axis=1)
    assert 1.6 < distance.min() < distance.max() < 2.0


def test_every_hydrogen_of_every_molecule_is_placed():
    for name in MOLECULES:
        known = template(name)
        placed = attach(name, np.zeros((2, known.n_heavy, 3)) + known.coordinates[: known.n_heavy], np.arange(2))
        assert placed.shape == (2, len(known.atoms) - known.n_heavy, 3)
        assert np.isfinite(placed).all()


def test_waters_are_turned_each_otherwise_and_always_alike():
    placed = attach("HOH", np.zeros((3, 1, 3)), np.array([5, 6, 5]))
    np.testing.assert_array_equal(placed[0], placed[2])
    assert np.abs(placed[0] - placed[1]).max() > 0.1
    angle = np.degrees(np.arccos((placed[1, 0] @ placed[1, 1]) / 0.9572**2))
    assert angle == pytest.approx(104.52, abs=0.01)


def test_groups_on_a_line_get_their_hydrogens():
    """A methyl group at the end of three atoms on a line, as in acetonitrile, has no plane to be turned by."""
    known = template("POPC")
    x = np.array(known.coordinates[: known.n_heavy])
    end, before, beyond = (known.index(name) for name in ("C316", "C315", "C314"))
    x[beyond], x[before], x[end] = [0, 0, 0], [1.5, 0, 0], [3, 0, 0]
    placed = attach("POPC", x[None], np.array([0]))[0]
    mine = sites("POPC").parent == end
    np.testing.assert_allclose(np.linalg.norm(placed[mine] - x[end], axis=1), 1.11, atol=0.01)
    assert (placed[mine][:, 0] > 3).all()
