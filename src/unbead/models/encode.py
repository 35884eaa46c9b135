"""From an assembly of beads and atoms to the fields of a batch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.identity import identities
from unbead.chem.templates import template
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly
from unbead.models import keys
from unbead.models.batch import running_residue
from unbead.models.placing_order import internal_fields
from unbead.models.vocabulary import UNKNOWN, Vocabulary


@dataclass(frozen=True)
class Encoded:
    """What a network reads of an assembly, besides positions.

    Attributes
    ----------
    bead_type : ndarray, shape=(n_beads,), dtype=int64
        Beads that are made of the same atoms in the same way share a type.
    bead_residue : ndarray, shape=(n_beads,), dtype=int64
        Running residue numbers.
    components : dict of str to ndarray
        The component fields of `unbead.models.keys`.
    atom_id : ndarray, shape=(n_atoms,), dtype=int64
        Vocabulary ids; -1 for atoms that the network does not know.
    """

    bead_type: NDArray[np.int64]
    bead_residue: NDArray[np.int64]
    components: dict[str, NDArray]
    atom_id: NDArray[np.int64]


def encode(assembly: Assembly, vocabulary: Vocabulary) -> Encoded:
    """Translate an assembly into the network's terms.

    Parameters
    ----------
    assembly : Assembly
        Beads and the atoms to build.
    vocabulary : Vocabulary
        Atoms that the network knows.

    Returns
    -------
    Encoded
        Fields for any number of frames.
    """
    beads, atoms = assembly.beads, assembly.atoms
    atom_id = _atom_ids(assembly, vocabulary)
    types, first, bead_type = np.unique(
        _joined(beads.residues.names[beads.residue_index], beads.names, assembly.kind[beads.residue_index].astype(str)),
        return_index=True,
        return_inverse=True,
    )
    model_bead = np.full(len(beads), -1, np.int64)
    model_bead[first] = np.arange(len(types))  # one bead of each type stands for all

    weight = assembly.operator
    kind = np.concatenate([model_bead[weight.bead], model_bead[assembly.owner]])
    atom = np.concatenate([weight.atom, np.arange(len(atoms))])
    share = np.concatenate([weight.weight, np.zeros(len(atoms))])
    owned = np.concatenate([np.zeros(len(weight.bead)), np.ones(len(atoms))])
    keep = (kind >= 0) & (atom_id[atom] != UNKNOWN)
    components = {
        keys.COMPONENT_TYPE: kind[keep],
        keys.COMPONENT_ATOM: atom_id[atom][keep],
        keys.COMPONENT_WEIGHT: share[keep].astype(np.float32),
        keys.COMPONENT_OWNED: owned[keep].astype(np.float32),
    }
    running = running_residue(beads.residues.bonded_to_previous)
    return Encoded(bead_type.astype(np.int64), running[beads.residue_index], components, atom_id)


def encode_internal(assembly: Assembly, known: NDArray[np.bool_]) -> dict[str, NDArray]:
    """Say what the atoms of an assembly are placed from, for networks that place them by internal coordinates.

    Parameters
    ----------
    assembly : Assembly
        Amino acids with one bead each, at CA.
    known : ndarray, shape=(n_atoms,), dtype=bool
        Atoms that the network places.

    Returns
    -------
    dict of str to ndarray
        Fields of `unbead.models.keys` for the atoms that are known.

    Raises
    ------
    UnbeadError
        If there are other beads.
    """
    index, rows = assembly.atoms.residue_index, assembly.beads.residue_index
    follows = np.diff(rows, prepend=-2)  # the table of residues may be that of a larger system
    if (follows < 1).any() or (assembly.atoms.names[assembly.operator.atom] != "CA").any():
        raise UnbeadError("this model places atoms from one bead at each CA; give such beads, or use another model")
    names, which = np.unique(assembly.template_names[rows], return_inverse=True)
    matrices = [zmatrix(found) for name in names.tolist() if (found := template(name)) is not None]
    first = np.searchsorted(index, rows)
    bonded = assembly.beads.residues.bonded_to_previous[rows] & (follows == 1)
    fields = internal_fields([matrices[k] for k in which], first, bonded, len(index))
    place = np.full(len(index), -1, np.int64)
    place[known] = np.arange(known.sum())
    references = place[fields[keys.REFERENCES][known]]
    fields[keys.REFERENCES] = np.where(references >= 0, references, place[known][:, None])
    return fields | {name: fields[name][known] for name in (keys.DEPTH, keys.CHAIN_END)}


def _joined(*labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """Labels put together, with colons between them."""
    joined = labels[0]
    for more in labels[1:]:
        joined = np.char.add(np.char.add(joined, ":"), more)
    return joined


def _atom_ids(assembly: Assembly, vocabulary: Vocabulary) -> NDArray[np.int64]:
    index = assembly.atoms.residue_index
    first = np.searchsorted(index, np.arange(len(assembly.template_names)))
    found = np.full(len(index), UNKNOWN)
    for name in np.unique(assembly.template_names):
        known = template(str(name))
        if known is not None:
            rows = first[assembly.template_names == name]
            found[rows[:, None] + np.arange(known.n_heavy)] = vocabulary.ids(identities(known))
    return found
