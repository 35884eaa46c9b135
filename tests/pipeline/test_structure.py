"""The main job, start to finish, with the shipped weights."""

from dataclasses import replace

import MDAnalysis as mda
import numpy as np
import pytest

import unbead
from tests.trajectories import shaken
from unbead.errors import UnbeadError
from unbead.io.universe import to_universe
from unbead.io.write import write_structure
from unbead.mapping.mapping import available_mappings
from unbead.pipeline.structure import backmap_structure, choose_device, read_beads
from unbead.pipeline.system import BackmapOptions
from unbead.validate.compare import evaluate

# What the shipped weights must at least do on this one chain (46 residues), all heavy atoms, Å.
LIMITS = {
    "martini3": 0.45, "martini3-ca": 0.45, "martini2": 0.5, "ca-sc": 0.6, "ca-cm": 0.7, "ca": 1.5,
    "residue-com": 1.0, "sidechain-com": 1.0, "backbone": 1.5, "mainchain": 1.5, "elnedyn": 0.5,
}  # fmt: skip


@pytest.fixture
def beads_file(beads_of, tmp_path):
    def write(name):
        path = tmp_path / f"{name}.pdb"
        write_structure(path, beads_of(name))
        return path

    return write


@pytest.mark.parametrize("name", available_mappings())
def test_every_mapping_comes_back_near_the_crystal(beads_file, crystal, name):
    result = backmap_structure(beads_file(name))
    assert result.summary["mapping"] == name
    numbers = evaluate(result.atoms, crystal)
    assert numbers["rmsd_all"] < LIMITS[name]
    assert numbers["d_centres"] == 0 and numbers["rmsd_backbone"] < (1.2 if name == "sidechain-com" else 0.6)
    assert result.atoms.residues.numbers.tolist() == crystal.residues.numbers.tolist()
    assert result.atoms.residues.chains.tolist() == crystal.residues.chains.tolist()


def test_predicted_errors_tell_sure_from_unsure(beads_file, crystal):
    atoms = backmap_structure(beads_file("ca")).atoms
    backbone = np.isin(atoms.names, ["N", "CA", "C", "O"])
    assert atoms.b_factors[backbone].mean() < atoms.b_factors[~backbone].mean()
    assert (atoms.b_factors > 0).all()


def test_python_interface_takes_paths_and_universes(beads_file, beads_of):
    by_path = unbead.backmap(beads_file("martini3"), mapping="martini3")
    by_universe = unbead.backmap(to_universe(beads_of("martini3")))
    assert isinstance(by_path, mda.Universe) and len(by_path.bonds) > len(by_path.atoms) - 2
    assert np.abs(by_path.atoms.positions - by_universe.atoms.positions).max() < 0.03  # the file has three digits


def test_moving_the_beads_moves_the_atoms(beads_of, rotation):
    beads = beads_of("martini3")
    here = backmap_structure(to_universe(beads)).atoms.positions
    there = backmap_structure(to_universe(beads.with_positions(beads.positions @ rotation.T + 5))).atoms.positions
    assert np.abs(here @ rotation.T + 5 - there).max() < 1e-3


def test_modified_residues_get_the_atoms_that_the_network_does_not_know(beads_of):
    beads = beads_of("martini3")
    names = np.where(beads.residues.names == "SER", "SEP", beads.residues.names)
    modified = to_universe(replace(beads, residues=replace(beads.residues, names=names)))
    atoms = backmap_structure(
        modified, how=BackmapOptions(consistency="off")
    ).atoms  # these beads were made without phosphates
    oxygen, phosphorus = (atoms.positions[atoms.names == n] for n in ("OG", "P"))
    length = np.linalg.norm(oxygen - phosphorus, axis=1)
    assert len(length) == (names == "SEP").sum() > 0 and np.all(np.abs(length - 1.6) < 0.2)


def test_bad_choices(beads_of):
    with pytest.raises(UnbeadError, match="soft, exact, off"):
        backmap_structure(to_universe(beads_of("ca")), how=BackmapOptions(consistency="hard"))
    with pytest.raises(UnbeadError, match="network, herobm"):
        backmap_structure(to_universe(beads_of("ca")), how=BackmapOptions(backbone="spine"))
    with pytest.raises(UnbeadError, match="water wet is unknown; use keep, drop, resolvate"):
        backmap_structure(to_universe(beads_of("ca")), how=BackmapOptions(water="wet"))
    with pytest.raises(UnbeadError, match="not available"):
        choose_device("tpu")


def test_a_frame_comes_from_its_trajectory(folder, peptide):
    found = read_beads("top.pdb", 5, [folder / "beads.xtc"])
    want = shaken(peptide, 6)[5]
    assert np.abs(found.positions - want.positions).max() < 0.006 and np.abs(found.box - want.box).max() < 1e-3
    assert np.abs(read_beads("top.pdb").positions - peptide.positions).max() < 1e-3
    assert np.array_equal(read_beads(to_universe(peptide)).positions, peptide.positions)
    with pytest.raises(UnbeadError, match=r"beads\.xtc: no frame 9; there are 9"):
        read_beads("top.pdb", 9, [folder / "beads.xtc"])
    result = backmap_structure("top.pdb", frame=5, device="cpu", trajectories=[folder / "beads.xtc"])
    assert np.abs(result.atoms.box - want.box).max() < 1e-3
