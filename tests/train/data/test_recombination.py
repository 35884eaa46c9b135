"""Parts of one frame on the rest of another."""

import numpy as np

from tests.train.molecules import loose_residues
from unbead.chem.angles import dihedral
from unbead.chem.templates import template
from unbead.train.data.name_matching import volumes
from unbead.train.data.recombination import find_joints, recombine


def test_bonds_angles_and_handedness_stay_and_others_do_not_move(rng):
    system = loose_residues(["ALA", "ARG", "PHE"], 4, rng)
    mine = system.atoms.residue_index == 1
    known = template("ARG")
    x = system.frames[2]
    moved = recombine(system.frames, 2, find_joints(system, 1), rng)
    assert np.array_equal(moved[~mine], x[~mine])
    before, after = x[mine], moved[mine]
    assert np.abs(after - before).max() > 0.02
    for pairs in (known.bonds, known.angles[:, [0, 2]]):
        inner = pairs[(pairs < known.n_heavy).all(1)]
        a, b = (np.linalg.norm(y[inner[:, 0]] - y[inner[:, 1]], axis=1) for y in (before, after))
        assert np.abs(a - b).max() < 0.15  # the noise of the frames
    assert (np.sign(volumes(before[None], known.chiral)) == np.sign(volumes(after[None], known.chiral))).all()


def test_parts_bring_their_dihedral_angle(rng):
    system = loose_residues(["LYS"], 2, rng)
    joint = find_joints(system, 0)[0]
    quad = [*joint.triad, joint.part.min()]
    away = system.frames[1][joint.part] - system.frames[1][joint.triad[2]]
    axis = system.frames[1][joint.triad[2]] - system.frames[1][joint.triad[1]]
    axis = axis / np.linalg.norm(axis)
    system.frames[1][joint.part] += 2 * ((away @ axis)[:, None] * axis - away)  # half a turn
    angles = []
    for _ in range(20):
        x = recombine(system.frames, 0, find_joints(system, 0), rng).astype(float)
        angles.append(dihedral(*(x[k][None] for k in quad))[0])
    wanted = [dihedral(*(y[k][None] for k in quad))[0] for y in system.frames.astype(float)]
    apart = np.abs((np.array(angles)[:, None] - wanted + 180) % 360 - 180)
    assert apart.min(1).max() < 1 and (apart.min(0) < 1).all()


def test_one_frame_recombines_to_itself(rng):
    system = loose_residues(["LYS"], 1, rng)
    assert np.allclose(recombine(system.frames, 0, find_joints(system, 0), rng), system.frames[0], atol=1e-3)
