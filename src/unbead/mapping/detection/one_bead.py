"""Models of one bead per residue: what the bead stands for is told by the distances along the chain, not by its name.

CALVADOS calls its bead ``CA`` whether it is the Cα atom or the centre of mass of the residue; other models call it as
they like. Cα atoms of neighbours are 3.8 Å apart, centres of mass 4.9 ± 0.9 Å, and one chain may have both. So each
stretch of a chain gets the more likely of the two, by a hidden Markov model whose distances are those of crystals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from MDAnalysis.lib.distances import calc_bonds
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import template
from unbead.mapping.detection.likeness import CLEAR, MOTION, log_likelihood
from unbead.mapping.detection.spacing import reference_name, site_distances
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.structure.chains import ONE_BEAD as REACH
from unbead.structure.chains import first_particles, single_molecules

ONE_BEAD = "ca+residue-com"  # both mappings: the name of the bead tells where it stands
SITES = {"amino": ("CA", "CM"), "nucleotide": ("P", "C4'", "CM")}
WORDS = {"CA": "Cα", "CM": "the centre of mass", "P": "P", "C4'": "C4'"}
NUCLEIC_LETTERS = set("ACGTU")
OTHERS = ("BB", "SC")  # beads of models with more beads; a residue may have lost the others, or have no side chain
LEAST = -3.0  # mean logarithm of the likelihood per Å, below which a site does not explain the distances (stray: -6.2)
SHOWN = 4  # names of beads in a line
SWITCH = np.log(1e-3)  # of the other site at the next residue


@dataclass(frozen=True)
class OneBead:
    """What the only beads of residues stand for.

    Attributes
    ----------
    beads : Particles
        The system, such beads named as the mappings ``ca`` and ``residue-com`` name them.
    notes : tuple of str
        What was taken for what, one line each.
    """

    beads: Particles
    notes: tuple[str, ...]


def single_beads(beads: Particles) -> NDArray[np.int64]:
    """Find residues that have one bead.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        The bead's index; -1 for residues with none or several.
    """
    count = np.bincount(beads.residue_index, minlength=len(beads.residues))
    found = np.full(len(beads.residues), -1, np.int64)
    rows = np.flatnonzero(count[beads.residue_index] == 1)
    found[beads.residue_index[rows]] = rows
    return found


def name_one_beads(beads: Particles) -> OneBead:
    """Name the only beads of residues after the place where they stand.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.

    Returns
    -------
    OneBead
        The system with other bead names. A bead keeps its name where neither this nor the distances tell where it is.
    """
    row = single_beads(beads)
    residues = beads.residues
    names = beads.names.astype(f"U{max(4, beads.names.dtype.itemsize // 4)}")
    kinds = _kinds(residues)
    runs = _runs(residues, row, kinds, beads.names)
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for kind in SITES:
        mine = [run for run in runs if kinds[run[0]] == kind]
        for run, sites in zip(mine, _place(beads, row, mine, kind), strict=True):
            changed = sites != names[row[run]]
            for first, last in _stretches(np.where(changed, sites, "")):
                if changed[first]:
                    taken.setdefault((kind, str(sites[first])), []).append((int(run[first]), int(run[last])))
            names[row[run]] = sites
    notes = tuple(_note(site, stretches, beads.names[row], beads.residues) for (_, site), stretches in taken.items())
    return OneBead(replace(beads, names=names), notes)


def take_only_beads(beads: Particles, mapping: Mapping) -> Particles:
    """Name the only beads of residues as a mapping of one bead per residue does, whatever their names are.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    mapping : Mapping
        The mapping that the user gave.

    Returns
    -------
    Particles
        The same with other bead names; unchanged where the mapping has residues of several beads, or several places for
        the one bead.
    """
    if any(len(molecule.beads) > 1 for molecule in mapping.every()):
        return beads
    row = single_beads(beads)
    names = beads.names.tolist()
    for name in np.unique(beads.residues.names[row >= 0]).tolist():
        known = {bead for molecule in mapping.candidates(name) for bead in molecule.beads}
        rows = row[(beads.residues.names == name) & (row >= 0)]
        if len(known) == 1:
            for i in rows.tolist():
                names[i] = next(iter(known))
    return replace(beads, names=np.array(names))


def against(one: OneBead, taken: Particles, mapping: Mapping) -> tuple[str, ...]:
    """Say where distances speak against the place that a mapping gives to the only beads of residues.

    Parameters
    ----------
    one : OneBead
        Where the beads stand by their distances.
    taken : Particles
        The system as the mapping names it.
    mapping : Mapping
        The mapping that the user gave: ``ca`` or ``residue-com``.

    Returns
    -------
    tuple of str
        One line, or none.
    """
    sites = [site for kind in SITES.values() for site in kind]
    off = np.flatnonzero((one.beads.names != taken.names) & np.isin(one.beads.names, sites))
    if mapping.name not in ONE_BEAD.split("+") or not len(off):
        return ()
    there = set(one.beads.names[np.isin(one.beads.names, sites)].tolist())
    better = "residue-com" if there == {"CM"} else "ca" if "CM" not in there else ONE_BEAD
    residues, index = one.beads.residues, one.beads.residue_index[off]
    site, other = WORDS[str(one.beads.names[off[0]])], WORDS.get(str(taken.names[off[0]]), str(taken.names[off[0]]))
    return (
        f"beads of {len(off)} residues ({residues.label(int(index[0]))} …) are as far apart as if they stood at {site},"
        f" and mapping {mapping.name} has them at {other}; is it --mapping {better}?",
    )


def spell_out(beads: Particles) -> tuple[Particles, tuple[str, ...]]:
    """Read one-letter names of amino acids in models of one bead per residue.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.

    Returns
    -------
    beads : Particles
        The same with three-letter names where all residues of a chain of single beads have one letter each. A chain of
        A, C, G, T and U alone is a nucleic acid, unless its beads are called CA or are as near as Cα atoms.
    notes : tuple of str
        What was read, in one line; empty if nothing.
    """
    residues = beads.residues
    row = single_beads(beads)
    letters = _letters()
    lone = np.array([str(name) in letters for name in residues.names], bool) & (row >= 0)
    if not lone.any():
        return beads, ()
    names = residues.names.astype(f"U{max(3, residues.names.dtype.itemsize // 4)}")
    x = beads.positions[first_particles(beads)]
    near = calc_bonds(x[:-1], x[1:], box=beads.box) < REACH
    follows = np.concatenate([[False], lone[:-1] & lone[1:] & ~_apart(residues) & near])
    solvent = single_molecules(beads)  # W, K and I are water and ions for the reading, which bonds them to nothing
    bonded = residues.bonded_to_previous.copy()
    starts = np.flatnonzero(~follows)
    count = 0
    for begin, end in zip(starts.tolist(), np.append(starts, len(names))[1:].tolist(), strict=True):
        run = np.arange(begin, end)
        nucleic = set(residues.names[run].tolist()) <= NUCLEIC_LETTERS and not _like_ca(beads, row[run])
        if not lone[begin] or solvent[run].all() or nucleic:
            continue
        names[run] = [letters[str(name)] for name in residues.names[run]]
        lost = run[1:][solvent[run[1:]] | solvent[run[:-1]]]
        bonded[lost] = residues.numbers[lost] - residues.numbers[lost - 1] <= 1
        count += len(run)
    if not count:
        return beads, ()
    note = f"residue names of one letter were read as amino acids ({count} residues of one bead)"
    return replace(beads, residues=replace(residues, names=names, bonded_to_previous=bonded)), (note,)


def _letters() -> dict[str, str]:
    """Three-letter names of the amino acids by their letters."""
    return dict(zip("ARNDCQEGHILKMFPSTWYV", AMINO_ACIDS, strict=True))


def _apart(residues: Residues) -> NDArray[np.bool_]:
    """Whether each residue after the first is in another chain than the one before, shape (n_residues - 1,)."""
    return (
        (residues.chains[1:] != residues.chains[:-1])
        | (residues.segments[1:] != residues.segments[:-1])
        | (np.diff(residues.numbers) < 0)
    )


def _like_ca(beads: Particles, rows: NDArray[np.int64]) -> bool:
    """Whether beads are named or spaced as Cα atoms, which nucleotides are not."""
    if (beads.names[rows] == "CA").all():
        return True
    if len(rows) < 2:
        return False
    step = calc_bonds(beads.positions[rows[:-1]], beads.positions[rows[1:]], box=beads.box)
    return bool(abs(np.median(step) - 3.8) < 0.3)


def _kinds(residues: Residues) -> NDArray[np.str_]:
    """``amino``, ``nucleotide`` or "" of each residue."""
    names, which = np.unique(residues.names, return_inverse=True)
    known = [template(str(name)) for name in names]
    kinds = [one.kind if one is not None and one.kind in SITES and reference_name(one.name) else "" for one in known]
    return np.array(kinds)[which]


def _runs(
    residues: Residues, row: NDArray[np.int64], kinds: NDArray[np.str_], names: NDArray[np.str_]
) -> list[NDArray[np.int64]]:
    """Residues of chains that have one bead each; chains with beads of other models are left alone."""
    fits = (row >= 0) & (kinds != "")
    follows = np.concatenate([[False], ~_apart(residues) & (kinds[1:] == kinds[:-1])])
    chain = np.cumsum(~follows)
    other = np.zeros(chain[-1] + 1, bool)
    other[chain[~fits & (kinds != "")]] = True
    other[chain[fits][np.isin(names[row[fits]], OTHERS)]] = True
    fits &= ~other[chain]
    starts = np.flatnonzero(
        fits & ~np.concatenate([[False], fits[:-1] & residues.bonded_to_previous[1:] & follows[1:]])
    )
    ends = np.append(starts, len(fits))[1:]
    return [run[fits[run]] for run in (np.arange(a, b) for a, b in zip(starts, ends, strict=True))]


def _place(
    beads: Particles, row: NDArray[np.int64], runs: Sequence[NDArray[np.int64]], kind: str
) -> list[NDArray[np.str_]]:
    """Sites of the beads of each run; those that say nothing of their own follow the others."""
    found: list[NDArray[np.str_] | None] = []
    for run in runs:
        given = beads.names[row[run]]
        found.append(_amino_sites(beads, row[run], run) if kind == "amino" else _nucleotide_sites(beads, row[run], run))
        if found[-1] is None and np.isin(given, SITES[kind]).all():
            found[-1] = given
    usual = [site for one in found if one is not None for site in one.tolist()]
    answer = []
    for run, one in zip(runs, found, strict=True):
        given = beads.names[row[run]]
        follow = np.full(len(run), max(set(usual), key=usual.count)) if usual else given
        answer.append(follow if one is None else one)
    return answer


def _pairs(beads: Particles, rows: NDArray[np.int64], run: NDArray[np.int64], kind: str) -> list[dict]:
    """Logarithms of the likelihood of the steps along a run by the sites of their beads, for each amount of motion."""
    names = [reference_name(str(name)) for name in beads.residues.names[run]]
    distance = calc_bonds(beads.positions[rows[:-1]], beads.positions[rows[1:]], box=beads.box)
    tables = {
        pair: (np.array([table.mean.get(both, table.overall.typical) for both in pairwise(names)]), table.spread)
        for pair, table in site_distances(load_mapping(ONE_BEAD), kind).items()
    }
    return [{pair: log_likelihood(distance, *table, motion) for pair, table in tables.items()} for motion in MOTION]


def _amino_sites(beads: Particles, rows: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.str_] | None:
    """The most likely sites along a chain of amino acids; None where they are not told."""
    if len(run) < 2:
        return None
    found = _pairs(beads, rows, run, "amino")
    if max(likely[site, site].mean() for likely in found for site in ("CA", "CM")) < LEAST:
        return None
    against = 0.0 if (beads.names[rows] == "CM").all() else CLEAR / len(run)  # most models stand on Cα
    return max((_path(likely, len(run), against) for likely in found), key=lambda path: path[0])[1]


def _path(likely: dict, n: int, against: float) -> tuple[float, NDArray[np.str_]]:
    """The most likely sites by Viterbi's algorithm, and their score."""
    sites = ("CA", "CM")
    score = np.array([0.0, -against])
    back = np.zeros((n, 2), np.int64)
    for k in range(n - 1):
        step = np.array(
            [
                [score[a] + likely[sites[a], sites[b]][k] + SWITCH * (a != b) - against * b for a in (0, 1)]
                for b in (0, 1)
            ]
        )
        back[k + 1], score = step.argmax(1), step.max(1)
    path = np.zeros(n, np.int64)
    path[-1] = int(score.argmax())
    for k in range(n - 1, 0, -1):
        path[k - 1] = back[k, path[k]]
    return float(score.max()), np.array(sites)[path]


def _nucleotide_sites(beads: Particles, rows: NDArray[np.int64], run: NDArray[np.int64]) -> NDArray[np.str_] | None:
    """The site of all beads of a strand: by its name, else the centre of mass where distances tell; else None."""
    given = beads.names[rows]
    if np.isin(given, SITES["nucleotide"]).all():
        return given
    if len(run) < 2:
        return None
    found = _pairs(beads, rows, run, "nucleotide")
    centre, *atoms = (max(likely[site, site].sum() for likely in found) for site in ("CM", "P", "C4'"))
    return np.full(len(run), "CM") if centre > max(max(atoms) + CLEAR, LEAST * (len(run) - 1)) else None


def _stretches(sites: NDArray[np.str_]) -> list[tuple[int, int]]:
    """First and last place of pieces with the same name."""
    starts = np.flatnonzero(np.concatenate([[True], sites[1:] != sites[:-1]]))
    return list(zip(starts.tolist(), (np.append(starts[1:], len(sites)) - 1).tolist(), strict=True))


def _note(site: str, stretches: list[tuple[int, int]], given: NDArray[np.str_], residues: Residues) -> str:
    """One line on what beads were taken for."""
    rows = np.concatenate([np.arange(first, last + 1) for first, last in stretches])
    called = list(dict.fromkeys(given[rows].tolist()))
    first, last = stretches[0]
    where = residues.label(first) + (f" to {residues.label(last)}" if last > first else "")
    more = f" and {len(stretches) - 1} more stretches" if len(stretches) > 1 else ""
    names = " ".join(called[:SHOWN]) + (" …" if len(called) > SHOWN else "")
    return (
        f"the one bead ({names}) of {len(rows)} residues is taken for {WORDS[site]} by the distances along the chain:"
        f" {where}{more}"
    )
