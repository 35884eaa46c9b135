from dataclasses import replace

import numpy as np
import pytest

from tests.prepare.conftest import molecules
from unbead.prepare.solvation.solvent_model import LARGE, surroundings

BOX = np.array([60, 60, 80, 90, 90, 90], np.float32)


def test_a_box_full_of_water_is_solvated(patch):
    charmm, amber = (surroundings(patch, name) for name in ("charmm36", "amber14"))
    assert charmm.solvated and amber.solvated
    assert charmm.cutoff == pytest.approx(1.2) and charmm.switch == pytest.approx(1.0)
    assert amber.cutoff == pytest.approx(1.0) and amber.switch is None
    np.testing.assert_allclose(np.diag(charmm.vectors), patch.box[:3])


def test_cutoffs_fit_small_boxes(patch):
    small = patch.select_residues(np.arange(len(patch.residues)) < 300)
    around = surroundings(replace(small, box=np.array([20, 22, 24, 90, 90, 90], np.float32)), "charmm36")
    assert around.solvated
    assert around.switch < around.cutoff < 1.0


def test_waters_of_a_crystal_fill_no_box(crystal, patch):
    assert not surroundings(crystal, "amber14").solvated
    few = patch.select_residues(np.arange(len(patch.residues)) < 30)
    assert not surroundings(replace(few, box=BOX), "amber14").solvated


def test_dry_lipids_are_periodic_in_implicit_water(lipids):
    around = surroundings(replace(lipids, box=BOX), "charmm36")
    assert not around.solvated and around.vectors is not None and around.cutoff == pytest.approx(2.0)
    alone = surroundings(lipids, "charmm36")
    assert alone.vectors is None and alone.cutoff is None


def test_proteins_are_not_periodic_and_cut_off_where_they_are_large(crystal):
    boxed = replace(crystal, box=BOX)
    assert surroundings(boxed, "amber14").vectors is None
    assert surroundings(boxed, "amber14").cutoff is None
    assert surroundings(molecules(*["HOH"] * (LARGE + 1)), "amber14").cutoff == pytest.approx(2.0)
