"""Z-matrices of residues."""

import numpy as np
import pytest

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.templates import known_residues, template
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.errors import UnbeadError

AMINO = [name for name in known_residues() if template(name).kind == "amino"]


@pytest.mark.parametrize("name", AMINO)
def test_every_amino_acid_is_placed_from_what_is_placed_before(name):
    known = template(name)
    matrix = zmatrix(known)
    bonds = {frozenset(bond) for bond in known.bonds.tolist()}
    for atom, row in enumerate(matrix.references.tolist()):
        inside = [other for other in row if other >= 0]
        assert len(set(inside) | {atom}) == len(inside) + 1
        assert all(matrix.depth[other] < matrix.depth[atom] for other in inside)
        if inside:
            assert frozenset((atom, inside[0])) in bonds
        if len(inside) == 3:
            assert frozenset(inside[:2]) in bonds
            assert frozenset((inside[1], inside[2])) in bonds or frozenset((inside[0], inside[2])) in bonds


def test_branches_are_placed_against_the_first_branch():
    known = template("VAL")
    names = [[known.atoms[i] for i in row] for row in zmatrix(known).references[[5, 6]]]
    assert names == [["CB", "CA", "N"], ["CB", "CA", "CG1"]]


def test_the_chain_gives_the_directions_of_n_and_c():
    matrix = zmatrix(template("ALA"))
    assert matrix.depth.tolist() == [1, 0, 1, 2, 2]
    assert np.array_equal(matrix.references[:3], [[1, -1, -1], [-1, -1, -1], [1, -1, -1]])
    assert set(AMINO_ACIDS) <= set(AMINO)


def test_what_is_no_amino_acid_is_refused():
    with pytest.raises(UnbeadError, match="POPC has no N, CA"):
        zmatrix(template("POPC"))
