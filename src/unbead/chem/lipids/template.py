"""Templates of lipids that do not ship, composed from their shorthand."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from unbead.chem.lipids.conformer import shape
from unbead.chem.lipids.graph import RING, Graph, lipid_graph
from unbead.chem.lipids.reference import Surroundings, reference_angle, reference_length
from unbead.chem.lipids.shorthand import Lipid, template_name
from unbead.chem.templates import Template, shipped_template


@cache
def lipid_template(lipid: Lipid) -> Template:
    """Return the template of a lipid, by its composition alone.

    Parameters
    ----------
    lipid : Lipid
        A lipid.

    Returns
    -------
    Template
        The one that ships, or one with the same names, lengths and angles put together by rule.
    """
    known = shipped_template(template_name(lipid))
    return known if known is not None else _compose(lipid)


def _compose(lipid: Lipid) -> Template:
    graph = lipid_graph(lipid)
    atoms = sorted(graph.elements, key=lambda atom: graph.elements[atom] == "H")
    place = {atom: i for i, atom in enumerate(atoms)}
    elements = [graph.elements[atom] for atom in atoms]
    bonds = sorted((min(place[a], place[b]), max(place[a], place[b])) for a, b in graph.bonds)
    around = Surroundings(elements, bonds)
    angles = [(i, j, k) for j in range(len(atoms)) for i, k in combinations(sorted(around.near[j]), 2)]
    planar = _planar_groups(around)
    lengths = np.array([reference_length(around, i, j) for i, j in bonds])
    values = np.array([reference_angle(around, i, j, k) for i, j, k in angles])
    values = _ring_values(graph, atoms, angles, values)
    chiral = [[place[atom] for atom in row] for row in graph.chiral]
    doubles = {(place[a], place[b]): form for (a, b), form in graph.doubles.items()}
    coordinates = shape(around, bonds, lengths, angles, values, planar, chiral, doubles, atoms)
    heavy = coordinates[[i for i, element in enumerate(elements) if element != "H"]]
    return Template(
        name=template_name(lipid),
        parent=template_name(lipid),
        kind="lipid",
        atoms=tuple(atoms),
        elements=tuple(elements),
        bonds=np.array(bonds, np.int64).reshape(-1, 2),
        bond_lengths=lengths.round(4),
        angles=np.array(angles, np.int64).reshape(-1, 3),
        angle_values=values.round(2),
        chiral=np.array(chiral, np.int64).reshape(-1, 4),
        prochiral=np.zeros((0, 4), np.int64),
        planar=planar,
        symmetric=_swaps(around),
        coordinates=(coordinates - heavy.mean(0)).round(3),
    )


def _ring_values(
    graph: Graph, atoms: Sequence[str], angles: list[tuple[int, int, int]], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Angles of the inositol ring as they are in a template that ships."""
    known = shipped_template("POPI24")
    if ("C16", "C11") not in graph.bonds or known is None:
        return values
    ring = set(RING)
    table = {
        (known.atoms[j], frozenset((known.atoms[i], known.atoms[k]))): value
        for (i, j, k), value in zip(known.angles.tolist(), known.angle_values.tolist(), strict=True)
    }
    found = values.copy()
    for n, (i, j, k) in enumerate(angles):
        if {atoms[i], atoms[j], atoms[k]} <= ring:
            found[n] = table[atoms[j], frozenset((atoms[i], atoms[k]))]
    return found


def _planar_groups(around: Surroundings) -> tuple[tuple[int, ...], ...]:
    """Coplanar heavy atoms: double bonds, esters, amides and carboxylates, each with all that hangs on it."""
    heavy = {i: [j for j in near if around.elements[j] != "H"] for i, near in enumerate(around.near)}
    flat = {i for i in heavy if around.elements[i] == "C" and len(around.near[i]) == 3}
    groups = set()
    for i in flat:
        core = {i}
        for j in heavy[i]:
            acyl = around.codes[i] == "C3"
            bridge = around.elements[j] == "N" or (around.elements[j] == "O" and len(heavy[j]) == 2)
            if j in flat or (acyl and bridge):
                core.add(j)
        groups.add(tuple(sorted({i, *heavy[i], *(k for j in core for k in heavy[j])})))
    return tuple(sorted(groups))


def _swaps(around: Surroundings) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Terminal atoms of one element on the same atom: oxygens of phosphates and carboxylates, methyls of choline."""
    found = []
    for near in around.near:
        ends = [j for j in near if around.elements[j] != "H" and around.codes[j][1] == "1"]
        found += [((i, j),) for i, j in combinations(sorted(ends), 2) if around.elements[i] == around.elements[j]]
    return tuple(sorted(found))
