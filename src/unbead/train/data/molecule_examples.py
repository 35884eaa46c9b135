"""From a system of molecules and a mapping to training systems."""

from dataclasses import dataclass

import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly, assemble
from unbead.mapping.coarsen import bead_operator
from unbead.mapping.mapping import Mapping
from unbead.mapping.operator import to_scipy
from unbead.models import keys
from unbead.models.batch import bead_fields
from unbead.models.encode import Encoded, encode
from unbead.models.settings import BeadSettings
from unbead.models.vocabulary import Vocabulary
from unbead.structure.unwrap import nearest_images
from unbead.train.data import examples
from unbead.train.data.chemistry import chemistry
from unbead.train.data.examples import perturb, random_rotation
from unbead.train.data.systems import System


@dataclass(frozen=True)
class Mapped:
    """A system and its beads.

    Attributes
    ----------
    assembly : Assembly
        Beads and atoms.
    encoded : Encoded
        The same in the network's terms.
    operator : scipy.sparse.csr_matrix, shape=(n_beads, n_all)
        Beads of all atoms of the system, hydrogens included.
    place : ndarray, shape=(n_atoms,), dtype=int64
        Where the atoms of the assembly are among all atoms.
    geometry : dict of str to ndarray
        The fields of `unbead.train.data.examples` that do not depend on the frame.
    """

    assembly: Assembly
    encoded: Encoded
    operator: csr_matrix
    place: NDArray[np.int64]
    geometry: dict[str, NDArray]


def map_system(system: System, mapping: Mapping, vocabulary: Vocabulary) -> Mapped:
    """Assemble a system as it is to be built from its beads.

    Parameters
    ----------
    system : System
        The truth.
    mapping : Mapping
        The mapping.
    vocabulary : Vocabulary
        Atoms that the network knows.

    Returns
    -------
    Mapped
        What its frames have in common.

    Raises
    ------
    UnbeadError
        If a molecule lacks a heavy atom of its template.
    """
    beads, operator = bead_operator(system.atoms, mapping)
    assembly = assemble(beads, mapping)
    matrix = to_scipy(operator)[assembly.kept]
    atoms = assembly.atoms
    wanted = np.char.add(np.char.add(atoms.residue_index.astype(str), ":"), atoms.names)
    there = np.char.add(np.char.add(system.atoms.residue_index.astype(str), ":"), system.atoms.names)
    order = np.argsort(there)
    place = order[np.searchsorted(there, wanted, sorter=order).clip(max=len(there) - 1)]
    lost = np.flatnonzero(there[place] != wanted)
    if len(lost):
        where = atoms.residues.label(int(atoms.residue_index[lost[0]]))
        raise UnbeadError(f"{system.name}: {where} has no atom {atoms.names[lost[0]]}; complete the molecules")
    return Mapped(
        assembly,
        encode(assembly, vocabulary),
        matrix,
        place,
        _geometry(assembly),
    )


def _geometry(assembly: Assembly) -> dict[str, NDArray]:
    index = assembly.atoms.residue_index
    first = np.searchsorted(index, np.arange(len(assembly.template_names)))
    pairs, weights, chiral = [], [], []
    ways = np.zeros((len(index), 0), np.int64)
    group = np.zeros(len(index), np.int64)
    for name in np.unique(assembly.template_names):
        known = template(str(name))
        if known is None:
            continue
        facts = chemistry(known)
        rows = first[assembly.template_names == name]
        if not ways.shape[1]:
            ways = np.zeros((len(index), facts.ways.shape[1]), np.int64)
        at = rows[:, None] + np.arange(known.n_heavy)
        ways[at] = rows[:, None, None] + facts.ways
        group[at] = rows[:, None] + facts.group  # a residue has fewer groups than atoms
        pairs.append((rows[:, None, None] + facts.pairs).reshape(-1, 2))
        weights.append(np.tile(facts.weights, len(rows)))
        chiral.append((rows[:, None, None] + facts.chiral).reshape(-1, 4))
    return {
        examples.ATOM_SWAP: ways,
        examples.SWAP_GROUP: group,
        examples.PAIRS: np.concatenate(pairs),
        examples.PAIR_WEIGHT: np.concatenate(weights),
        examples.CHIRAL: np.concatenate(chiral),
    }


def nearest_molecules(
    mapped: Mapped, x: NDArray[np.float32], box: NDArray[np.float32] | None, centre: int, count: int
) -> NDArray[np.int64]:
    """Find the molecules around one.

    Parameters
    ----------
    mapped : Mapped
        A system.
    x : ndarray, shape=(n_all, 3), dtype=float32
        All its atoms in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    centre : int
        Residue in the middle.
    count : int
        How many to find, itself included.

    Returns
    -------
    ndarray, shape=(count,), dtype=int64
        Residues by increasing distance of their beads' centres, through the faces of the box where there is one.
    """
    centres = _centres(mapped, mapped.operator @ x)
    away = nearest_images(centres - centres[centre], box)
    return np.argsort(np.linalg.norm(away, axis=1), kind="stable")[:count]


def _centres(mapped: Mapped, beads: NDArray) -> NDArray[np.float64]:
    index = mapped.assembly.beads.residue_index
    n = len(mapped.assembly.beads.residues)
    count = np.maximum(np.bincount(index, minlength=n), 1)
    return np.stack([np.bincount(index, beads[:, k], n) / count for k in range(3)], 1)


def make_molecule_example(
    mapped: Mapped,
    x: NDArray[np.float32],
    box: NDArray[np.float32] | None,
    network: BeadSettings,
    rng: np.random.Generator,
    residues: NDArray[np.int64] | None = None,
    level: float = 0.0,
    told: bool = True,
) -> dict[str, NDArray]:
    """Coarsen one frame, turn it at random and ask for its heavy atoms back.

    Parameters
    ----------
    mapped : Mapped
        The system.
    x : ndarray, shape=(n_all, 3), dtype=float32
        All its atoms in Å.
    box : ndarray, shape=(6,), dtype=float32, or None
        Lengths in Å and angles in degrees.
    network : BeadSettings
        Neighbours and radius.
    rng : numpy.random.Generator
        Source of the rotation and the perturbation.
    residues : ndarray, shape=(n_chosen,), dtype=int64, optional
        Molecules to take, the first in the middle and the others at their images nearest to it, without a box; the
        whole frame, with its box, if not given.
    level : float
        Perturbation of the beads in Å.
    told : bool
        Whether the network is told the level.

    Returns
    -------
    dict of str to ndarray
        One system: fields of `unbead.models.keys` and `unbead.train.data.examples`.
    """
    beads, atoms = (mapped.operator @ x).astype(np.float32), x[mapped.place]
    bead_residue, atom_residue = mapped.assembly.beads.residue_index, mapped.assembly.atoms.residue_index
    turn = random_rotation(rng)
    cell = None if box is None or residues is not None else triclinic_vectors(box) @ turn.T
    keep = np.ones(len(mapped.assembly.beads.residues), bool)
    if residues is not None:
        keep = np.isin(np.arange(len(keep)), residues)
        centres = _centres(mapped, beads)
        away = centres - centres[residues[0]]
        shift = (nearest_images(away, box) - away).astype(np.float32)
        beads, atoms = beads + shift[bead_residue], atoms + shift[atom_residue]
    bead, atom = keep[bead_residue], keep[atom_residue]
    new_bead, new_atom = np.cumsum(bead) - 1, np.cumsum(atom) - 1
    beads, atoms = beads[bead] @ turn.T, atoms[atom] @ turn.T
    encoded, kind = mapped.encoded, mapped.encoded.bead_type[bead]
    if level > 0:
        first = np.searchsorted(bead_residue[bead], bead_residue[bead])
        beads = perturb(beads, first, kind, level, rng)
    running = encoded.bead_residue[bead]
    example = bead_fields(beads, running - running.min(), level if told else -1.0, *_view(network), cell)
    return (
        example
        | encoded.components
        | {
            examples.LEVEL: np.full(len(beads), level, np.float32),
            keys.BEAD_TYPE: kind,
            keys.ATOM_ID: encoded.atom_id[atom],
            keys.ATOM_BEAD: new_bead[mapped.assembly.owner[atom]],
            keys.ATOM_POSITIONS: np.ascontiguousarray(atoms),
            examples.IS_BACKBONE: np.zeros(len(atoms), bool),
            examples.TORSIONS: np.zeros((0, 4), np.float32),
            examples.TORSION_BEAD: np.zeros(0, np.int64),
        }
        | _chosen(mapped.geometry, atom, new_atom)
    )


def _view(network: BeadSettings) -> tuple[int, float]:
    return network.neighbours, network.radius


def _chosen(geometry: dict[str, NDArray], atom: NDArray[np.bool_], new_atom: NDArray[np.int64]) -> dict[str, NDArray]:
    pair = atom[geometry[examples.PAIRS][:, 0]]
    centre = atom[geometry[examples.CHIRAL][:, 0]]
    return {
        examples.ATOM_SWAP: new_atom[geometry[examples.ATOM_SWAP][atom]],
        examples.SWAP_GROUP: new_atom[geometry[examples.SWAP_GROUP][atom]],
        examples.PAIRS: new_atom[geometry[examples.PAIRS][pair]],
        examples.PAIR_WEIGHT: geometry[examples.PAIR_WEIGHT][pair],
        examples.CHIRAL: new_atom[geometry[examples.CHIRAL][centre]],
    }
