"""How far completed atoms are from the true ones, for chains of which atoms were taken away.

Run: ``python benchmarks/complete_atoms.py CHAIN.pdb ... [--share 0.15] [--firm 1,4]``. Of every chain a share of the
residues loses its side chain beyond CB, all after the first torsion, or any 40 % of its atoms; what is missing is built
again. Distances are those of the atoms built, equal atoms under the better of their names, without superposition.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.templates import Template, template
from unbead.completion import missing
from unbead.completion.complete_atoms import Completed, complete_atoms, missing_atoms
from unbead.io.read import read_structure

BACKBONE = ["N", "CA", "C", "O"]
FIRST = [*BACKBONE, "CB", "CG", "CG1", "CG2", "SG", "OG", "OG1"]


def known_of(atoms: Particles, residue: int) -> Template:
    """Template of a residue."""
    known = template(str(atoms.residues.names[residue]))
    assert known is not None
    return known


def whole_side_chains(atoms: Particles) -> list[int]:
    """Amino acids with all atoms and a side chain beyond CB."""
    found = []
    for k, name in enumerate(atoms.residues.names):
        known = template(str(name))
        if known is not None and known.kind == "amino" and known.n_heavy > 5:
            names = set(atoms.names[atoms.residue_index == k])
            if set(known.atoms[: known.n_heavy]) <= names:
                found.append(k)
    return found


def taken(atoms: Particles, residues: list[int], how: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Atoms to take away."""
    mine = np.isin(atoms.residue_index, residues) & (atoms.names != "OXT") & (atoms.elements != "H")
    if how == "any":
        return mine & (rng.random(len(atoms)) < 0.4)
    return mine & ~np.isin(atoms.names, [*BACKBONE, "CB"] if how == "side chain" else FIRST)


def deviations(truth: Particles, done: Completed) -> tuple[list[float], list[int]]:
    """Sums of squared distances of the atoms that were built, by residue, and their numbers."""
    sums, sizes = [], []
    for k, names in done.added.items():
        known = known_of(truth, k)
        there, built = (
            {str(p.names[row]): p.positions[row] for row in np.flatnonzero(p.residue_index == k)}
            for p in (truth, done.atoms)
        )
        ways = [{}]
        for group in known.symmetric:
            swap = {known.atoms[i]: known.atoms[j] for pair in group for i, j in (pair, pair[::-1])}
            ways.append(swap)
        sums.append(min(sum(((built[n] - there[way.get(n, n)]) ** 2).sum() for n in names) for way in ways))
        sizes.append(len(names))
    return sums, sizes


def main() -> None:
    """Print one line for each way to take atoms away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chains", nargs="+", type=Path)
    parser.add_argument("--share", type=float, default=0.15)
    parser.add_argument("--firm", default=str(missing.FIRM), help="weights of the network's positions to try")
    options = parser.parse_args()
    structures = [read_structure(path) for path in options.chains]
    print("| taken away | residues | Å all | Å median residue | failed | crowded | s per residue |")
    for how in ("side chain", "its end", "any"):
        for firm in options.firm.split(","):
            missing.FIRM = float(firm)
            rng = np.random.default_rng(1)
            sums, sizes, failed, crowded, seconds = [], [], 0, 0, 0.0
            for atoms in structures:
                whole = whole_side_chains(atoms)
                chosen = sorted(rng.permutation(whole)[: max(1, round(options.share * len(whole)))].tolist())
                left = atoms.select(~taken(atoms, chosen, how, rng))
                lacking = {k: names for k, names in missing_atoms(left).items() if k in chosen}
                started = time.perf_counter()
                done = complete_atoms(left, lacking)
                seconds += time.perf_counter() - started
                more = deviations(atoms, done)
                sums, sizes = sums + more[0], sizes + more[1]
                failed, crowded = failed + len(done.failed), crowded + len(done.crowded)
            each = np.sqrt(np.array(sums) / np.array(sizes))
            print(
                f"| {how} ({firm}) | {len(sums)} | {np.sqrt(sum(sums) / sum(sizes)):.2f} | {np.median(each):.2f} |"
                f" {failed} | {crowded} | {seconds / len(sums):.3f} |"
            )


if __name__ == "__main__":
    main()
