"""Boxes made to measure."""

from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import molecules
from unbead.chem.particles import join
from unbead.errors import UnbeadError
from unbead.prepare.solvation.padding import pad


def test_the_box_keeps_images_apart_however_the_molecule_turns(crystal):
    boxed, out = pad(crystal, 7.0)
    side = boxed.box[0]
    assert boxed.box[:3].tolist() == [side] * 3 and boxed.box[3:].tolist() == [90] * 3 and out == {}
    middle = side / 2
    far = np.linalg.norm(boxed.positions - middle, axis=1).max()
    assert side == pytest.approx(2 * far + 14, abs=1e-3)
    moved = boxed.positions - crystal.positions
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-3)


def test_an_older_box_is_replaced_and_its_water_and_far_ions_stay_out(crystal):
    near, far = (molecules("NA").with_positions(crystal.positions[:1] + shift) for shift in (4, 200))
    water = molecules("HOH").with_positions(crystal.positions[:1] + 5)
    whole = replace(join([water, crystal, near, far]), box=np.array([300, 300, 300, 90, 90, 90], np.float32))
    boxed, out = pad(whole, 10.0)
    assert out == {"HOH": 1, "NA": 1} and boxed.box[0] < 80
    assert boxed.residues.names.tolist() == [*crystal.residues.names.tolist(), "NA"]


def test_solvent_alone_is_refused():
    with pytest.raises(UnbeadError, match="no molecule"):
        pad(molecules("HOH", "NA"), 10.0)
