"""Trajectories of molecules as training systems."""

import MDAnalysis as mda
import numpy as np
import pytest

from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.io.universe import quiet
from unbead.train.config import TrajectorySource
from unbead.train.data.name_matching import same_isomer
from unbead.train.data.trajectories import read_trajectory

BOX = [60.0, 60.0, 60.0, 90.0, 90.0, 90.0]


def write(folder, residues, names_of, frames=3, mirrored=False):
    """A structure and a trajectory of ideal conformers, wrapped into the box atom by atom."""
    known = [template(name) for name in residues]
    sizes = [len(k.atoms) for k in known]
    with quiet():
        universe = mda.Universe.empty(
            sum(sizes), len(known), atom_resindex=np.repeat(np.arange(len(known)), sizes), trajectory=True
        )
        universe.add_TopologyAttr("names", np.concatenate([names_of(k) for k in known]))
        universe.add_TopologyAttr("elements", np.concatenate([k.elements for k in known]))
        universe.add_TopologyAttr("resnames", residues)
        universe.add_TopologyAttr("resids", np.arange(1, len(known) + 1))
        universe.dimensions = BOX
        sign = np.array([1, 1, -1]) if mirrored else 1
        universe.atoms.positions = np.concatenate([k.coordinates * sign + 4.0 * i for i, k in enumerate(known)]) % 60
        universe.atoms.write(folder / "top.pdb")
        with mda.Writer(str(folder / "run.xtc"), universe.atoms.n_atoms) as writer:
            for k in range(frames):
                universe.atoms.positions = (universe.atoms.positions + 3.0 * k) % 60
                writer.write(universe.atoms)
    return TrajectorySource(structure=folder / "top.pdb", trajectory=folder / "run.xtc")


def own_names(known):
    return np.array(known.atoms)


def numbered(known):
    return np.array([f"{element}{k}" for k, element in enumerate(known.elements)])


@pytest.mark.parametrize("names_of", [own_names, numbered])
def test_molecules_come_whole_under_the_names_of_their_templates(tmp_path, names_of):
    source = write(tmp_path, ["CHL1", "HOH", "CHL1"], names_of)
    system = read_trajectory(source)
    known = template("CHL1")
    assert system.atoms.residues.names.tolist() == ["CHL1", "CHL1"] and len(system.frames) == 3
    assert np.allclose(system.boxes, BOX, atol=0.01)
    for residue in range(2):
        rows = system.atoms.residue_index == residue
        assert set(system.atoms.names[rows]) == set(known.atoms)
        slots = [known.index(name) for name in system.atoms.names[rows]]
        x = np.empty((3, len(known.atoms), 3))
        x[:, slots] = system.frames[:, rows]
        assert same_isomer(x[:, : known.n_heavy], known).all()
        length = np.linalg.norm(x[:, known.bonds[:, 0]] - x[:, known.bonds[:, 1]], axis=2)
        assert length.max() < 1.7


def test_frames_are_chosen_and_residues_renamed(tmp_path):
    source = write(tmp_path, ["DLPE"], own_names, frames=6)
    chosen = source.model_copy(update={"start": 1, "stop": 6, "step": 2})
    assert len(read_trajectory(chosen).frames) == 3
    with pytest.raises(UnbeadError, match="no frame"):
        read_trajectory(source.model_copy(update={"start": 9}))
    with pytest.raises(UnbeadError, match="DLPC: the bonds"):
        read_trajectory(source.model_copy(update={"residues": {"DLPE": "DLPC"}}))


def test_mirrored_molecules_and_unknown_ones_are_refused(tmp_path):
    with pytest.raises(UnbeadError, match="CHL1: no molecule is the isomer"):
        read_trajectory(write(tmp_path, ["CHL1"], own_names, mirrored=True))
    with pytest.raises(UnbeadError, match="template among XYZ"):
        read_trajectory(TrajectorySource(structure=tmp_path / "top.pdb", residues={"CHL1": "XYZ"}))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # MDAnalysis closes what never opened
def test_bad_files(tmp_path):
    with pytest.raises(UnbeadError, match=r"none\.pdb: no such file"):
        read_trajectory(TrajectorySource(structure=tmp_path / "none.pdb"))
    (tmp_path / "bad.xtc").write_text("no")
    source = write(tmp_path, ["ALA"], own_names)
    with pytest.raises(UnbeadError, match=r"bad\.xtc: cannot be read"):
        read_trajectory(source.model_copy(update={"trajectory": tmp_path / "bad.xtc"}))
