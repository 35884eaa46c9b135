"""All tests together."""

import numpy as np

from unbead.chem.amino import protein_slots
from unbead.validate.checks.geometry import fault_numbers, find_faults, geometry


def test_a_crystal_is_sound(crystal):
    slots = protein_slots(crystal)
    numbers = geometry(slots)
    for name in (
        "broken_bonds_percent bent_angles_percent wrong_edges_percent graph_lambda ring_piercings d_centres wrong_cb"
        " contacts_below_1.2 contacts_share_percent missing_atoms_percent cis_non_proline disulfides_wrong"
    ).split():
        assert numbers[name] == 0, name
    assert numbers == fault_numbers(slots, find_faults(slots))


def test_missing_atoms_are_counted(crystal):
    part = protein_slots(crystal.select(crystal.names != "CB"))
    faults = find_faults(part)
    assert len(faults["missing_atoms"]) == (crystal.names == "CB").sum()
    assert np.isclose(geometry(part)["missing_atoms_percent"], 100 * (crystal.names == "CB").mean())
