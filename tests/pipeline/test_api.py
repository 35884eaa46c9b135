"""``unbead.backmap`` as someone who works with MDAnalysis calls it."""

import logging
import pickle

import MDAnalysis as mda
import numpy as np
import pytest
from MDAnalysis.analysis import rms
from MDAnalysis.analysis.dihedrals import Ramachandran
from MDAnalysis.analysis.dssp import DSSP
from MDAnalysis.analysis.rdf import InterRDF

import unbead
from tests.trajectories import shaken, write_frames
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.universe import to_universe
from unbead.io.write import write_structure


@pytest.fixture(scope="module")
def built(beads_of):
    """The crystal's beads backmapped, with a box."""
    universe = to_universe(beads_of("martini3"))
    universe.dimensions = [60, 60, 60, 90, 90, 90]
    return unbead.backmap(universe, device="cpu")


def test_masses_elements_chains_and_segments(built, crystal):
    atoms = built.atoms
    assert set(atoms.elements) == {"C", "N", "O", "S"} == set(atoms.types)
    assert set(np.round(atoms.masses, 1)) == {12.0, 14.0, 16.0, 32.1}
    assert set(atoms.chainIDs) == set(crystal.residues.chains) and set(built.segments.segids) == {"A"}
    assert np.allclose(built.dimensions, [60, 60, 60, 90, 90, 90])
    centre = (atoms.positions * atoms.masses[:, None]).sum(0) / atoms.masses.sum()
    assert np.allclose(atoms.center_of_mass(), centre, atol=1e-3)


def test_analyses_run(built):
    found = rms.RMSD(built, built, select="name CA").run()
    assert found.results.rmsd[0, 2] < 1e-3
    assert all(residue.phi_selection() is not None for residue in built.residues[1:])
    assert Ramachandran(built.select_atoms("protein")).run().results.angles.shape == (1, 44, 2)
    rdf = InterRDF(built.select_atoms("name CA"), built.select_atoms("name O"), range=(0, 10)).run()
    assert rdf.results.rdf.max() > 1
    assert "H" in DSSP(built.atoms).run().results.dssp[0] and len(DSSP(built.atoms).run().results.dssp[0]) == 46


def test_copies_pickles_merges_and_files(built, tmp_path):
    again = pickle.loads(pickle.dumps(built))
    for other in (again, built.copy(), mda.Merge(built.atoms)):
        assert np.array_equal(other.atoms.positions, built.atoms.positions)
        assert other.atoms.names.tolist() == built.atoms.names.tolist()
        assert np.array_equal(other.atoms.masses, built.atoms.masses) and len(other.bonds) == len(built.bonds)
    for suffix in ("pdb", "gro"):
        built.atoms.write(str(tmp_path / f"x.{suffix}"))
        assert len(read_structure(tmp_path / f"x.{suffix}")) == len(built.atoms)


def test_a_loop_over_frames_takes_each(peptide, folder):
    frames = shaken(peptide, 3)
    for k, frame in enumerate(frames):
        frame.positions[:] += 10 * k
    write_frames(folder / "far.xtc", peptide, frames)
    universe = mda.Universe("top.pdb", "far.xtc")
    places = [unbead.backmap(universe, device="cpu").atoms.positions.mean() for _ in universe.trajectory]
    assert np.allclose(np.diff(places), 10, atol=0.5)
    universe.trajectory[2]
    assert np.isclose(unbead.backmap(universe, frame=0).atoms.positions.mean(), places[0])
    assert np.isclose(unbead.backmap(universe.select_atoms("all")).atoms.positions.mean(), places[2])
    unbead.backmap_trajectory(universe, output="out.xtc")
    assert universe.trajectory.frame == 2 and len(mda.Universe("out.pdb", "out.xtc").trajectory) == 3


def test_part_of_a_universe_alone_or_backwards(peptide):
    universe = to_universe(peptide)
    part = universe.residues[2:6].atoms
    one, other = unbead.backmap(part, mapping="martini3"), unbead.backmap(part[::-1], mapping="martini3")
    assert one.residues.resids.tolist() == universe.residues[2:6].resids.tolist()
    assert np.array_equal(one.atoms.positions, other.atoms.positions)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"consistancy": "soft"}, "unbead.backmap has no option consistancy; did you mean consistency"),
        ({"skip-unknown": True}, "did you mean skip_unknown"),
        ({"zzz": 1}, "unbead.backmap has no option zzz; it has answer"),
        ({"start": 3}, "no option start: it is for many frames; call unbead.backmap_trajectory"),
        ({"resolvate": True}, 'say water="resolvate"'),
        ({"water": "wet"}, "water wet is unknown"),
        ({"samples": "three"}, "samples 'three': is not a whole number"),
        ({"relax": "no"}, "relax 'no': is not True or False"),
        ({"ph": 99}, "--ph 99"),
        ({"hydrogens": True, "samples": 2}, "finish one structure, no samples"),
        ({"molecule": 5}, "molecule: give one, or a list"),
        ({"topology": "none/x.top"}, "folder none does not exist"),
        ({"trajectories": ["x.xtc"]}, "load them into the universe"),
    ],
)
def test_options_that_cannot_be(peptide, options, words):
    with pytest.raises(UnbeadError, match=words):
        unbead.backmap(to_universe(peptide), **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stopp": 3}, "unbead.backmap_trajectory has no option stopp; did you mean stop"),
        ({"hydrogens": True}, "no option hydrogens: it finishes one structure; call unbead.backmap with frame="),
        ({"frame": 3}, "choose frames by start, stop and step"),
        ({"water": "resolvate"}, "water resolvate finishes one structure"),
    ],
)
def test_options_of_trajectories_that_cannot_be(peptide, folder, options, words):
    with pytest.raises(UnbeadError, match=words):
        unbead.backmap_trajectory(to_universe(peptide), output="out.xtc", **options)


def test_samples_are_frames_and_those_of_the_command_line(peptide, folder):
    universe = mda.Universe("top.pdb", "beads.xtc")
    universe.trajectory[4]
    found = unbead.backmap(universe, samples=3, device="cpu")
    assert len(found.trajectory) == 3
    unbead.backmap_trajectory("top.pdb", ["beads.xtc"], output="s.trr", samples=3, start=4, stop=5, device="cpu")
    for mine, other in zip(found.trajectory, mda.Universe("s.pdb", "s.trr").trajectory, strict=True):
        assert np.abs(mine.positions - other.positions).max() < 1e-3
    first = found.trajectory[0].positions.copy()
    assert np.abs(found.trajectory[1].positions - first).max() > 0.01


def test_finishing_in_python(peptide, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = unbead.backmap(to_universe(peptide), hydrogens=True, naming="charmm", topology="sys.top")
    hydrogens = found.select_atoms("element H")
    assert len(hydrogens) > 40 and all(len(atom.bonded_atoms) == 1 for atom in hydrogens)
    lengths = np.linalg.norm(np.subtract(*(found.atoms.positions[column] for column in found.bonds.indices.T)), axis=1)
    assert lengths.max() < 2.2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sys.gro", "sys.top"]


def test_a_universe_s_own_files_are_not_overwritten(peptide, folder):
    universe = mda.Universe("top.pdb", "beads.xtc")
    with pytest.raises(UnbeadError, match=r"beads\.xtc: is the input"):
        unbead.backmap_trajectory(universe, output=folder / "beads.xtc")
    write_structure("sys.gro", peptide)
    with pytest.raises(UnbeadError, match=r"sys\.gro: is the input"):
        unbead.backmap("sys.gro", topology="sys.top")


def test_several_models_in_a_file_are_told(peptide, tmp_path, caplog):
    write_structure(tmp_path / "multi.pdb", [peptide, peptide, peptide])
    with caplog.at_level(logging.WARNING, "unbead"):
        unbead.backmap(tmp_path / "multi.pdb")
        assert "unbead: 3 frames; took the first, frame= chooses another" in caplog.messages
        caplog.clear()
        unbead.backmap(tmp_path / "multi.pdb", frame=1)
    assert not caplog.messages
