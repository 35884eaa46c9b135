"""A conformer of a lipid: laid atom by atom, the best of some draws, then brought to its lengths and angles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path

from unbead.chem.angles import rotate_about
from unbead.chem.lipids.graph import RING
from unbead.chem.lipids.reference import Surroundings
from unbead.chem.templates import shipped_template

DRAWS = 24  # conformers that the core of a lipid is tried in
SEED = 7
NEAR = 3.2  # Å between heavy atoms more than three bonds apart; nearer ones are contacts
ROOM = {0: 3.4, 1: 2.6, 2: 2.2}  # Å that atoms more than three bonds apart keep, by the number of hydrogens
REACH = 5.0  # Å within which pairs are looked at
WEAK = 0.05  # weight of that room beside a length
SKEW = 120.0  # degrees of the torsion about a single bond beside a double bond


@dataclass(frozen=True)
class _Plan:
    """How heavy atoms, then hydrogens, are laid: each on an atom that is there."""

    around: Surroundings
    lengths: dict[tuple[int, int], float]
    angles: dict[tuple[int, int, int], float]
    chiral: dict[int, list[int]]
    doubles: dict[tuple[int, int], str]
    given: dict[int, NDArray[np.float64]]
    order: list[int]
    parent: dict[int, int]

    def is_flat(self, i: int) -> bool:
        """Whether an atom's bonds are in one plane."""
        near = self.around.near[i]
        amide = self.around.elements[i] == "N" and len(near) == 3
        return amide or (self.around.elements[i] == "C" and len(near) == 3)

    def torsion(self, before: int, at: int, on: int, new: int) -> tuple[float, ...]:
        """Torsions that an atom may have about the bond from `at` to `on`, the first the usual one."""
        form = self.doubles.get((at, on)) or self.doubles.get((on, at))
        elements, codes = self.around.elements, self.around.codes
        if form:
            return (0.0,) if form == "Z" else (180.0,)
        if codes[on] == "C3" and elements[at] in "ON":  # an ester is Z, an amide trans
            return (0.0,) if codes[new] == "O1" else (180.0,)
        if codes[at] == "C3" and codes[on][:2] in ("O2", "N2"):
            return (180.0,) if codes[before] != "O1" else (0.0,)
        if self.is_flat(on) != self.is_flat(at) and "C3" not in (codes[on], codes[at]):
            return (SKEW, -SKEW) if elements[at] == elements[on] == "C" else (180.0,)
        if elements[new] == "H" or codes[on] == codes[at] == codes[new] == codes[before] == "C2HH":
            return (180.0,)
        return (180.0, 60.0, -60.0)


def shape(
    around: Surroundings,
    bonds: Sequence[tuple[int, int]],
    lengths: NDArray[np.float64],
    angles: Sequence[tuple[int, int, int]],
    values: NDArray[np.float64],
    planar: tuple[tuple[int, ...], ...],
    chiral: Sequence[Sequence[int]],
    doubles: dict[tuple[int, int], str],
    names: Sequence[str],
) -> NDArray[np.float64]:
    """Lay a lipid.

    Parameters
    ----------
    around : Surroundings
        Its atoms and bonds; heavy atoms first.
    bonds : sequence of (int, int)
        Bonds.
    lengths : ndarray, shape=(n_bonds,), dtype=float64
        Their lengths in Å.
    angles : sequence of (int, int, int)
        Angles, vertex in the middle.
    values : ndarray, shape=(n_angles,), dtype=float64
        Their values in degrees.
    planar : tuple of tuple of int
        Coplanar heavy atoms.
    chiral : sequence of sequence of int
        A centre and three neighbours with a positive triple product.
    doubles : dict of (int, int) to str
        ``E`` or ``Z`` of double bonds.
    names : sequence of str
        Names of the atoms; those of an inositol ring are laid as in a template that ships.

    Returns
    -------
    ndarray, shape=(n_atoms, 3), dtype=float64
        Positions in Å, right in handedness and double bonds.
    """
    plan = _plan(around, bonds, lengths, angles, values, chiral, doubles, names)
    heavy = [i for i, element in enumerate(around.elements) if element != "H"]
    size = len(around.elements)
    pairs = csr_matrix((np.ones(len(bonds)), np.array(bonds, np.int64).reshape(-1, 2).T), shape=(size, size))
    apart = shortest_path(pairs, directed=False, unweighted=True)
    far = apart[np.ix_(heavy, heavy)] > 3
    ends = [i for i in heavy if around.codes[i] == "C1HHH" and around.labels[around.near[i][0]] == "C"]
    ends = ends if len(ends) > 1 or not ends else [heavy[0], *ends]
    rng = np.random.default_rng(SEED)
    best, most = None, -np.inf
    for draw in range(DRAWS):
        points = _lay(plan, np.full((size, 3), np.nan), None if draw == 0 else rng, plan.order[: len(heavy)])
        score = _score(points[heavy], far, points[ends], points[heavy[0]])
        if score > most:
            best, most = points, score
    assert best is not None
    best = _lay(plan, best, None, plan.order[len(heavy) :])
    points = _regular(best, around, bonds, lengths, angles, values, planar, apart)
    _name_hydrogens(around, points)
    return points


def _plan(around, bonds, lengths, angles, values, chiral, doubles, names) -> _Plan:
    """Order the atoms: a ring first, then the heavy atoms along the bonds, then the hydrogens."""
    place = {name: i for i, name in enumerate(names)}
    given: dict[int, NDArray[np.float64]] = {}
    known = shipped_template("POPI24")
    if set(RING) <= set(names) and known is not None and any({place["C11"], place["C16"]} == set(b) for b in bonds):
        first = "O12" if "O12" in place else "O1"
        for name in (*RING, *(f"O{k}" for k in range(2, 7)), *(f"H{k}" for k in range(1, 7))):
            given[place[name]] = known.coordinates[known.index(name)]
        given[place[first]] = known.coordinates[known.index("O12")]
    order, parent = [i for i in given if around.elements[i] != "H"] or [0], {}
    order.sort()
    for light in (False, True):
        seen, k = set(order), 0
        while k < len(order):
            for j in around.near[order[k]]:
                if j not in seen and (around.elements[j] == "H") == light and around.elements[order[k]] != "H":
                    seen.add(j)
                    order.append(j)
                    parent[j] = order[k]
            k += 1
    by_bond = {pair: d for b, d in zip(bonds, lengths.tolist(), strict=True) for pair in (b, b[::-1])}
    by_angle = {a: v for t, v in zip(angles, values.tolist(), strict=True) for a in (t, t[::-1])}
    rows = {row[0]: list(row[1:]) for row in chiral}
    return _Plan(around, by_bond, by_angle, rows, doubles, given, order, parent)


def _lay(
    plan: _Plan, points: NDArray[np.float64], rng: np.random.Generator | None, order: Sequence[int]
) -> NDArray[np.float64]:
    """Lay more atoms, torsions of the core as they are usual or drawn."""
    for i, point in plan.given.items():
        points[i] = point if np.isnan(points[i, 0]) else points[i]
    done = set(np.flatnonzero(~np.isnan(points[:, 0])).tolist())
    for i in order:
        if i in done:
            continue
        if i not in plan.parent:
            points[i] = 0.0
        else:
            points[i] = _next(plan, points, done, i, rng)
        done.add(i)
    return points


def _next(plan: _Plan, points: NDArray, done: set[int], i: int, rng: np.random.Generator | None) -> NDArray[np.float64]:
    on = plan.parent[i]
    there = [j for j in plan.around.near[on] if j in done]
    length = plan.lengths[on, i]
    if not there:
        return points[on] + [length, 0.0, 0.0]
    there.sort(key=lambda j: (plan.around.elements[j] == "H", plan.parent.get(on) != j))
    at, others = there[0], there[1:]
    axis = (points[at] - points[on]) / np.linalg.norm(points[at] - points[on])
    bend = np.radians(plan.angles[at, on, i])
    if others:
        aside = points[others[0]] - points[on]
        turns = [180.0] if plan.is_flat(on) else [120.0, -120.0]
    else:
        before = [j for j in plan.around.near[at] if j in done and j != on]
        before.sort(key=lambda j: plan.around.elements[j] == "H")
        aside = points[before[0]] - points[at] if before else np.roll(axis, 1) + np.array([0.1, 0.0, 0.0])
        choices = plan.torsion(before[0], at, on, i) if before else (180.0,)
        turns = [choices[0] if rng is None else choices[rng.integers(len(choices))]]
    aside = aside - (aside @ axis) * axis
    aside /= np.linalg.norm(aside)
    found = []
    for turn in turns:
        arm = rotate_about(aside, -axis, np.radians(turn))
        found.append(points[on] + length * (np.cos(bend) * axis + np.sin(bend) * arm))
    if len(found) == 1:
        return found[0]
    row = plan.chiral.get(on)
    if row is not None and i in row and all(j in done or j == i for j in row):
        trial = [[x if j == i else points[j] for j in row] for x in found]
        return found[int(np.argmax([np.linalg.det(np.array(arms) - points[on]) for arms in trial]))]
    rest = others[1:]
    clear = [min((float(np.linalg.norm(x - points[j])) for j in rest), default=np.inf) for x in found]
    return found[int(np.argmax(np.array(clear)))]


def _score(heavy: NDArray, far: NDArray[np.bool_], ends: NDArray, first: NDArray) -> float:
    """Tails on one side and beside each other, and no contacts, count."""
    between = np.linalg.norm(heavy[:, None] - heavy, axis=-1)
    contacts = (between[far] < NEAR).sum() / 2
    if not len(ends):
        return -2.0 * contacts
    apart = np.linalg.norm(ends[:, None] - ends, axis=-1).max()
    return np.linalg.norm(ends - first, axis=1).min() - 0.5 * apart - 2.0 * contacts


def _regular(start, around, bonds, lengths, angles, values, planar, apart) -> NDArray[np.float64]:
    """Bring lengths, angles and planes to what they should be, atoms keeping room."""
    goal = {tuple(sorted(b)): d for b, d in zip(bonds, lengths.tolist(), strict=True)}
    for (i, j, k), value in zip(angles, values.tolist(), strict=True):
        a, b = goal[tuple(sorted((i, j)))], goal[tuple(sorted((j, k)))]
        pair = tuple(sorted((i, k)))
        if pair not in goal:
            goal[pair] = float(np.sqrt(a * a + b * b - 2 * a * b * np.cos(np.radians(value))))
    for group in planar:  # what is laid flat stays at the distances that it has
        for pair in combinations(group, 2):
            goal.setdefault(pair, float(np.linalg.norm(start[pair[0]] - start[pair[1]])))
    pairs, target = np.array(list(goal)), np.array(list(goal.values()))
    i, j = np.nonzero(np.triu(apart > 3))
    close = np.linalg.norm(start[i] - start[j], axis=1) < REACH
    i, j = i[close], j[close]
    light = np.array([element == "H" for element in around.elements])
    room = np.array([ROOM[int(n)] for n in light[i].astype(int) + light[j]])
    i, j = np.concatenate([pairs[:, 0], i]), np.concatenate([pairs[:, 1], j])
    target = np.concatenate([target, room])
    held = np.arange(len(target)) < len(pairs)
    quads = [(k, *near) for k, near in enumerate(around.near) if len(near) == 3 and around.elements[k] in "CN"]
    flat = np.array(sorted({*quads, *(q for group in planar for q in combinations(group, 4))}), np.int64).reshape(-1, 4)

    def energy(x):
        points = x.reshape(-1, 3)
        arrow = points[i] - points[j]
        d = np.linalg.norm(arrow, axis=1)
        off = np.where(held, d - target, WEAK * np.minimum(d - target, 0.0))
        pull = (2 * off * np.where(held, 1.0, WEAK) / d)[:, None] * arrow
        slope = np.stack([np.bincount(i, p, len(points)) - np.bincount(j, p, len(points)) for p in pull.T], 1)
        a, b, c = (points[flat[:, n]] - points[flat[:, 0]] for n in (1, 2, 3))
        arms = [np.cross(b, c), np.cross(c, a), np.cross(a, b)]
        volume = (a * arms[0]).sum(1)
        for n, arm in enumerate(arms, 1):
            push = 2 * volume[:, None] * arm
            np.add.at(slope, flat[:, n], push)
            np.subtract.at(slope, flat[:, 0], push)
        return float((off**2).sum() + (volume**2).sum()), slope.ravel()

    return minimize(energy, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x.reshape(-1, 3)


def _name_hydrogens(around: Surroundings, points: NDArray[np.float64]) -> None:
    """Swap the hydrogens of CH2 groups where needed, so that they are named as CHARMM's structures have them."""
    for i, near in enumerate(around.near):
        light = sorted(j for j in near if around.elements[j] == "H")
        heavy = sorted(j for j in near if around.elements[j] != "H")
        if len(light) == 2 and len(heavy) == 2:
            a, b, c = (points[j] - points[i] for j in (heavy[0], *light))
            if a @ np.cross(b, c) < 0:
                points[light] = points[light[::-1]]
