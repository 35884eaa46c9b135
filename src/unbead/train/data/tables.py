"""What the trainer knows of residues and mappings, as arrays over 20 residue types × 14 atom slots."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS, SLOTS, amino_template, filled_slots, swapped_slots
from unbead.mapping.molecule import MoleculeMapping

_LINK_PAIRS = (
    (("C", "N"), 1.0),
    (("CA", "N"), 0.4),
    (("O", "N"), 0.4),
    (("C", "CA"), 0.4),
    (("CA", "CA"), 0.4),
)


@dataclass(frozen=True)
class ResidueTables:
    """Chemistry of the 20 amino acids by slot.

    Attributes
    ----------
    present : ndarray, shape=(20, 14), dtype=bool
        Which slots a residue type fills.
    atom_id : ndarray, shape=(20, 14), dtype=int64
        Vocabulary ids; -1 for empty slots.
    swapped : ndarray, shape=(20, 14), dtype=int64
        Slot that takes the name of each slot when symmetric atoms swap.
    pairs : tuple of ndarray, each shape=(n_pairs, 3), dtype=float64
        Per type, slots of bonded atoms and of atoms two bonds apart, with their weight in the loss.
    chiral : tuple of ndarray, each shape=(n_chiral, 4), dtype=int64
        Per type, slots of a centre and three neighbours.
    link_pairs : ndarray, shape=(n_links, 3), dtype=float64
        Slot in one residue, slot in the next and weight, across a peptide bond.
    """

    present: NDArray[np.bool_]
    atom_id: NDArray[np.int64]
    swapped: NDArray[np.int64]
    pairs: tuple[NDArray[np.float64], ...]
    chiral: tuple[NDArray[np.int64], ...]
    link_pairs: NDArray[np.float64]


@cache
def residue_tables() -> ResidueTables:
    """Return the tables of the 20 amino acids, from their templates."""
    present = filled_slots()
    atom_id = np.where(present, np.cumsum(present).reshape(present.shape) - 1, -1)  # the vocabulary's order
    pairs, chiral = [], []
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        heavy = known.n_heavy
        bonds = [(a, b, 1.0) for a, b in known.bonds if max(a, b) < heavy]
        angles = [(a, c, 0.4) for a, _, c in known.angles if max(a, c) < heavy]
        pairs.append(np.array(bonds + angles))
        chiral.append(
            np.array(
                [row for row in np.concatenate([known.chiral, known.prochiral]) if max(row) < heavy], np.int64
            ).reshape(-1, 4)
        )
    backbone = {"N": 0, "CA": 1, "C": 2, "O": 3}
    links = np.array([(backbone[a], backbone[b], weight) for (a, b), weight in _LINK_PAIRS])
    return ResidueTables(present, atom_id, swapped_slots(), tuple(pairs), tuple(chiral), links)


@dataclass(frozen=True)
class MappingTables:
    """One mapping of the 20 amino acids by slot.

    Attributes
    ----------
    n_beads : ndarray, shape=(20,), dtype=int64
        Beads per residue type.
    weight : ndarray, shape=(20, max_beads, 14), dtype=float32
        Share of each slot in each bead's centre; rows sum to one.
    owner : ndarray, shape=(20, 14), dtype=int64
        Bead that places each slot.
    """

    n_beads: NDArray[np.int64]
    weight: NDArray[np.float32]
    owner: NDArray[np.int64]


def mapping_tables(molecules: Mapping[str, MoleculeMapping]) -> MappingTables:
    """Compile the mapping of the 20 amino acids.

    Parameters
    ----------
    molecules : dict of str to MoleculeMapping
        Mappings by residue name.

    Returns
    -------
    MappingTables
        The same facts as arrays.
    """
    largest = max(len(molecules[name].beads) for name in AMINO_ACIDS)
    n_beads = np.zeros(20, np.int64)
    weight = np.zeros((20, largest, SLOTS), np.float32)
    owner = np.full((20, SLOTS), -1, np.int64)
    for t, name in enumerate(AMINO_ACIDS):
        known, molecule = amino_template(t), molecules[name]
        n_beads[t] = len(molecule.beads)
        for slot, atom in enumerate(known.atoms[: known.n_heavy]):
            column = molecule.atoms.index(atom)
            owner[t, slot] = molecule.owner[column]
            weight[t, : n_beads[t], slot] = molecule.weights[:, column]
    weight /= np.maximum(weight.sum(-1, keepdims=True), 1e-9)
    return MappingTables(n_beads, weight, owner)
