"""The crystal's atoms in the order of its assembly."""

import numpy as np
import pytest
import torch

from unbead.relax.relaxer import Relaxer
from unbead.relax.topology import make_topology


@pytest.fixture(scope="package")
def assembly(assembly_of):
    return assembly_of("martini3")


@pytest.fixture(scope="package")
def truth(assembly, crystal):
    """Crystal positions, shape (n_atoms, 3)."""
    place = {key: i for i, key in enumerate(zip(crystal.residue_index.tolist(), crystal.names.tolist(), strict=True))}
    keys = zip(assembly.atoms.residue_index.tolist(), assembly.atoms.names.tolist(), strict=True)
    return crystal.positions[[place[key] for key in keys]]


@pytest.fixture(scope="package")
def topology(assembly):
    return make_topology(assembly)


@pytest.fixture(scope="package")
def relaxer(assembly):
    return Relaxer(assembly, torch.device("cpu"))


@pytest.fixture(scope="package")
def sure(assembly):
    """Predicted errors of a sure network, shape (n_atoms,)."""
    return np.full(len(assembly.atoms), 0.1, np.float32)
