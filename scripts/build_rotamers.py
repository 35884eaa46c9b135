"""Make ``chem/data/rotamers.npz`` and ``validate/data/torsions.npz`` of the package from high-resolution structures.

Run: ``python scripts/build_rotamers.py PACKED.npz ...`` on packed chains. Side chains count from chains with a
resolution of 1.8 Å or better, where the mean B-factor of the residue is known and at most 40 Å². Densities are
smoothed counts; each bin holds the share of the density in bins no denser than itself, on a logarithmic scale of one
byte. The same residues make the histograms of chi1, chi2 and phi/psi.
"""

import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from unbead.chem.amino import AMINO_ACIDS, Slots
from unbead.chem.particles import Residues
from unbead.chem.torsions.rotamers import DIMENSIONS, OUTLIER, STEPS_PER_HALVING, WIDTH, rotamer_bins, table_shape
from unbead.train.data.packed import load_packed
from unbead.validate.checks.dihedrals import side_chain_torsions
from unbead.validate.torsion_histograms import Torsions, count_torsions

PACKAGE = Path(__file__).parents[1] / "src/unbead"
ROTAMERS, HISTOGRAMS = PACKAGE / "chem/data/rotamers.npz", PACKAGE / "validate/data/torsions.npz"
RESOLUTION = 1.8
B_FACTOR = 40  # Å²
SMOOTHING = {1: 3.0, 2: 4.0, 3: 8.0}  # degrees, by the number of torsions


def good_chains(source: Path, seen: set[str]):
    """Yield the chains of a set that are sharp enough, with their residues' B-factors."""
    with np.load(source) as file:
        resolution, offset = dict(zip(file["id"].tolist(), file["resolution"].tolist(), strict=True)), file["offset"]
        kept = [file[name] for name in ("bfac", "complete")]
        rows = {str(name): slice(offset[i], offset[i + 1]) for i, name in enumerate(file["id"])}
    for chain in load_packed(source):
        if resolution[chain.name] <= RESOLUTION and chain.name not in seen:
            seen.add(chain.name)
            b_factor, complete = (values[rows[chain.name]] for values in kept)
            blank = np.full(len(chain), "")
            residues = Residues(blank, np.arange(len(chain)), blank, blank, blank, chain.bonded_to_previous)
            yield Slots(chain.kind, chain.positions, residues), b_factor[complete.astype(bool)]


def main():
    """Write the file."""
    counts = {kind: np.zeros(table_shape(kind)) for kind in np.flatnonzero(DIMENSIONS).tolist()}
    histograms, seen = [], set()
    for source in sys.argv[1:]:
        for slots, b_factor in good_chains(Path(source), seen):
            sharp = (b_factor > 0) & (b_factor <= B_FACTOR)
            slots.positions[~sharp, 4:] = np.nan  # the side chains of the others do not count
            histograms.append(count_torsions(slots))
            chi = side_chain_torsions(slots)
            for kind, count in counts.items():
                rows = (slots.kind == kind) & np.isfinite(chi[:, : DIMENSIONS[kind]]).all(1)
                np.add.at(count, rotamer_bins(kind, chi[rows]), 1)
    codes = {}
    for kind, count in counts.items():
        n = int(DIMENSIONS[kind])
        density = gaussian_filter(count, SMOOTHING[n] / WIDTH[n], mode="wrap")
        outside = np.zeros_like(count)
        order = np.argsort(density, axis=None)
        outside.flat[order] = np.cumsum(density.flat[order]) / density.sum()
        codes[kind] = np.clip(-np.log2(np.maximum(outside, 1e-9)) * STEPS_PER_HALVING, 0, 255).round().astype(np.uint8)
        print(AMINO_ACIDS[kind], int(count.sum()), f"allowed: {100 * (outside >= OUTLIER).mean():.0f} % of the space")
    total = {f.name: np.sum([getattr(h, f.name) for h in histograms], 0).astype(np.int32) for f in fields(Torsions)}
    np.savez_compressed(HISTOGRAMS, **total)
    np.savez_compressed(ROTAMERS, **{AMINO_ACIDS[k]: code for k, code in codes.items()})
    print(f"{len(seen)} chains, {(HISTOGRAMS.stat().st_size + ROTAMERS.stat().st_size) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
