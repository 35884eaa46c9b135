"""Which of two equal atoms bears which name.

The IUPAC rules (IUPAC-IUB Commission, J. Mol. Biol. 1970, 52, 1; Markley et al., Pure Appl. Chem. 1998, 70, 117) give
the first name to the atom that

- is on the nearer side of a planar group: |χ2| <= 90° to CD1 of PHE and TYR and OD1 of ASP, |χ3| <= 90° to OE1 of
  GLU, and NH1 of ARG is cis to CD;
- gives a prochiral centre the right hand, as CG1 of VAL, CD1 of LEU, OP1 of nucleotides.

Other tetrahedral centres with equal substituents take one hand, `HAND`. It makes C26 of cholesterol pro-R,
and is that of O13 and O14 at the phosphate of phospholipids as CHARMM-GUI builds them (83 to 100 % of the
lipids in 20 published simulations). For three equal substituents, as in choline, no rule exists; with one
hand they are at least always alike.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from unbead.chem.angles import dihedral
from unbead.chem.templates import Template

HAND = -1.0  # sign of (first other neighbour) x (first name) . (second name), seen from the centre, in order of names


@dataclass(frozen=True)
class NameRule:
    """A rule for one set of names that can swap.

    Attributes
    ----------
    slots : tuple of int
        For a torsion three slots along it, then the atoms with the first and with the second name; else a centre
        and three neighbours.
    torsion : bool
        True: the torsion to the first name is nearer to 0° than that to the second, which in a flat group is the
        rule of 90°. False: the triple product of the vectors from the centre has the sign `hand`.
    hand : float
        1 or -1; 0 for a torsion.
    swaps : tuple of (int, int)
        Slots whose names swap where the rule is broken.
    """

    slots: tuple[int, ...]
    torsion: bool
    hand: float
    swaps: tuple[tuple[int, int], ...]


@cache
def name_rules(known: Template) -> tuple[NameRule, ...]:
    """Derive the rules of a residue from its template.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    tuple of NameRule
        One for each prochiral centre, and one for each planar or tetrahedral centre with equal substituents.
    """
    n = known.n_heavy
    rules = {}
    for row in known.prochiral.tolist():
        if max(row) < n:
            rules[row[0]] = NameRule(tuple(row), False, 1.0, (tuple(row[2:]),))
    for group in known.symmetric:
        if all(max(pair) < n for pair in group) and _keeps_molecule(known, group):
            rule = _rule(known, group)
            if rule is not None:
                rules.setdefault(rule.slots[2] if rule.torsion else rule.slots[0], rule)
    return tuple(rules.values())


def breaks_rule(rule: NameRule, x: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Tell in which molecules the names should swap.

    Parameters
    ----------
    rule : NameRule
        A rule.
    x : ndarray, shape=(n_molecules, n_slots, 3), dtype=float
        Heavy atoms in Å, NaN where absent.

    Returns
    -------
    ndarray, shape=(n_molecules,), dtype=bool
        True where the rule is broken; False where it is kept or atoms are absent.
    """
    a, b, c, *ends = (np.asarray(x[:, slot], np.float64) for slot in rule.slots)
    if rule.torsion:
        first, second = (np.abs(dihedral(a, b, c, end)) for end in ends)
        return first > second  # NaN compares as False
    d = ends[0]
    return (np.cross(b - a, c - a) * (d - a)).sum(1) * rule.hand < 0


def named_by_rule(known: Template, x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Swap atoms of molecules until all names keep the rules.

    Parameters
    ----------
    known : Template
        The residue.
    x : ndarray, shape=(n_molecules, n_slots, 3), dtype=float
        Heavy atoms in Å in the template's order, NaN where absent.

    Returns
    -------
    ndarray, shape=(n_molecules, n_slots, 3), dtype=float
        The same atoms under the right names.
    """
    x = x.copy()
    for rule in name_rules(known):
        wrong = breaks_rule(rule, x)
        for a, b in rule.swaps:
            x[wrong, a], x[wrong, b] = x[wrong, b], x[wrong, a]
    return x


def _rule(known: Template, group: tuple[tuple[int, int], ...]) -> NameRule | None:
    """Rule for a group of names that swap; None where no centre joins a pair of them."""
    near = _neighbours(known)
    for a, b in group:
        for centre in sorted(near[a] & near[b]):
            others = sorted(near[centre] - {a, b}, key=lambda slot: known.atoms[slot])
            if not others or any(known.hydrogens[i] != known.hydrogens[j] for i, j in group):
                continue
            if any({centre, a, b} <= set(plane) for plane in known.planar):
                before = sorted(near[others[0]] - {centre})
                if before:  # the first neighbour in template order, which leads to the main chain
                    return NameRule((before[0], others[0], centre, *sorted((a, b))), True, 0.0, group)
            else:
                first, second = sorted((a, b), key=lambda slot: known.atoms[slot])
                return NameRule((centre, others[0], first, second), False, HAND, group)
    return None


def _keeps_molecule(known: Template, group: tuple[tuple[int, int], ...]) -> bool:
    """Whether chiral centres are the same after names swap; graphs of inositols are symmetric, they are not."""
    other = {i: j for pair in group for i, j in (pair, pair[::-1])}
    p = known.coordinates
    swapped = p[[other.get(i, i) for i in range(len(p))]]
    for centre, *arms in known.chiral.tolist():
        if max(arms) >= known.n_heavy or not {centre, *arms} & set(other):
            continue
        volume = [np.dot(np.cross(*(q[arms[:2]] - q[centre])), q[arms[2]] - q[centre]) for q in (p, swapped)]
        if volume[0] * volume[1] < 0:
            return False
    return True


def _neighbours(known: Template) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(known.n_heavy)]
    for a, b in known.bonds.tolist():
        if max(a, b) < known.n_heavy:
            near[a].add(b)
            near[b].add(a)
    return near
