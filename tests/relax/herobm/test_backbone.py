"""The whole optimisation."""

import numpy as np
import pytest
import torch

from unbead.relax.herobm import backbone
from unbead.relax.herobm.backbone import BackboneOptimiser, optimise
from unbead.relax.herobm.energy import torsion
from unbead.relax.herobm.rigid_body import frames

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def optimiser(assembly):
    return BackboneOptimiser(assembly, CPU)


@pytest.fixture(scope="module")
def torsions(optimiser, truth):
    """True (cos φ, sin φ, cos ψ, sin ψ), shape (n_rows, 4); zeros where there are none."""
    found = np.zeros((len(optimiser.spine.rows), 2, 2), np.float32)
    terms = optimiser.terms
    circle = torsion(torch.from_numpy(truth)[terms.atoms], terms.torsions).numpy()
    found[optimiser.spine.predicted[:, 0], optimiser.spine.predicted[:, 1]] = circle
    return found.reshape(-1, 4)


def rmsd(a, b):
    return float(np.sqrt(((a - b) ** 2).sum(-1).mean()))


def shaken(truth, rng, size=0.15):
    return (truth + rng.normal(0, size, truth.shape)).astype(np.float32)


def test_a_crystal_stays(optimiser, truth, torsions):
    assert rmsd(optimiser(truth, torsions), truth) < 0.08


def test_shaken_backbones_come_nearer_and_get_their_torsions(optimiser, truth, torsions, rng):
    start = shaken(truth, rng)
    found = optimiser(start, torsions)
    spine = optimiser.spine
    atoms = np.concatenate([spine.n, spine.ca, spine.c, spine.o])
    assert rmsd(found[atoms], truth[atoms]) < 0.75 * rmsd(start[atoms], truth[atoms])
    x = torch.from_numpy(found)[optimiser.terms.atoms]
    goal = torch.from_numpy(torsions).view(-1, 2, 2)[tuple(optimiser.terms.predicted.T)]
    assert (torsion(x, optimiser.terms.torsions) * goal).sum(-1).min() > np.cos(np.radians(10))
    assert float(backbone.geometry_energy(x, optimiser.terms, optimiser.terms.omegas)) < 0.02


def test_the_second_minimisation_leaves_alpha_carbons(optimiser, truth, torsions, rng, monkeypatch):
    seen = []
    rotate_planes = backbone.rotate_planes
    monkeypatch.setattr(backbone, "rotate_planes", lambda *a: seen.append(rotate_planes(*a)) or seen[0])
    x = torch.from_numpy(shaken(truth, rng))[optimiser.terms.atoms]
    goal = torch.from_numpy(torsions).view(-1, 2, 2)[tuple(optimiser.terms.predicted.T)]
    found = optimise(x, optimiser.terms, torch.zeros(len(optimiser.spine.peptides.c), dtype=torch.bool), goal)
    assert torch.equal(found[1::3], seen[0][1::3])
    assert not torch.equal(found[::3], seen[0][::3])
    assert not torch.equal(found[1::3], x[1::3])


def test_turning_the_system_turns_the_answer(assembly, truth, torsions, rng, rotation):
    precise = BackboneOptimiser(assembly, CPU, torch.float64)
    start = shaken(truth, rng)
    moved = start.astype(float) @ rotation.T + 5
    assert np.abs(precise(moved, torsions) - (precise(start, torsions) @ rotation.T + 5)).max() < 1e-3


def test_frames_together_are_frames_alone(optimiser, truth, torsions, rng):
    batch = np.stack([shaken(truth, rng), shaken(truth, rng, 0.3)])
    both = np.stack([torsions, (torsions + rng.normal(0, 0.3, torsions.shape)).astype(np.float32)])
    together = optimiser(batch, both)
    for frame, predicted, found in zip(batch, both, together, strict=True):
        assert np.abs(optimiser(frame, predicted) - found).max() < 1e-3


def test_side_chains_keep_their_place_beside_the_backbone(optimiser, assembly, truth, torsions, rng):
    spine = optimiser.spine
    cb = np.flatnonzero(assembly.atoms.names == "CB")
    row = assembly.atoms.residue_index[cb]

    def arms(x):
        n, ca, c, tip = (torch.from_numpy(x[atoms]) for atoms in (spine.n[row], spine.ca[row], spine.c[row], cb))
        return (frames(n, ca, c) @ (tip - ca)[..., None])[..., 0]

    start = shaken(truth, rng)
    assert torch.allclose(arms(optimiser(start, torsions)), arms(start), atol=1e-3)


def test_chains_cut_by_the_box_are_optimised_as_whole_ones(optimiser, assembly, truth, torsions, rng):
    start = shaken(truth, rng)
    box = np.diag(np.ptp(truth, axis=0) + 20.0)
    whole = optimiser(start, torsions, box)
    assert np.abs(whole - optimiser(start, torsions)).max() < 1e-3
    turns = rng.integers(-1, 2, (len(truth), 1)) * box[0]
    cut = optimiser((start + turns).astype(np.float32), torsions, box)
    assert np.abs(cut - turns - whole).max() < 2e-3
