"""Names by bond graph and handedness."""

import numpy as np
import pytest

from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.train.data.name_matching import double_bonds, is_cis, rename, same_isomer, volumes


def shuffled(name, rng):
    """Heavy atoms of a template in another order: elements, bonds, positions and where each atom went."""
    known = template(name)
    n = known.n_heavy
    went = rng.permutation(n)  # template atom -> place
    elements = np.empty(n, dtype="U2")
    elements[went] = known.elements[:n]
    x = np.empty((n, 3))
    x[went] = known.coordinates[:n]
    bonds = [(int(went[a]), int(went[b])) for a, b in known.bonds if max(a, b) < n]
    return known, elements.tolist(), bonds, x[None]


@pytest.mark.parametrize("name", ["POPC", "DPPC", "CHL1", "POPS", "PHE"])
def test_a_shuffled_molecule_gets_its_names_and_handedness_back(name, rng):
    known, elements, bonds, x = shuffled(name, rng)
    order = rename(elements, bonds, x, known)
    found = x[:, order]
    assert same_isomer(found, known).all()
    inner = known.bonds[(known.bonds < known.n_heavy).all(1)]
    length = np.linalg.norm(found[0, inner[:, 0]] - found[0, inner[:, 1]], axis=1)
    wanted = np.linalg.norm(np.diff(known.coordinates[inner], axis=1)[:, 0], axis=1)
    assert np.allclose(length, wanted, atol=0.1)  # alike atoms may have taken each other's names


def test_two_branches_that_only_handedness_tells_apart(rng):
    known, elements, bonds, x = shuffled("VAL", rng)  # CG1 and CG2
    order = rename(elements, bonds, x, known)
    assert np.allclose(x[0, order], known.coordinates[: known.n_heavy])


def test_mirror_images_and_trans_bonds_are_told():
    known = template("POPC")
    x = known.coordinates[None, : known.n_heavy]
    assert same_isomer(x, known).all() and not same_isomer(x * [1, 1, -1], known).any()
    names = [tuple(known.atoms[i] for i in row) for row in double_bonds(known)]
    assert names == [("C28", "C29", "C210", "C211")]
    assert is_cis(x, double_bonds(known)).all()
    assert (volumes(x, known.chiral) > 0).all()
    turned = x.copy()
    end = [known.index(f"C2{k}") for k in range(11, 19)]
    axis = x[0, known.index("C210")] - x[0, known.index("C29")]
    axis /= np.linalg.norm(axis)
    arm = x[0, end] - x[0, known.index("C210")]
    turned[0, end] = x[0, known.index("C210")] + 2 * (arm @ axis)[:, None] * axis - arm
    assert not same_isomer(turned, known).any()


def test_another_molecule_is_refused(rng):
    _, elements, bonds, x = shuffled("POPE", rng)
    with pytest.raises(UnbeadError, match="POPC: the bonds"):
        rename(elements, bonds, x, template("POPC"))
