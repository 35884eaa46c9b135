"""Compare `unbead evaluate` with an independent judge on the same files.

Run: ``python benchmarks/agree_with_judge.py JUDGE.py REFERENCE.pdb ...``. Each reference is judged by both against
itself, shaken by 0.25 Å, and rebuilt from its Cα by the shipped network; the tables show means over the files and the
largest difference in one file.

They may differ only where they mean different things: RMSD by part counts residues complete in the reference (the judge
all atoms; ``rmsd_common`` does too); reference bond lengths are Amber's and Engh and Huber's (the judge's are CHARMM's,
and its C–N before proline is 1.30 Å); Ramachandran contours are our own; numbers that wrap at 9999 break no chain.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import backmap_structure
from unbead.validate.compare import evaluate

PAIRS = {
    "atoms_found_percent": "atoms_found_pct", "rmsd_common": "rmsd_all_sym", "rmsd_backbone": "rmsd_bb",
    "rmsd_side_chain": "rmsd_sc_sym", "rmsd_all": "rmsd_all_sym", "rmsd_side_chain_strict": "rmsd_sc",
    "broken_bonds_percent": "broken_pct", "broken_peptide_bonds_percent": "broken_pept_pct",
    "contacts_below_1.2": "clash12", "clashscore": "clashscore", "d_centres": "D_CA", "wrong_cb": "cb_chir_bad",
    "cis_non_proline": "cis_nonpro", "twisted_peptides_percent": "omega_twist_pct",
    "ramachandran_outliers_percent": "rama_out_pct", "ramachandran_favoured_percent": "rama_fav_pct",
    "chi1_within_40_percent": "chi1_ok_pct", "chi12_within_40_percent": "chi12_ok_pct",
    "phi_psi_within_30_percent": "phipsi30_pct", "disulfides_right": "ss_ok",
}  # fmt: skip
RNG = np.random.default_rng(0)


def shaken(truth: Particles) -> Particles:
    """Move every atom by 0.25 Å (root mean square)."""
    return truth.with_positions(truth.positions + RNG.normal(0, 0.25 / np.sqrt(3), truth.positions.shape))


def rebuilt(truth: Particles) -> Particles:
    """Rebuild the structure from its Cα."""
    with tempfile.TemporaryDirectory() as folder:
        beads = Path(folder) / "beads.pdb"
        write_structure(beads, coarsen(truth, load_mapping("ca")))
        return backmap_structure(beads, mapping="ca").atoms


def both(judge: str, reference: str, make: Callable[[Particles], Particles]) -> tuple[dict, dict]:
    """Judge one structure twice: our numbers and the judge's."""
    truth = read_structure(reference)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.pdb"
        write_structure(path, make(truth))
        command = [sys.executable, judge, str(path), "--ref", reference]
        theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return evaluate(read_structure(path), truth), theirs


def table(title: str, rows: Sequence[tuple[dict, dict]]) -> None:
    """Print both columns of numbers."""
    print(f"\n{title}, {len(rows)} files\n{'measure':32s} {'unbead':>10s} {'judge':>10s} {'largest |Δ|':>12s}")
    for name, other in PAIRS.items():
        pairs = [(a[name], b[other]) for a, b in rows if a[name] is not None and b.get(other) is not None]
        x, y = np.array(pairs, float).T
        print(f"{name:32s} {x.mean():10.4f} {y.mean():10.4f} {np.abs(x - y).max():12.4f}")


def main() -> None:
    """Print the tables."""
    judge, *references = sys.argv[1:]
    for title, make in {"as it is": lambda truth: truth, "shaken": shaken, "rebuilt from Cα": rebuilt}.items():
        rows = []
        for reference in references:
            try:
                rows.append(both(judge, reference, make))
            except UnbeadError as error:  # residues without the atoms of a bead
                print(f"left out of '{title}': {reference}: {error}")
        table(title, rows)


if __name__ == "__main__":
    main()
