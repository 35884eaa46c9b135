"""Samples: reproducible whatever is computed beside them."""

import numpy as np
import pytest

from tests.latents import small_flagship, write_model
from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.trajectory import BeadFrame
from unbead.pipeline.batch import FrameMapper
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions
from unbead.pipeline.trajectory import backmap_trajectory
from unbead.placement.latent_noise import LatentNoise, SampledFrames


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def trace(beads_of):
    beads = beads_of("ca")
    return beads.select_residues(np.arange(len(beads.residues)) < 12)


@pytest.fixture(scope="module")
def mapper_of(trace, model_path):
    def make(**choices):
        how = BackmapOptions(relax=False, **choices)
        return FrameMapper(open_system(trace, "ca", str(model_path), "cpu", how))

    return make


class Frames:
    """A trajectory of bare numbers."""

    def read(self, wanted):
        return (BeadFrame(np.zeros((1, 3), np.float32), None, 0.0, 0, number) for number in wanted)


@pytest.mark.parametrize("wanted", [range(0, 4), range(2, 9, 3), range(5, 6)])
def test_every_frame_is_read_as_often_as_it_is_sampled_from_anywhere(wanted):
    repeated = SampledFrames(Frames(), 3)
    numbers = repeated.numbers(wanted)
    assert list(numbers) == [3 * frame + sample for frame in wanted for sample in range(3)]
    for start in range(len(numbers)):
        for stop in range(start + 1, len(numbers) + 1):
            found = [frame.number for frame in repeated.read(numbers[start:stop])]
            assert found == list(numbers[start:stop])


def test_copies_have_the_noise_that_they_have_alone():
    residues = np.repeat(np.arange(8), 2)
    both = LatentNoise(5, 1.0, ((0, 2), (1, 2))).noise(residues, 8, 3)
    second = LatentNoise(5, 1.0, ((1, 2),)).noise(np.repeat(np.arange(4), 2), 4, 3)
    assert np.array_equal(both[8:], second) and not np.array_equal(both[0], both[1])


def test_beads_of_a_residue_have_numbers_of_their_own_and_the_first_those_of_a_lone_bead():
    beads = LatentNoise(5, 1.0, ((0, 2),)).noise(np.array([0, 0, 0, 1, 1, 2]), 3, 400)
    lone = LatentNoise(5, 1.0, ((0, 2),)).noise(np.arange(3), 3, 400)
    assert np.array_equal(beads[[0, 3, 5]], lone)
    assert np.abs(np.corrcoef(beads) - np.eye(6)).max() < 0.2


def test_samples_do_not_depend_on_how_many_are_computed_at_once(mapper_of, trace):
    frame = shaken(trace, 1)[0]
    frames = [BeadFrame(frame.positions, frame.box, 0.0, 0, k) for k in range(6)]
    mapper = mapper_of(samples=3, seed=4)
    answers = []
    for size in (6, 1, 4):
        mapper.at_once = size
        answers.append(np.array([built.positions for built in mapper(frames, [0.0])]))
    assert np.abs(answers[0] - answers[1]).max() < 1e-3 and np.abs(answers[0] - answers[2]).max() < 1e-3
    assert np.ptp(answers[0], axis=0).max() > 0.01
    other = mapper_of(samples=3, seed=5)(frames, [0.0])
    assert np.abs(other[0].positions - answers[0][0]).max() > 1e-3


def test_no_temperature_is_no_spread_and_the_mean(mapper_of, trace):
    frame = shaken(trace, 1)[0]
    frames = [BeadFrame(frame.positions, frame.box, 0.0, 0, k) for k in range(2)]
    cold = mapper_of(samples=2, temperature=0.0)(frames, [0.0])
    mean = mapper_of()(frames[:1], [0.0])
    for built in cold:
        assert np.abs(built.positions - mean[0].positions).max() < 1e-3


def test_models_go_into_one_file(trace, model_path, tmp_path):
    from unbead.io.write import write_structure

    write_structure(tmp_path / "top.pdb", trace)
    write_frames(tmp_path / "beads.xtc", trace, shaken(trace, 3))
    options = {"model": str(model_path), "relax": False, "samples": 4, "mapping": "ca"}
    summary = backmap_trajectory(
        tmp_path / "top.pdb", [tmp_path / "beads.xtc"], output=tmp_path / "out.pdb", step=2, **options
    )
    assert summary["frames"] == 8 and (tmp_path / "out.pdb").read_text().count("MODEL ") == 8


@pytest.mark.parametrize("coherent", [False, True])
def test_the_flagship_samples_any_beads_alike_whatever_is_computed_at_once(beads_of, tmp_path, coherent):
    beads = beads_of("martini3")
    beads = beads.select_residues(np.arange(len(beads.residues)) < 12)
    how = BackmapOptions(relax=False, samples=2, seed=4, coherent=coherent)
    mapper = FrameMapper(open_system(beads, "martini3", str(write_model(tmp_path, small_flagship())), "cpu", how))
    frames = [BeadFrame(beads.positions, None, 0.0, 0, k) for k in range(6)]
    mapper.at_once = 4
    together = np.array([built.positions for built in mapper(frames, [0.0])])
    mapper.at_once = 1
    for k in (5, 2):
        assert np.abs(mapper(frames[k : k + 1], [0.0])[0].positions - together[k]).max() < 1e-3
    assert np.abs(together[0] - together[1]).max() > 0.01


def test_coherent_samples_move_little_from_frame_to_frame_and_as_far_in_the_end(mapper_of, trace):
    frames = [BeadFrame(trace.positions, None, 0.0, 0, 2 * f + 1) for f in (0, 1, 2, 60)]  # sample 1 of 2

    def moved(coherent):
        x = np.array([built.positions for built in mapper_of(samples=2, coherent=coherent)(frames, [0.0])])
        return [float(np.sqrt(((a - b) ** 2).sum(-1).mean())) for a, b in ((x[0], x[1]), (x[1], x[2]), (x[0], x[3]))]

    smooth, anew = moved(True), moved(False)
    assert max(smooth[:2]) < 0.35 * min(anew) and 0.6 * anew[2] < smooth[2] < 1.6 * anew[2]


def test_models_without_latents_and_other_beads_are_refused(trace, model_path, beads_of, tmp_path):
    plain = write_model(tmp_path, small_flagship(latent=0))
    with pytest.raises(UnbeadError, match="--samples needs a model with latents"):
        open_system(trace, "ca", str(plain), "cpu", BackmapOptions(samples=2))
    with pytest.raises(UnbeadError, match="say with --samples"):
        open_system(trace, "ca", str(model_path), "cpu", BackmapOptions(coherent=True))
    with pytest.raises(UnbeadError, match="one bead at each CA"):
        open_system(beads_of("martini3"), None, str(model_path), "cpu", BackmapOptions())
