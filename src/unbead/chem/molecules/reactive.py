"""Which atoms of two residues make a covalent bond, how long it is, and what leaves.

Functional groups are read off a template's bond graph, so that residues of a user's own have them, too. Lengths are
means of the bond types in the tables of Allen et al. (J. Chem. Soc. Perkin Trans. 2 1987, S1) and, for sugars, of
Jeffrey (Acta Cryst. 1990, B46, 89).
"""

from dataclasses import dataclass
from functools import cache

from unbead.chem.links import DISULFIDE_LENGTH, PEPTIDE_LENGTH, PHOSPHATE_LENGTH
from unbead.chem.templates import Template

# Pairs of functional groups that a bond joins: what it is called, and its length in Å.
CHEMISTRIES = {
    ("amine", "carboxyl"): ("amide", PEPTIDE_LENGTH),
    ("amine", "carboxamide"): ("amide", PEPTIDE_LENGTH),
    ("thiol", "thiol"): ("disulfide", DISULFIDE_LENGTH),
    ("thiol", "carboxyl"): ("thioester", 1.76),
    ("hydroxyl", "carboxyl"): ("ester", 1.336),
    ("hydroxyl", "anomeric"): ("glycosidic", 1.41),
    ("amide", "anomeric"): ("N-glycosidic", 1.45),
    ("amine", "anomeric"): ("N-glycosidic", 1.45),
    ("thiol", "anomeric"): ("S-glycosidic", 1.80),
    ("hydroxyl", "phosphate"): ("phosphodiester", PHOSPHATE_LENGTH),
    ("thiol", "halide"): ("thioether", 1.81),
    ("amine", "halide"): ("amine", 1.47),
    ("thiol", "methyl"): ("thioether", 1.81),
}
LAST_RESORT = frozenset(("methyl", "carboxamide"))  # groups that react only where nothing else can
# Atoms that join a residue to its chain: what they are at its end, and at which end.
_PEPTIDE = {"N": ("amine", "first"), "C": ("carboxyl", "last")}
CHAIN_ENDS = {
    "amino": _PEPTIDE,
    "cap": _PEPTIDE,
    "nucleotide": {"P": ("phosphate", "first"), "O3'": ("hydroxyl", "last")},
}
HALOGENS = ("Cl", "Br", "I")
WIDTH = 0.15  # share of its length that a bond which only the distance tells may be off
CARBONYL = 1.30  # Å; a terminal oxygen nearer than that to its carbon is that of a carbonyl or carboxylate
# Lengths in Å of bonds that are no pair of groups, by elements; with a flat carbon, and without.
LENGTHS = {
    ("C", "C"): (1.50, 1.53),
    ("C", "N"): (1.36, 1.47),
    ("C", "O"): (1.35, 1.43),
    ("C", "S"): (1.76, 1.81),
    ("C", "Se"): (1.90, 1.95),
    ("N", "N"): (1.40, 1.42),
    ("N", "O"): (1.40, 1.41),
    ("N", "P"): (1.65, 1.65),
    ("O", "P"): (PHOSPHATE_LENGTH, PHOSPHATE_LENGTH),
    ("O", "S"): (1.58, 1.58),
    ("S", "S"): (DISULFIDE_LENGTH, DISULFIDE_LENGTH),
    ("S", "Se"): (2.19, 2.19),
    ("Se", "Se"): (2.32, 2.32),
    ("O", "Si"): (1.63, 1.63),
}
FULL = {"C": 4, "N": 4, "O": 2, "S": 2, "P": 4, "Si": 4, "Se": 2}  # bonds, hydrogens counted


@dataclass(frozen=True)
class Group:
    """A functional group of a residue.

    Attributes
    ----------
    atom : str
        The atom that makes the bond.
    kind : str
        As in `CHEMISTRIES`.
    lost : tuple of str
        Heavy atoms that leave.
    end : str
        ``first`` or ``last``: the group is there only where the residue begins or ends its chain; "" for always.
    """

    atom: str
    kind: str
    lost: tuple[str, ...] = ()
    end: str = ""


@dataclass(frozen=True)
class Chemistry:
    """A bond that two residues can make.

    Attributes
    ----------
    kind : str
        What it is called.
    atoms : tuple of str
        The bonded atoms, that of the first residue first.
    length : float
        Its length in Å.
    lost : tuple of tuple of str
        Heavy atoms that leave, of either residue.
    seldom : bool
        Whether one of the groups seldom reacts.
    """

    kind: str
    atoms: tuple[str, str]
    length: float
    lost: tuple[tuple[str, ...], tuple[str, ...]]
    seldom: bool = False


class _Graph:
    """Neighbours of the heavy atoms of a template, by name."""

    def __init__(self, known: Template):
        self.known = known
        self.near: dict[str, list[str]] = {name: [] for name in known.atoms}
        self.length: dict[frozenset[str], float] = {}
        for (a, b), length in zip(known.bonds.tolist(), known.bond_lengths.tolist(), strict=True):
            first, second = known.atoms[a], known.atoms[b]
            self.near[first].append(second)
            self.near[second].append(first)
            self.length[frozenset((first, second))] = length
        self.element = dict(zip(known.atoms, known.elements, strict=True))

    def heavy(self, atom: str) -> list[str]:
        return [other for other in self.near[atom] if self.element[other] != "H"]

    def hydrogens(self, atom: str) -> int:
        return len(self.near[atom]) - len(self.heavy(atom))

    def ends(self, atom: str, elements: tuple[str, ...]) -> list[str]:
        """Neighbours of some elements that are bonded to nothing else but hydrogen, by name."""
        found = (other for other in self.heavy(atom) if self.element[other] in elements)
        return sorted(other for other in found if len(self.heavy(other)) == 1)

    def acyl(self, atom: str) -> bool:
        """Whether an atom is a carbon with a carbonyl oxygen or sulfur."""
        return self.element[atom] == "C" and any(
            self.length[frozenset((atom, end))] < CARBONYL for end in self.ends(atom, ("O", "S"))
        )

    def flat(self, atom: str) -> bool:
        """Whether an atom has all its bonds in one plane."""
        k = self.known.index(atom)
        around = {self.known.index(other) for other in self.heavy(atom)}
        return self.acyl(atom) or any(k in group and around <= set(group) for group in self.known.planar)


@cache
def groups(known: Template) -> tuple[Group, ...]:
    """List the functional groups of a residue.

    Parameters
    ----------
    known : Template
        A residue.

    Returns
    -------
    tuple of Group
        Groups in the order of its atoms.
    """
    graph = _Graph(known)
    return tuple(group for atom in known.atoms[: known.n_heavy] if (group := _group(graph, atom)) is not None)


def _group(graph: _Graph, atom: str) -> Group | None:
    """The functional group of an atom, where it has one."""
    kind = graph.known.kind
    ends = CHAIN_ENDS.get(kind, {})
    if atom in ends and (kind != "cap" or atom == "N" or graph.acyl(atom)):
        role, end = ends[atom]
        return Group(atom, role, ("OXT",) if role == "carboxyl" and "OXT" in graph.element else (), end)
    reader = _READERS.get(graph.element[atom])
    return None if reader is None else reader(graph, atom)


def _sulfur(graph: _Graph, atom: str) -> Group | None:
    heavy = graph.heavy(atom)
    return Group(atom, "thiol") if len(heavy) == 1 and graph.element[heavy[0]] == "C" else None


def _oxygen(graph: _Graph, atom: str) -> Group | None:
    heavy = graph.heavy(atom)
    alcohol = len(heavy) == 1 and graph.element[heavy[0]] == "C" and not graph.acyl(heavy[0])
    return Group(atom, "hydroxyl") if alcohol and graph.hydrogens(atom) else None


def _nitrogen(graph: _Graph, atom: str) -> Group | None:
    heavy = graph.heavy(atom)
    if not graph.hydrogens(atom) or any(graph.element[other] != "C" for other in heavy):
        return None
    if len(heavy) == 1 and graph.acyl(heavy[0]):
        return Group(atom, "amide")
    return Group(atom, "amine") if not any(graph.flat(other) for other in heavy) else None


def _phosphorus(graph: _Graph, atom: str) -> Group | None:
    ends = graph.ends(atom, ("O",))
    return Group(atom, "phosphate", (ends[-1],)) if len(ends) > 2 else None


def _carbon(graph: _Graph, atom: str) -> Group | None:
    if halogens := graph.ends(atom, HALOGENS):
        return Group(atom, "halide", (halogens[0],))
    if graph.acyl(atom):
        return _acyl(graph, atom)
    if (sugar := _anomeric(graph, atom)) is not None:
        return sugar
    return Group(atom, "methyl") if graph.hydrogens(atom) == 3 and len(graph.heavy(atom)) == 1 else None


def _acyl(graph: _Graph, atom: str) -> Group | None:
    ends = graph.ends(atom, ("O",))
    if len(ends) > 1:
        return Group(atom, "carboxyl", (ends[-1],))
    if amines := graph.ends(atom, ("N",)):
        return Group(atom, "carboxamide", (amines[0],))
    return Group(atom, "carboxyl") if graph.hydrogens(atom) and len(graph.heavy(atom)) == 2 else None


def _anomeric(graph: _Graph, atom: str) -> Group | None:
    ends = graph.ends(atom, ("O",))
    inner = [other for other in graph.heavy(atom) if graph.element[other] == "O" and other not in ends]
    if not any(len(graph.heavy(other)) == 2 and _in_ring(graph, atom, other) for other in inner):
        return None
    if len(ends) == 1:
        return Group(atom, "anomeric", (ends[0],))
    # A sugar as it stands in a chain, without the oxygen of its bond, has two hydrogens there.
    return Group(atom, "anomeric") if graph.hydrogens(atom) == 2 and len(graph.heavy(atom)) == 2 else None


_READERS = {"S": _sulfur, "O": _oxygen, "N": _nitrogen, "P": _phosphorus, "C": _carbon}


def _in_ring(graph: _Graph, atom: str, other: str) -> bool:
    """Whether a bond is part of a ring."""
    seen, front = {other}, [other]
    while front:
        front = [
            b for a in front for b in graph.heavy(a) if b not in seen and not (a == other and b == atom)
        ]  # fmt: skip
        seen.update(front)
        if atom in seen:
            return True
    return False


def possible_bonds(first: tuple[Group, ...], second: tuple[Group, ...]) -> list[Chemistry]:
    """List the bonds that two sets of functional groups can make.

    Parameters
    ----------
    first, second : tuple of Group
        Groups of the one and of the other residue.

    Returns
    -------
    list of Chemistry
        All of them; those of groups that seldom react only where there are no others.
    """
    found = []
    for a in first:
        for b in second:
            pair = CHEMISTRIES.get((a.kind, b.kind)) or CHEMISTRIES.get((b.kind, a.kind))
            if pair is not None:
                kind, length = pair
                seldom = bool({a.kind, b.kind} & LAST_RESORT)
                found.append(Chemistry(kind, (a.atom, b.atom), length, (a.lost, b.lost), seldom))
    return [chemistry for chemistry in found if not chemistry.seldom] or found


def bond_at(first: tuple[Template, str], second: tuple[Template, str], length: float) -> Chemistry | None:
    """Tell the bond of two atoms by what can react and by their distance.

    Parameters
    ----------
    first, second : tuple of Template and str
        A residue and its atom.
    length : float
        Distance of the atoms in Å.

    Returns
    -------
    Chemistry or None
        None where they make no bond, or where both would be ends of chains: the two sides of a break.
    """
    ends = [tuple(group for group in groups(known) if group.atom == atom) for known, atom in (first, second)]
    if all(group.end for group in (*ends[0], *ends[1])):
        return None
    for chemistry in possible_bonds(*ends):
        if not chemistry.seldom and abs(length - chemistry.length) < WIDTH * chemistry.length:
            return chemistry
    return None


def bond_of(first: Template, a: str, second: Template, b: str) -> Chemistry:
    """Describe the bond between two atoms that are known to be bonded.

    Parameters
    ----------
    first : Template
        The one residue.
    a : str
        Its atom.
    second : Template
        The other residue.
    b : str
        Its atom.

    Returns
    -------
    Chemistry
        That of their functional groups, else a bond as long as their elements make it.
    """
    mine = tuple(group for group in groups(first) if group.atom == a)
    other = tuple(group for group in groups(second) if group.atom == b)
    if found := possible_bonds(mine, other):
        return found[0]
    graphs = _Graph(first), _Graph(second)
    elements = [graph.element[atom] for graph, atom in zip(graphs, (a, b), strict=True)]
    flat = any(graph.flat(atom) and graph.element[atom] == "C" for graph, atom in zip(graphs, (a, b), strict=True))
    pair = (min(elements), max(elements))
    length = LENGTHS[pair][0 if flat else 1] if pair in LENGTHS else 1.5
    lost = tuple(_leaving(graph, atom) for graph, atom in zip(graphs, (a, b), strict=True))
    return Chemistry("bond", (a, b), length, (lost[0], lost[1]))


def _leaving(graph: _Graph, atom: str) -> tuple[str, ...]:
    """Heavy atom that an atom loses where it has neither a hydrogen to lose nor a bond free."""
    full = 3 if graph.flat(atom) else FULL.get(graph.element[atom], 4)
    if halogens := graph.ends(atom, HALOGENS):
        return (halogens[0],)
    if graph.hydrogens(atom) or len(graph.near[atom]) < full:
        return ()
    ends = graph.ends(atom, ("O", "S", "N"))
    return (ends[-1],) if ends else ()
