"""Files of several models as trajectories."""

import gzip

import numpy as np
import pytest

from tests.trajectories import BOX, shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.formats.multi_model import TextFile, WholeFile
from unbead.io.write import write_structure


@pytest.fixture(scope="module")
def models(crystal):
    return [crystal.with_positions(crystal.positions + k) for k in range(4)]


@pytest.mark.parametrize("name", ["x.pdb", "x.gro", "x.cif", "x.pdb.gz"])
def test_every_format_gives_its_models(tmp_path, models, name):
    path = tmp_path / name.removesuffix(".gz")
    write_structure(path, models)
    if name.endswith(".gz"):
        path.with_name(name).write_bytes(gzip.compress(path.read_bytes()))
    file = WholeFile(path) if name == "x.cif" else TextFile(tmp_path / name, path.suffix[1:].upper())
    assert (file.n_frames, file.n_particles) == (4, len(models[0]))
    found = list(file.read(range(1, 4, 2)))
    assert [frame.step for frame in found] == [1, 3]
    assert np.abs(found[1].positions - models[3].positions).max() < 0.006


def test_times_and_steps_of_titles_are_kept(tmp_path, crystal):
    path = tmp_path / "x.pdb"
    write_frames(path, crystal, shaken(crystal, 3))
    found = list(TextFile(path, "PDB").read(range(3)))
    assert [(frame.time, frame.step) for frame in found] == [(100, 5000), (120, 6000), (140, 7000)]
    assert np.abs(found[2].box - BOX).max() < 1e-2


def test_what_is_whole_is_read_and_the_rest_is_named(tmp_path, models):
    path = tmp_path / "x.gro"
    write_structure(path, models)
    path.write_text("\n".join(path.read_text().split("\n")[:-20]))
    file = TextFile(path, "GRO")
    assert file.n_frames == 4
    frames = file.read(range(4))
    assert len([next(frames) for _ in range(3)]) == 3
    with pytest.raises(UnbeadError, match=r"x\.gro: not a readable GRO file"):
        next(frames)


def test_a_bad_model_is_named(tmp_path, models):
    path = tmp_path / "x.pdb"
    bad = models[1].positions.copy()
    bad[7] = 1e7
    write_structure(tmp_path / "y.cif", models[0])
    write_structure(path, models)
    text = path.read_text().replace(f"{models[1].positions[7, 0]:8.3f}", "     nan")
    path.write_text(text)
    with pytest.raises(UnbeadError, match=r"x\.pdb: frame \d: .* coordinates that cannot be"):
        list(TextFile(path, "PDB").read(range(4)))


def test_a_file_without_models_is_refused(tmp_path):
    path = tmp_path / "x.pdb"
    path.write_text("REMARK\n")
    with pytest.raises(UnbeadError, match="no atoms or beads"):
        TextFile(path, "PDB")
