"""The report about samples."""

import re

import pytest

from tests.validate.report.test_page import Balance
from tests.validate.test_ensemble import moved
from unbead.io.write import write_structure
from unbead.validate.ensemble import evaluate_ensemble
from unbead.validate.report.ensemble_page import SAMPLES, ensemble_page


@pytest.fixture(scope="module")
def text(crystal, tmp_path_factory):
    """A report about two samples of each of two frames."""
    folder = tmp_path_factory.mktemp("page")
    write_structure(folder / "samples.pdb", [moved(crystal, seed, 0.1) for seed in range(4)])
    write_structure(folder / "frames.pdb", [crystal, crystal])
    found = evaluate_ensemble(folder / "samples.pdb", folder / "frames.pdb")
    assert set(SAMPLES) <= set(found.numbers)
    return ensemble_page(found, "<b>.pdb")


def test_a_page_is_whole_and_needs_nothing_else(text):
    assert Balance(text).open == []
    assert not re.search(r"(src|href)=|https?://|@import|url\(", text)


def test_everything_asked_is_on_it(text):
    assert "<b>" not in text and "2 samples of each of 2 frames" in text
    for words in ("Best of n: side chains", "Calibration", "Diversity", "χ1: KL divergence", "χ2 / °",
                  "General: samples", "General: reference", "RMSD of side chains: best sample"):  # fmt: skip
        assert words in text
