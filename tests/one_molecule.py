"""A small molecule with a mapping and frames of its own, and a tiny model of it."""

import numpy as np
import torch
import yaml

from tests.mapping.made import molecule_of
from tests.trajectories import shaken, write_frames
from unbead.design.new_mapping import MappingSettings, make_mapping, write_mapping
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models.molecule import save_molecule_model
from unbead.models.settings import CGVAESettings
from unbead.train.cgvae.config import FrameSource
from unbead.train.cgvae.molecule import make_cgvae, read_molecule

BEADS = 4
TINY = CGVAESettings(scalars=16, vectors=6, layers=1, sent=8, edge_hidden=8, basis=6, hidden=16, latent=3)


def write_molecule(folder, beads=BEADS):
    """Write its structure and mapping, frames of it, and frames of its beads; return the structure."""
    write_structure(folder / "in.pdb", molecule_of("CC(=O)NCC(=O)O"))
    made = make_mapping(folder / "in.pdb", MappingSettings(method="girvan-newman", beads=beads))
    write_mapping(folder / "MOL", made)
    molecule = read_structure(folder / "MOL" / "MOL.pdb")
    frames = shaken(molecule, 6, size=0.05)
    write_frames(folder / "run.xtc", molecule, frames)
    mapping = load_mapping(folder / "MOL")
    several = [coarsen(molecule.with_positions(frame.positions), mapping) for frame in frames]
    write_structure(folder / "beads.pdb", several)
    return molecule


def read_all(folder):
    """Molecule, mapping as arrays and frames."""
    return read_molecule(folder / "MOL" / "MOL.pdb", folder / "MOL" / "MOL.yaml", (source(folder),))


def source(folder):
    """All frames."""
    return FrameSource(trajectory=folder / "run.xtc")


def write_model(folder):
    """Write a model with random weights; return the path of its weights."""
    molecule, mapped, _ = read_all(folder)
    torch.manual_seed(0)
    path = folder / "model.safetensors"
    save_molecule_model(path, make_cgvae(TINY, mapped).eval(), molecule, {})
    return path


def write_config(folder, **changes):
    """Write a training configuration of a few steps; return its path."""
    settings = {
        "family": "cgvae",
        "output": str(folder / "out"),
        "structure": str(folder / "MOL" / "MOL.pdb"),
        "mapping": str(folder / "MOL" / "MOL.yaml"),
        "train": [{"trajectory": str(folder / "run.xtc"), "stop": 4}],
        "valid": [{"trajectory": str(folder / "run.xtc"), "start": 4}],
        "network": TINY.model_dump(),
        "optimiser": {"steps": 6, "decay_steps": 2, "batch": 4},
    } | changes
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def rmsd(a, b):
    """Root mean square distance."""
    return float(np.sqrt(((a - b) ** 2).sum(-1).mean()))
