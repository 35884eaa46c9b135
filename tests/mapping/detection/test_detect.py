"""Mappings are recognised by their beads."""

import numpy as np
import pytest

from tests.helpers import make_particles, molecules
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import coarsen
from unbead.mapping.detection.detect import detect
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


@pytest.mark.parametrize("noise", [0.2, 0.5])
@pytest.mark.parametrize("name", ["martini3", "martini3-ca", "martini2", "elnedyn", "ca", "residue-com"])
def test_beads_that_move_are_still_told_apart(beads_of, rng, name, noise):
    """By the distances of all residues: before, 0.2 Å of noise turned beads at Cα into centres of mass."""
    beads = beads_of(name)
    shaken = beads.with_positions(beads.positions + rng.normal(0, noise, beads.positions.shape))
    assert detect(shaken).name == name


def test_bonds_of_a_simulation_are_not_taken_for_ca(beads_of):
    """Martini's extended backbone has 3.5 Å (0.35 nm), its helices 3.1 Å: neither is Cα."""
    beads = beads_of("martini3")
    for step in (3.1, 3.5):
        backbone = np.flatnonzero(beads.names == "BB")
        line = np.arange(len(beads.residues))[:, None] * [step, 0, 0]
        moved = beads.positions + (line - beads.positions[backbone])[beads.residue_index]
        assert detect(beads.with_positions(moved)).name == "martini3"


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
