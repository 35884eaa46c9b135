"""Reference bond lengths and angles of lipids, by what atoms are and what they are bonded to.

They are read off the templates that ship, so they are means of CHARMM36 at 310 K. Ethers are in
none of them: lengths and angles of alkyl ethers are those of dimethyl ether (Blukis et al., J.
Chem. Phys. 1963, 38, 2753), those of 1-alkenyl ethers those of methyl vinyl ether (Owen and Seip,
Chem. Phys. Lett. 1970, 5, 162).
"""

from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np

from unbead.chem.elements import COVALENT_RADII
from unbead.chem.lipids.shorthand import SHIPPED
from unbead.chem.templates import Template, shipped_template

_ETHER, _ENOL = "O2(C2HH,C2HH)", "O2(C2H,C2HH)"
_LENGTHS = {("C2HH", _ETHER): 1.415, ("C2HH", _ENOL): 1.428, ("C2H", _ENOL): 1.360}
_ANGLES = {_ETHER: 112.0, _ENOL: 118.3}
_ENOL_CARBON = 127.7  # degrees, O–C=C


class Surroundings:
    """What the atoms of a molecule are, as text that is equal for atoms that are alike.

    Parameters
    ----------
    elements : sequence of str
        Elements of all atoms.
    bonds : sequence of (int, int)
        Bonds.
    """

    def __init__(self, elements: Sequence[str], bonds: Sequence[tuple[int, int]]):
        self.elements = elements
        self.near: list[list[int]] = [[] for _ in elements]
        for i, j in bonds:
            self.near[i].append(j)
            self.near[j].append(i)

    @cached_property
    def codes(self) -> list[str]:
        """Element, number of heavy neighbours, and hydrogens, such as ``C2HH``."""
        found = []
        for element, near in zip(self.elements, self.near, strict=True):
            light = sum(self.elements[j] == "H" for j in near)
            found.append(element if element == "H" else f"{element}{len(near) - light}{'H' * light}")
        return found

    @cached_property
    def labels(self) -> list[str]:
        """Element, and for oxygen the number of heavy neighbours."""
        return [code[:2] if code[0] == "O" else code[0] for code in self.codes]

    @cached_property
    def fine(self) -> list[str]:
        """Codes with those of the neighbours: labels for most, codes for ethers."""
        found = []
        for i, near in enumerate(self.near):
            heavy = [j for j in near if self.elements[j] != "H"]
            plain = sorted(self.codes[j] for j in heavy)
            ether = f"{self.codes[i]}({','.join(plain)})"
            known = ether in (_ETHER, _ENOL)
            found.append(ether if known else f"{self.codes[i]}({','.join(sorted(self.labels[j] for j in heavy))})")
        return found

    def of_bond(self, i: int, j: int) -> list[tuple[str, ...]]:
        """Return keys of a bond, from special to general.

        Parameters
        ----------
        i, j : int
            Its atoms.

        Returns
        -------
        list of tuple of str
            Keys that do not depend on the order of the atoms.
        """
        return [tuple(sorted((table[i], table[j]))) for table in (self.fine, self.codes)]

    def of_angle(self, i: int, j: int, k: int) -> list[tuple[str, ...]]:
        """Return keys of an angle, from special to general.

        Parameters
        ----------
        i, j, k : int
            Its atoms, the vertex in the middle.

        Returns
        -------
        list of tuple of str
            Keys that do not depend on the order of the ends.
        """
        tables = ((self.fine, self.fine), (self.codes, self.fine), (self.labels, self.fine), (self.codes, self.codes),
                  (self.labels, self.codes))  # fmt: skip
        return [(*sorted((ends[i], ends[k])), middle[j]) for ends, middle in tables]


@cache
def _tables() -> tuple[dict, dict]:
    """Mean lengths and angles of the templates that ship, by key."""
    lengths: dict[tuple, list[float]] = {}
    angles: dict[tuple, list[float]] = {}
    for name in SHIPPED:
        known = shipped_template(name)
        assert known is not None, name
        around = Surroundings(known.elements, [tuple(b) for b in known.bonds.tolist()])
        for bond, length in zip(known.bonds.tolist(), known.bond_lengths.tolist(), strict=True):
            for level, key in enumerate(around.of_bond(*bond)):
                lengths.setdefault((level, key), []).append(length)
        ring = _in_ring(known)
        for angle, value in zip(known.angles.tolist(), known.angle_values.tolist(), strict=True):
            if not set(angle) <= ring:
                for level, key in enumerate(around.of_angle(*angle)):
                    angles.setdefault((level, key), []).append(value)
    return {k: float(np.mean(v)) for k, v in lengths.items()}, {k: float(np.mean(v)) for k, v in angles.items()}


def _in_ring(known: Template) -> set[int]:
    return {known.index(f"C1{k}") for k in range(1, 7)} if known.index("C16") >= 0 else set()


def reference_length(around: Surroundings, i: int, j: int) -> float:
    """Return the reference length of a bond.

    Parameters
    ----------
    around : Surroundings
        The molecule.
    i, j : int
        Its atoms.

    Returns
    -------
    float
        Length in Å.
    """
    for a, b in ((i, j), (j, i)):
        if (around.codes[a], around.fine[b]) in _LENGTHS:
            return _LENGTHS[around.codes[a], around.fine[b]]
    for level, key in enumerate(around.of_bond(i, j)):
        if (level, key) in _tables()[0]:
            return _tables()[0][level, key]
    return COVALENT_RADII[around.elements[i]] + COVALENT_RADII[around.elements[j]]


def reference_angle(around: Surroundings, i: int, j: int, k: int) -> float:
    """Return the reference value of an angle.

    Parameters
    ----------
    around : Surroundings
        The molecule.
    i, j, k : int
        Its atoms, the vertex in the middle.

    Returns
    -------
    float
        Angle in degrees.
    """
    if around.fine[j] in _ANGLES:
        return _ANGLES[around.fine[j]]
    if around.codes[j] == "C2H" and {around.fine[i], around.fine[k]} & {_ENOL}:
        other = k if around.fine[i] == _ENOL else i
        return _ENOL_CARBON if around.elements[other] != "H" else 360 - _ENOL_CARBON - 120
    for level, key in enumerate(around.of_angle(i, j, k)):
        if (level, key) in _tables()[1]:
            return _tables()[1][level, key]
    return 120.0 if len(around.near[j]) == 3 and around.elements[j] == "C" else 109.5
