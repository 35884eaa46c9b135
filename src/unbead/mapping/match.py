"""Which atom of a molecule is which line of a mapping file, by elements, bonds and beads.

Beads are pieces of a molecule that hang together, and an atom labelled as placed from another one is bonded to it. That
leaves few ways to name the atoms of a structure that has no names, or names of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching, shortest_path

from unbead.chem.elements import guess_element
from unbead.chem.molecules.derived import BACKBONE, remoteness
from unbead.errors import UnbeadError
from unbead.mapping.grammar import AtomEntry, MoleculeFile

FLAT = 3  # bonds of a carbonyl carbon
MOST_STEPS = 200_000  # of the search


@dataclass(frozen=True)
class Graph:
    """Elements and bonds of a molecule.

    Attributes
    ----------
    elements : tuple of str
        Element symbols of all atoms.
    bonds : ndarray, shape=(n_bonds, 2), dtype=int64
        Bonded atoms.
    images : ndarray, shape=(n_images, n_heavy), dtype=int64
        Ways to lay the heavy atoms onto themselves, by rank among the heavy atoms.
    """

    elements: tuple[str, ...]
    bonds: NDArray[np.int64]
    images: NDArray[np.int64]


def fits(file: MoleculeFile, graph: Graph, names: Sequence[str]) -> bool:
    """Whether a structure's own atom names are those of a mapping file.

    Parameters
    ----------
    file : MoleculeFile
        A mapping file.
    graph : Graph
        The molecule.
    names : sequence of str
        Names of its atoms; empty where it has none.

    Returns
    -------
    bool
        True if the heavy atoms have the names of the file, and its bonds where it lists them; else every bead hangs
        together.
    """
    if not names:
        return False
    search = _Search(file, graph, labelled=False)
    at = {name: i for i, name in enumerate(names)}
    found = [next((at[name] for name in entry.names if name in at), -1) for entry in search.heavy]
    if -1 in found or sorted(found) != search.atoms:
        return False
    same = all(graph.elements[i] == element for i, element in zip(found, search.elements, strict=True))
    if same and file.bonds:
        heavy = set(found)
        listed = {frozenset(at.get(end, -1) for end in bond) for bond in file.bonds}
        return {bond for bond in listed if bond <= heavy} == {
            frozenset(bond) for bond in graph.bonds.tolist() if heavy.issuperset(bond)
        }
    return same and all(search.joined([found[k] for k in members]) for members in search.members.values())


def match_names(file: MoleculeFile, graph: Graph) -> list[tuple[str, ...]]:
    """Find the names of a molecule's atoms.

    Parameters
    ----------
    file : MoleculeFile
        A mapping file.
    graph : Graph
        The molecule.

    Returns
    -------
    list of tuple of str
        Names of all atoms, one entry for each way that gives other beads; hydrogens that the file does not list are
        named ``H`` and a number. Of ways that give the same beads, the one is taken in which atoms of successive
        numbers are nearest along the bonds, as people number them; the ways are in that order.

    Raises
    ------
    UnbeadError
        If the file does not describe the molecule, or the search takes too long.
    """
    for labelled in (True, False):
        search = _Search(file, graph, labelled)
        found: dict[tuple, dict[int, int]] = {}
        for places in search.solutions():
            if search.names(places) is not None and search.has_backbone(places):
                tidy = search.tidy(places)
                kind = search.kind(places)
                found[kind] = min(found.get(kind, tidy), tidy, key=search.disorder)
        if found:
            ordered = sorted(found.values(), key=search.disorder)
            return [names for places in ordered if (names := search.names(places)) is not None]
    raise UnbeadError(
        f"{file.source}:1: its beads are no pieces of the molecule's bond graph;"
        " compare both, or give a structure with the atom names of the file"
    )


class _Search:
    """Lines of heavy atoms are given atoms one by one, bead by bead."""

    def __init__(self, file: MoleculeFile, graph: Graph, labelled: bool):
        present = set(graph.elements)
        self.file, self.graph = file, graph
        elements = [_element(entry, present) for entry in file.atoms]
        self.heavy = [entry for entry, element in zip(file.atoms, elements, strict=True) if element != "H"]
        self.elements = [element for element in elements if element != "H"]
        self.light = [entry for entry, element in zip(file.atoms, elements, strict=True) if element == "H"]
        self.line = {entry.names[0]: k for k, entry in enumerate(self.heavy)}
        self.amino = all(name in self.line for bond in BACKBONE for name in bond)
        self.atoms = [i for i, element in enumerate(graph.elements) if element != "H"]
        self.near: list[list[int]] = [[] for _ in graph.elements]
        for i, j in graph.bonds.tolist():
            self.near[i].append(j)
            self.near[j].append(i)
        self.hydrogens = [[j for j in near if graph.elements[j] == "H"] for near in self.near]
        self.count_light = len(self.light) == sum(element == "H" for element in graph.elements)
        self.members: dict[str, list[int]] = {}
        for k, entry in enumerate(self.heavy):
            for bead in entry.beads:
                self.members.setdefault(bead, []).append(k)
        self.anchor = {k: self._placed_from(entry) for k, entry in enumerate(self.heavy)} if labelled else {}
        self.bearer = [self._placed_from(entry) if labelled else [] for entry in self.light]
        self._refuse_other_formula()
        self.order = self._order()
        self.steps = 0
        n = len(graph.elements)
        i, j = graph.bonds.T
        self.apart = shortest_path(csr_matrix((np.ones(len(i)), (i, j)), shape=(n, n)), directed=False, unweighted=True)
        numbered = sorted((self.elements[k], number(entry.names[0]), k) for k, entry in enumerate(self.heavy))
        self.following = [(a[2], b[2]) for a, b in pairwise(numbered) if a[0] == b[0]]

    def _refuse_other_formula(self) -> None:
        there = sorted(self.graph.elements[i] for i in self.atoms)
        if sorted(self.elements) != there:
            raise UnbeadError(
                f"{self.file.source}:1: {self.file.molecule} has {_formula(self.elements)} here and {_formula(there)}"
                " in the structure (heavy atoms); give the same molecule"
            )

    def _placed_from(self, entry: AtomEntry) -> list[list[int]]:
        """Lines of heavy atoms that may be what a line is placed from, bead by bead."""
        found = []
        for bead, (level, anchor, _) in zip(entry.beads, entry.levels, strict=False):
            if level > 1:
                found.append([m for m in self.members.get(bead, ()) if self._is_anchor(m, bead, level - 1, anchor)])
        return [lines for lines in found if lines]

    def _is_anchor(self, line: int, bead: str, level: int, anchor: str) -> bool:
        entry = self.heavy[line]
        labels = zip(entry.beads, entry.levels, strict=False)
        return any(b == bead and its == level and _bare(own) == _bare(anchor) for b, (its, _, own) in labels)

    def _order(self) -> list[int]:
        """Lines, those of beads that share an atom with earlier ones first, and anchors before what hangs on them."""
        order: list[int] = []
        beads = sorted(self.members, key=lambda bead: len(self.members[bead]))
        while beads:
            touching = [bead for bead in beads if set(self.members[bead]) & set(order)]
            bead = (touching or beads)[0]
            beads.remove(bead)
            fresh = [k for k in self.members[bead] if k not in order]
            order += sorted(fresh, key=lambda k: max((level for level, _, _ in self.heavy[k].levels), default=1))
        return order

    def joined(self, atoms: Sequence[int]) -> bool:
        """Whether atoms hang together."""
        rest, front = set(atoms), {atoms[0]}
        while front:
            rest -= front
            front = {j for i in front for j in self.near[i]} & rest
        return not rest

    def solutions(self) -> Iterator[dict[int, int]]:
        """Atoms by line, for every way."""
        return self._extend({}, 0)

    def _extend(self, places: dict[int, int], depth: int) -> Iterator[dict[int, int]]:
        if depth == len(self.order):
            yield dict(places)
            return
        k = self.order[depth]
        taken = set(places.values())
        for atom in self._candidates(k, places):
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise UnbeadError(
                    f"{self.file.source}:1: too many ways to name the atoms; give a structure with the file's names"
                )
            if atom in taken:
                continue
            places[k] = atom
            if all(self._possible(bead, places) for bead in self.heavy[k].beads):
                yield from self._extend(places, depth + 1)
            del places[k]

    def _candidates(self, k: int, places: dict[int, int]) -> list[int]:
        near = self.atoms
        for lines in self.anchor.get(k, ()):
            if all(m in places for m in lines):
                near = sorted({j for m in lines for j in self.near[places[m]]}.intersection(near))
        twins = [places[m] for m in self._twins(k) if m in places]
        lowest = max(twins, default=-1)  # equal lines take atoms in their order
        return [i for i in near if i > lowest and self.graph.elements[i] == self.elements[k]]

    def _twins(self, k: int) -> list[int]:
        """Earlier lines that say the same, of which nothing hangs on another line's atom.

        Names of amino acids tell atoms apart, so that none are equal there.
        """
        if self.amino:
            return []
        used = {m for anchors in (*self.anchor.values(), *self.bearer) for lines in anchors for m in lines}
        same = [
            m for m in self.members[self.heavy[k].beads[0]] if m < k and _says(self.heavy[m]) == _says(self.heavy[k])
        ]
        alike = [m for m in same if self.elements[m] == self.elements[k] and self.anchor.get(m) == self.anchor.get(k)]
        return alike if k not in used and not used & set(alike) else []

    def _possible(self, bead: str, places: dict[int, int]) -> bool:
        """Whether a bead can still hang together, and have its hydrogens."""
        members = self.members[bead]
        inside = [places[k] for k in members if k in places]
        if len(inside) < len(members):
            free = set(self.atoms) - set(places.values())
            return _spread(inside, self.near, free, len(members) - len(inside))
        if not self.joined(inside):
            return False
        if not self.count_light:
            return True
        wanted = sum(bead in entry.beads for entry in self.light)
        own = sum(len(self.hydrogens[places[k]]) for k in members if len(self.heavy[k].beads) == 1)
        return own <= wanted <= sum(len(self.hydrogens[atom]) for atom in inside)

    def names(self, places: dict[int, int]) -> tuple[str, ...] | None:
        """Names of all atoms; None where hydrogens do not fit their beads."""
        names = [""] * len(self.near)
        for k, atom in places.items():
            names[atom] = self.heavy[k].names[0]
        light = [(h, k) for k, atom in places.items() for h in self.hydrogens[atom]]
        if self.count_light and light:
            table = [[self._bears(k, line) for line in range(len(self.light))] for _, k in light]
            row = maximum_bipartite_matching(csr_matrix(np.array(table, np.int8)), perm_type="column")
            if (row < 0).any():
                return None
            for (h, _), line in zip(light, row.tolist(), strict=True):
                names[h] = self.light[line].names[0]
        free = (f"H{number}" for number in range(1, 2 * len(names) + 2) if f"H{number}" not in set(names))
        return tuple(name or next(free) for name in names)

    def _bears(self, k: int, line: int) -> bool:
        """Whether a line of a hydrogen may be bonded to that of a heavy atom."""
        inside = bool(set(self.light[line].beads) & set(self.heavy[k].beads))
        return inside and all(k in lines for lines in self.bearer[line])

    def has_backbone(self, places: dict[int, int]) -> bool:
        """Whether N, CA, C and O are bonded as in amino acids, where the file has them, and C is a carbonyl carbon."""
        if not self.amino:
            return True
        at = {name: places[self.line[name]] for bond in BACKBONE for name in bond}
        acid = "OXT" in self.line and self.hydrogens[at["O"]]  # the oxygen that leaves bears the hydrogen
        return not acid and len(self.near[at["C"]]) == FLAT and all(at[b] in self.near[at[a]] for a, b in BACKBONE)

    def disorder(self, places: dict[int, int]) -> int:
        """Bonds between atoms of successive numbers, summed over elements; in amino acids how far names are wrong."""
        if self.amino:
            alpha = places[self.line["CA"]]
            ranks = {name: remoteness(name) for name in self.line}
            return sum(
                abs(rank - int(self.apart[alpha, places[self.line[name]]])) for name, rank in ranks.items() if rank > 0
            )
        return int(sum(self.apart[places[a], places[b]] for a, b in self.following))

    def tidy(self, places: dict[int, int]) -> dict[int, int]:
        """Let lines that say the same exchange their atoms while that gives more orderly numbers."""
        best = dict(places)
        better = True
        while better:
            better = False
            for k in range(len(self.heavy)):
                for m in self._twins(k):
                    trial = best | {k: best[m], m: best[k]}
                    if self.disorder(trial) < self.disorder(best):
                        best, better = trial, True
        return best

    def kind(self, places: dict[int, int]) -> tuple:
        """What the beads are made of: the same for ways that a symmetry of the molecule leads into each other."""
        label = {
            atom: (self.heavy[k].beads, self.heavy[k].shares, self.heavy[k].alone, self.heavy[k].counted)
            for k, atom in places.items()
        }
        row = [label[atom] for atom in self.atoms]
        return min(tuple(row[i] for i in image) for image in self.graph.images.tolist())


def _spread(inside: list[int], near: list[list[int]], free: set[int], room: int) -> bool:
    """Whether the parts of a bead can still be joined by atoms that are not taken."""
    seen, front = {inside[0]}, [inside[0]]
    goal = set(inside)
    while front and not goal <= seen:
        front = [j for i in front for j in near[i] if (j in free or j in goal) and j not in seen]
        seen |= set(front)
    return goal <= seen and room > 0


def _bare(label: str) -> str:
    return label.rstrip("0123456789")  # published files drop the number


def number(name: str) -> int:
    """Return the number in an atom name; 0 where there is none.

    Parameters
    ----------
    name : str
        Atom name.

    Returns
    -------
    int
        Its digits.
    """
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits) if digits else 0


def _says(entry: AtomEntry) -> tuple:
    labels = tuple((level, anchor) for level, anchor, _ in entry.levels)
    return entry.beads, entry.shares, entry.counted, entry.alone, labels


def _element(entry: AtomEntry, present: set[str]) -> str:
    """Element of a line, with two letters where the molecule has such an element."""
    two = entry.names[0][:2].capitalize()
    return two if two in present else guess_element(entry.names[0]) or "C"


def _formula(elements: Sequence[str]) -> str:
    return " ".join(f"{element}{list(elements).count(element)}" for element in sorted(set(elements)))
