"""One residue, built from some of its atoms."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.angles import dihedral
from unbead.chem.templates import template
from unbead.completion.missing import build_missing

NOBODY = (np.zeros((0, 3)), np.zeros(0), np.zeros(0, bool))


def without(name, keep):
    known = template(name)
    x = known.coordinates[: known.n_heavy].astype(float).copy()
    x[[k for k in range(known.n_heavy) if known.atoms[k] not in keep]] = np.nan
    return known, x


@pytest.mark.parametrize("name", [name for name in AMINO_ACIDS if name not in ("GLY", "ALA")])
def test_a_side_chain_beyond_cb_has_bonds_and_angles_of_the_template(name):
    known, found = without(name, ("N", "CA", "C", "O", "CB"))
    built = build_missing(known, found, *NOBODY)
    assert np.isfinite(built.positions).all() and built.clash < 0.3
    for table, limit in ((known.bonds, 0.02), (known.angles[:, [0, 2]], 0.06)):
        pairs = table[(table < known.n_heavy).all(1)]
        there, ideal = (
            np.linalg.norm(x[pairs[:, 0]] - x[pairs[:, 1]], axis=1) for x in (built.positions, known.coordinates)
        )
        assert np.abs(there - ideal).max() < limit + (0.3 if name == "PRO" else 0.0)  # its ring is closed later
    for quad in known.chiral[(known.chiral < known.n_heavy).all(1)]:
        a, b, c = (built.positions[quad[k]] - built.positions[quad[0]] for k in (1, 2, 3))
        assert np.dot(a, np.cross(b, c)) > 0


def test_atoms_that_are_there_stay_and_decide_the_turn_of_their_bond():
    """OD2 lies across from OD1, whatever any torsion table says."""
    known, found = without("ASP", ("N", "CA", "C", "O", "CB", "CG", "OD1"))
    built = build_missing(known, found, *NOBODY)
    assert np.array_equal(built.positions[np.isfinite(found)], found[np.isfinite(found)])
    truth = known.coordinates[known.index("OD2")]
    assert np.linalg.norm(built.positions[known.index("OD2")] - truth) < 0.1


def test_the_turn_that_others_leave_free_is_taken():
    known, found = without("SER", ("N", "CA", "C", "O", "CB"))
    at = [known.index(name) for name in ("N", "CA", "CB", "OG")]
    free = build_missing(known, found, *NOBODY).positions
    blocked = free[at[3]][None]
    other = build_missing(known, found, blocked, np.array([1.7]), np.array([False]))
    assert np.linalg.norm(other.positions[at[3]] - blocked[0]) > 2.0 and other.clash < 0.3
    turns = [float(dihedral(*x[at])) for x in (free, other.positions)]
    assert abs((turns[0] - turns[1] + 180) % 360 - 180) > 60


def test_the_network_decides_where_nothing_else_does():
    known, found = without("SER", ("N", "CA", "C", "O", "CB"))
    guess = known.coordinates[: known.n_heavy].astype(float)
    built = build_missing(known, found, *NOBODY, guess, np.full(known.n_heavy, 0.1))
    assert np.linalg.norm(built.positions[known.index("OG")] - guess[known.index("OG")]) < 0.3


def test_too_few_atoms_are_refused_without_a_network():
    known, found = without("LYS", ("CA", "CB"))
    assert build_missing(known, found, *NOBODY) is None


@pytest.mark.parametrize(
    ("name", "torsion"), [("PHE", "CA CB CG CD1"), ("ASP", "CA CB CG OD1"), ("GLU", "CB CG CD OE1")]
)
def test_equal_atoms_are_named_by_iupac_whatever_the_network_says(name, torsion):
    known, found = without(name, ("N", "CA", "C", "O", "CB"))
    guess = known.coordinates[: known.n_heavy].astype(float)
    swapped = guess.copy()
    for i, j in known.symmetric[0]:
        swapped[[i, j]] = swapped[[j, i]]
    built = [build_missing(known, found, *NOBODY, g, np.full(known.n_heavy, 0.1)).positions for g in (guess, swapped)]
    assert np.allclose(*built)
    assert abs(float(dihedral(*(built[0][known.index(atom)] for atom in torsion.split())))) <= 90
