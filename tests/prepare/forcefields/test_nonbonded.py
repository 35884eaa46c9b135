import numpy as np
import pytest

from unbead.prepare.forcefields.nonbonded import _by_first_atom, atom_types, close_pairs

openmm = pytest.importorskip("openmm")


@pytest.fixture
def forces():
    """Three atoms of two kinds, the outer two of which are three bonds apart."""
    force = openmm.NonbondedForce()
    force.addParticle(0.5, 0.3, 0.4)
    force.addParticle(-0.2, 0.2, 0.1)
    force.addParticle(-0.3, 0.3, 0.4)
    force.addException(0, 1, 0, 1, 0)
    force.addException(2, 0, -0.1, 0.3, 0.2)
    return {"NonbondedForce": force}


def test_equal_atoms_share_a_type(forces):
    types = atom_types(forces, [-1, -1, -1])
    assert types.names[0] == types.names[2] != types.names[1]
    assert types.charges == (0.5, -0.2, -0.3)
    assert types.shapes == {types.names[0]: (0.3, 0.4), types.names[1]: (0.2, 0.1)}
    assert types.pairs == ()


def test_tags_tell_atoms_apart(forces):
    assert len(set(atom_types(forces, [-1, -1, 4]).names)) == 3


@pytest.mark.parametrize(("depth", "odd"), [(0.2, ()), (0.3, (("T0", "T1", 0.25, 0.3),))])
def test_tables_tell_pairs_that_break_the_rule(forces, depth, odd):
    sigma, epsilon = np.array([[0.3, 0.25], [0.25, 0.2]]), np.array([[0.4, depth], [depth, 0.1]])
    tables = openmm.CustomNonbondedForce("acoef(type1, type2)/r^12 - bcoef(type1, type2)/r^6")
    for name, power in (("acoef", 12), ("bcoef", 6)):
        values = (4 * epsilon * sigma**power).ravel()
        tables.addTabulatedFunction(name, openmm.Discrete2DFunction(2, 2, values.tolist()))
    tables.addPerParticleParameter("type")
    for kind in (1, 0, 1):
        tables.addParticle([kind])
    types = atom_types(forces | {"CustomNonbondedForce": tables}, [-1, -1, -1])
    assert types.names == ("T0", "T1", "T0")
    assert types.shapes["T0"] == pytest.approx((0.2, 0.1))
    assert [pair[:2] for pair in types.pairs] == [pair[:2] for pair in odd]
    for pair, expected in zip(types.pairs, odd, strict=True):
        assert pair[2:] == pytest.approx(expected[2:])


def test_pairs_three_bonds_apart(forces):
    assert list(close_pairs(forces)) == [(2, 0, 0.3, 0.2)]
    special = openmm.CustomBondForce("4*epsilon*((sigma/r)^12-(sigma/r)^6)")
    special.addPerBondParameter("sigma")
    special.addPerBondParameter("epsilon")
    special.addBond(0, 2, [0.1, 1.0])
    (pair,) = close_pairs(forces | {"CustomBondForce": special})
    assert pair[2:] == (0.1, 1.0)


def test_types_are_numbered_as_atoms_have_them_first():
    """OpenMM's own numbers come out of a set, so two runs wrote two topologies."""
    kind = np.array([7, 2, 7, 5])
    size, depth = np.arange(64.0).reshape(8, 8), -np.arange(64.0).reshape(8, 8)
    number, sizes, depths = _by_first_atom(kind, size, depth)
    assert number.tolist() == [0, 1, 0, 2]
    np.testing.assert_array_equal(sizes[np.ix_(number, number)], size[np.ix_(kind, kind)])
    np.testing.assert_array_equal(depths[np.ix_(number, number)], depth[np.ix_(kind, kind)])
