"""Are the side chains where they should be? The mean against the mode, before and after relaxing, by mapping.

Run: ``python benchmarks/side_chains.py STRUCTURE ... [--mappings ca,mainchain] [--answers mean,mode] [--raw]``
(``--model FILE``, ``--json FILE``). Structures (or packed sets, ``.npz``, of which the first ``--chains N``) are
coarsened and rebuilt. χ counts with the 180° symmetry of ASP, PHE, TYR (χ2) and GLU (χ3), as in
``shared/judge/sidechains.py``; proline counts, too. Eclipsed: χ1 within 30° of 0 or ±120°, proline left out. RMSD of
side chains with symmetric names resolved, no superposition. All numbers are means over structures.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from accuracy import complete_residues

from unbead.chem.amino import AMINO_ACIDS, SLOTS, protein_slots
from unbead.chem.angles import dihedral
from unbead.chem.particles import Particles
from unbead.io.read import read_structure
from unbead.mapping.assemble import assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.models.store import load_model
from unbead.placement.backmapper import Backmapper
from unbead.validate.checks.dihedrals import side_chain_torsions
from unbead.validate.compare import evaluate

SYMMETRIC = {"ASP": 1, "PHE": 1, "TYR": 1, "GLU": 2}
PROLINE = AMINO_ACIDS.index("PRO")
COLUMNS = {
    "chi1_40": "χ1 < 40° %", "chi1_20": "χ1 < 20° %", "all_20": "all χ < 20° %", "eclipsed": "eclipsed χ1 %",
    "rmsd_side_chain": "side chain Å", "broken_bonds_percent": "bonds off > 10 %",
    "bent_angles_percent": "angles off > 15° %",
    "contacts_below_1.2": "contacts < 1.2 Å", "clashscore": "clashscore",
    "rotamer_outliers_percent": "rotamer outliers %",
    "ring_piercings": "pierced rings", "seconds": "s",
}  # fmt: skip


def torsions(atoms: Particles) -> tuple[np.ndarray, np.ndarray]:
    """Residue types (n,) and χ (n, 4) in degrees, those of proline included."""
    slots = protein_slots(atoms)
    chi, x = side_chain_torsions(slots), slots.positions.astype(float)
    rows = slots.kind == PROLINE
    chi[rows, 0] = dihedral(*(x[rows, k] for k in (0, 1, 4, 5)))
    chi[rows, 1] = dihedral(*(x[rows, k] for k in (1, 4, 5, 6)))
    return slots.kind, chi


def recovery(atoms: Particles, truth: Particles) -> dict[str, float]:
    """Shares of χ that are right, and of χ1 that are eclipsed, in percent."""
    kind, found = torsions(atoms)
    _, true = torsions(truth)
    off = np.abs((found - true + 180) % 360 - 180)
    for name, k in SYMMETRIC.items():
        rows = kind == AMINO_ACIDS.index(name)
        off[rows, k] = np.minimum(off[rows, k], 180 - off[rows, k])
    rows = np.isfinite(true[:, 0])
    chi1 = found[rows & (kind != PROLINE), 0] % 120
    return {
        "chi1_40": 100 * float((off[rows, 0] < 40).mean()),
        "chi1_20": 100 * float((off[rows, 0] < 20).mean()),
        "all_20": 100 * float(((off[rows] < 20) | np.isnan(off[rows])).all(1).mean()),
        "eclipsed": 100 * float((np.minimum(chi1, 120 - chi1) < 30).mean()),
    }


def structures(paths: list[Path], chains: int) -> list[Particles]:
    """Complete residues of files, or of the first chains of packed sets."""
    found = []
    for path in paths:
        if path.suffix == ".npz":
            from unbead.train.data.packed import load_packed

            found += [particles(chain) for chain in load_packed(path)[:chains]]
        else:
            found.append(complete_residues(read_structure(path)))
    return found


def particles(chain) -> Particles:
    """A packed chain as a structure."""
    import tempfile

    from unbead.chem.amino import amino_template, slots_by_rule

    lines, serial, number = [], 0, 0
    x = slots_by_rule(chain.kind, chain.positions)
    for i, kind in enumerate(chain.kind.tolist()):
        number += 1 if chain.bonded_to_previous[i] or i == 0 else 2
        for slot, name in enumerate(amino_template(kind).atoms[:SLOTS]):
            if slot < SLOTS and np.isfinite(x[i, slot, 0]):
                serial += 1
                a, b, c = x[i, slot].tolist()
                lines.append(
                    f"ATOM  {serial:5d}  {name:<3s} {AMINO_ACIDS[kind]} A{number:4d}    {a:8.3f}{b:8.3f}{c:8.3f}"
                    f"  1.00  0.00          {name[0]:>2s}\n"
                )
    with tempfile.NamedTemporaryFile("w", suffix=".pdb") as file:
        file.writelines(lines)
        file.flush()
        return complete_residues(read_structure(Path(file.name)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", nargs="+", type=Path)
    parser.add_argument("--mappings", default="ca,mainchain,martini3,martini3-ca")
    parser.add_argument("--answers", default="mean,mode")
    parser.add_argument("--raw", action="store_true", help="Leave out relaxing.")
    parser.add_argument("--model")
    parser.add_argument("--chains", type=int, default=24)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    truths = structures(options.structures, options.chains)
    network = load_model(options.model) if options.model else load_model()
    numbers = {}
    print("| | " + " | ".join(COLUMNS.values()) + " |\n" + "|---" * (1 + len(COLUMNS)) + "|")
    for name in options.mappings.split(","):
        mapping = load_mapping(name)
        for answer in options.answers.split(","):
            for relax in (False,) if options.raw else (False, True):
                rows = []
                for truth in truths:
                    assembly = assemble(coarsen(truth, mapping), mapping)
                    mapper = Backmapper(assembly, [network], torch.device("cpu"), relax, answer=answer)
                    started = time.perf_counter()
                    atoms = assembly.atoms.with_positions(mapper(assembly.beads.positions).positions)
                    seconds = time.perf_counter() - started
                    rows.append(evaluate(atoms, truth) | recovery(atoms, truth) | {"seconds": seconds})
                label = f"{name}, {answer}, {'relaxed' if relax else 'network'}"
                numbers[label] = {key: float(np.mean([row[key] for row in rows])) for key in COLUMNS}
                print(
                    f"| {label} | " + " | ".join(f"{value:.2f}" for value in numbers[label].values()) + " |", flush=True
                )
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
