"""Beads of atoms."""

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping


def test_ca_beads_are_the_ca_atoms(crystal):
    beads = coarsen(crystal, load_mapping("ca"))
    assert np.array_equal(beads.positions, crystal.positions[crystal.names == "CA"])
    assert len(beads.residues) == len(crystal.residues)


def test_centre_of_mass_against_mdanalysis(crystal_path, crystal):
    mda = pytest.importorskip("MDAnalysis")
    universe = mda.Universe(str(crystal_path))
    beads = coarsen(crystal, load_mapping("martini3"))
    expected = [r.atoms.select_atoms("name N CA C O").center_of_mass() for r in universe.residues]
    assert np.allclose(beads.positions[beads.names == "BB"], expected, atol=2e-3)


def test_turns_with_the_atoms_and_ignores_hydrogens(crystal, rotation):
    mapping = load_mapping("martini3")
    beads = coarsen(crystal, mapping)
    turned = coarsen(crystal.with_positions(crystal.positions @ rotation.T), mapping)
    assert np.allclose(beads.positions @ rotation.T, turned.positions, atol=1e-4)
    with_h = make_particles(["N", "H", "CA", "HA2", "C", "O"], ["GLY"] * 6, [1] * 6, np.eye(6, 3) * 9)
    without = with_h.select(np.array([True, False, True, False, True, True]))
    assert np.allclose(coarsen(with_h, mapping).positions, coarsen(without, mapping).positions)


def test_caps_are_left_out_and_unknown_residues_named():
    mapping = load_mapping("martini3")
    capped = make_particles(["CH3", "C", "O", "N", "CA", "C", "O"], ["ACE"] * 3 + ["GLY"] * 4, [0] * 3 + [1] * 4)
    beads = coarsen(capped, mapping)
    assert beads.residues.names.tolist() == ["GLY"]
    with pytest.raises(UnbeadError, match=r"POPC \(1\).*mapping check"):
        coarsen(make_particles(["P"], ["POPC"], [1]), mapping)
    with pytest.raises(UnbeadError, match=r"PHE 3 .*bead SC1"):
        coarsen(make_particles(["N", "CA", "C", "O"], ["PHE"] * 4, [3] * 4), mapping)
