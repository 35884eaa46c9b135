"""Compare `coarsen` with the beads that another program made of the same structure.

The shipped mappings count heavy atoms only, so BEADS must come from a run without hydrogens (martinize2 ``-ignh``);
beads that counted hydrogens are some 0.03 Å away, up to 0.08 Å.

Run: ``python benchmarks/coarsen_a2a.py ATOMS BEADS [--mapping martini3]``.
"""

import argparse

import numpy as np

from unbead.io.read import read_structure
from unbead.mapping.coarsen import coarsen
from unbead.mapping.mapping import load_mapping


def main() -> None:
    """Print the differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("atoms")
    parser.add_argument("beads")
    parser.add_argument("--mapping", default="martini3")
    options = parser.parse_args()
    ours = coarsen(read_structure(options.atoms), load_mapping(options.mapping))
    theirs = read_structure(options.beads)
    assert ours.names.tolist() == theirs.names.tolist(), "other beads"
    away = np.linalg.norm(ours.positions - theirs.positions, axis=1)
    print(
        f"{len(away)} beads: mean {away.mean():.4f} Å, largest {away.max():.4f} Å, above 0.01 Å: {(away > 0.01).sum()}"
    )
    for i in np.flatnonzero(away > 0.01):
        print(f"{ours.residues.label(int(ours.residue_index[i]))} {ours.names[i]} {away[i]:.3f} Å")


if __name__ == "__main__":
    main()
