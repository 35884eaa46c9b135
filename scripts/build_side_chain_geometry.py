"""Measure bond lengths, angles and fixed torsions of side chains: medians over packed crystal chains.

Writes ``src/unbead/chem/data/side_chain_geometry.npz``: by residue type (n_slots, 3), bond in Å, angle and torsion in
radians against the references of `unbead.chem.torsions.zmatrix`; zeros for the backbone.

    python scripts/build_side_chain_geometry.py proteins/train.npz
"""

import sys
from pathlib import Path

import numpy as np

from unbead.chem.amino import AMINO_ACIDS, CB, amino_template, slots_by_rule
from unbead.chem.angles import angle, dihedral
from unbead.chem.torsions.rotamers import torsion_slots
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.train.data.packed import load_packed

OUTPUT = Path(__file__).parent.parent / "src" / "unbead" / "chem" / "data" / "side_chain_geometry.npz"


def main(path: Path) -> None:
    chains = load_packed(path)
    kinds = np.concatenate([chain.kind for chain in chains])
    positions = np.concatenate([chain.positions for chain in chains])
    tables = {}
    for kind, name in enumerate(AMINO_ACIDS):
        x = slots_by_rule(np.full((kinds == kind).sum(), kind), positions[kinds == kind]).astype(np.float64)
        references, slots = zmatrix(amino_template(kind)).references, torsion_slots()[kind].tolist()
        table = np.zeros((len(references), 3))
        for slot in range(CB, len(references)):
            a, b, c = references[slot].tolist()
            bond = np.linalg.norm(x[:, slot] - x[:, a], axis=1)
            bend = np.radians(angle(x[:, b], x[:, a], x[:, slot]))
            turn = np.radians(dihedral(x[:, c], x[:, b], x[:, a], x[:, slot]))
            centre = np.angle(np.exp(1j * turn).mean())
            fixed = [c, b, a, slot] not in slots
            torsion = centre + np.median((turn - centre + np.pi) % (2 * np.pi) - np.pi) if fixed else 0.0
            table[slot] = np.median(bond), np.median(bend), torsion
        tables[name] = table.astype(np.float32)
    np.savez_compressed(OUTPUT, **tables)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
