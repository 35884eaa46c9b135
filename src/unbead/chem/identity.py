"""What a network knows an atom by: its residue and name, or, in lipids, its name and what it is bonded to.

Lipids are heads and tails in many combinations, with CHARMM's systematic names: ``C29`` is the ninth carbon of the sn-2
chain in each of them. An atom of a lipid is therefore known by its name and its surroundings up to two bonds away, so
that a network that has seen palmitoyl, oleoyl and the heads knows every lipid made of them, and does not take the
ninth carbon of an oleoyl chain for that of a stearoyl chain.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from unbead.chem.templates import Template

SHARED_KINDS = ("lipid",)  # kinds of templates whose atoms are known by name and surroundings
SHARED = "lipid"  # stands for the residue in such identities
BONDS = 2  # how far the surroundings reach
# Names under which atoms of modified residues read as those of the canonical residue.
_RENAMED = {("MET", "SE"): "SD"}


@cache
def identities(known: Template) -> tuple[str, ...]:
    """Return the identities of the heavy atoms of a residue.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    tuple of str
        ``RESIDUE:ATOM`` with the canonical residue, such as ``HIS:ND1`` for ``HID``; in lipids
        ``lipid:ATOM|surroundings``, such as ``lipid:C29|C2H|C2H C2HH|C2HH C2HH``: the atom, those one bond away and
        those two bonds away, each as element, number of heavy neighbours, and its hydrogens, which tell a double bond.
    """
    names = known.atoms[: known.n_heavy]
    if known.kind not in SHARED_KINDS:
        return tuple(f"{known.parent}:{_RENAMED.get((known.parent, name), name)}" for name in names)
    shells = _shells(known)
    return tuple(f"{SHARED}:{name}|{around}" for name, around in zip(names, shells, strict=True))


def _shells(known: Template) -> list[str]:
    """What lies around each heavy atom, bond by bond, as text."""
    n = known.n_heavy
    bonds = known.bonds[(known.bonds < n).all(1)]
    reach = np.eye(n, dtype=bool)
    reach[bonds[:, 0], bonds[:, 1]] = reach[bonds[:, 1], bonds[:, 0]] = True
    light = np.bincount(known.bonds[(known.bonds[:, 0] < n) & (known.bonds[:, 1] >= n), 0], minlength=n)
    code = [f"{known.elements[i]}{reach[i].sum() - 1}{'H' * light[i]}" for i in range(n)]
    within = [np.zeros_like(reach), np.eye(n, dtype=bool)]
    for _ in range(BONDS):
        within.append(within[-1] @ reach)
    shells = [b & ~a for a, b in pairwise(within)]
    return ["|".join(" ".join(sorted(code[j] for j in np.flatnonzero(shell[i]))) for shell in shells) for i in range(n)]
