import pickle

import numpy as np
import pytest

from tests.trajectories import shaken
from unbead.errors import UnbeadError
from unbead.io.universe import to_universe
from unbead.pipeline.prepare import check_choices, choose_device, read_beads


def test_a_frame_comes_from_its_trajectory(folder, peptide):
    found = read_beads("top.pdb", 5, [folder / "beads.xtc"])
    want = shaken(peptide, 6)[5]
    assert np.abs(found.positions - want.positions).max() < 0.006 and np.abs(found.box - want.box).max() < 1e-3
    assert np.abs(read_beads("top.pdb").positions - peptide.positions).max() < 1e-3
    assert np.array_equal(read_beads(to_universe(peptide)).positions, peptide.positions)
    with pytest.raises(UnbeadError, match=r"beads\.xtc: no frame 9; there are 9"):
        read_beads("top.pdb", 9, [folder / "beads.xtc"])


def test_what_is_prepared_travels(prepared, peptide):
    other = pickle.loads(pickle.dumps(prepared))
    x = peptide.positions
    assert np.array_equal(other.backmapper()(x).positions, prepared.backmapper()(x).positions)


def test_bad_choices():
    with pytest.raises(UnbeadError, match="soft, exact, off"):
        check_choices("hard", "network")
    with pytest.raises(UnbeadError, match="network, herobm"):
        check_choices("soft", "spine")
    with pytest.raises(UnbeadError, match="not available"):
        choose_device("tpu")
