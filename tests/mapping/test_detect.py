"""Mappings are recognised by their beads."""

import numpy as np
import pytest

from tests.helpers import make_particles, molecules
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen
from unbead.mapping.detect import detect
from unbead.mapping.mapping import available_mappings, load_mapping


@pytest.mark.parametrize("name", available_mappings())
def test_each_shipped_mapping_is_recognised(beads_of, name):
    assert detect(beads_of(name)).name == name


def test_virtual_sites_do_not_confuse(beads_of):
    beads = beads_of("martini3")
    names = np.append(beads.names, "VS")
    index = np.append(beads.residue_index, beads.residue_index[-1])
    extra = make_particles(
        names, beads.residues.names[index], beads.residues.numbers[index], np.vstack([beads.positions, [[0, 0, 0]]])
    )
    assert detect(extra).name == "martini3"


def test_simulated_martini3_is_not_taken_for_the_ca_variant(beads_of, rng):
    beads = beads_of("martini3-ca")
    shaken = beads.with_positions(beads.positions + rng.normal(0, 0.2, beads.positions.shape))
    assert detect(shaken).name == "martini3"


def test_unknown_beads_are_refused():
    with pytest.raises(UnbeadError, match="--mapping"):
        detect(make_particles(["X1", "X2"], ["GLY"] * 2, [1, 2]))


def test_water_and_ions_do_not_count(beads_of):
    beads = beads_of("martini2")
    n = len(beads)
    names = [*beads.names, *["W"] * 500, "NA"]
    residues = [*beads.residues.names[beads.residue_index], *["W"] * 500, "ION"]
    numbers = [*beads.residues.numbers[beads.residue_index], *range(1000, 1501)]
    positions = np.vstack([beads.positions, np.zeros((501, 3))])
    assert detect(make_particles(names, residues, numbers, positions)).name == "martini2"
    with pytest.raises(UnbeadError, match="water and ions"):
        detect(make_particles(names[n:], residues[n:], numbers[n:]))


@pytest.mark.parametrize("name", ["martini2", "martini3"])
def test_systems_of_lipids_alone_are_recognised(name):
    beads = coarsen(molecules(*["POPC"] * 3, "CHL1", "CHL1", "PSM"), load_mapping(name))
    assert detect(beads).name == name


def test_lipids_that_are_the_same_in_both_are_taken_for_martini3():
    assert detect(coarsen(molecules("POPC", "DPPC"), load_mapping("martini2"))).name == "martini3"


def test_all_atom_lipids_are_refused():
    with pytest.raises(UnbeadError, match="looks atomistic"):
        detect(molecules("POPC", "POPC", "CHL1", heavy=False))
