"""Covalent bonds between residues besides those of chains, told from bonds and distances of beads.

A bond of the file between two beads is covalent where the atoms of the beads can react and the beads are as near as
such a bond allows. Elastic networks and Gō models fail this: their beads are far apart, hold atoms that have no bond
free, or have bonds to many others. Where the file tells no bonds, beads that are nearer than two molecules ever are
stand for bonded atoms.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from MDAnalysis.lib.distances import calc_bonds, self_capped_distance
from numpy.typing import NDArray

from unbead.chem.molecules.reactive import Chemistry, Group, bond_of, groups, possible_bonds
from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import Template, residue_without, template
from unbead.mapping.fit import Fit
from unbead.mapping.molecule import MoleculeMapping
from unbead.structure.chains import closed_chains
from unbead.structure.unwrap import SMALLEST

TOLD = 1.2  # Å beyond the longest distance of ideal geometry that bonded beads of a simulation may have
NEAR = 0.3  # Å beyond it where only the distance tells; two molecules stay some 1 Å farther apart
INSIDE = 1.3  # Å from its bead, within which an atom may be bonded by distance alone
FEW = 5  # bonds between beads that cannot react, beyond which a file has an elastic network
NETWORK = 3  # bonds of one bead to other residues, from which on they are taken for a network
BY_DISTANCE = ("amine", "carboxyl", "thiol")  # groups that may be bonded by distance alone
DISULFIDE = "disulfide"  # is found by its sulfurs after they are built, frame by frame


@dataclass(frozen=True)
class Link:
    """A bond between two residues that no chain explains.

    Attributes
    ----------
    residues : tuple of int
        Both residues.
    chemistry : Chemistry
        Bonded atoms, length and what leaves.
    told : bool
        Whether the file or the mapping tells it; else distances do.
    """

    residues: tuple[int, int]
    chemistry: Chemistry
    told: bool

    def shifted(self, residues: int) -> "Link":
        """Return the same bond of a copy of the system.

        Parameters
        ----------
        residues : int
            Residues before the copy.

        Returns
        -------
        Link
            The bond.
        """
        return replace(self, residues=(self.residues[0] + residues, self.residues[1] + residues))

    def describe(self, residues: Residues) -> str:
        """Name the bond for people.

        Parameters
        ----------
        residues : Residues
            The residues of the system.

        Returns
        -------
        str
            Such as ``amide bond of LYS 48 (chain A) NZ and GLY 76 (chain B) C``.
        """
        ends = (f"{residues.label(i)} {atom}" for i, atom in zip(self.residues, self.chemistry.atoms, strict=True))
        kind = "bond" if self.chemistry.kind == "bond" else f"{self.chemistry.kind} bond"
        return f"{kind} of {' and '.join(ends)}" + ("" if self.told else ", by distance")


@dataclass(frozen=True)
class Links:
    """What `find_links` found.

    Attributes
    ----------
    beads : Particles
        The beads; residues that lost atoms bear the names of templates without them.
    found : tuple of Link
        The bonds.
    doubts : tuple of str
        Bonds of the file that are not built, and why.
    """

    beads: Particles
    found: tuple[Link, ...]
    doubts: tuple[str, ...] = field(default=())


def find_links(beads: Particles, fit: Fit) -> Links:
    """Find the covalent bonds between residues of a system.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure.
    fit : Fit
        What its residues are.

    Returns
    -------
    Links
        The bonds, and the beads with the names of what is left of their residues; the same beads if nothing left.
    """
    return _Search(beads, fit).run()


class _Search:
    """Looks for bonds between residues; a group of atoms that has a bond makes no other."""

    def __init__(self, beads: Particles, fit: Fit):
        self.beads = beads
        residues = beads.residues
        self.kind = fit.kind
        self.molecules: list[MoleculeMapping | None] = [*(kind.molecule for kind in fit.kinds), None]
        self.templates: list[Template | None] = [*(kind.template for kind in fit.kinds), None]
        last, first = closed_chains(beads).T
        self.follows = residues.bonded_to_previous.copy()
        self.follows[first] = True
        self.goes_on = np.append(residues.bonded_to_previous[1:], False)
        self.goes_on[last] = True
        self.spent: dict[int, set[str]] = {}
        self.lost: dict[int, list[str]] = {}
        self.found: list[Link] = []
        self.doubts: list[str] = []
        usable = beads.box is not None and beads.box[:3].min() >= SMALLEST
        self.box = beads.box if usable else None

    def run(self) -> Links:
        """Look in the file's bonds, then in what mappings tell, then by distance."""
        for row in np.flatnonzero(self.goes_on).tolist():
            known = self.template(row)
            if known is not None and known.kind == "amino" and known.index("OXT") >= 0:
                self.lost.setdefault(row, []).append("OXT")
        self._from_mappings()
        self._from_file()
        self._by_distance()
        if not self.lost:
            return Links(self.beads, tuple(self.found), tuple(self.doubts))
        names = self.beads.residues.names.astype(object)
        for row, atoms in self.lost.items():
            known = self.template(row)
            assert known is not None, "only residues with a template lose atoms"
            names[row] = residue_without(known.name, sorted(set(atoms), key=known.index))
        residues = replace(self.beads.residues, names=names.astype(str))
        return Links(replace(self.beads, residues=residues), tuple(self.found), tuple(self.doubts))

    def template(self, row: int) -> Template | None:
        """Template of a residue."""
        return self.templates[self.kind[row]]

    def groups(self, row: int, bead: str, *, free: bool = True) -> tuple[Group, ...]:
        """Functional groups in a bead of a residue: those that have no bond yet, or all."""
        known, molecule = self.template(row), self.molecules[self.kind[row]]
        if known is None or molecule is None or bead not in molecule.beads:
            return ()
        place, spent = molecule.beads.index(bead), self.spent.get(row, set())
        there = []
        for group in groups(known):
            taken = group.atom in spent or (group.end == "first" and self.follows[row])
            taken |= group.end == "last" and bool(self.goes_on[row])
            column = molecule.column(group.atom)
            if (
                not (free and taken)
                and column >= 0
                and (molecule.weights[place, column] or molecule.owner[column] == place)
            ):
                there.append(group)
        return tuple(there)

    def arm(self, row: int, bead: str, atom: str) -> float:
        """Distance of an atom from the centre of its bead in the template, in Å."""
        known, molecule = self.template(row), self.molecules[self.kind[row]]
        assert known is not None and molecule is not None, "groups have a template"
        place = molecule.beads.index(bead)
        weights = np.array([
            molecule.weights[place, column] if (column := molecule.column(name)) >= 0 else 0.0
            for name in known.atoms[: known.n_heavy]
        ])  # fmt: skip
        if not weights.any():
            return 0.0
        heavy = known.coordinates[: known.n_heavy]
        return float(np.linalg.norm(heavy[known.index(atom)] - weights @ heavy / weights.sum()))

    def reach(self, rows: tuple[int, int], beads: tuple[str, str], chemistry: Chemistry) -> float:
        """Largest distance of two beads whose atoms are bonded, in ideal geometry, in Å."""
        arms = (self.arm(row, bead, atom) for row, bead, atom in zip(rows, beads, chemistry.atoms, strict=True))
        return sum(arms) + chemistry.length

    def bind(self, rows: tuple[int, int], chemistry: Chemistry, told: bool) -> None:
        """Note a bond, and what it spends."""
        for row, atom, lost in zip(rows, chemistry.atoms, chemistry.lost, strict=True):
            self.spent.setdefault(row, set()).add(atom)
            if lost:
                self.lost.setdefault(row, []).extend(lost)
        self.found.append(Link(rows, chemistry, told))

    def _from_file(self) -> None:
        index = self.beads.residue_index
        pairs = self.beads.bonds
        pairs = pairs[index[pairs[:, 0]] != index[pairs[:, 1]]]
        if not len(pairs):
            return
        pairs = np.unique(np.sort(pairs, 1), axis=0)
        others = np.bincount(pairs.ravel(), minlength=len(self.beads))
        x = self.beads.positions
        apart = calc_bonds(x[pairs[:, 0]], x[pairs[:, 1]], box=self.box)
        rows = [tuple(row) for row in index[pairs].tolist()]
        names = [tuple(pair) for pair in self.beads.names[pairs].tolist()]
        bonds = list(zip(pairs.tolist(), rows, names, strict=True))
        order = [k for k in np.argsort(apart, kind="stable").tolist() if not self._of_chain(rows[k])]
        possible = {k: self._possible(rows[k], names[k]) for k in order}
        idle = sum(not ways for ways in possible.values())
        network = idle > max(FEW, len(possible) - idle)
        for k in order:
            pair, rows_of, names_of = bonds[k]
            many = others[pair].max() >= NETWORK + self._in_chain(rows_of)
            fitting = [
                chemistry
                for chemistry in self._possible(rows_of, names_of)
                if apart[k] <= self.reach(rows_of, names_of, chemistry) + (NEAR if many else TOLD)
                and not (network and self._longest_arm(rows_of, names_of, chemistry) > INSIDE)
            ]
            if len(fitting) == 1:
                self.bind(rows_of, fitting[0], told=True)
            elif fitting or (not possible[k] and not network and self._own(rows_of)):
                self.doubts.append(self._open(rows_of, names_of, fitting))

    def _of_chain(self, rows: tuple[int, int]) -> bool:
        """Whether the chain joins two residues, or a bond that was found before."""
        low, high = sorted(rows)
        chained = high - low == 1 and bool(self.beads.residues.bonded_to_previous[high])
        return (chained and not self._side_groups(low, high)) or any(
            set(link.residues) == {low, high} for link in self.found
        )

    def _side_groups(self, low: int, high: int) -> bool:
        """Whether the side chains of neighbours could be bonded, too, as those of vicinal cysteines.

        Where each residue is one bead, the bond of the file is that of the chain: it tells nothing of side chains.
        """
        molecules = [self.molecules[self.kind[row]] for row in (low, high)]
        if all(each is not None and len(each.beads) == 1 for each in molecules):
            return False
        known = self.template(low), self.template(high)
        if known[0] is None or known[1] is None:
            return False
        sides = [tuple(group for group in groups(each) if not group.end) for each in known if each is not None]
        return bool(possible_bonds(sides[0], sides[1]))

    def _possible(self, rows: tuple[int, int], beads: tuple[str, str]) -> list[Chemistry]:
        """Bonds that the atoms of two beads can still make; methyls and the like only by beads that stand for them."""
        first, second = (self.groups(row, bead) for row, bead in zip(rows, beads, strict=True))
        found = possible_bonds(first, second)
        return [one for one in found if not one.seldom or self._longest_arm(rows, beads, one) <= INSIDE]

    def _longest_arm(self, rows: tuple[int, int], beads: tuple[str, str], chemistry: Chemistry) -> float:
        """Distance of the atom that is farther from its bead, in Å."""
        return max(self.arm(row, bead, atom) for row, bead, atom in zip(rows, beads, chemistry.atoms, strict=True))

    def _own(self, rows: tuple[int, int]) -> bool:
        """Whether one of two residues is a molecule of the user's own."""
        known = (self.template(row) for row in rows)
        return any(each is not None and each.kind == "molecule" for each in known)

    def _open(self, rows: tuple[int, int], beads: tuple[str, str], fitting: list[Chemistry]) -> str:
        """Say that a bond is not built, and what would settle it."""
        label = " and ".join(f"{self.beads.residues.label(row)} {bead}" for row, bead in zip(rows, beads, strict=True))
        ways = " or ".join("–".join(chemistry.atoms) for chemistry in fitting)
        why = f"may be bonded by {ways}" if ways else "no known chemistry joins them"
        return f"{label}: {why}; say which atoms with `links:` in a mapping file"

    def _in_chain(self, rows: tuple[int, int]) -> int:
        """Bonds to neighbours in the chain that a bead may have besides."""
        return max(int(self.follows[row]) + int(self.goes_on[row]) for row in rows)

    def _from_mappings(self) -> None:
        """Bonds that mapping files tell: to neighbours in the chain, and to named atoms of other residues."""
        for row in range(len(self.beads.residues)):
            molecule = self.molecules[self.kind[row]]
            for atom, partner in molecule.links if molecule is not None else ():
                if partner[0] in "+-":
                    other = row + 1 if partner[0] == "+" else row - 1
                    if 0 <= other < len(self.beads.residues) and self._neighbours(min(row, other)):
                        self._bind_atoms((row, other), (atom, partner[1:]))
                else:
                    self._bind_named(row, atom, partner)

    def _neighbours(self, row: int) -> bool:
        """Whether a residue and the next are of one chain by name and number."""
        r = self.beads.residues
        same = r.chains[row] == r.chains[row + 1] and r.segments[row] == r.segments[row + 1]
        return bool(same and r.numbers[row + 1] - r.numbers[row] in (0, 1))

    def _bind_named(self, row: int, atom: str, partner: str) -> None:
        """Bond an atom to the nearest free one of a name, in another residue of a name."""
        residue, _, name = partner.rpartition(":")
        names = self.beads.residues.names
        for other in np.flatnonzero(names == residue) if residue else range(len(names)):
            if other != row:
                self._bind_atoms((row, int(other)), (atom, name))

    def _bind_atoms(self, rows: tuple[int, int], atoms: tuple[str, str]) -> None:
        """Bond two atoms by name, where both residues have them free and their beads are near."""
        known = [self.template(row) for row in rows]
        if known[0] is None or known[1] is None:
            return
        if any(atom in self.spent.get(row, ()) for row, atom in zip(rows, atoms, strict=True)):
            return
        places = [self._place(row, atom) for row, atom in zip(rows, atoms, strict=True)]
        if min(places) < 0:
            return
        chemistry = bond_of(known[0], atoms[0], known[1], atoms[1])
        names = (str(self.beads.names[places[0]]), str(self.beads.names[places[1]]))
        x = self.beads.positions[places]
        if calc_bonds(x[0], x[1], box=self.box) <= self.reach(rows, names, chemistry) + TOLD:
            self.bind(rows, chemistry, told=True)

    def _place(self, row: int, atom: str) -> int:
        """The bead that places an atom of a residue; -1 where there is none."""
        molecule = self.molecules[self.kind[row]]
        column = -1 if molecule is None else molecule.column(atom)
        if molecule is None or column < 0:
            return -1
        bead = molecule.beads[molecule.owner[column]]
        start, end = np.searchsorted(self.beads.residue_index, [row, row + 1])
        return next((i for i in range(start, end) if self.beads.names[i] == bead), -1)

    def _by_distance(self) -> None:
        """Bond amines and thiols to carboxylates whose beads are nearer than two molecules come."""
        keys = np.char.add(np.char.add(self.kind.astype(str)[self.beads.residue_index], ":"), self.beads.names)
        _, some, which = np.unique(keys, return_index=True, return_inverse=True)
        index = self.beads.residue_index
        reactive = np.array([bool(self._near_groups(int(index[i]), str(self.beads.names[i]))) for i in some], bool)
        rows = np.flatnonzero(reactive[which])
        if len(rows) < 2:
            return
        x = self.beads.positions[rows]
        pairs, apart = self_capped_distance(x, 2 * INSIDE + 2.0 + NEAR, box=self.box)
        for k in np.argsort(apart, kind="stable").tolist():
            first, second = rows[pairs[k]].tolist()
            pair = (int(index[first]), int(index[second]))
            if pair[0] == pair[1]:
                continue
            beads = (str(self.beads.names[first]), str(self.beads.names[second]))
            mine, other = (self._near_groups(row, bead, free=True) for row, bead in zip(pair, beads, strict=True))
            ends = {group.atom for group in (*mine, *other) if group.end}
            possible = [
                chemistry
                for chemistry in possible_bonds(mine, other)
                if chemistry.kind != DISULFIDE
                and not ends.issuperset(chemistry.atoms)  # chains are never joined by distance
                and apart[k] <= self.reach(pair, beads, chemistry) + NEAR
            ]
            if len(possible) == 1:
                self.bind(pair, possible[0], told=False)

    def _near_groups(self, row: int, bead: str, *, free: bool = False) -> tuple[Group, ...]:
        """Groups of an amino acid that may be bonded by distance; all of them, or those without a bond."""
        known = self.template(row)
        if known is None or known.kind != "amino":
            return ()
        found = self.groups(row, bead, free=free)
        return tuple(group for group in found if group.kind in BY_DISTANCE and self.arm(row, bead, group.atom) < INSIDE)


def link_rows(
    links: tuple[Link, ...], templates: NDArray[np.str_], first: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Turn bonds between residues into bonds between atoms.

    Parameters
    ----------
    links : tuple of Link
        The bonds.
    templates : ndarray, shape=(n_residues,), dtype=str
        Template of each residue.
    first : ndarray, shape=(n_residues,), dtype=int64
        First atom of each residue.

    Returns
    -------
    pairs : ndarray, shape=(n, 2), dtype=int64
        Bonded atoms.
    lengths : ndarray, shape=(n,), dtype=float64
        Lengths in Å.
    """
    rows, lengths = [], []
    for link in links:
        known = [template(str(templates[row])) for row in link.residues]
        assert known[0] is not None and known[1] is not None, "linked residues have templates"
        places = [each.index(atom) for each, atom in zip(known, link.chemistry.atoms, strict=True) if each is not None]
        if min(places) >= 0:
            rows.append([int(first[row]) + place for row, place in zip(link.residues, places, strict=True)])
            lengths.append(link.chemistry.length)
    return np.array(rows, np.int64).reshape(-1, 2), np.array(lengths)
