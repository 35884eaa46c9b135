import pytest

from tests.one_molecule import write_config, write_model, write_molecule
from unbead.io.read import count_frames


@pytest.fixture
def written(tmp_path):
    write_molecule(tmp_path)
    return tmp_path


def test_train_and_run(unbead, written):
    result = unbead("train", write_config(written))
    assert result.exit_code == 0, result.output
    options = ["--model", "out/model.safetensors", "--samples", "2", "--seed", "3", "--temperature", "0.5"]
    result = unbead("run", "beads.pdb", "-o", "atoms.pdb", *options)
    assert result.exit_code in (0, 3), result.output  # a model of six steps gets bonds wrong
    assert count_frames(written / "atoms.pdb") == 12
    assert "12 structures" in result.stdout
    result = unbead("run", "beads.pdb", "-o", "one.pdb", "--frame", "2", *options)
    assert count_frames(written / "one.pdb") == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hydrogens"], ["--hydrogens", "one molecule"]),
        (["--workers", "2"], ["--workers", "one molecule"]),
        (["--mapping", "MOL"], ["--mapping", "one molecule"]),
    ],
)
def test_options_that_such_a_model_has_no_use_for(refused, written, options, words):
    write_model(written)
    refused("run", "beads.pdb", "-o", "atoms.pdb", "--model", "model.safetensors", *options, words=words)
