"""Training chains of the shipped crystal."""

from tests.conftest import CRYSTAL
from unbead.io.read import read_structure
from unbead.train.data.dataset import chains_from_atoms


def crystal_chain():
    return chains_from_atoms(read_structure(CRYSTAL), "crystal")[0]
