"""The one molecule that a model of the `cgvae` family knows, and such models on disk."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError
from unbead.models.cgvae import CGVAENetwork
from unbead.models.settings import CGVAESettings
from unbead.models.store import FORMAT, load_card, locate, save_files

FAMILY = "cgvae"


@dataclass(frozen=True, eq=False)
class Molecule:
    """A molecule with all of its atoms.

    Attributes
    ----------
    atoms : Particles
        One residue; positions do not count.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Its bonds.
    beads : tuple of str
        Names of its beads.
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Atoms one and two bonds apart.
    lengths : ndarray, shape=(n_pairs,), dtype=float64
        Their mean distances in Å.
    """

    atoms: Particles
    bonds: NDArray[np.int64]
    beads: tuple[str, ...]
    pairs: NDArray[np.int64]
    lengths: NDArray[np.float64]


def is_cgvae(name: str | Path) -> bool:
    """Tell whether a model is of this family; none of those that ship is.

    Parameters
    ----------
    name : str or Path
        A model.

    Returns
    -------
    bool
        Whether it knows one molecule alone.
    """
    return str(name).endswith(".safetensors") and load_card(name).get("family") == FAMILY


def save_molecule_model(path: Path, network: CGVAENetwork, molecule: Molecule, card: dict) -> None:
    """Write weights and card.

    Parameters
    ----------
    path : Path
        The ``.safetensors`` file; the card gets the suffix ``.json``.
    network : CGVAENetwork
        The network.
    molecule : Molecule
        What it knows.
    card : dict
        What else to record.
    """
    atoms = molecule.atoms
    facts = {
        "format": FORMAT,
        "family": FAMILY,
        "network": network.settings.model_dump(),
        "molecule": {
            "name": str(atoms.residues.names[0]),
            "atoms": atoms.names.tolist(),
            "elements": atoms.elements.tolist(),
            "beads": list(molecule.beads),
            "bonds": molecule.bonds.tolist(),
            "lengths": [
                [*pair, round(length, 4)]
                for pair, length in zip(molecule.pairs.tolist(), molecule.lengths.tolist(), strict=True)
            ],
        },
    }
    save_files(path, network, facts | card)


def load_molecule_model(name: str | Path) -> tuple[CGVAENetwork, Molecule]:
    """Load a model, ready to use.

    Parameters
    ----------
    name : str or Path
        A ``.safetensors`` file with its card beside it.

    Returns
    -------
    network : CGVAENetwork
        The network in evaluation mode, on the CPU.
    molecule : Molecule
        What it knows.

    Raises
    ------
    UnbeadError
        If card and weights are not those of such a model.
    """
    card, path = load_card(name), locate(name)
    try:
        molecule, settings = _molecule(card["molecule"]), CGVAESettings(**card["network"])
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnbeadError(
            f"model {name}: bad card ({str(error).splitlines()[0]}); take it from its source again"
        ) from None
    try:
        tensors = load_file(path)
        network = CGVAENetwork(settings, tensors["owner"], tensors["operator"])
        network.load_state_dict(tensors)
    except (OSError, SafetensorError, RuntimeError, KeyError) as error:
        raise UnbeadError(
            f"{path}: weights do not fit the model's settings ({str(error).splitlines()[0]}); take both from one run"
        ) from None
    return network.eval(), molecule


def _molecule(facts: dict) -> Molecule:
    n, lengths = len(facts["atoms"]), np.array(facts["lengths"], np.float64).reshape(-1, 3)
    blank = np.array([""])
    atoms = Particles(
        names=np.array(facts["atoms"]),
        positions=np.zeros((n, 3), np.float32),
        residue_index=np.zeros(n, np.int64),
        residues=Residues(np.array([facts["name"]]), np.array([1]), blank, blank, blank, np.zeros(1, bool)),
        elements=np.array(facts["elements"]),
        b_factors=np.zeros(n, np.float32),
    )
    bonds = np.array(facts["bonds"], np.int64).reshape(-1, 2)
    return Molecule(atoms, bonds, tuple(facts["beads"]), lengths[:, :2].astype(np.int64), lengths[:, 2])
