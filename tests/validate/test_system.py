"""Numbers of built systems: those of an independent implementation, and what is spoilt on purpose is found."""

import numpy as np
import pytest

from unbead.chem.amino import protein_slots
from unbead.validate.checks.geometry import geometry
from unbead.validate.system import system_numbers


@pytest.fixture
def built(assembly_of, crystal):
    return assembly_of("martini3"), crystal.positions.astype(float)


def test_a_crystal_is_as_the_protein_checks_say(built):
    assembly, x = built
    found = system_numbers(assembly, x, assembly.beads.positions)
    expected = geometry(protein_slots(assembly.atoms.with_positions(x)))
    assert found["broken_bonds_percent"] == pytest.approx(expected["broken_bonds_percent"], abs=1e-6)
    assert found["clashscore"] == pytest.approx(expected["clashscore"], abs=1e-6)
    assert found["wrong_chirality"] == found["turned_double_bonds"] == found["pierced_rings"] == found["contacts"] == 0
    assert found["bead_99"] < 1e-3


def test_a_mirror_turns_every_centre(built):
    assembly, x = built
    found = system_numbers(assembly, x * [1, 1, -1], assembly.beads.positions * np.float32([1, 1, -1]))
    chiral = np.isin(assembly.template_names, ["GLY"], invert=True).sum()
    more = np.isin(assembly.template_names, ["ILE", "THR"]).sum()
    assert found["wrong_chirality"] == chiral + more
    assert found["broken_bonds_percent"] == 0


def test_faults_are_found(built):
    assembly, x = built
    lysine = int(np.flatnonzero(assembly.template_names == "ARG")[0])
    at = {str(name): k for k, name in enumerate(assembly.atoms.names) if assembly.atoms.residue_index[k] == lysine}
    spoilt = x.copy()
    spoilt[at["NH1"]] += 30.0
    spoilt[at["NH2"]] = x[at["CB"]] + 0.5
    found = system_numbers(assembly, spoilt, assembly.beads.positions)
    assert found["broken_bonds_percent"] == pytest.approx(200 / len(assembly.bonds))
    assert found["contacts"] >= 1 and found["bead_99"] > 0


def test_boxes_do_not_matter_to_whole_molecules(built, rng):
    assembly, x = built
    cell = np.array([[40.0, 0, 0], [9, 38, 0], [-8, 6, 41]])
    before = system_numbers(assembly, x, assembly.beads.positions, cell)
    move = rng.uniform(-50, 50, 3)
    after = system_numbers(assembly, x + move, assembly.beads.positions + move, cell)
    for name, value in before.items():
        assert after[name] == pytest.approx(value, abs=1e-3), name
