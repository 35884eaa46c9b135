"""The user's universes: read beside them, and left as they were."""

import MDAnalysis as mda
import numpy as np
import pytest
from MDAnalysis import transformations

from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.borrowed import is_borrowed, left_alone, universe_files
from unbead.io.universe import UniverseFrames, from_universe
from unbead.io.write import write_structure

KINDS = ("xtc", "trr", "dcd", "pdb", "memory", "chain", "moved", "moved memory")


@pytest.fixture
def opened(crystal, tmp_path):
    """Open five frames, one 10 Å beside the other, in some way."""
    atoms = crystal.select(slice(0, 40))
    frames = shaken(atoms, 5)
    for k, frame in enumerate(frames):
        frame.positions[:] += 10 * k

    def open_them(kind):
        top = tmp_path / "top.gro"
        write_structure(top, atoms)
        suffix = kind if kind in ("xtc", "trr", "dcd", "pdb") else "xtc"
        file = tmp_path / f"frames.{suffix}"
        write_frames(file, atoms, frames)
        if kind == "chain":
            write_frames(tmp_path / "a.xtc", atoms, frames[:2])
            write_frames(tmp_path / "b.xtc", atoms, frames[2:])
            return mda.Universe(str(top), [str(tmp_path / "a.xtc"), str(tmp_path / "b.xtc")])
        universe = mda.Universe(str(top), str(file), in_memory="memory" in kind)
        if "moved" in kind:  # the second acts through a group of the universe itself
            steps = [transformations.translate([1, 2, 3]), transformations.wrap(universe.atoms)]
            universe.trajectory.add_transformations(*steps)
        return universe

    return open_them


def place(particles):
    return particles.positions.mean(0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_current_frame_is_taken_and_a_loop_goes_on(opened, kind):
    """Frame 0 was taken and the universe rewound, so that such a loop never ended."""
    universe, seen = opened(kind), []
    truth = [step.positions.copy() for step in universe.trajectory]
    for step in universe.trajectory:
        assert len(seen) < 5
        assert np.allclose(from_universe(universe).positions, truth[step.frame])
        with left_alone(universe):
            assert np.allclose(from_universe(universe, 3).positions, truth[3], atol=1e-3)
        assert universe.trajectory.frame == step.frame
        assert np.array_equal(universe.atoms.positions, truth[step.frame])
        seen.append(step.frame)
    assert seen == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_user_changed_stays_also_where_something_fails(opened, kind):
    universe = opened(kind)
    universe.trajectory[2]
    universe.atoms.translate([100, 0, 0])
    universe.dimensions = [50, 60, 70, 90, 90, 90]
    mine, box = universe.atoms.positions.copy(), universe.dimensions.copy()
    assert np.allclose(from_universe(universe).positions, mine) and np.allclose(from_universe(universe).box, box)
    with left_alone(universe):
        assert abs(place(from_universe(universe, 1))[0] - mine[:, 0].mean()) > 20
        list(UniverseFrames(universe).read(range(5)))
    with pytest.raises(RuntimeError), left_alone(universe):
        from_universe(universe, 4)
        raise RuntimeError
    with pytest.raises(UnbeadError, match="no frame 9; it has 5"):
        from_universe(universe, 9)
    assert universe.trajectory.frame == 2
    assert np.array_equal(universe.atoms.positions, mine) and np.allclose(universe.dimensions, box)


def test_what_transformations_remember_is_not_disturbed(opened):
    universe = opened("xtc")
    universe.dimensions = None
    universe.trajectory.add_transformations(
        transformations.set_dimensions([500] * 3 + [90] * 3), transformations.NoJump()
    )
    for step in universe.trajectory:
        before = {name: np.copy(value) for name, value in vars(universe.trajectory.transformations[1]).items()}
        with left_alone(universe):
            from_universe(universe, 0 if step.frame else 1)
        after = vars(universe.trajectory.transformations[1])
        assert all(np.array_equal(after[name], value) for name, value in before.items())


def test_groups_are_taken_in_the_order_of_the_universe_each_atom_once(opened):
    universe = opened("xtc")
    universe.trajectory[3]
    chosen = universe.select_atoms("name CA N")
    for group in (chosen, chosen[::-1], chosen + chosen, chosen[[3, 1, 1, 0]] + chosen):
        found = from_universe(group)
        assert np.array_equal(found.positions, chosen.positions)
        assert found.names.tolist() == chosen.names.tolist()
        assert np.array_equal(next(UniverseFrames(group).read(range(3, 4))).positions, chosen.positions)
    residues = universe.residues[1:3]
    assert np.array_equal(from_universe(residues).positions, residues.atoms.positions)
    assert np.array_equal(from_universe(universe.residues[2]).positions, universe.residues[2].atoms.positions)
    assert len(from_universe(universe.segments)) == len(universe.atoms)
    with pytest.raises(UnbeadError, match="has no atoms or beads"):
        from_universe(universe.select_atoms("name XYZ"))


def test_what_is_no_source_is_refused_by_name(opened):
    universe = opened("xtc")
    assert is_borrowed(universe.atoms) and not is_borrowed("beads.gro")
    with pytest.raises(UnbeadError, match=r"several universes or groups: .* MDAnalysis\.Merge"):
        is_borrowed([universe.atoms, opened("pdb").atoms])
    for nonsense in (None, 5, {"a": 1}, np.zeros((3, 3))):
        with pytest.raises(UnbeadError, match="not a source of beads; give a path, a universe or an AtomGroup"):
            is_borrowed(nonsense)


def test_files_of_a_universe(opened, tmp_path):
    assert universe_files(opened("xtc")) == [tmp_path / "top.gro", tmp_path / "frames.xtc"]
    names = [path.name for path in universe_files(opened("chain").atoms)]
    assert names == ["top.gro", "a.xtc", "b.xtc"]
    assert universe_files("top.gro") == [] == universe_files(mda.Universe.empty(1, trajectory=True))
