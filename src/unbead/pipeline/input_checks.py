"""Input that can be read but hardly be meant: boxes, units, doubled molecules and gaps."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.particles import Particles
from unbead.chem.templates import is_polymer
from unbead.errors import UnbeadError
from unbead.mapping.assemble import Assembly
from unbead.mapping.detection.contact import SHORTEST
from unbead.structure.box import box_vectors
from unbead.structure.pairs import find_pairs
from unbead.structure.unwrap import nearest_images

SPARSEST, DENSEST = 15.0, 1.5  # Å between neighbouring residues; beyond, the unit is not Å
STEPS = 5  # of a chain, at least, to judge the unit by
ROOM = 12.0  # Å³ of the box per heavy atom; proteins take some 18
SPOT = 0.1  # Å within which two beads are on one spot
DOUBLED = 0.2  # share of beads on another one that only a molecule written twice explains
COINCIDENT = "heavy atoms within 0.8 Å of each other"
NEAREST = 0.8  # Å; no two heavy nuclei come nearer, bonded or not
NEXT = 5.0  # Å between the first beads of neighbours in a chain, in all mappings but some pairs of centres of mass
GAP = 12.0  # Å; a wider one is a chain end that the file does not mark


def refuse_nonsense(assembly: Assembly) -> None:
    """Complain of input that no structure can come from.

    Parameters
    ----------
    assembly : Assembly
        What is to be built.

    Raises
    ------
    UnbeadError
        If the box cannot hold the atoms, the unit is not Å, residues stand out of order, or molecules lie on each
        other.
    """
    beads, n_atoms = assembly.beads, len(assembly.atoms)
    if beads.box is not None and (volume := box_volume(beads.box)) < ROOM * n_atoms:
        sides = " × ".join(f"{side:.1f}" for side in beads.box[:3])
        raise UnbeadError(
            f"the box of {sides} Å ({volume:.0f} Å³) cannot hold {n_atoms} atoms; correct it, or take it out"
        )
    first = _first_beads(beads)
    step = _steps(beads, first)
    follows = _numbered_on(assembly)
    if follows.sum() >= STEPS:
        usual = float(np.median(step[follows]))
        if usual < DENSEST:
            raise UnbeadError(
                f"neighbouring residues are {usual:.2f} Å apart where 3.8 is usual; is the unit nm? multiply by 10"
            )
        if usual > SPARSEST:
            raise UnbeadError(
                f"neighbouring residues are {usual:.0f} Å apart where 3.8 is usual; divide by 10, or keep whole chains"
            )
    r = beads.residues
    falling = (np.diff(r.numbers) == -1) & (r.chains[1:] == r.chains[:-1]) & (r.segments[1:] == r.segments[:-1])
    if falling.sum() > max(STEPS, follows.sum()):
        raise UnbeadError("residue numbers fall along the chain; write the residues from the first to the last")
    astray = _astray(assembly, first)
    if len(astray) > STEPS:
        before, after, _ = astray[0]
        raise UnbeadError(
            f"{len(astray)} residues stand out of order, as {r.label(after)}, which by number and distance follows"
            f" {r.label(before)} but does not in the file; write the residues of a chain by their numbers"
        )
    pairs = KDTree(beads.positions).query_pairs(SPOT, output_type="ndarray")
    pairs = pairs[beads.residue_index[pairs[:, 0]] != beads.residue_index[pairs[:, 1]]]
    if len(np.unique(pairs)) > DOUBLED * len(beads):
        where = beads.residues.label(int(beads.residue_index[pairs[0, 0]]))
        raise UnbeadError(
            f"{where}: this and {len(np.unique(pairs)) - 1} more beads lie on others; is a molecule there twice?"
        )


def find_gaps(assembly: Assembly) -> tuple[list[str], list[str]]:
    """Describe where the distance breaks a chain whose numbers go on.

    Parameters
    ----------
    assembly : Assembly
        What is to be built.

    Returns
    -------
    gaps : list of str
        Breaks of up to 12 Å, at which something is missing or torn, and neighbours that stand apart in the file.
    ends : list of str
        Wider ones, and those between copies of one sequence, which look like ends of chains.
    """
    beads = assembly.beads
    residues = beads.residues
    step = _steps(beads, _first_beads(beads))
    broken = np.flatnonzero(_numbered_on(assembly) & ~residues.bonded_to_previous[1:])
    starts = np.append(np.flatnonzero(~residues.bonded_to_previous), len(residues))
    gaps, ends = [], []
    for k in broken.tolist():
        here = int(np.searchsorted(starts, k + 1))
        before, after = (
            residues.names[a:b].tolist() for a, b in (starts[here - 1 : here + 1], starts[here : here + 2])
        )
        text = f"{residues.label(k)} and {residues.label(k + 1)} are {step[k]:.1f} Å apart"
        copies = len(after) >= SHORTEST and before == after
        (gaps if step[k] <= GAP and not copies else ends).append(text)
    for before, after, apart in _astray(assembly, _first_beads(beads)):
        gaps.append(
            f"{residues.label(before)} and {residues.label(after)} are {apart:.1f} Å apart and not together in the file"
        )
    return gaps, ends


def find_coincident(atoms: Particles) -> list[str]:
    """Name the residues of heavy atoms that are nearer than any two nuclei but hydrogen's come.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms of a whole system.

    Returns
    -------
    list of str
        Residues with an atom within 0.8 Å of another.
    """
    cell = None if atoms.box is None else box_vectors(atoms.box)
    pairs = find_pairs(atoms.positions, NEAREST, cell)
    rows = np.unique(atoms.residue_index[np.concatenate([pairs.i, pairs.j])])
    return [atoms.residues.label(row) for row in rows.tolist()]


def box_volume(box: NDArray[np.float32]) -> float:
    """Compute the volume of a box.

    Parameters
    ----------
    box : ndarray, shape=(6,), dtype=float32
        Lengths in Å and angles in degrees.

    Returns
    -------
    float
        Volume in Å³.
    """
    a, b, c = np.cos(np.radians(box[3:].astype(float)))
    return float(np.prod(box[:3].astype(float)) * np.sqrt(max(1 - a * a - b * b - c * c + 2 * a * b * c, 0.0)))


def _first_beads(beads: Particles) -> NDArray[np.int64]:
    """First bead of each residue; the first of all where a residue has none."""
    first = np.zeros(len(beads.residues), np.int64)
    first[beads.residue_index[::-1]] = np.arange(len(beads))[::-1]
    return first


def _steps(beads: Particles, first: NDArray[np.int64]) -> NDArray[np.float64]:
    """Distances from each residue to the next, shape (n_residues - 1,), in Å."""
    vectors = np.diff(beads.positions[first].astype(np.float64), axis=0)
    return np.linalg.norm(nearest_images(vectors, beads.box), axis=1)


def _astray(assembly: Assembly, first: NDArray[np.int64]) -> list[tuple[int, int, float]]:
    """Pairs of residues of successive numbers, and Å between them, that are near but stand apart in the file."""
    beads, r = assembly.beads, assembly.beads.residues
    names, which = np.unique(assembly.template_names, return_inverse=True)
    chained = np.array([is_polymer(str(name)) for name in names], bool)[which]
    chained &= np.isin(np.arange(len(r)), beads.residue_index)
    rows: dict[tuple[str, str, int], int] = {}
    keys = list(zip(r.chains.tolist(), r.segments.tolist(), r.numbers.tolist(), strict=True))
    for row in np.flatnonzero(chained).tolist():
        rows[keys[row]] = -1 if keys[row] in rows else row  # numbers that come again tell nothing
    found = []
    for (chain, segment, number), row in rows.items():
        after = rows.get((chain, segment, number + 1), -1)
        if row >= 0 and after >= 0 and after != row + 1:
            found.append((row, after))
    if not found:
        return []
    here, there = (beads.positions[first[list(each)]].astype(np.float64) for each in zip(*found, strict=True))
    apart = np.linalg.norm(nearest_images(there - here, beads.box), axis=1)
    return [(*pair, step) for pair, step in zip(found, apart.tolist(), strict=True) if step < NEXT]


def _numbered_on(assembly: Assembly) -> NDArray[np.bool_]:
    """Whether chain, segment and number of the next residue go on, and both have beads and belong to chains."""
    r = assembly.beads.residues
    names, which = np.unique(assembly.template_names, return_inverse=True)
    filled = np.isin(np.arange(len(r)), assembly.beads.residue_index)
    filled &= np.array([is_polymer(str(name)) for name in names], bool)[which]
    same = (r.chains[1:] == r.chains[:-1]) & (r.segments[1:] == r.segments[:-1])
    return same & (np.diff(r.numbers) == 1) & filled[1:] & filled[:-1]
