"""What the trainer asks of the geometry of a molecule, from its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template

BOND, ANGLE, PLANE = 1.0, 0.4, 0.2  # weights of distances over one bond, over two, and of others within a plane
WAYS = 6  # ways to name symmetric atoms: three methyl groups have six


@dataclass(frozen=True)
class Chemistry:
    """Heavy atoms of a template, as the loss reads them.

    Attributes
    ----------
    pairs : ndarray, shape=(n_pairs, 2), dtype=int64
        Atoms whose distance is known: over one or two bonds, or within a planar group.
    weights : ndarray, shape=(n_pairs,), dtype=float32
        Weights of the pairs.
    chiral : ndarray, shape=(n_chiral, 4), dtype=int64
        Centres and three neighbours.
    ways : ndarray, shape=(n_atoms, 6), dtype=int64
        The atom that bears the name of each atom in each way to name symmetric atoms; the first way is as named.
    group : ndarray, shape=(n_atoms,), dtype=int64
        Atoms that are renamed together.
    """

    pairs: NDArray[np.int64]
    weights: NDArray[np.float32]
    chiral: NDArray[np.int64]
    ways: NDArray[np.int64]
    group: NDArray[np.int64]


@cache
def chemistry(known: Template) -> Chemistry:
    """Tabulate a template.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    Chemistry
        Its tables.
    """
    n = known.n_heavy
    distances: dict[tuple[int, int], float] = {}
    planes = [pair for group in known.planar for pair in combinations(sorted(group), 2)]
    for weight, pairs in ((PLANE, planes), (ANGLE, known.angles[:, [0, 2]].tolist()), (BOND, known.bonds.tolist())):
        distances |= {(min(a, b), max(a, b)): weight for a, b in pairs if max(a, b) < n}
    centres = [row for row in np.concatenate([known.chiral, known.prochiral]).tolist() if max(row) < n]
    ways, group = _ways(known.symmetric, n)
    return Chemistry(
        np.array(list(distances), np.int64).reshape(-1, 2),
        np.array(list(distances.values()), np.float32),
        np.array(centres, np.int64).reshape(-1, 4),
        ways,
        group,
    )


def _ways(swaps: Sequence[Sequence[tuple[int, int]]], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Combine exchanges that share atoms into permutations; those that do not are chosen apart."""
    ways = np.repeat(np.arange(n)[:, None], WAYS, 1)
    group = np.zeros(n, np.int64)
    images = []
    for swap in swaps:
        image = np.arange(n)
        for a, b in swap:
            image[a], image[b] = b, a
        images.append((image, {atom for pair in swap for atom in pair}))
    clusters: list[tuple[list[NDArray[np.int64]], set[int]]] = []
    for image, atoms in images:
        joined = [cluster for cluster in clusters if cluster[1] & atoms]
        clusters = [cluster for cluster in clusters if not cluster[1] & atoms]
        clusters.append(([image, *(i for c in joined for i in c[0])], atoms.union(*(c[1] for c in joined))))
    for number, (generators, atoms) in enumerate(clusters, 1):
        members = sorted(atoms)
        for k, image in enumerate(_closure(generators, n)):
            ways[members, k] = image[members]
        group[members] = number
    return ways, group


def _closure(generators: Sequence[NDArray[np.int64]], n: int) -> list[NDArray[np.int64]]:
    """The first permutations that exchanges make together, the identity before all."""
    found = [np.arange(n)]
    for known in found:
        for image in generators:
            made = known[image]
            if len(found) < WAYS and not any(np.array_equal(made, other) for other in found):
                found.append(made)
    return found
