"""Repairs of what no small move would mend."""

import numpy as np
import pytest

from unbead.chem.rings import pierced
from unbead.relax import repair


def volumes(bounds, x):
    p = x[bounds.quads].astype(float)
    return (np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]) * (p[:, 3] - p[:, 0])).sum(1)


def test_mirrored_centres_are_inverted_and_keep_their_bonds(topology, truth):
    inner = topology.inner
    handed = np.flatnonzero(inner.volume_low > 0)
    quad = inner.quads[handed[4]]
    spoilt = truth.copy()
    normal = np.cross(*(truth[quad[2:]] - truth[quad[1]]))
    normal /= np.linalg.norm(normal)
    spoilt[quad[0]] -= 2 * np.dot(truth[quad[0]] - truth[quad[1]], normal) * normal
    assert volumes(inner, spoilt)[handed[4]] < 0
    mended, count = repair.invert(spoilt, inner)
    assert count == 1
    assert np.abs(mended - truth).max() < 1e-3
    assert repair.invert(truth, inner)[1] == 0


def test_every_centre_of_a_mirror_image_is_found(topology, truth):
    mirrored = truth * np.array([-1, 1, 1], np.float32)
    _, count = repair.invert(mirrored, topology.inner)
    assert count == (topology.inner.volume_low > 0).sum()


def test_collapsed_rings_are_laid_flat(assembly, truth):
    ring = np.flatnonzero(np.isin(assembly.atoms.residues.names[assembly.atoms.residue_index], ["PHE", "TYR"]))
    ring = ring[np.isin(assembly.atoms.names[ring], ["CD1", "CD2", "CE1", "CE2"])]
    spoilt = truth.copy()
    centre = truth[ring[:4]].mean(0)
    spoilt[ring[:4]] = centre + 0.5 * (truth[ring[:4]] - centre)
    mended, count = repair.flatten(assembly, spoilt)
    assert count == 1
    i, j = ring[0], ring[3]  # CD1 and CE2 are opposite
    assert np.linalg.norm(mended[i] - mended[j]) == pytest.approx(2.8, abs=0.1)
    assert repair.flatten(assembly, truth)[1] == 0


def test_arginine_is_named_by_convention(assembly, truth):
    at = {name: np.flatnonzero(assembly.atoms.names == name)[:1] for name in ("CD", "NH1", "NH2")}
    row = at["NH1"]
    residue = assembly.atoms.residue_index[row]
    nh2 = np.flatnonzero((assembly.atoms.names == "NH2") & (assembly.atoms.residue_index == residue))
    swapped = truth.copy()
    swapped[[row[0], nh2[0]]] = truth[[nh2[0], row[0]]]
    mended, _ = repair.flatten(assembly, swapped)
    assert np.abs(mended - truth).max() < 0.3


def test_a_bond_is_taken_out_of_a_ring():
    corners = np.array([[np.cos(t), np.sin(t), 0] for t in np.arange(6) * np.pi / 3]) * 1.4
    rod = np.array([[0.3, 0.1, -0.8], [0.3, 0.1, 0.7]])
    x = np.concatenate([corners, rod]).astype(np.float32)
    rings, bonds = np.arange(6)[None], np.array([[6, 7]])
    assert len(pierced(x, rings, bonds)) == 1
    moved, count = repair.unthread(x, rings, bonds)
    assert count == 1
    assert len(pierced(moved, rings, bonds)) == 0


def test_atoms_on_top_of_each_other_are_parted():
    x = np.array([[0, 0, 0], [1.5, 0, 0], [1.5, 0.1, 0], [3, 0, 0]], np.float32)
    bonds = np.array([[0, 1], [2, 3]])
    moved, count = repair.part(x, np.array([[1, 2], [0, 3]]), bonds)
    assert count == 1
    assert np.linalg.norm(moved[1] - moved[2]) > repair.APART
    assert moved[1, 0] < 1.5 < moved[2, 0]


def test_a_ring_on_one_spot_gives_way_to_a_bond_through_it(monkeypatch):
    """A frame of beads on one spot ended in a traceback."""
    x = np.zeros((8, 3), np.float32)
    x[6:] = [[0, 0, -1], [0, 0, 1]]
    monkeypatch.setattr(repair, "pierced", lambda *_: np.array([[0, 0]]))
    moved, count = repair.unthread(x, np.array([[0, 1, 2, 3, 4, 5]]), np.array([[6, 7]]))
    assert count == 1 and np.isfinite(moved).all() and np.abs(moved - x).max() > 0.2
