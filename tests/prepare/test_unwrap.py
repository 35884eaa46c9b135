from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import NONE, bonded
from unbead.errors import UnbeadError
from unbead.prepare.finish import FinishOptions, finish
from unbead.prepare.molecule import heavy_atoms, with_bonds
from unbead.prepare.unwrap import mend


def test_molecules_torn_without_a_box_are_refused(peptide):
    atoms = peptide("ALA", "ALA")
    atoms.positions[atoms.residue_index == 1] += 40
    with pytest.raises(UnbeadError, match=r"ALA 2 \(chain A\): atom N is .*C .*whole"):
        mend(bonded(atoms))


@pytest.mark.parametrize("angles", [(90, 90, 90), (70, 80, 75)])
def test_what_the_box_cuts_is_put_together(lipids, angles):
    box = np.array([40, 45, 60, *angles], np.float32)
    whole = with_bonds(heavy_atoms(replace(lipids, box=box)), NONE)
    assert mend(whole).atoms.positions.tobytes() == whole.atoms.positions.tobytes()
    cell = reduced(box)
    fraction = whole.atoms.positions @ np.linalg.inv(cell)
    wrapped = replace(whole, atoms=whole.atoms.with_positions((fraction - np.floor(fraction)) @ cell))
    again = mend(wrapped).atoms.positions
    x = whole.atoms.positions
    a, b = whole.bonds.T
    np.testing.assert_allclose(again[b] - again[a], x[b] - x[a], atol=1e-3)
    moved = (again - wrapped.atoms.positions) @ np.linalg.inv(cell)
    np.testing.assert_allclose(moved, np.round(moved), atol=1e-4)


def test_chains_that_a_disulfide_joins_are_put_together(peptides):
    pair = peptides(("GLY", "CYS"), ("CYS", "GLY"))
    sulfur = np.flatnonzero(pair.names == "SG")
    second = pair.residue_index > 1
    x = pair.positions.copy()
    x[second] += x[sulfur[0]] - x[sulfur[1]] + [0, 0, 2.04] + [0, 50, 0]
    boxed = replace(pair.with_positions(x), box=np.array([50, 50, 50, 90, 90, 90], np.float32))
    done = finish(boxed, FinishOptions(naming="amber"))
    assert done.summary["disulfides"] == 1
    a, b = done.atoms.positions[done.atoms.names == "SG"]
    np.testing.assert_allclose(b - a, [0, 0, 2.04], atol=1e-3)


def reduced(box):
    """Box vectors."""
    from unbead.structure.box import reduced_vectors

    return reduced_vectors(box)
