"""Compare `unbead evaluate` with an independent judge on the same files.

Run: ``python benchmarks/agree_with_judge.py JUDGE.py REFERENCE.pdb ...``. Every reference is shaken by 0.25 Å and
judged against itself by both; the table shows both numbers, means over the files.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.validate.compare import average, evaluate

PAIRS = {
    "rmsd_backbone": "rmsd_bb", "rmsd_side_chain": "rmsd_sc_sym", "rmsd_all": "rmsd_all_sym",
    "rmsd_side_chain_strict": "rmsd_sc", "broken_bonds_percent": "broken_pct",
    "broken_peptide_bonds_percent": "broken_pept_pct", "contacts_below_1.2": "clash12", "clashscore": "clashscore",
    "d_centres": "D_CA", "wrong_cb": "cb_chir_bad", "cis_non_proline": "cis_nonpro",
    "twisted_peptides_percent": "omega_twist_pct", "ramachandran_outliers_percent": "rama_out_pct",
    "ramachandran_favoured_percent": "rama_fav_pct", "chi1_within_40_percent": "chi1_ok_pct",
    "chi12_within_40_percent": "chi12_ok_pct",
}  # fmt: skip


def main():
    """Print the table."""
    judge, *references = sys.argv[1:]
    rng = np.random.default_rng(0)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        shaken = Path(folder) / "shaken.pdb"
        for reference in references:
            truth = read_structure(reference)
            moved = truth.with_positions(truth.positions + rng.normal(0, 0.25 / np.sqrt(3), truth.positions.shape))
            write_structure(shaken, replace(moved, residues=truth.residues))
            ours.append(evaluate(read_structure(shaken), truth))
            command = [sys.executable, judge, str(shaken), "--ref", reference]
            theirs.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    mean = average(ours)
    print(f"{'measure':32s} {'unbead':>10s} {'judge':>10s}")
    for name, other in PAIRS.items():
        values = [row[other] for row in theirs if row[other] is not None]
        print(f"{name:32s} {mean[name]:10.4f} {np.mean(values):10.4f}")


if __name__ == "__main__":
    main()
