"""Make ``src/unbead/chem/data/ramachandran.npz`` from packed chains of high-resolution structures.

Run: ``python scripts/build_ramachandran.py PACKED.npz``. The densities are smoothed counts over chains with a
resolution of 1.6 Å or better; each bin then holds the share of residues in bins less dense
than itself.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from unbead.chem.amino import Slots
from unbead.chem.particles import Residues
from unbead.chem.torsions.ramachandran import BINS, CLASSES, bins
from unbead.train.data.packed import load_packed
from unbead.validate.checks.dihedrals import backbone_torsions
from unbead.validate.checks.ramachandran import residue_class

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data/ramachandran.npz"
RESOLUTION = 1.6
WIDTH = 1.25  # bins


def main():
    """Write the file."""
    source = Path(sys.argv[1])
    with np.load(source) as file:
        resolution = dict(zip(file["id"].tolist(), file["resolution"].tolist(), strict=True))
    counts = np.zeros((len(CLASSES), BINS, BINS))
    for chain in load_packed(source):
        if not resolution[chain.name] <= RESOLUTION:
            continue
        n = len(chain)
        blank = np.full(n, "")
        residues = Residues(blank, np.arange(n), blank, blank, blank, chain.bonded_to_previous)
        slots = Slots(chain.kind, chain.positions, residues)
        phi, psi, _ = backbone_torsions(slots)
        rows = np.isfinite(phi) & np.isfinite(psi)
        np.add.at(counts, (residue_class(slots)[rows], *bins(phi[rows], psi[rows])), 1)
    print({name: int(c.sum()) for name, c in zip(CLASSES, counts, strict=True)})
    outside = np.zeros_like(counts)
    for k, count in enumerate(counts):
        density = gaussian_filter(count, WIDTH, mode="wrap")
        order = np.argsort(density, axis=None)
        outside[k].flat[order] = np.cumsum(density.flat[order]) / density.sum()
    OUTPUT.parent.mkdir(exist_ok=True)
    np.savez_compressed(OUTPUT, mass_outside=outside.astype(np.float32))


if __name__ == "__main__":
    main()
