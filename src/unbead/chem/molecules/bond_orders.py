"""Double and triple bonds of a molecule with all its hydrogens: as many valences as can be are paired along bonds.

Trying all valences of all atoms, as programs for small molecules do, takes time that grows exponentially; a maximum
matching takes as long for a peptide as it should.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unbead.extras import require

VALENCES = {"H": 1, "C": 4, "Si": 4, "N": 3, "P": 3, "O": 2, "S": 2, "Se": 2, "F": 1, "Cl": 1, "Br": 1, "I": 1}
HIGHER = {"S": (4, 6), "P": (5,), "Se": (4, 6)}  # valences where more neighbours, oxygens among them, ask for it
# What a paired valence is worth: carbon never goes without, oxygen rather bears a charge than nitrogen does.
WORTH = {"C": 12, "Si": 12, "N": 7, "O": 4, "S": 5, "P": 6, "Se": 5}
CATION = -3  # worth of the fourth bond of a nitrogen, which is paired only for another atom's sake


def bond_orders(
    elements: Sequence[str], bonds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Tell the orders of bonds and the charges of atoms.

    Parameters
    ----------
    elements : sequence of str
        Element symbols of all atoms, hydrogens included; those of `VALENCES`.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonds.

    Returns
    -------
    tuple of ndarray, or None
        Orders, shape (n_bonds,), and formal charges, shape (n_atoms,), of the structure with the fewest charges, of
        equals any one; None where a carbon is left with a free valence.
    """
    degree = np.bincount(bonds.reshape(-1), minlength=len(elements))
    terminal = _oxygens_at_ends(elements, bonds, degree)
    free = np.array([_free(e, int(d), int(t)) for e, d, t in zip(elements, degree, terminal, strict=True)], np.int64)
    charge = np.where(free < 0, -free, 0)  # ammonium, oxonium, sulfonium
    paired, extra = _pair(elements, bonds, free.clip(0), degree)
    orders = np.ones(len(bonds), np.int64)
    used = np.zeros(len(elements), np.int64)
    where = {(min(a, b), max(a, b)): k for k, (a, b) in enumerate(bonds.tolist())}
    for a, b in paired:
        orders[where[min(a, b), max(a, b)]] += 1
        used[[a, b]] += 1
    charge[list(extra)] += 1
    used[list(extra)] -= 1
    left = free.clip(0) - used
    bare = [element for element, n in zip(elements, left.tolist(), strict=True) if n > 0]
    if set(bare) - {"O", "N", "S", "Se"} or orders.max(initial=1) > 3:
        return None
    return orders, charge - left


def _oxygens_at_ends(elements: Sequence[str], bonds: NDArray[np.int64], degree: NDArray) -> NDArray[np.int64]:
    """Number of neighbours of each atom that are oxygen or nitrogen with no other neighbour."""
    count = np.zeros(len(elements), np.int64)
    for a, b in (*bonds.tolist(), *bonds[:, ::-1].tolist()):
        count[a] += elements[b] in ("O", "N") and degree[b] == 1
    return count


def _free(element: str, degree: int, terminal: int) -> int:
    """Valences beyond single bonds; negative for a cation."""
    usual = VALENCES[element]
    if degree > usual and terminal:
        usual = next((valence for valence in HIGHER.get(element, ()) if valence > degree), usual)
    return usual - degree


def _pair(
    elements: Sequence[str], bonds: NDArray[np.int64], free: NDArray[np.int64], degree: NDArray[np.int64]
) -> tuple[list[tuple[int, int]], set[int]]:
    """Pairs of atoms that take a valence of each other, and nitrogens that give one more than they have."""
    networkx = require("networkx", "molecules")
    graph = networkx.Graph()
    sites: list[list[tuple[int, int]]] = [[(i, k) for k in range(n)] for i, n in enumerate(free.tolist())]
    for i, element in enumerate(elements):
        if element == "N" and free[i] + degree[i] == VALENCES["N"]:
            sites[i].append((i, -1))
    for a, b in bonds.tolist():
        for one in sites[a]:
            for other in sites[b]:
                worth = sum(CATION if k < 0 else WORTH.get(str(elements[i]), 1) for i, k in (one, other))
                if worth > 0:
                    graph.add_edge(one, other, weight=worth)
    matched = [sorted(pair) for pair in networkx.max_weight_matching(graph)]
    extra = {i for pair in matched for i, k in pair if k < 0}
    return [(pair[0][0], pair[1][0]) for pair in matched], extra
