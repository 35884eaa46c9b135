"""Atoms that one residue lacks, built from those that it has: bond by bond, by the angles of the template.

What the atoms that are there leave open are the turns about single bonds. They are tried as the network has them and
as templates and rotamers would, and the best is kept: free of contacts, usual, and near to the network's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.chem.angles import dihedral
from unbead.chem.elements import radii
from unbead.chem.templates import Template
from unbead.chem.torsions.rotamers import DIMENSIONS, mass_outside, rotamer_bins, torsion_atoms
from unbead.chem.torsions.rotatable_bonds import rotors
from unbead.structure.superpose import superpose

TURNS = np.arange(-150.0, 181.0, 30.0)  # degrees that a bond is tried at, besides the network's
BEAM = 60  # ways to build a residue that are followed
CLOSE = 0.8  # of the sum of van der Waals radii: nearer atoms are in each other's way
POLAR = 0.5  # Å that two of N and O may be nearer
HARD = 0.15  # Å of a contact's depth that counts as one unit
SURE = 0.25  # Å, as in relax.sidechains
FIRM = 1.0  # weight of the network's positions; tuned with `benchmarks/complete_atoms.py`, see docs/coarsen.md
RAREST = 1e-4  # usualness; rarer torsions are not told apart
VIEW = 12.0  # Å around a residue in which others count


@dataclass(frozen=True)
class Built:
    """One residue with all its heavy atoms.

    Attributes
    ----------
    positions : ndarray, shape=(n_heavy, 3), dtype=float64
        Atoms in Å in the order of the template; those that were there are where they were.
    clash : float
        Depth of the worst contact in Å; zero if there is none.
    """

    positions: NDArray[np.float64]
    clash: float


def build_missing(
    known: Template,
    found: NDArray[np.float64],
    others: NDArray[np.float64],
    other_radii: NDArray[np.float64],
    other_polar: NDArray[np.bool_],
    guess: NDArray[np.float64] | None = None,
    errors: NDArray[np.float64] | None = None,
) -> Built | None:
    """Build the heavy atoms that a residue lacks.

    Parameters
    ----------
    known : Template
        Its template.
    found : ndarray, shape=(n_heavy, 3), dtype=float64
        Atoms in Å; NaN where they are missing.
    others : ndarray, shape=(n, 3), dtype=float64
        Atoms of other residues nearby in Å; those bonded to this one left out.
    other_radii : ndarray, shape=(n,), dtype=float64
        Their van der Waals radii in Å.
    other_polar : ndarray, shape=(n,), dtype=bool
        Whether they are N or O.
    guess : ndarray, shape=(n_heavy, 3), dtype=float64, optional
        Where a network has the atoms.
    errors : ndarray, shape=(n_heavy,), dtype=float64, optional
        Its predicted errors in Å.

    Returns
    -------
    Built or None
        None if too few atoms are there to say where the others are.
    """
    missing = np.isnan(found[:, 0])
    x = found[None].copy()
    placed = ~missing
    if guess is not None:
        guess = _named(known, guess)
        x, placed = _started(known, x, placed, guess)
    if placed.sum() < 3:
        return None
    crowd = _Crowd(known, others, other_radii, other_polar)
    score, worst = np.zeros(1), np.zeros(1)
    new = []
    while not placed.all():
        step = _next(known, placed)
        if step is None:
            return None
        i, a, b, group = step
        x = _grown(known, x, placed, i, a, b, group, guess)
        placed[group] = True
        new += group
        score, worst = _scores(known, x, placed, new, crowd, guess, errors)
        best = np.argsort(score, kind="stable")[:BEAM]
        x, score, worst = x[best], score[best], worst[best]
    return Built(x[0], float(worst[0]))


def _started(known: Template, x: NDArray, placed: NDArray, guess: NDArray) -> tuple[NDArray, NDArray]:
    """Take backbone atoms that are missing, and where fewer than three atoms are there all others, from the network."""
    placed = placed.copy()
    backbone = [k for name in ("N", "CA", "C", "O") if (k := known.index(name)) >= 0]
    spare = [k for k in backbone if not placed[k]]
    if placed.sum() + len(spare) < 3:
        spare = np.flatnonzero(~placed).tolist()
    x[0, spare] = guess[spare]
    placed[spare] = True
    return x, placed


def _twins(known: Template, group: list[int]) -> bool:
    """Whether two neighbours of an atom are equal and in one plane with it, as CD1 and CD2 of phenylalanine."""
    pairs = {frozenset(pair) for swap in known.symmetric for pair in swap}
    return len(group) == 2 and frozenset(group) in pairs


def _named(known: Template, guess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give equal atoms the names that IUPAC gives them: the torsion of the first is between -90° and 90°."""
    near, x = _neighbours(known), guess.copy()
    for i, a in (pair for bond in rotors(known) for pair in (bond, bond[::-1])):
        group = [j for j in near[i] if j != a]
        before = [b for b in near[a] if b != i]
        if _twins(known, group) and before and abs(dihedral(*(x[k] for k in (before[0], a, i, group[0])))) > 90:
            swap = next(each for each in known.symmetric if set(group) in ({*pair} for pair in each))
            for j, k in swap:
                x[[j, k]] = x[[k, j]]
    return x


def _next(known: Template, placed: NDArray[np.bool_]) -> tuple[int, int, int, list[int]] | None:
    """Choose an atom i, a neighbour a and another b to build the missing neighbours of i from, fixed ones first."""
    near = _neighbours(known)
    turning = {frozenset(bond) for bond in rotors(known)}
    options = []
    for i in np.flatnonzero(placed).tolist():
        group = [j for j in near[i] if not placed[j]]
        if not group:
            continue
        for a in (k for k in near[i] if placed[k]):
            ends = [b for b in near[a] if b != i and placed[b]] or [b for b in near[i] if b != a and placed[b]]
            if ends:
                fixed = any(placed[k] and k != a for k in near[i])
                free = not fixed and frozenset((a, i)) in turning
                options.append((free, not fixed, i, a, ends[0], group))
    if not options:
        return None
    _, _, i, a, b, group = min(options, key=lambda option: option[:4])
    return i, a, b, group


def _neighbours(known: Template) -> list[list[int]]:
    near: list[list[int]] = [[] for _ in range(known.n_heavy)]
    for i, j in known.bonds[(known.bonds < known.n_heavy).all(1)].tolist():
        near[i].append(j)
        near[j].append(i)
    return near


def _grown(
    known: Template,
    x: NDArray,
    placed: NDArray,
    i: int,
    a: int,
    b: int,
    group: list[int],
    guess: NDArray | None,
) -> NDArray[np.float64]:
    """Build the missing neighbours of an atom, in as many ways as its bond may turn."""
    near, ideal = _neighbours(known), known.coordinates
    rigid = [k for k in near[i] if placed[k] and k != a]
    closing = [j for j in group if sum(placed[k] for k in near[j]) > 1]
    if rigid or closing or frozenset((a, i)) not in {frozenset(bond) for bond in rotors(known)}:
        guides = sorted({i, a, b, *rigid, *(k for j in group for k in near[j] if placed[k])})
        rotation, shift = superpose(ideal[guides], x[:, guides])
        grown = x.copy()
        for j in group:
            grown[:, j] = ideal[j] @ rotation + shift
        return _fitted(ideal, grown, i, group)
    turns = TURNS
    if guess is not None:
        own = dihedral(guess[b], guess[a], guess[i], guess[group[0]])
        turns = np.concatenate([[own], own + np.array([-15.0, 15.0]), TURNS])
    if _twins(known, group):
        turns = np.unique((turns + 90.0) % 180.0 - 90.0)
    base = dihedral(ideal[b], ideal[a], ideal[i], ideal[group[0]])
    grown = np.repeat(x, len(turns), 0)
    angle = np.tile(turns - base, len(x))
    for j in group:
        torsion = dihedral(ideal[b], ideal[a], ideal[i], ideal[j]) + angle
        grown[:, j] = _placed(grown[:, b], grown[:, a], grown[:, i], ideal, (b, a, i, j), torsion)
    return grown


def _fitted(ideal: NDArray, x: NDArray, i: int, group: list[int]) -> NDArray[np.float64]:
    """Give bonds to an atom their lengths, which a superposition onto distorted atoms spoils."""
    for j in group:
        arm = x[:, j] - x[:, i]
        length = np.linalg.norm(ideal[j] - ideal[i])
        x[:, j] = x[:, i] + arm * (length / np.linalg.norm(arm, axis=1, keepdims=True).clip(1e-6))
    return x


def _placed(
    b: NDArray, a: NDArray, i: NDArray, ideal: NDArray, slots: tuple[int, int, int, int], torsion: NDArray
) -> NDArray[np.float64]:
    """Place an atom by bond length, angle and torsion (degrees)."""
    p, q, r = (ideal[k] for k in slots[1:])
    length = np.linalg.norm(r - q)
    cosine = ((p - q) @ (r - q)) / (np.linalg.norm(p - q) * length)
    along = i - a
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    normal = np.cross(a - b, along)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True).clip(1e-9)
    across = np.cross(normal, along)
    sine, phi = np.sqrt(max(1 - cosine**2, 0.0)), np.radians(torsion)[:, None]
    return i + length * (-cosine * along + sine * (np.cos(phi) * across + np.sin(phi) * normal))


class _Crowd:
    """What a residue may be in the way of: atoms of others, and its own that are four bonds away."""

    def __init__(self, known: Template, others: NDArray, radius: NDArray, polar: NDArray):
        elements = np.array(known.elements[: known.n_heavy])
        self.own_radii, self.own_polar = radii(elements), np.isin(elements, ["N", "O"])
        self.others, self.radii, self.polar = others, radius, polar
        self.tree = KDTree(others) if len(others) else None
        n = known.n_heavy
        step = np.zeros((n, n), bool)
        pairs = known.bonds[(known.bonds < n).all(1)]
        step[pairs[:, 0], pairs[:, 1]] = step[pairs[:, 1], pairs[:, 0]] = True
        reach = np.eye(n, dtype=bool)
        for _ in range(3):
            reach |= reach @ step
        self.far = ~reach

    def depth(self, x: NDArray, j: int, placed: NDArray) -> NDArray[np.float64]:
        """Å by which atom j is too near to each of others and of its own residue, shape (n_ways, n)."""
        own = np.flatnonzero(self.far[j] & placed)
        parts = [self._depth(x[:, j], x[:, own].swapaxes(0, 1), j, self.own_radii[own], self.own_polar[own])]
        if self.tree is not None:
            at = np.unique(np.concatenate([np.array(k, np.int64) for k in self.tree.query_ball_point(x[:, j], 4.0)]))
            near = np.broadcast_to(self.others[at][:, None], (len(at), len(x), 3))
            parts.append(self._depth(x[:, j], near, j, self.radii[at], self.polar[at]))
        return np.concatenate(parts).T

    def _depth(self, x: NDArray, others: NDArray, j: int, radius: NDArray, polar: NDArray) -> NDArray[np.float64]:
        least = CLOSE * (self.own_radii[j] + radius) - POLAR * (self.own_polar[j] & polar)
        return (least[:, None] - np.linalg.norm(others - x, axis=-1)).clip(0)


def _scores(
    known: Template,
    x: NDArray,
    placed: NDArray,
    new: list[int],
    crowd: _Crowd,
    guess: NDArray | None,
    errors: NDArray | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How bad each way to build a residue is, and its worst contact in Å."""
    score, worst = np.zeros(len(x)), np.zeros(len(x))
    for j in new:
        depth = crowd.depth(x, j, placed)
        score += ((depth / HARD) ** 2).sum(1)
        worst = np.maximum(worst, depth.max(1, initial=0.0))
    if guess is not None and errors is not None:
        off = ((x[:, new] - guess[new]) ** 2).sum(-1) / (errors[new] ** 2 + SURE**2)
        score += FIRM * off.mean(1)
    return score - _usualness(known, x, placed), worst


def _usualness(known: Template, x: NDArray, placed: NDArray) -> NDArray[np.float64]:
    """Logarithm of how usual the torsions of a side chain are, once all that are judged can be."""
    kind = AMINO_ACIDS.index(known.parent) if known.parent in AMINO_ACIDS and known.kind == "amino" else -1
    if kind < 0 or not DIMENSIONS[kind] or amino_template(kind).n_heavy > known.n_heavy:
        return np.zeros(len(x))
    slots = [known.index(name) for name in torsion_atoms(kind)]
    n = int(DIMENSIONS[kind])
    if min(slots) < 0 or not placed[slots[: n + 3]].all():
        return np.zeros(len(x))
    chi = np.full((len(x), 4), 0.0)
    for k in range(n):
        chi[:, k] = dihedral(*(x[:, slot] for slot in slots[k : k + 4]))
    return np.log(mass_outside(kind)[rotamer_bins(kind, chi)].clip(RAREST))
