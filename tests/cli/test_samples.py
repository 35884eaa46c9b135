"""``unbead run --samples``: several structures of the same beads."""

import MDAnalysis as mda
import numpy as np
import pytest

from tests.latents import write_model
from tests.nucleic import strand
from tests.trajectories import shaken, write_frames
from unbead.chem.particles import join
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping


@pytest.fixture
def sample(unbead, tmp_path, beads_of):
    """Sample twelve residues at CA with a tiny model, from ``top.pdb`` or from three frames in ``beads.xtc``."""
    beads = beads_of("ca")
    trace = beads.select_residues(np.arange(len(beads.residues)) < 12)
    write_structure(tmp_path / "top.pdb", trace)
    write_frames(tmp_path / "beads.xtc", trace, shaken(trace, 3))
    model = write_model(tmp_path)

    def call(*options):
        result = unbead("run", "top.pdb", *options, "--model", model, "--mapping", "ca", "--no-relax")
        assert result.exit_code in (0, 3), result.output  # 3: an untrained model, not relaxed, puts atoms on one spot
        return result

    return call


def models(*files):
    """Positions of all models of a file, shape (n_models, n_atoms, 3)."""
    return np.array([frame.positions.copy() for frame in mda.Universe(*map(str, files)).trajectory])


def test_models_of_one_file_differ_and_a_seed_gives_them_again(sample, tmp_path):
    for name, seed in (("a.pdb", 1), ("b.pdb", 1), ("c.pdb", 2)):
        sample("-o", name, "--samples", 4, "--seed", seed)
    assert (tmp_path / "a.pdb").read_text().count("MODEL ") == 4
    assert (tmp_path / "a.pdb").read_bytes() == (tmp_path / "b.pdb").read_bytes()
    one, other = models("a.pdb"), models("c.pdb")
    assert min(np.abs(one[i] - one[j]).max() for i in range(4) for j in range(i)) > 0.01
    assert np.abs(one - other).max((1, 2)).min() > 0.01


def test_the_first_samples_are_those_of_a_longer_run(sample):
    sample("-o", "few.pdb", "--samples", 2)
    sample("-o", "many.pdb", "--samples", 3)
    assert np.abs(models("few.pdb") - models("many.pdb")[:2]).max() < 2e-3


@pytest.mark.parametrize("coherent", [[], ["--coherent"]])
def test_every_frame_has_its_samples_and_an_interrupted_run_goes_on(sample, tmp_path, coherent):
    options = ["beads.xtc", "--samples", 4, "--temperature", 0.7, *coherent]
    sample(*options, "-o", "out.xtc")
    whole = (tmp_path / "out.xtc").read_bytes()
    assert len(models("out.pdb", "out.xtc")) == 12
    (tmp_path / "out.xtc").write_bytes(whole[: len(whole) // 2])
    assert "were there before" in sample(*options, "-o", "out.xtc", "--resume").stdout
    assert (tmp_path / "out.xtc").read_bytes() == whole


@pytest.mark.parametrize(
    "asked", [["--samples", 5], ["--samples", 4, "--temperature", 0.5], ["--samples", 4, "--coherent"], []]
)
def test_samples_are_gone_on_with_as_they_were_begun(sample, refused, asked):
    sample("beads.xtc", "-o", "out.xtc", "--samples", 4)
    common = ["--model", "small.safetensors", "--mapping", "ca", "--no-relax", "--resume"]
    refused("run", "top.pdb", "beads.xtc", "-o", "out.xtc", *common, *asked, words=["out.xtc", "was begun with"])


def test_a_frame_is_sampled_as_it_is_in_its_trajectory(sample):
    sample("beads.xtc", "--samples", 2, "--start", 1, "--stop", 2, "-o", "all.pdb")
    sample("beads.xtc", "--samples", 2, "--frame", 1, "-o", "one.pdb")
    assert np.array_equal(models("all.pdb"), models("one.pdb"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--samples", 2, "-o", "out.cif"], ["out.cif", "cannot write a trajectory"]),
        (["--coherent", "-o", "out.pdb"], ["--coherent", "--samples"]),
        (["--samples", 2, "-o", "out.pdb", "--frame", 0, "--start", 0], ["--frame"]),
        (["--samples", 2, "-o", "out.pdb", "--hydrogens"], ["--hydrogens"]),
    ],
)
def test_what_samples_do_not_go_together_with(refused, beads_path, options, words):
    refused("run", beads_path, *options, words=words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--samples", 0], ["--samples 0", "from 1"]),
        (["--samples", -3], ["--samples -3", "from 1"]),
        (["--samples", 2, "--temperature", -1], ["--temperature -1", "from 0"]),
        (["--samples", 2, "--temperature", "nan"], ["--temperature nan"]),
        (["--samples", 2, "--temperature", "inf"], ["--temperature inf"]),  # once ended in a traceback
    ],
)
def test_numbers_that_cannot_be_meant(refused, beads_path, options, words):
    refused("run", beads_path, "-o", "out.pdb", *options, words=words)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_two_beads_do_not_say_which_way_atoms_point(unbead, beads_of, tmp_path, keep):
    beads = beads_of("ca")
    write_structure(tmp_path / "few.pdb", beads.select_residues(np.arange(len(beads.residues)) < keep))
    model = write_model(tmp_path)
    result = unbead("run", "few.pdb", "-o", "out.pdb", "--samples", 2, "--model", model, "--mapping", "ca")
    if keep < 3:
        assert result.exit_code == 2 and result.stderr.startswith(f"unbead: few.pdb: --samples of {keep} bead")
        assert not (tmp_path / "out.pdb").exists()
    else:
        assert result.exit_code in (0, 3) and len(models("out.pdb")) == 2


def test_residues_that_no_model_with_latents_knows_are_named(unbead, beads_of, tmp_path):
    protein = beads_of("ca")
    protein = protein.select_residues(np.arange(len(protein.residues)) < 5)
    nucleic = coarsen(strand(["DA"] * 4, chain="B"), load_mapping("ca"))
    nucleic = nucleic.with_positions(nucleic.positions + protein.positions.mean(0) + np.float32([40, 0, 0]))
    write_structure(tmp_path / "strand.pdb", nucleic)
    write_structure(tmp_path / "both.pdb", join([protein, nucleic]))
    options = ["-o", "out.pdb", "--samples", 2, "--model", write_model(tmp_path), "--mapping", "ca", "--no-relax"]
    result = unbead("run", "strand.pdb", *options)
    assert result.exit_code == 2 and "strand.pdb: --samples needs a model with latents" in result.stderr
    result = unbead("run", "both.pdb", *options)
    assert result.exit_code in (0, 3) and "the same in all samples" in result.stdout and "DA × 4" in result.stdout
    one, other = models("out.pdb")
    names = mda.Universe(str(tmp_path / "out.pdb")).atoms.resnames
    assert np.abs(one - other)[names == "DA"].max() < 2e-3 < np.abs(one - other)[names != "DA"].max()
