"""Interactions against MDAnalysis."""

import numpy as np
import pytest
from MDAnalysis.lib.distances import self_capped_distance
from scipy.spatial.transform import Rotation

from tests.helpers import make_particles
from unbead.chem.amino import AMINO_ACIDS, SLOTS, Slots, protein_slots, swapped_slots
from unbead.chem.templates import template
from unbead.validate.checks.interactions import find_interactions, interactions_kept

BACKBONE = ["N", "CA", "C", "O"]


def test_polar_pairs_as_mdanalysis(crystal):
    pairs, _ = self_capped_distance(crystal.positions, 3.3)
    polar = np.isin(crystal.elements, ["N", "O"])[pairs].all(1)
    side = ~np.isin(crystal.names, [*BACKBONE, "OXT"])[pairs].all(1)
    apart = np.abs(np.diff(crystal.residue_index[pairs], axis=1)[:, 0]) > 1
    real = ~(crystal.names[pairs] == "OXT").any(1)
    found = find_interactions(protein_slots(crystal))
    assert len(found.polar) == (polar & side & apart & real).sum() > 0


def test_a_structure_keeps_its_own_and_loses_them_when_blown_up(crystal):
    slots = protein_slots(crystal)
    wanted = find_interactions(slots)
    kept = interactions_kept(slots, wanted)
    assert kept["interactions_kept_percent"] == 100 and kept["interaction_score"] == 0
    larger = interactions_kept(protein_slots(crystal.with_positions(crystal.positions * 2)), wanted)
    assert larger["interactions_kept_percent"] == 0 and larger["interaction_score"] > 0.5


def test_swapped_names_cost_nothing(crystal):
    slots = protein_slots(crystal)
    wanted = find_interactions(slots)
    swapped = slots.positions[np.arange(len(slots.kind))[:, None], swapped_slots()[slots.kind]]
    other = interactions_kept(Slots(slots.kind, swapped, slots.residues), wanted)
    assert other["interactions_kept_percent"] == 100


@pytest.mark.parametrize("name", ["HIS", "PHE", "TYR", "TRP"])
@pytest.mark.parametrize(("gap", "found"), [(4.0, True), (7.0, False)])
def test_stacked_rings_of_every_kind(name, gap, found):
    known = template(name)
    heavy = known.n_heavy
    x = known.coordinates[:heavy]
    normal = np.linalg.svd(x[5:] - x[5:].mean(0))[2][2]
    atoms = make_particles(list(known.atoms[:heavy]) * 2, [name] * 2 * heavy, [1] * heavy + [9] * heavy,
                           np.concatenate([x, x + gap * normal]))  # fmt: skip
    slots = protein_slots(atoms)
    slots.residues.bonded_to_previous[:] = False
    stacked = find_interactions(slots).stacked
    assert bool(len(stacked)) is found
    assert AMINO_ACIDS[slots.kind[0]] == name


@pytest.mark.parametrize("name", ["HIS", "HID", "HIE", "HIP", "HSD"])
@pytest.mark.parametrize(("atom", "found"), [("ND1", True), ("NE2", True), ("CE1", False), ("CD2", False)])
def test_both_nitrogens_of_histidine_bind_hydrogen_and_no_carbon_does(name, atom, found):
    """An aspartate's oxygen 3 Å from an atom of the ring, out of it."""
    ring, acid = template("HIS"), template("ASP")
    x, y = ring.coordinates[: ring.n_heavy], acid.coordinates[: acid.n_heavy]
    out = x[ring.index(atom)] - x[[ring.index(each) for each in ("CG", "ND1", "CE1", "NE2", "CD2")]].mean(0)
    out /= np.linalg.norm(out)
    carboxyl = y[acid.index("CG")] - y[acid.index("OD1")]
    carboxyl /= np.linalg.norm(carboxyl)
    turn, _ = Rotation.align_vectors([out], [carboxyl])  # the rest of the aspartate points away
    y = turn.apply(y - y[acid.index("OD1")]) + x[ring.index(atom)] + 3.0 * out
    atoms = make_particles([*ring.atoms[: len(x)], *acid.atoms[: len(y)]], [name] * len(x) + ["ASP"] * len(y),
                           [1] * len(x) + [9] * len(y), np.concatenate([x, y]))  # fmt: skip
    slots = protein_slots(atoms)
    slots.residues.bonded_to_previous[:] = False
    pairs = {tuple(row) for row in find_interactions(slots).polar.tolist()}
    expected = (ring.index(atom), SLOTS + acid.index("OD1"))
    assert (pairs == {expected}) is found and bool(pairs) is found


def test_no_interactions():
    known = template("GLY")
    slots = protein_slots(make_particles(list(known.atoms[:4]), ["GLY"] * 4, [1] * 4, known.coordinates[:4]))
    assert interactions_kept(slots, find_interactions(slots))["interactions_kept_percent"] is None
