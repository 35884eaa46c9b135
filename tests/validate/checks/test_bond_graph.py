"""The bond graph, against networkx."""

import networkx
import numpy as np
import pytest

from unbead.chem.amino import protein_slots
from unbead.chem.elements import COVALENT_RADII
from unbead.validate.checks.bond_graph import bond_graph, lambda_graph
from unbead.validate.checks.bonds import find_bonds, find_disulfides
from unbead.validate.checks.contacts import near_pairs, slot_radii


def edges_of(slots):
    return bond_graph(slots, find_bonds(slots, find_disulfides(slots)), *near_pairs(slots))


def test_a_crystal_has_the_graph_of_its_templates(crystal):
    edges = edges_of(protein_slots(crystal))
    assert len(edges["missing_edges"]) == len(edges["extra_edges"]) == lambda_graph(edges) == 0


def test_faults_that_cancel_in_lambda_are_counted(crystal, rng):
    shaken = crystal.with_positions(crystal.positions + rng.normal(0, 0.35, crystal.positions.shape))
    slots = protein_slots(shaken)
    bonds = find_bonds(slots, find_disulfides(protein_slots(crystal)))
    edges = bond_graph(slots, bonds, *near_pairs(slots))
    flat = slots.positions.reshape(-1, 3)
    radii = slot_radii(slots, COVALENT_RADII)
    present = np.flatnonzero(np.isfinite(flat[:, 0]))
    distance = np.linalg.norm(flat[present][:, None] - flat[present], axis=-1)
    i, j = np.nonzero(np.triu(distance < 1.3 * (radii[present][:, None] + radii[present]), 1))
    found, wanted = networkx.Graph(), networkx.Graph()
    for graph in (found, wanted):
        graph.add_nodes_from(present.tolist())
    found.add_edges_from(zip(present[i].tolist(), present[j].tolist(), strict=True))
    wanted.add_edges_from(bonds.pairs.tolist())
    missing, extra = (networkx.difference(*pair).size() for pair in ((wanted, found), (found, wanted)))
    assert (len(edges["missing_edges"]), len(edges["extra_edges"])) == (missing, extra)
    assert missing and extra
    assert lambda_graph(edges) == pytest.approx(abs(found.size() - wanted.size()) / wanted.size())
