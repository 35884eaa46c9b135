"""Bounds over bonds between residues that are neither peptides nor of a nucleic acid's chain."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.templates import Template, template, whole_residue
from unbead.mapping.assemble import Assembly
from unbead.relax.residue_geometry import ANGLE_WIDTH, BOND_SHARE, FLAT, HANDED, Bounds, opposite_side

# Angles in degrees at an atom that a bond to another residue ends at, by element, and at flat atoms.
ANGLES = {"S": 103.5, "Se": 100.0, "O": 116.0, "P": 106.0}
FLAT_ANGLE, OTHER_ANGLE = 120.0, 110.5
CARBONYL = 1.30  # Å; a terminal oxygen that near makes its carbon flat
OXYGENS = ("O", "S")


def link_bounds(assembly: Assembly, done: NDArray[np.bool_]) -> Bounds:
    """Collect the bounds over bonds between residues.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    done : ndarray, shape=(n_bonds,), dtype=bool
        Bonds that have bounds already.

    Returns
    -------
    Bounds
        Bond lengths; angles; flatness of flat atoms; handedness of centres of which a bond takes the place of an atom
        that left; esters and thioesters trans.
    """
    index = assembly.atoms.residue_index
    between = (index[assembly.bonds[:, 0]] != index[assembly.bonds[:, 1]]) & ~done
    sheet = _Sheet(assembly)
    for (a, b), length in zip(assembly.bonds[between].tolist(), assembly.bond_lengths[between].tolist(), strict=True):
        sheet.bond(a, b, float(length))
    return sheet.bounds()


class _Sheet:
    """Bounds as they are collected."""

    def __init__(self, assembly: Assembly):
        self.assembly = assembly
        self.first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
        self.pairs: list[tuple[int, int, float, float]] = []
        self.quads: list[tuple[int, int, int, int, float, float]] = []
        self.forms: list[tuple[int, int, int, int, int]] = []

    def bond(self, a: int, b: int, length: float) -> None:
        """Add the bounds over one bond."""
        self.pairs.append((a, b, (1 - BOND_SHARE) * length, (1 + BOND_SHARE) * length))
        for atom, other in ((a, b), (b, a)):
            self._angles(atom, other, length)
            self._handed(atom, other, length)
        for carbon, other in ((a, b), (b, a)):
            self._ester(carbon, other)

    def _known(self, atom: int) -> tuple[Template, int]:
        """Template of an atom's residue, and the first atom of that."""
        row = int(self.assembly.atoms.residue_index[atom])
        known = template(str(self.assembly.template_names[row]))
        assert known is not None, "linked residues have templates"
        return known, int(self.first[row])

    def _near(self, atom: int) -> list[tuple[int, float]]:
        """Heavy atoms bonded to one within its residue, with the lengths of the bonds in Å."""
        known, start = self._known(atom)
        slot = atom - start
        rows = zip(known.bonds.tolist(), known.bond_lengths.tolist(), strict=True)
        lengths = {frozenset(pair): length for pair, length in rows}
        return [(start + i, float(lengths[frozenset((slot, i))])) for i in known.heavy_neighbours(slot)]

    def _acyl(self, atom: int) -> bool:
        known, start = self._known(atom)
        return self.assembly.atoms.elements[atom] == "C" and any(
            known.elements[i - start] in OXYGENS and length < CARBONYL and len(known.heavy_neighbours(i - start)) == 1
            for i, length in self._near(atom)
        )

    def _flat(self, atom: int) -> bool:
        known, start = self._known(atom)
        slot = atom - start
        around = {slot, *known.heavy_neighbours(slot)}
        return self._acyl(atom) or any(around <= set(group) for group in known.planar)

    def _angles(self, atom: int, other: int, length: float) -> None:
        element = str(self.assembly.atoms.elements[atom])
        flat = self._flat(atom)
        degrees = ANGLES.get(element) or (FLAT_ANGLE if flat else OTHER_ANGLE)
        near = self._near(atom)
        for side, own in near:
            low, high = (opposite_side(own, length, degrees + s * ANGLE_WIDTH) for s in (-1, 1))
            self.pairs.append((side, other, low, high))
        if flat and len(near) == 2:
            self.quads.append((atom, near[0][0], near[1][0], other, -FLAT, FLAT))

    def _handed(self, atom: int, other: int, length: float) -> None:
        """Handedness of a centre that lost an atom whose place the bond takes."""
        known, start = self._known(atom)
        whole = template(whole_residue(known.name))
        if whole is None or whole.n_heavy == known.n_heavy:
            return
        centre = whole.index(known.atoms[atom - start])
        for row in whole.chiral[whole.chiral[:, 0] == centre].tolist():
            names = [whole.atoms[i] for i in row]
            gone = [name for name in names if known.index(name) < 0]
            if len(gone) == 1:
                atoms = [start + known.index(name) if name not in gone else other for name in names]
                x = whole.coordinates[row].copy()
                arm = x[names.index(gone[0])] - x[0]
                x[names.index(gone[0])] = x[0] + arm * length / np.linalg.norm(arm)
                volume = float(np.dot(np.cross(x[1] - x[0], x[2] - x[0]), x[3] - x[0]))
                i, j, k, m = atoms
                self.quads.append((i, j, k, m, HANDED[0] * volume, HANDED[1] * volume))

    def _ester(self, carbon: int, other: int) -> None:
        """Esters are flat, their chains trans."""
        if not self._acyl(carbon) or self.assembly.atoms.elements[other] not in OXYGENS:
            return
        elements = self.assembly.atoms.elements
        chain = [i for i, _ in self._near(carbon) if elements[i] == "C"]
        far = [i for i, _ in self._near(other)]
        if len(chain) == 1 == len(far):
            self.forms.append((chain[0], carbon, other, far[0], 1))

    def bounds(self) -> Bounds:
        """Return all as arrays."""
        pairs = np.array(self.pairs).reshape(-1, 4)
        quads = np.array(self.quads).reshape(-1, 6)
        return Bounds(
            pairs[:, :2].astype(np.int64),
            pairs[:, 2],
            pairs[:, 3],
            quads[:, :4].astype(np.int64),
            quads[:, 4],
            quads[:, 5],
            np.array(self.forms, np.int64).reshape(-1, 5),
        )
