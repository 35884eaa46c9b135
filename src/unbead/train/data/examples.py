"""From a chain and a mapping to one training system."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import CA, amino_template
from unbead.chem.torsions.rotamers import doubled_torsions
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.models import keys
from unbead.models.batch import bead_fields, residue_fields, running_residue
from unbead.models.placing_order import internal_fields
from unbead.models.settings import BeadSettings, GenZProtSettings, NetworkSettings
from unbead.nn.rotamers import NEIGHBOURS, RADIUS
from unbead.train.data.packed import Chain
from unbead.train.data.tables import MappingTables, residue_tables
from unbead.validate.checks.dihedrals import chain_torsions

ATOM_SWAP = "atom_swap"  # (n_atoms, n_ways) int64, atom that bears the name in each way to name symmetric atoms
SWAP_GROUP = "swap_group"  # (n_atoms,) int64, atoms that are renamed together
IS_BACKBONE = "is_backbone"  # (n_atoms,) bool, N CA C O
PAIRS = "pairs"  # (n_pairs, 2) int64, bonded atoms and atoms two bonds apart
PAIR_WEIGHT = "pair_weight"  # (n_pairs,) float, weight in the loss
CHIRAL = "chiral"  # (n_chiral, 4) int64, a centre and three neighbours
LEVEL = "level"  # (n_beads,) float, true perturbation level in Å
TORSIONS = "torsions"  # (n_residues, 4) float, (cos φ, sin φ, cos ψ, sin ψ); zeros where there is no such angle
TORSION_BEAD = "torsion_bead"  # (n_residues,) int64, bead that places CA
CHI = "chi"  # (n_residues, 4) float, torsions of side chains in radians, doubled where they repeat; NaN: none
ATOM_SLOT = "atom_slot"  # (n_atoms,) int64, slot of `unbead.chem.amino`
SYSTEM = "system"  # (n_atoms,) int64, a number of the system that the atom is of
POINTS_INTO = {
    ATOM_SWAP: keys.ATOM_POSITIONS,
    SWAP_GROUP: SWAP_GROUP,
    PAIRS: keys.ATOM_POSITIONS,
    CHIRAL: keys.ATOM_POSITIONS,
    TORSION_BEAD: keys.BEAD_POSITIONS,
    SYSTEM: keys.ATOM_POSITIONS,
}


def crop(chain: Chain, longest: int, rng: np.random.Generator) -> Chain:
    """Cut a ball of residues out of a long chain.

    Parameters
    ----------
    chain : Chain
        The chain.
    longest : int
        Residues to keep at most.
    rng : numpy.random.Generator
        Picks the centre.

    Returns
    -------
    Chain
        The chain, or its `longest` residues nearest to a random one.
    """
    if len(chain) <= longest:
        return chain
    ca = chain.positions[:, 1]
    distance = np.linalg.norm(ca - ca[rng.integers(len(chain))], axis=1)
    return chain.select(np.sort(np.argpartition(distance, longest)[:longest]))


def fragment(chain: Chain, shortest: int, longest: int, rng: np.random.Generator) -> Chain:
    """Cut a stretch of residues out of a chain, to stand alone as disordered chains do.

    Parameters
    ----------
    chain : Chain
        The chain.
    shortest, longest : int
        Bounds of the length, drawn uniformly.
    rng : numpy.random.Generator
        Draws length and place.

    Returns
    -------
    Chain
        The stretch, or the whole of a chain that is shorter.
    """
    length = min(int(rng.integers(shortest, longest + 1)), len(chain))
    start = int(rng.integers(len(chain) - length + 1))
    return chain.select(np.arange(start, start + length))


def random_rotation(rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw a rotation matrix, shape (3, 3), uniformly.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape=(3, 3), dtype=float32
        A proper rotation.
    """
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q *= np.sign(np.diag(r))
    return (q * np.linalg.det(q)).astype(np.float32)


def perturb(
    beads: NDArray[np.float32],
    first: NDArray[np.int64],
    kind: NDArray[np.int64],
    level: float,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Displace beads as coarse-grained force fields do.

    Every bead gets Gaussian noise; besides, the distance from a residue's first bead is stretched by a factor that all
    residues of a type share, as force fields have bond lengths of their own.

    Parameters
    ----------
    beads : ndarray, shape=(n_beads, 3), dtype=float32
        Mapped positions in Å.
    first : ndarray, shape=(n_beads,), dtype=int64
        First bead of each bead's residue.
    kind : ndarray, shape=(n_beads,), dtype=int64
        Bead types.
    level : float
        Strength: standard deviation of the noise in Å.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape=(n_beads, 3), dtype=float32
        Displaced positions in Å.
    """
    factor = rng.normal(0.15 * level, 0.3 * level, size=kind.max() + 1).clip(-0.3, 0.5)
    stretch = (beads - beads[first]) * factor[kind][:, None]
    return (beads + stretch + rng.normal(0.0, level, beads.shape)).astype(np.float32)


def make_example(
    chain: Chain,
    tables: MappingTables,
    network: BeadSettings,
    rng: np.random.Generator,
    level: float = 0.0,
    told: bool = True,
) -> dict[str, NDArray]:
    """Coarsen a chain and ask for its atoms back.

    Parameters
    ----------
    chain : Chain
        The truth.
    tables : MappingTables
        The mapping.
    network : BeadSettings
        Neighbours and radius; those of `genzprot` ask for the fields of internal coordinates, too.
    rng : numpy.random.Generator
        Source of the perturbation.
    level : float
        Perturbation of the beads in Å.
    told : bool
        Whether the network is told the level.

    Returns
    -------
    dict of str to ndarray
        One system: fields of `unbead.models.keys` and of this module.
    """
    chemistry = residue_tables()
    kind, n = chain.kind, len(chain)
    present = chemistry.present[kind]  # (n, 14)
    atom_of = np.cumsum(present).reshape(n, -1) - 1  # (n, 14), valid where present
    truth = np.where(present[..., None], chain.positions, 0.0).astype(np.float32)

    slots = np.arange(tables.weight.shape[1])
    bead_exists = slots < tables.n_beads[kind][:, None]  # (n, max_beads)
    bead_of = np.cumsum(bead_exists).reshape(n, -1) - 1
    residue, slot = np.nonzero(bead_exists)
    beads = np.einsum("nbs,nsx->nbx", tables.weight[kind], truth)[bead_exists]
    types, bead_type = np.unique(kind[residue] * len(slots) + slot, return_inverse=True)
    if level > 0:
        beads = perturb(beads, bead_of[residue, 0], bead_type, level, rng)

    type_kind, type_slot = types // len(slots), types % len(slots)
    share = tables.weight[type_kind, type_slot]  # (n_types, 14)
    owned = (tables.owner[type_kind] == type_slot[:, None]) & chemistry.present[type_kind]
    part, part_slot = np.nonzero((share > 0) | owned)

    running = running_residue(chain.bonded_to_previous)
    example = bead_fields(beads, running[residue], level if told else -1.0, network.neighbours, network.radius)
    rows, row_slots = np.nonzero(present)
    example |= {
        LEVEL: np.full(len(beads), level, np.float32),
        keys.BEAD_TYPE: bead_type.astype(np.int64),
        keys.COMPONENT_TYPE: part.astype(np.int64),
        keys.COMPONENT_ATOM: chemistry.atom_id[type_kind[part], part_slot],
        keys.COMPONENT_WEIGHT: share[part, part_slot],
        keys.COMPONENT_OWNED: owned[part, part_slot].astype(np.float32),
        keys.ATOM_ID: chemistry.atom_id[kind][present],
        keys.ATOM_BEAD: bead_of[rows, tables.owner[kind][present]],
        keys.ATOM_POSITIONS: truth[present],
        ATOM_SWAP: np.stack([np.arange(len(rows)), atom_of[rows, chemistry.swapped[kind[rows], row_slots]]], 1),
        SWAP_GROUP: rows.astype(np.int64),
        IS_BACKBONE: row_slots < 4,
        TORSIONS: _torsions(chain),
        TORSION_BEAD: bead_of[np.arange(n), tables.owner[kind, CA]],
        ATOM_SLOT: row_slots.astype(np.int64),
        SYSTEM: np.zeros(len(rows), np.int64),
    }
    if isinstance(network, NetworkSettings):
        example |= _side_chains(chain, atom_of, example)
    if isinstance(network, GenZProtSettings):
        example |= _internal(chain, atom_of, len(rows))
    return example | _geometry(chain, atom_of)


def _internal(chain: Chain, atom_of: NDArray[np.int64], n_atoms: int) -> dict[str, NDArray]:
    residues = [zmatrix(amino_template(kind)) for kind in chain.kind.tolist()]
    return internal_fields(residues, atom_of[:, 0], chain.bonded_to_previous, n_atoms)


def _side_chains(chain: Chain, atom_of: NDArray[np.int64], example: dict[str, NDArray]) -> dict[str, NDArray]:
    bead = example[TORSION_BEAD]
    present = residue_tables().present[chain.kind]
    return {
        keys.RESIDUE_KIND: chain.kind,
        keys.RESIDUE_BEAD: bead,
        keys.RESIDUE_ATOMS: np.where(present, atom_of, atom_of[:, CA : CA + 1]),
        CHI: doubled_torsions(chain.kind, chain.positions),
    } | residue_fields(example[keys.BEAD_POSITIONS][bead], NEIGHBOURS, RADIUS)


def _torsions(chain: Chain) -> NDArray[np.float32]:
    angles = np.radians(np.stack(chain_torsions(chain.positions, chain.bonded_to_previous)[:2], 1))
    pairs = np.stack([np.cos(angles), np.sin(angles)], 2).reshape(len(chain), 4)
    return np.nan_to_num(pairs).astype(np.float32)


def _geometry(chain: Chain, atom_of: NDArray[np.int64]) -> dict[str, NDArray]:
    chemistry = residue_tables()
    pairs, weights, chiral = [], [], []
    for t in np.unique(chain.kind):
        rows = np.flatnonzero(chain.kind == t)
        table = chemistry.pairs[t]
        pairs.append(atom_of[rows][:, table[:, :2].astype(int)].reshape(-1, 2))
        weights.append(np.tile(table[:, 2], len(rows)))
        chiral.append(atom_of[rows][:, chemistry.chiral[t]].reshape(-1, 4))
    second = np.flatnonzero(chain.bonded_to_previous[1:]) + 1
    links = chemistry.link_pairs
    here, there = links[:, 0].astype(int), links[:, 1].astype(int)
    pairs.append(np.stack([atom_of[second - 1][:, here], atom_of[second][:, there]], -1).reshape(-1, 2))
    weights.append(np.tile(links[:, 2], len(second)))
    return {
        PAIRS: np.concatenate(pairs),
        PAIR_WEIGHT: np.concatenate(weights).astype(np.float32),
        CHIRAL: np.concatenate(chiral),
    }
