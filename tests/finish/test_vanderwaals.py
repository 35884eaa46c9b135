import pytest

from unbead.finish.vanderwaals import atom_types, close_pairs

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
    terms = {frozenset(pair[:2]): pair[2:] for pair in types.pairs}
    assert len(terms) == 3
    mixed = terms[frozenset(types.names)]
    assert mixed == pytest.approx((4 * 0.2 * 0.25**6, 4 * 0.2 * 0.25**12))


def test_tags_tell_atoms_apart(forces):
    assert len(set(atom_types(forces, [-1, -1, 4]).names)) == 3


def test_tables_of_types_are_taken_as_they_are(forces):
    tables = openmm.CustomNonbondedForce("acoef(type1, type2)/r^12 - bcoef(type1, type2)/r^6")
    tables.addTabulatedFunction("acoef", openmm.Discrete2DFunction(2, 2, [1, 2, 2, 3]))
    tables.addTabulatedFunction("bcoef", openmm.Discrete2DFunction(2, 2, [4, 5, 5, 6]))
    tables.addPerParticleParameter("type")
    for kind in (1, 0, 1):
        tables.addParticle([kind])
    types = atom_types(forces | {"CustomNonbondedForce": tables}, [-1, -1, -1])
    assert set(types.pairs) == {("T0", "T0", 4, 1), ("T0", "T1", 5, 2), ("T1", "T1", 6, 3)}


def test_pairs_three_bonds_apart(forces):
    assert list(close_pairs(forces)) == [(2, 0, pytest.approx(4 * 0.2 * 0.3**6), pytest.approx(4 * 0.2 * 0.3**12))]
    special = openmm.CustomBondForce("4*epsilon*((sigma/r)^12-(sigma/r)^6)")
    special.addPerBondParameter("sigma")
    special.addPerBondParameter("epsilon")
    special.addBond(0, 2, [0.1, 1.0])
    (pair,) = close_pairs(forces | {"CustomBondForce": special})
    assert pair[2:] == (pytest.approx(4e-6), pytest.approx(4e-12))
