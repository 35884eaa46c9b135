"""One molecule, its beads in, its atoms out."""

import numpy as np
import pytest

from tests.one_molecule import BEADS, rmsd, write_model, write_molecule
from unbead.errors import UnbeadError
from unbead.io.read import count_frames, read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.pipeline.molecule import backmap_molecule
from unbead.pipeline.system import BackmapOptions


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("molecule")
    write_molecule(path)
    write_model(path)
    return path


def build(folder, name, how=None, **options):
    output = folder / name
    backmap_molecule(
        folder / "beads.pdb", [], output, folder / "model.safetensors", how or BackmapOptions(), "cpu", **options
    )
    return [read_structure(output, k) for k in range(count_frames(output))]


def test_atoms_average_to_the_beads_and_are_those_of_the_molecule(folder):
    beads = [read_structure(folder / "beads.pdb", k) for k in range(6)]
    for relax in (False, True):
        found = build(folder, "all.pdb", BackmapOptions(relax=relax))
        assert len(found) == 6
        assert found[0].names.tolist() == read_structure(folder / "MOL" / "MOL.pdb").names.tolist()
        mapping = load_mapping(folder / "MOL")
        for atoms, expected in zip(found, beads, strict=True):
            assert np.abs(coarsen(atoms, mapping).positions - expected.positions).max() < 2e-3  # of the PDB format


def test_samples_come_from_the_seed_whatever_is_built_beside_them(folder):
    how = BackmapOptions(relax=False, samples=3, seed=5)
    found = build(folder, "samples.pdb", how)
    assert len(found) == 18
    alone = build(folder, "one.pdb", how, start=4, stop=5)
    assert all(rmsd(a.positions, b.positions) < 2e-3 for a, b in zip(alone, found[12:15], strict=True))
    other = build(folder, "other.pdb", BackmapOptions(relax=False, samples=3, seed=6), start=4, stop=5)
    assert rmsd(alone[0].positions, other[0].positions) > 0.01
    assert rmsd(alone[0].positions, alone[1].positions) > 0.01
    cold = build(folder, "cold.pdb", BackmapOptions(relax=False, samples=2, temperature=0.0), start=4, stop=5)
    mean = build(folder, "mean.pdb", BackmapOptions(relax=False), start=4, stop=5)
    assert rmsd(cold[1].positions, mean[0].positions) < 2e-3


def test_coherent_samples_have_the_numbers_of_their_own(folder):
    how = BackmapOptions(relax=False, samples=2, seed=5, coherent=True)
    found = build(folder, "coherent.pdb", how)
    alone = build(folder, "one.pdb", how, start=4, stop=5)
    assert all(rmsd(a.positions, b.positions) < 2e-3 for a, b in zip(alone, found[8:10], strict=True))
    anew = build(folder, "anew.pdb", BackmapOptions(relax=False, samples=2, seed=5), start=4, stop=5)
    assert rmsd(alone[0].positions, anew[0].positions) > 0.01


def test_choices_that_there_are_not_are_refused(folder):
    with pytest.raises(UnbeadError, match="--temperature nan"):
        build(folder, "no.pdb", BackmapOptions(samples=2, temperature=float("nan")))
    with pytest.raises(UnbeadError, match="say with --samples how many"):
        build(folder, "no.pdb", BackmapOptions(coherent=True))
    assert not (folder / "no.pdb").exists()


def test_structures_and_trajectories_hold_the_same(folder):
    found, gro = (build(folder, f"same.{kind}", BackmapOptions(relax=False)) for kind in ("pdb", "gro"))
    assert all(rmsd(a.positions, b.positions) < 2e-2 for a, b in zip(found, gro, strict=True))
    summary = backmap_molecule(
        folder / "beads.pdb", [], folder / "t.xtc", folder / "model.safetensors", BackmapOptions(relax=False), "cpu"
    )
    assert (folder / "t.pdb").is_file() and (folder / "t.xtc").stat().st_size > 0
    assert summary["structures"] == 6 and summary["atoms"] == len(found[0])


def test_other_beads_are_refused(folder, tmp_path):
    beads = read_structure(folder / "beads.pdb")
    write_structure(tmp_path / "few.pdb", beads.select(np.arange(len(beads)) < BEADS - 1))
    with pytest.raises(UnbeadError, match=r"few.pdb: has beads B1, B2, B3, and the model knows .* B4"):
        backmap_molecule(
            tmp_path / "few.pdb", [], tmp_path / "o.pdb", folder / "model.safetensors", BackmapOptions(), "cpu"
        )


def test_it_does_not_go_where_systems_do(folder):
    with pytest.raises(UnbeadError, match="knows one molecule"):
        load_model(folder / "model.safetensors")
