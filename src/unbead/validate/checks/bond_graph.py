"""The bond graph that distances show, against the one that there should be."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots
from unbead.chem.elements import COVALENT_RADII
from unbead.structure.bond_graph import STRETCH
from unbead.validate.checks.bonds import Bonds
from unbead.validate.checks.contacts import slot_radii
from unbead.validate.finding import Finding


def bond_graph(slots: Slots, bonds: Bonds, pairs: NDArray[np.int64], distance: NDArray) -> dict[str, Finding]:
    """Find edges that are missing and edges that are too many.

    Two atoms are joined where they are nearer than 1.3 times the sum of their covalent radii, as in CGVAE (Wang et al.,
    ICML 2022).

    Parameters
    ----------
    slots : Slots
        Amino acids.
    bonds : Bonds
        The bonds that there should be.
    pairs, distance : ndarray
        What `unbead.validate.checks.contacts.near_pairs` found.

    Returns
    -------
    dict of str to Finding
        ``missing_edges`` and ``extra_edges``, both tested against the number of bonds.
    """
    radii = slot_radii(slots, COVALENT_RADII)
    joined = pairs[distance < STRETCH * radii[pairs].sum(1)]
    found, wanted = (_keys(edges, len(radii)) for edges in (joined, bonds.pairs))
    n = len(wanted)
    return {
        "missing_edges": Finding(bonds.pairs[~np.isin(wanted, found)], n),
        "extra_edges": Finding(joined[~np.isin(found, wanted)], n),
    }


def lambda_graph(edges: dict[str, Finding]) -> float | None:
    """Compute CGVAE's λ = \\|E_generated − E_reference\\| / E_reference, in which the two kinds of fault cancel.

    Parameters
    ----------
    edges : dict of str to Finding
        What `bond_graph` found.

    Returns
    -------
    float or None
        λ; None without bonds.
    """
    missing, extra = edges["missing_edges"], edges["extra_edges"]
    return abs(len(extra) - len(missing)) / missing.tested if missing.tested else None


def _keys(edges: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """One number for each edge, whichever way round."""
    ordered = np.sort(edges, 1)
    return ordered[:, 0] * size + ordered[:, 1]
