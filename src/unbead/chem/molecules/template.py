"""The template of a molecule that RDKit knows: lengths and angles of its conformer, what is flat, what is handed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.angles import angle
from unbead.chem.molecules.derived import canonical_parent, is_amino_acid
from unbead.chem.molecules.reader import heavy_neighbours, stereocentres
from unbead.chem.templates import Template
from unbead.extras import require

FLAT = 0.15  # Å that atoms of a planar group may be off their plane in the conformer
MOST = 1000  # ways to lay a molecule onto itself that are looked at


def number_names(elements: Sequence[str]) -> tuple[str, ...]:
    """Name atoms by element and number: ``C1``, ``C2``, ``O1``.

    Parameters
    ----------
    elements : sequence of str
        Element symbols.

    Returns
    -------
    tuple of str
        Names.
    """
    count: dict[str, int] = {}
    names = []
    for element in elements:
        count[element] = count.get(element, 0) + 1
        names.append(f"{element.upper()}{count[element]}")
    return tuple(names)


def make_template(molecule: Any, name: str, names: Sequence[str]) -> Template:
    """Make a template of a molecule.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        A molecule with hydrogens and one conformer, as `read_molecule` returns it.
    name : str
        Residue name.
    names : sequence of str
        Names of the atoms; hydrogens at the end that have none get new ones.

    Returns
    -------
    Template
        The template, of kind ``amino`` where it has the backbone of an amino acid (see
        `unbead.chem.molecules.derived.is_amino_acid`), else ``molecule``. Centres of which two branches are equal
        have no handedness, since nothing tells the names of these branches apart.
    """
    elements = np.array([atom.GetSymbol() for atom in molecule.GetAtoms()])
    fresh = (new for k in range(1, len(elements) + len(names) + 1) if (new := f"H{k}") not in names)
    names = [*names, *islice(fresh, len(elements) - len(names))]
    order = np.argsort(elements == "H", kind="stable")
    place = np.argsort(order)
    x = molecule.GetConformer().GetPositions()[order]
    pairs = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    bonds = np.sort(place[np.array(pairs, np.int64).reshape(-1, 2)], 1)
    bonds = bonds[np.lexsort(bonds.T[::-1])]
    near = [sorted(place[[other.GetIdx() for other in molecule.GetAtomWithIdx(int(i)).GetNeighbors()]]) for i in order]
    angles = np.array([(i, j, k) for j, around in enumerate(near) for i, k in combinations(around, 2)], np.int64)
    angles = angles.reshape(-1, 3)
    made = Template(
        name=name,
        parent=name,
        kind="molecule",
        atoms=tuple(str(names[i]) for i in order),
        elements=tuple(elements[order]),
        bonds=bonds,
        bond_lengths=np.linalg.norm(x[bonds[:, 0]] - x[bonds[:, 1]], axis=1),
        angles=angles,
        angle_values=angle(*(x[angles[:, k]] for k in range(3))),
        chiral=_handed(molecule, place, x),
        prochiral=np.zeros((0, 4), np.int64),
        planar=tuple(tuple(sorted(int(place[i]) for i in group)) for group in _planar(molecule)),
        symmetric=_swaps(molecule, place),
        coordinates=x,
    )
    return replace(made, kind="amino", parent=canonical_parent(made) or name) if is_amino_acid(made) else made


def automorphisms(molecule: Any) -> NDArray[np.int64]:
    """List the ways to lay the heavy atoms of a molecule onto themselves.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        A molecule.

    Returns
    -------
    ndarray, shape=(n, n_heavy), dtype=int64
        Image of each heavy atom, by rank among the heavy atoms; at most 1,000 ways that keep handedness.
    """
    chem = require("rdkit.Chem", "molecules")
    heavy = chem.RemoveAllHs(molecule)
    for bond in heavy.GetBonds():  # both oxygens of a carboxylate are equal, whichever bears the charge
        bond.SetBondType(chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
    for atom in heavy.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
    return np.array(heavy.GetSubstructMatches(heavy, uniquify=False, useChirality=True, maxMatches=MOST), np.int64)


def _rigid(bond: Any) -> bool:
    """Whether a bond keeps its neighbours in one plane: double, aromatic, of a small ring, ester or secondary amide."""
    chem = require("rdkit.Chem", "molecules")
    flat = chem.HybridizationType.SP2
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    if any(end.GetHybridization() != flat for end in ends):
        return False
    if bond.GetIsAromatic() or bond.GetBondTypeAsDouble() == 2 or bond.IsInRingSize(5) or bond.IsInRingSize(6):
        return True
    return any(
        carbon.GetSymbol() == "C"
        and other.GetSymbol() in "NO"
        and len(heavy_neighbours(other)) == 2
        and any(b.GetBondTypeAsDouble() == 2 and b.GetOtherAtom(carbon).GetSymbol() in "OS" for b in carbon.GetBonds())
        for carbon, other in (ends, ends[::-1])
    )


def _planar(molecule: Any) -> list[list[int]]:
    """Atoms of rigid bonds that hang together and all that is bonded to them, if it is flat; else bond by bond.

    Other atoms with three bonds in one plane are groups of their own, with their neighbours.
    """
    chem = require("rdkit.Chem", "molecules")
    x = molecule.GetConformer().GetPositions()
    rigid = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds() if _rigid(bond)]
    clusters: list[set[int]] = []
    for pair in rigid:
        joined = [cluster for cluster in clusters if cluster & set(pair)]
        clusters = [cluster for cluster in clusters if not cluster & set(pair)] + [set(pair).union(*joined)]
    groups = []
    for cluster in clusters:
        whole = _with_neighbours(molecule, cluster)
        if _off_plane(x[whole]) < FLAT:
            groups.append(whole)
        else:
            groups += [_with_neighbours(molecule, set(pair)) for pair in rigid if set(pair) <= cluster]
    centres = [a.GetIdx() for a in molecule.GetAtoms() if a.GetHybridization() == chem.HybridizationType.SP2]
    alone = [_with_neighbours(molecule, {i}) for i in centres]
    groups += [group for group in alone if not any(set(group) <= set(other) for other in groups)]
    return [group for group in groups if len(group) > 3 and _off_plane(x[group]) < 2 * FLAT]


def _with_neighbours(molecule: Any, atoms: set[int]) -> list[int]:
    around = {other for i in atoms for other in molecule.GetAtomWithIdx(i).GetNeighbors()}
    found = atoms | {other.GetIdx() for other in around}
    return sorted(i for i in found if molecule.GetAtomWithIdx(i).GetSymbol() != "H")


def _off_plane(points: NDArray[np.float64]) -> float:
    centred = points - points.mean(0)
    return float(np.abs(centred @ np.linalg.svd(centred)[2][2]).max())


def _handed(molecule: Any, place: NDArray[np.int64], x: NDArray[np.float64]) -> NDArray[np.int64]:
    """Tetrahedral stereocentres, with three heavy neighbours in the order of a positive triple product."""
    rows = []
    for found in stereocentres(molecule):
        atom = molecule.GetAtomWithIdx(found.centeredOn)
        around = sorted(int(place[n.GetIdx()]) for n in atom.GetNeighbors() if n.GetSymbol() != "H")[:3]
        if len(around) == 3:
            centre = int(place[found.centeredOn])
            a, b, c = x[around] - x[centre]
            rows.append([centre, *(around if a @ np.cross(b, c) > 0 else around[::-1])])
    return np.array(rows, np.int64).reshape(-1, 4)


def _swaps(molecule: Any, place: NDArray[np.int64]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Smallest exchanges of heavy atoms that leave the molecule as it is."""
    heavy = place[[atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetSymbol() != "H"]]
    found = set()
    for image in automorphisms(molecule):
        moved = frozenset((int(a), int(b)) for a, b in zip(heavy, heavy[image], strict=True) if a < b)
        if moved and (image[image] == np.arange(len(image))).all():
            found.add(moved)
    smallest = [swap for swap in found if not any(other < swap for other in found)]
    return tuple(sorted(tuple(sorted(swap)) for swap in smallest))
