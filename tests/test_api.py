"""What ``import unbead`` offers."""

import inspect
import subprocess
import sys
from typing import get_type_hints

import numpy as np
import pytest

import unbead
from unbead.coarsening.coarsen import Coarsener, CoarsenOptions
from unbead.io.universe import to_universe
from unbead.io.write import write_structure
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.keywords import BackmapKeywords, FinishKeywords, RunKeywords, TrajectoryKeywords
from unbead.pipeline.options import FINISH, HOW, MOLECULES
from unbead.pipeline.plan import TrajectoryOptions


def test_importing_loads_no_library_that_takes_seconds():
    code = "import sys, unbead; print(*{'torch', 'MDAnalysis', 'numpy', 'scipy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_every_public_name_is_there_and_listed():
    for name in unbead.__all__:
        assert getattr(unbead, name).__name__ == name
    assert set(unbead.__all__) <= set(dir(unbead))
    with pytest.raises(AttributeError, match="no attribute 'backmapp'"):
        _ = unbead.backmapp  # pyright: ignore


def test_typed_keywords_are_the_options_that_there_are():
    assert set(get_type_hints(RunKeywords)) == {*HOW, *MOLECULES}
    assert set(get_type_hints(FinishKeywords)) == set(FINISH)
    assert set(get_type_hints(BackmapKeywords)) == {*HOW, *MOLECULES, *FINISH}
    assert set(get_type_hints(TrajectoryKeywords)) == {*HOW, *MOLECULES, *TrajectoryOptions.model_fields}


@pytest.mark.parametrize(
    ("function", "name", "default"),
    [("backmap", "consistency", "soft"), ("backmap_trajectory", "step", 1), ("finish", "ph", 7.0)],
)
def test_signatures_name_the_options(function, name, default):
    parameters = inspect.signature(getattr(unbead, function)).parameters
    assert "options" not in parameters
    if name != "step":
        assert parameters[name].default == default
    assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY


def test_beads_of_a_file_and_of_a_universe_are_the_same(crystal, crystal_path):
    truth = Coarsener(crystal, load_mapping("martini3"), CoarsenOptions()).beads
    for source in (crystal_path, str(crystal_path), to_universe(crystal)):
        beads = unbead.coarsen(source, "martini3")
        assert beads.atoms.names.tolist() == truth.names.tolist()
        np.testing.assert_allclose(beads.atoms.positions, truth.positions, atol=1e-4)


def test_what_coarsening_leaves_out_is_logged(crystal, crystal_path, tmp_path, caplog):
    lines = crystal_path.read_text().splitlines(keepends=True)
    path = tmp_path / "less.pdb"
    path.write_text("".join(line for line in lines if line[12:16] != " CG " or line[22:26] != "  10"))
    unbead.coarsen(path, "martini3")
    assert "completed the atoms of: " in caplog.text


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda path: unbead.coarsen(path, "martini3", keep=["waters"]), "keep 'waters': use water, ions or buffer"),
        (lambda path: unbead.coarsen(path, "martini3", incomplete="no"), "incomplete no: use"),
        (
            lambda path: unbead.finish(path, hydrogen=True),
            "unbead.finish has no option hydrogen; did you mean hydrogens",
        ),
        (lambda path: unbead.finish(path, keep=["buffer"]), "keep 'buffer': use water or ions"),
        (lambda path: unbead.finish(path, water="wet"), "water wet is unknown"),
        (lambda path: unbead.finish(path, water="keep", padding=5.0), "water is kept in its old place"),
        (lambda path: unbead.check(path, mapping="martini3"), "give --cg"),
        (lambda path: unbead.evaluate(path, "none.pdb"), "none.pdb"),
    ],
)
def test_choices_that_cannot_be_are_refused(crystal_path, call, words):
    with pytest.raises(unbead.UnbeadError, match=words):
        call(crystal_path)


def test_a_structure_is_its_own_truth(crystal, crystal_path, tmp_path):
    path = tmp_path / "same.pdb"
    write_structure(path, crystal)
    assert unbead.evaluate(str(path), crystal_path)["rmsd_all"] == pytest.approx(0, abs=1e-3)
    assert unbead.check(str(path), reference=crystal_path).numbers["rmsd_all"] == pytest.approx(0, abs=1e-3)


def test_finishing_without_choices_adds_the_end_of_the_chain(crystal_path):
    atoms = unbead.finish(str(crystal_path)).atoms
    assert "OXT" in atoms.names
    assert len(atoms.bonds) > len(atoms)
