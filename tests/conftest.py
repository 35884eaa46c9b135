"""Inputs that several tests share: one small crystal structure, shipped with the tests (PDB data, CC0)."""

from pathlib import Path

import numpy as np
import pytest
import torch

from unbead.io.read import read_structure
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model

torch.set_num_threads(1)
CRYSTAL = Path(__file__).parent / "data" / "crystal.pdb"


MARKS = {
    "train": ("train/", "design/test_autoencoder", "design/test_new_mapping", "cli/test_train", "cli/test_new_mapping"),
    "openmm": ("prepare/", "completion/test_download", "cli/test_finish"),
    "slow": (
        "cli/test_cli",
        "cli/test_molecule",
        "cli/test_run",
        "cli/test_samples",
        "cli/test_trajectory",
        "io/test_write",
        "io/formats/test_writers",
        "pipeline/test_api",
        "pipeline/test_batch",
        "pipeline/test_links",
        "pipeline/test_manifest",
        "pipeline/test_modified",
        "pipeline/test_molecule",
        "pipeline/test_periodic_images",
        "pipeline/test_plan",
        "pipeline/test_sharding",
        "pipeline/test_system",
        "pipeline/test_trajectory",
    ),
}  # beginnings of paths below tests/


def pytest_collection_modifyitems(items):
    """Mark tests by where they are."""
    root = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(root).as_posix()
        for mark, beginnings in MARKS.items():
            if place.startswith(beginnings):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def crystal_path():
    """A PDB file of one protein chain."""
    return CRYSTAL


@pytest.fixture(scope="session")
def crystal():
    """Atoms of one protein chain."""
    return read_structure(CRYSTAL)


@pytest.fixture(scope="session")
def beads_of(crystal):
    """Make beads of the crystal with a mapping."""
    return lambda name: coarsen(crystal, load_mapping(name))


@pytest.fixture(scope="session")
def assembly_of(beads_of):
    """Assemble the crystal's beads of a mapping."""
    return lambda name: assemble(beads_of(name), load_mapping(name))


@pytest.fixture(scope="session")
def model():
    """The shipped network and its vocabulary."""
    return load_model()


@pytest.fixture
def rng():
    """A seeded source of randomness."""
    return np.random.default_rng(7)


@pytest.fixture
def rotation(rng):
    """A proper rotation."""
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return (q * np.sign(np.linalg.det(q))).astype(np.float32)
