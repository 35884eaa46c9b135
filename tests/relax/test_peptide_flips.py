"""Peptide planes turn out of empty Ramachandran regions, and only there."""

import numpy as np
import pytest

from unbead.chem.torsions.ramachandran import OUTLIER, usualness
from unbead.relax.peptide_flips import flip_peptides


def torsions(x, topology):
    from MDAnalysis.lib.distances import calc_dihedrals

    p, b = topology.peptides, topology.backbone
    n, ca, c = p.n[b.before], p.ca[b.after], p.c[b.after]
    phi = calc_dihedrals(x[p.c[b.before]], x[n], x[ca], x[c])
    psi = calc_dihedrals(x[n], x[ca], x[c], x[p.n[b.after]])
    return np.degrees(phi), np.degrees(psi)


def outliers(x, topology):
    kind = topology.backbone.kind
    return usualness(kind, *torsions(x, topology)) < OUTLIER[kind]


def turned(x, peptides, k, degrees):
    """Turn the atoms of one peptide plane about the axis through its Cα."""
    x = x.copy()
    start = x[peptides.ca[k]]
    axis = x[peptides.next_ca[k]] - start
    axis /= np.linalg.norm(axis)
    for atom in (peptides.c[k], peptides.o[k], peptides.n[k]):
        arm = x[atom] - start
        along = (arm @ axis) * axis
        out = arm - along
        t = np.radians(degrees)
        x[atom] = start + along + np.cos(t) * out + np.sin(t) * np.cross(axis, out)
    return x


def test_classes_follow_the_sequence(topology, assembly):
    b = topology.backbone
    names = assembly.atoms.residues.names
    assert (b.kind[names[b.residue] == "GLY"] == 1).all()
    proline = names[b.residue] == "PRO"
    assert (b.kind[proline] == 2).all()
    assert len(b.residue) == len(names) - 2


def test_a_crystal_is_left_alone(topology, truth, sure):
    x, rows = flip_peptides(truth, sure, topology.peptides, topology.backbone, None)
    assert len(rows) == 0 and np.array_equal(x, truth)


@pytest.mark.parametrize("degrees", [120, -150])
def test_a_flipped_plane_is_turned_back_where_the_network_doubts_it(topology, truth, sure, degrees):
    p = topology.peptides
    k = int(topology.backbone.before[np.flatnonzero(topology.backbone.kind == 0)[8]])
    flipped = turned(truth, p, k, degrees)
    assert outliers(flipped, topology).any()
    doubt = sure.copy()
    doubt[[p.c[k], p.o[k], p.n[k]]] = 2.0
    x, rows = flip_peptides(flipped, doubt, p, topology.backbone, None)
    assert k in rows
    assert not outliers(x, topology).any()
    assert np.linalg.norm(x[p.o[k]] - truth[p.o[k]]) < 0.7 * np.linalg.norm(flipped[p.o[k]] - truth[p.o[k]])
    kept = np.setdiff1d(np.arange(len(x)), np.concatenate([p.c[rows], p.o[rows], p.n[rows]]))
    assert np.array_equal(x[kept], flipped[kept])


def test_an_outlier_that_must_stay_does_not_keep_its_neighbour_from_turning(topology, truth, sure):
    p = topology.peptides
    first, second = (int(topology.backbone.before[row]) for row in (10, 13))
    flipped = turned(turned(truth, p, first, 120), p, second, 120)
    doubt = np.full_like(sure, 0.01)  # the network is sure of the first
    doubt[[p.c[second], p.o[second], p.n[second]]] = 2.0
    x, _ = flip_peptides(flipped, doubt, p, topology.backbone, None)
    moved = np.linalg.norm(x - flipped, axis=1)
    assert moved[p.o[second]] > 1.0 > moved[p.o[first]]
    assert outliers(x, topology).any()


def test_turning_keeps_bonds_to_the_alpha_carbons(topology, truth, sure):
    p = topology.peptides
    k = int(topology.backbone.before[10])
    x, rows = flip_peptides(turned(truth, p, k, 140), sure + 2, p, topology.backbone, None)
    assert len(rows)
    for a, b in ((p.ca, p.c), (p.c, p.o), (p.c, p.n), (p.n, p.next_ca)):
        before, after = (np.linalg.norm(y[a] - y[b], axis=1) for y in (truth, x))
        assert np.abs(before - after).max() < 1e-3


def test_boxes_do_not_matter(topology, truth, sure, assembly):
    p = topology.peptides
    flipped = turned(truth, p, 12, 150)
    box = np.diag(np.ptp(truth, axis=0) + 20.0)
    shift = np.where(assembly.atoms.residue_index > 20, 1, 0)[:, None] * box[1]
    plain, rows = flip_peptides(flipped, sure + 2, p, topology.backbone, box)
    cut, again = flip_peptides((flipped + shift).astype(np.float32), sure + 2, p, topology.backbone, box)
    assert np.array_equal(rows, again)
    assert np.abs(cut - shift - plain).max() < 1e-3
